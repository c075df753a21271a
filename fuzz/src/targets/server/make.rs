//! Makes what clients say: mostly frames of HTTP/2 (RFC 9113), with something wrong.

use fastrand::Rng;

use super::TOKEN;
use crate::mutate;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What the first lines of HTTP/1 and the values of headers are made of.
const WORDS: [&str; 24] = [
    "GET ",
    "POST ",
    "/metrics",
    "/taskmon.v1.Taskmon/Watch",
    "/taskmon.v1.Taskmon/Details",
    " HTTP/1.1\r\n",
    "Host: localhost\r\n",
    "Host: elsewhere\r\n",
    "Authorization: Bearer ",
    TOKEN,
    "Transfer-Encoding: chunked\r\n",
    "Content-Length: 18446744073709551615\r\n",
    "Content-Type: application/grpc\r\n",
    "Accept: application/openmetrics-text; version=1.0.0\r\n",
    "Accept: */*;q=nan\r\n",
    "Origin: null\r\n",
    "Upgrade: h2c\r\n",
    "Connection: Upgrade, HTTP2-Settings\r\n",
    "Expect: 100-continue\r\n",
    "\r\n\r\n",
    "\u{0}",
    "%2e%2e/",
    "ffffffffffffffff\r\n",
    "grpc-timeout: 99999999H\r\n",
];

pub(super) fn conversation(random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let words: Vec<Vec<u8>> = WORDS.iter().map(|word| word.as_bytes().to_vec()).collect();
    let mut said = match random.u8(..10) {
        0 => hello_of_tls(random),
        1 | 2 => {
            let mut said = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec();
            for _ in 0..random.usize(..6) {
                mutate::bytes(random, &mut said, &words);
            }
            said
        }
        3 if !seeds.is_empty() => {
            let seed = &seeds[random.usize(..seeds.len())];
            seed.get(2..).unwrap_or_default().to_vec()
        }
        _ => http2(random),
    };
    if random.u8(..3) == 0 {
        mutate::bytes(random, &mut said, &words);
    }
    let mut input = vec![random.u8(..5), random.u8(..) & random.u8(..)];
    input.extend(said);
    input
}

/// Calls, and frames that belong to nothing.
fn http2(random: &mut Rng) -> Vec<u8> {
    let mut said = PREFACE.to_vec();
    if random.u8(..10) > 0 {
        said.extend(frame(4, 0, 0, &[]));
    }
    let mut stream = 1;
    for _ in 0..random.usize(..12) {
        match random.u8(..8) {
            0..4 => {
                said.extend(call(random, stream));
                stream += 2;
            }
            4 => said.extend(settings(random)),
            5 => {
                // One that was opened, and one that was not.
                let stream = random.u32(..stream + 2);
                let increment = (mutate::number(random) as u32).to_be_bytes();
                said.extend(frame(8, 0, stream, &increment));
            }
            6 => said.extend(frame(3, 0, random.u32(..stream + 2), &[0, 0, 0, 8])),
            _ => {
                let payload: Vec<u8> = (0..random.usize(..40)).map(|_| random.u8(..)).collect();
                said.extend(frame(
                    random.u8(..12),
                    random.u8(..),
                    random.u32(..8),
                    &payload,
                ));
            }
        }
    }
    said
}

fn settings(random: &mut Rng) -> Vec<u8> {
    let mut payload = Vec::new();
    for _ in 0..random.usize(..4) {
        payload.extend(random.u16(..8).to_be_bytes());
        payload.extend((mutate::number(random) as u32).to_be_bytes());
    }
    frame(4, random.u8(..2), 0, &payload)
}

/// A call with its message, as any of the numbers may be.
fn call(random: &mut Rng, stream: u32) -> Vec<u8> {
    let path = match random.u8(..10) {
        0..5 => "/taskmon.v1.Taskmon/Watch",
        5..8 => "/taskmon.v1.Taskmon/Details",
        8 => "/metrics",
        _ => mutate::TEXTS[random.usize(..mutate::TEXTS.len())],
    };
    let token = match random.bool() {
        true => format!("Bearer {TOKEN}"),
        false => mutate::text(random),
    };
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("authorization", &token),
    ] {
        if random.u8(..30) == 0 {
            continue;
        }
        // Each as a literal (RFC 7541, section 6.2.2).
        block.push(0);
        for text in [name, value] {
            length_of_text(&mut block, text.len());
            block.extend(text.as_bytes());
        }
    }
    if random.u8(..10) == 0 {
        mutate::bytes(random, &mut block, &[]);
    }
    let mut said = frame(1, 4, stream, &block);
    let mut message = Vec::new();
    for _ in 0..random.usize(..4) {
        message.push([0x08, 0x10, 0x18, random.u8(..)][random.usize(..4)]);
        crate::fields::put(&mut message, mutate::number(random));
    }
    let length = match random.u8(..10) {
        0 => mutate::number(random) as u32,
        _ => message.len() as u32,
    };
    let mut data = vec![u8::from(random.u8(..20) == 0)];
    data.extend(length.to_be_bytes());
    data.extend(message);
    said.extend(frame(0, random.u8(..8).min(1), stream, &data));
    said
}

/// In seven bits, and what is more in further bytes (RFC 7541, section 5.1).
fn length_of_text(block: &mut Vec<u8>, length: usize) {
    match length.checked_sub(127) {
        None => block.push(length as u8),
        Some(more) => {
            block.push(127);
            crate::fields::put(block, more as u64);
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// What begins as TLS does.
fn hello_of_tls(random: &mut Rng) -> Vec<u8> {
    let body: Vec<u8> = (0..random.usize(..300)).map(|_| random.u8(..)).collect();
    let mut said = vec![0x16, 3, random.u8(..5)];
    said.extend((body.len() as u16 + 4).to_be_bytes());
    said.extend([1, 0]);
    said.extend((body.len() as u16).to_be_bytes());
    said.extend([3, 3]);
    said.extend(body);
    said
}
