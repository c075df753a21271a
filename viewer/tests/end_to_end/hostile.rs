//! Clients that do as they like: none of them costs the program more than a little
//! memory, keeps viewers out, or holds up its tasks.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use taskmon::client::{Address, Session};
use tokio::runtime::Runtime;

use super::support::{DEADLINE, Program, a_task, on_two_workers, program, spawn_named};

/// How many viewers there may be.
const VIEWERS: usize = 8;
/// More than all that clients can take together.
const MEMORY: u64 = 64 << 20;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Types of frames (RFC 9113, section 6).
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const WINDOW_UPDATE: u8 = 8;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const LARGEST_WINDOW: u32 = (1 << 31) - 1;

/// Many tasks, so that a snapshot is large, and one that works.
fn a_large_program() {
    on_two_workers(async {
        for _ in 0..20_000 {
            tokio::spawn(tokio::time::sleep(Duration::from_secs(3_600)));
        }
        spawn_named("works", async {
            loop {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
    });
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// The beginning of HTTP/2, with room for everything that the program may send.
fn greeting() -> Vec<u8> {
    let mut window = vec![0, 4];
    window.extend(LARGEST_WINDOW.to_be_bytes());
    let more = (LARGEST_WINDOW - 65_535).to_be_bytes();
    let all = [
        PREFACE.to_vec(),
        frame(SETTINGS, 0, 0, &window),
        frame(WINDOW_UPDATE, 0, 0, &more),
    ];
    all.concat()
}

/// The headers of a call, each as a literal (RFC 7541, section 6.2.2).
fn call(stream: u32) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/taskmon.v1.Taskmon/Watch"),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ] {
        block.push(0);
        for text in [name, value] {
            block.push(u8::try_from(text.len()).unwrap());
            block.extend(text.as_bytes());
        }
    }
    frame(HEADERS, END_HEADERS, stream, &block)
}

/// All that it takes to watch: an update every 50 ms, with stacks.
fn watching() -> Vec<u8> {
    let request = [0, 0, 0, 0, 4, 0x08, 50, 0x10, 1];
    [greeting(), call(1), frame(DATA, END_STREAM, 1, &request)].concat()
}

fn connect(program: &Program) -> TcpStream {
    let Address::Tcp { host, port, .. } = program.target.address() else {
        unreachable!("it listens on TCP");
    };
    let stream = TcpStream::connect((host.as_str(), *port)).unwrap();
    // A test that fails should not wait for ever.
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

fn status(program: &Program, field: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn resident(program: &Program) -> u64 {
    status(program, "VmRSS:") << 10
}

fn open_files(program: &Program) -> usize {
    let files = fs::read_dir(format!("/proc/{}/fd", program.pid()));
    files.unwrap().count()
}

/// Waits until `condition` holds.
fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < DEADLINE, "in vain for {what}");
        std::thread::yield_now();
    }
}

/// The program's tasks go on, and a viewer sees them do so.
#[track_caller]
fn assert_goes_on(program: &Program) {
    let mut watch = program.watch();
    let polls = watch.expect(a_task().named("works")).polls;
    watch.until("the task that works", |watch| {
        let mut tasks = watch.model.tasks.values();
        let works = tasks.find(|task| &*task.name == "works")?;
        (works.polls > polls).then_some(())
    });
}

#[test]
fn viewers_that_do_not_read_cost_little_and_one_too_many_is_refused() {
    let program = program(
        "hostile::viewers_that_do_not_read_cost_little_and_one_too_many_is_refused",
        a_large_program,
    );
    // What the first look takes, names of stacks too, is not theirs.
    assert_goes_on(&program);
    let before = resident(&program);
    let mut deaf: Vec<_> = (0..VIEWERS)
        .map(|_| {
            let mut stream = connect(&program);
            stream.write_all(&watching()).unwrap();
            // Its greeting has been read; nothing else ever is, but a byte at a time.
            stream.read_exact(&mut [0; 9]).unwrap();
            stream
        })
        .collect();
    let runtime = Runtime::new().unwrap();
    let look = || {
        let session = Session::connect(&program.target, Duration::ZERO);
        runtime.block_on(session).err()
    };
    let mut refused = None;
    until("the refusal", || {
        deaf[0].read_exact(&mut [0]).unwrap();
        refused = look();
        refused.is_some()
    });
    let refused = refused.unwrap();
    assert!(refused.is_refusal(), "{refused}");
    let sentence = "refused: 8 viewers are attached already, as many as there may be";
    assert!(refused.to_string().contains(sentence), "{refused}");
    let cost = resident(&program).saturating_sub(before);
    assert!(cost < MEMORY, "{cost} bytes");
    drop(deaf.pop());
    until("a place", || look().is_none());
    drop(deaf);
    assert_goes_on(&program);
}

#[test]
fn a_thousand_connections_that_are_left_leave_nothing() {
    let program = program(
        "hostile::a_thousand_connections_that_are_left_leave_nothing",
        a_large_program,
    );
    assert_goes_on(&program);
    let (memory, files) = (resident(&program), open_files(&program));
    let all = [
        Vec::new(),
        PREFACE[..10].to_vec(),
        greeting(),
        watching(),
        b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: ".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        [greeting(), vec![0xff; 1_000]].concat(),
        vec![0; 100_000],
    ];
    let mut held = Vec::new();
    for begin in all.iter().cycle().take(1_000) {
        let mut stream = connect(&program);
        // One that is refused already cannot be written to.
        let _ = stream.write_all(begin);
        held.push(stream);
        // Some are held for a while, all at once.
        if held.len() == 100 {
            held.clear();
        }
    }
    let most = files + 32 + 2 * VIEWERS + 16;
    assert!(open_files(&program) <= most + 2);
    drop(held);
    assert_goes_on(&program);
    until("the end of all", || open_files(&program) <= files);
    let cost = resident(&program).saturating_sub(memory);
    assert!(cost < MEMORY, "{cost} bytes");
}

#[test]
fn calls_that_are_taken_back_at_once_keep_nobody_out() {
    let program = program(
        "hostile::calls_that_are_taken_back_at_once_keep_nobody_out",
        a_large_program,
    );
    assert_goes_on(&program);
    let memory = resident(&program);
    let mut stream = connect(&program);
    stream.write_all(&greeting()).unwrap();
    for number in 0..20_000 {
        let id = 2 * number + 1;
        let taken_back = [call(id), frame(RST_STREAM, 0, id, &[0, 0, 0, 8])].concat();
        if stream.write_all(&taken_back).is_err() {
            // The program has enough of it.
            break;
        }
    }
    assert_goes_on(&program);
    let cost = resident(&program).saturating_sub(memory);
    assert!(cost < MEMORY, "{cost} bytes");
}

#[test]
fn headers_without_end_are_not_kept() {
    let program = program("hostile::headers_without_end_are_not_kept", a_large_program);
    assert_goes_on(&program);
    let memory = resident(&program);
    let mut stream = connect(&program);
    stream.write_all(&greeting()).unwrap();
    // Headers that go on and on, without their end (CONTINUATION).
    let header = [&[0, 1, b'x', 127, 0x81, 0x7f][..], &[b'y'; 16_000]].concat();
    let _ = stream.write_all(&frame(HEADERS, 0, 1, &header));
    let ended = (0..10_000).any(|_| stream.write_all(&frame(9, 0, 1, &header)).is_err());
    assert!(ended, "it has taken 160 MB of headers");
    assert_goes_on(&program);
    let cost = resident(&program).saturating_sub(memory);
    assert!(cost < MEMORY, "{cost} bytes");
}
