//! What is said and which code is returned when there is no program to look at.

use std::future::pending;
use std::net::TcpListener as StdTcpListener;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tonic::Status;
use tonic::service::Routes;

use crate::support::{Run, Script, TestServer, Then, healthy, hello, hello_of, page, taskmon};

/// Every command that connects says the same, in one line on stderr.
#[track_caller]
fn assert_fails(target: &str, code: i32, message: &str) {
    for args in [&["tasks"][..], &["check", "--for", "1s"]] {
        let run = taskmon(&[args, &[target]].concat());
        assert_eq!(run.code, Some(code), "{run:?}");
        assert_one_line(&run);
        assert!(run.stderr.contains(message), "{run:?}");
        assert_eq!(run.stdout, "");
    }
}

#[track_caller]
fn assert_one_line(run: &Run) {
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(run.stderr.starts_with("taskmon: "), "{run:?}");
    assert!(!run.stderr.trim_end().contains(char::is_control), "{run:?}");
}

#[test]
fn nobody_listens() {
    let listener = StdTcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    assert_fails(&address, 3, &format!("nobody listens at http://{address}"));
}

#[test]
fn there_is_no_such_host() {
    assert_fails("taskmon.invalid:6669", 3, "there is no host");
}

#[test]
fn there_is_no_such_socket() {
    assert_fails(
        "unix:/nonexistent/shop.sock",
        3,
        "there is no socket at unix:",
    );
}

#[test]
fn the_peer_is_a_plain_http_server() {
    let server = TestServer::start(http1);
    assert_fails(&server.target(), 3, "does not speak gRPC");
}

async fn http1(listener: TcpListener) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let _ = stream.read(&mut [0; 1_024]).await;
            let answer = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(answer).await;
            // Closed with something unread, the connection could lose the answer.
            while stream
                .read(&mut [0; 1_024])
                .await
                .is_ok_and(|read| read > 0)
            {}
        });
    }
}

#[test]
fn the_peer_closes_at_once() {
    let server = TestServer::start(|listener| async move {
        loop {
            drop(listener.accept().await);
        }
    });
    assert_fails(&server.target(), 3, "closed the connection at once");
}

#[test]
fn the_peer_never_says_a_word() {
    let server = TestServer::start(|listener| async move {
        let mut held = Vec::new();
        while let Ok(connection) = listener.accept().await {
            held.push(connection);
        }
        pending().await
    });
    assert_fails(&server.target(), 3, "did not answer within 5s");
}

#[test]
fn the_peer_connects_and_never_introduces_itself() {
    let server = TestServer::program(Script::new([], Then::Silence));
    assert_fails(&server.target(), 3, "did not answer within 5s");
}

#[test]
fn the_peer_is_another_grpc_server() {
    let server = TestServer::grpc(Routes::default());
    assert_fails(&server.target(), 3, "has no taskmon in it");
}

#[test]
fn the_peer_is_an_http2_server_without_grpc() {
    let router = axum::Router::new().fallback(|| async { "hello" });
    let server = TestServer::grpc(Routes::from(router));
    assert_fails(&server.target(), 3, "does not speak gRPC");
}

#[test]
fn the_program_refuses() {
    for status in [
        Status::unauthenticated("a token is \u{1b}[31mmissing"),
        Status::permission_denied("a token is \u{1b}[31mmissing"),
        Status::resource_exhausted("a token is \u{1b}[31mmissing"),
    ] {
        let server = TestServer::program(Script::new([], Then::Fail(status)));
        assert_fails(
            &server.target(),
            4,
            "refused: a token is \\u{1b}[31mmissing",
        );
    }
}

#[test]
fn the_first_message_is_no_hello() {
    let server = TestServer::program(Script::new([page(healthy())], Then::Ticks));
    assert_fails(&server.target(), 3, "does not introduce itself");
}

#[test]
fn the_stream_ends_before_the_hello() {
    let server = TestServer::program(Script::new([], Then::End));
    assert_fails(&server.target(), 3, "does not introduce itself");
}

#[test]
fn the_stream_ends_before_the_snapshot_is_whole() {
    let server = TestServer::program(Script::new([hello()], Then::End));
    assert_fails(&server.target(), 3, "ended the connection");
}

#[test]
fn a_malformed_stream_is_an_error_and_not_a_panic() {
    let mut difference = healthy();
    difference.reset = false;
    let mut long_name = healthy();
    long_name.tasks[0].info.as_mut().unwrap().name = "x".repeat(300);
    for first in [
        [hello(), hello_of(2)],
        [hello(), page(difference)],
        [hello(), page(long_name)],
    ] {
        let server = TestServer::program(Script::new(first, Then::Ticks));
        assert_fails(&server.target(), 3, "sent what cannot be understood");
    }
}

#[test]
fn a_message_that_is_too_large_is_an_error() {
    let mut large = healthy();
    large.texts[0].text = "x".repeat(5 << 20);
    let server = TestServer::program(Script::new([hello(), page(large)], Then::Ticks));
    assert_fails(&server.target(), 3, "sent what cannot be understood");
}

#[test]
fn a_status_with_broken_details_is_an_error_and_not_a_panic() {
    let router = axum::Router::new().fallback(|| async {
        [
            ("content-type", "application/grpc"),
            ("grpc-status", "7"),
            ("grpc-status-details-bin", "*"),
        ]
    });
    let server = TestServer::grpc(Routes::from(router));
    assert_fails(&server.target(), 4, "refused: no reason given");
}
