//! What clients say that do not keep to what they have begun, byte by byte.

/// The beginning of every HTTP/2 connection (RFC 9113, section 3.4).
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Types and flags of frames (RFC 9113, section 6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// The setting of how much may be sent on a stream unasked.
const INITIAL_WINDOW_SIZE: u16 = 4;
const LARGEST_WINDOW: u32 = (1 << 31) - 1;
const USUAL_WINDOW: u32 = 65_535;

/// A frame. `payload` is shorter than 64 KiB.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The greeting of a client that has room for all that the program may send.
pub fn greeting() -> Vec<u8> {
    let mut window = INITIAL_WINDOW_SIZE.to_be_bytes().to_vec();
    window.extend(LARGEST_WINDOW.to_be_bytes());
    let more = (LARGEST_WINDOW - USUAL_WINDOW).to_be_bytes();
    let all = [
        PREFACE.to_vec(),
        frame(SETTINGS, 0, 0, &window),
        frame(WINDOW_UPDATE, 0, 0, &more),
    ];
    all.concat()
}

/// The greeting, and a call of `Watch` that carries `message`.
pub fn watch_with(message: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/taskmon.v1.Taskmon/Watch"),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ] {
        // A literal that is not kept (RFC 7541, section 6.2.2).
        headers.push(0);
        for text in [name, value] {
            headers.push(text.len() as u8);
            headers.extend(text.as_bytes());
        }
    }
    let all = [
        greeting(),
        frame(HEADERS, END_HEADERS, 1, &headers),
        frame(DATA, END_STREAM, 1, message),
    ];
    all.concat()
}

/// The same as a viewer would have it: an update every 50 ms, with stacks.
pub fn watch() -> Vec<u8> {
    watch_with(&[0, 0, 0, 0, 4, 0x08, 50, 0x10, 1])
}
