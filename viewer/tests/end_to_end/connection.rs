//! Connections that fail, end, and come back.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use taskmon::client::{Link, Picture, Watcher};
use taskmon::rules::Thresholds;
use taskmon_subscriber::Builder;
use tokio::runtime::Runtime;

use super::support::{DEADLINE, a_task, on_two_workers, program_at, spawn_named};

/// Runs `taskmon tasks target`; gives the exit code and what it says on standard
/// error.
fn look(target: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(["tasks", target])
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn says(target: &str, message: &str) {
    let (code, said) = look(target);
    assert_eq!(code, Some(3), "{said}");
    assert_eq!(said, format!("taskmon: {message}\n"));
}

/// A server that does `answer` with each connection.
fn server(answer: fn(TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap());
        }
    });
    address
}

#[test]
fn nobody_listening_is_told() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = free.local_addr().unwrap().to_string();
    drop(free);
    says(
        &target,
        &format!(
            "nobody listens on {target}: is the program running, with taskmon-subscriber in it \
             and this address?"
        ),
    );
    says(
        "unix:/no/such/socket",
        "cannot reach unix:/no/such/socket: there is no such socket; is the program running?",
    );
}

#[test]
fn a_web_server_is_told_from_a_program_with_taskmon() {
    let target = server(|mut stream| {
        let _ = stream.read(&mut [0; 1_000]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
    says(
        &target,
        &format!(
            "{target} is not a taskmon address: what answers there does not speak gRPC; which \
             port does the program print?"
        ),
    );
    let closes = server(drop);
    says(
        &closes,
        &format!(
            "{closes} is not a taskmon address: what answers there does not speak gRPC; which \
             port does the program print?"
        ),
    );
}

#[test]
fn a_grpc_server_without_the_service_is_told() {
    use http::{Request, Response};
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let target = listener.local_addr().unwrap().to_string();
    runtime.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let answer = hyper::service::service_fn(|_: Request<hyper::body::Incoming>| async {
                // As gRPC servers say "unimplemented".
                let response = Response::builder()
                    .header("content-type", "application/grpc")
                    .header("grpc-status", "12");
                response.body(String::new())
            });
            tokio::spawn(
                hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), answer),
            );
        }
    });
    says(
        &target,
        &format!(
            "{target} is not a taskmon address: a server answers there that has no such service; \
             which port does the program print?"
        ),
    );
}

#[test]
fn wrong_usage_is_told_with_2() {
    for arguments in [
        &["tasks", "https://a:1"][..],
        &["tasks", "no-port"],
        &["check"],
        &["check", "a:1", "--for", "soon"],
        &["check", "a:1", "--format", "xml"],
        &["no-such-thing", "a:1"],
        &["demo", "--no-such-flag"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskmon"));
        let output = command.args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
}

/// A path for a socket that no other test uses.
fn socket(name: &str) -> String {
    let name = format!("taskmon-test-{}-{name}", std::process::id());
    std::env::temp_dir().join(name).display().to_string()
}

fn until<T>(picture: &Mutex<Picture>, what: &str, condition: impl Fn(&Picture) -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let shared = picture.lock().unwrap();
        if let Some(found) = condition(&shared) {
            return found;
        }
        assert!(
            Instant::now() < deadline,
            "in vain for {what}: {:?}",
            shared.link
        );
        drop(shared);
        thread::yield_now();
    }
}

#[test]
fn a_watcher_survives_the_end_and_the_return_of_its_program() {
    // The program finds the address in its own arguments' place: the variable.
    let bind = format!("unix:{}", socket("returns"));
    let test = "connection::a_watcher_survives_the_end_and_the_return_of_its_program";
    let start = || {
        program_at(test, &bind, || {
            on_two_workers(async {
                spawn_named("here", std::future::pending::<()>());
            });
        })
    };
    let mut program = start();
    let runtime = Runtime::new().unwrap();
    let watcher = Watcher::start(
        runtime.handle(),
        program.target.clone(),
        Some(Duration::from_millis(50)),
        Thresholds::default(),
    );
    let picture: Arc<Mutex<Picture>> = watcher.picture();
    let pid = |picture: &Picture| match (&picture.link, &picture.model.program) {
        (Link::Live, Some(program)) => Some(program.pid),
        _ => None,
    };
    let has_task = |picture: &Picture| {
        let mut tasks = picture.model.tasks.values();
        tasks.any(|task| &*task.name == "here").then_some(())
    };
    assert_eq!(until(&picture, "the program", pid), program.pid());
    until(&picture, "its task", has_task);

    program.kill();
    until(&picture, "the loss", |picture| match &picture.link {
        Link::Lost { .. } => has_task(picture),
        _ => None,
    });

    let again = start();
    let pid = until(&picture, "the program again", |picture| {
        pid(picture).filter(|pid| *pid != program.pid())
    });
    assert_eq!(pid, again.pid());
    until(&picture, "its task", has_task);
    drop(watcher);
    again.watch().expect(a_task().named("here"));
}

#[test]
fn a_program_whose_address_is_taken_goes_on_without_viewers() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let bind = taken.local_addr().unwrap().to_string();
    // TASKMON_BIND is not set in this process, so the builder decides.
    for bind in [
        bind.as_str(),
        "no such address",
        "unix:/no/such/folder/socket",
    ] {
        let (_around, telemetry) = Builder::new()
            .bind(bind)
            .around(tracing_subscriber::registry());
        assert_eq!(telemetry.address(), None, "{bind}");
    }
}
