//! Clients of every kind, against one connection.

use std::sync::Arc;
use std::time::Duration;

use taskmon_proto::v1::WatchRequest;
use taskmon_proto::v1::taskmon_client::TaskmonClient;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request};

use super::*;

const TOKEN: &str = "correct-horse-battery";
const NONE: Duration = Duration::from_millis(50);
/// Enough to be let in on a busy machine.
const SOON: Duration = Duration::from_secs(2);
/// What has so long never runs out in a test.
const LONG: Duration = Duration::from_secs(3_600);

/// Limits that nobody reaches.
const ENDLESS: Limits = Limits {
    newcomer: LONG,
    other: LONG,
    idle: LONG,
    stalled: LONG,
};

fn connections(access: Access, limits: Limits) -> Arc<Connections> {
    let mut connections = Connections::new(access, TaskmonService::of_nothing());
    Arc::get_mut(&mut connections).unwrap().limits = limits;
    connections
}

/// A connection, and what ends when it does.
fn connect(connections: &Arc<Connections>) -> (DuplexStream, JoinHandle<()>) {
    let (client, server) = duplex(1 << 16);
    let serving = Arc::clone(connections).serve(server, Way::Tcp, connections.places.enter());
    (client, tokio::spawn(serving))
}

async fn channel(client: DuplexStream) -> Channel {
    channel_of(Endpoint::from_static("http://program"), client).await
}

async fn channel_of(endpoint: Endpoint, client: DuplexStream) -> Channel {
    let mut client = Some(TokioIo::new(client));
    let once = tower::service_fn(move |_| std::future::ready(client.take().ok_or("used")));
    endpoint.connect_with_connector(once).await.unwrap()
}

fn watch(token: Option<&str>) -> Request<WatchRequest> {
    let mut request = Request::new(WatchRequest {
        interval_millis: 50,
        ..WatchRequest::default()
    });
    if let Some(token) = token {
        let token = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", token);
    }
    request
}

#[tokio::test]
async fn who_says_nothing_is_sent_away() {
    let limits = Limits {
        newcomer: NONE,
        ..ENDLESS
    };
    let connections = connections(Access::of_this_host(), limits);
    let (mut client, serving) = connect(&connections);
    serving.await.unwrap();
    assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test]
async fn who_shakes_hands_and_never_asks_is_sent_away() {
    let limits = Limits {
        newcomer: NONE,
        ..ENDLESS
    };
    let connections = connections(Access::of_this_host(), limits);
    let (mut client, serving) = connect(&connections);
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let preface = [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &settings].concat();
    client.write_all(&preface).await.unwrap();
    serving.await.unwrap();
}

#[tokio::test]
async fn garbage_ends_the_connection() {
    for garbage in [
        &b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff"[..],
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"no protocol at all\r\n\r\n",
    ] {
        let connections = connections(Access::of_this_host(), ENDLESS);
        let (mut client, serving) = connect(&connections);
        client.write_all(garbage).await.unwrap();
        serving.await.unwrap();
    }
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn who_never_reads_is_sent_away() {
    let limits = Limits {
        newcomer: SOON,
        other: NONE,
        ..ENDLESS
    };
    let connections = connections(Access::of_this_host(), limits);
    let (mut client, server) = duplex(64);
    let serving = Arc::clone(&connections).serve(server, Way::Tcp, connections.places.enter());
    let asking = client.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let ((), asked) = tokio::join!(serving, asking);
    asked.unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert!(rest.starts_with(b"HTTP/1.1 200") && rest.len() <= 64);
}

#[tokio::test]
async fn a_viewer_stays_and_goes_once_it_has_no_call() {
    let limits = Limits {
        newcomer: SOON,
        other: Duration::ZERO,
        idle: Duration::from_millis(400),
        stalled: LONG,
    };
    let connections = connections(Access::of_this_host(), limits);
    let (client, serving) = connect(&connections);
    let mut client = TaskmonClient::new(channel(client).await);
    let updates = client.watch(watch(None)).await;
    let mut updates = updates.unwrap().into_inner();
    // The hello, and pictures for longer than it might be idle.
    for _ in 0..15 {
        assert!(updates.message().await.unwrap().is_some());
    }
    assert!(!serving.is_finished());
    drop(updates);
    serving.await.unwrap();
}

#[tokio::test]
async fn a_viewer_that_gives_no_room_has_to_go() {
    let limits = Limits {
        newcomer: SOON,
        idle: NONE,
        stalled: NONE,
        ..ENDLESS
    };
    let connections = connections(Access::of_this_host(), limits);
    let (client, serving) = connect(&connections);
    let endpoint = Endpoint::from_static("http://program").initial_stream_window_size(1);
    let mut client = TaskmonClient::new(channel_of(endpoint, client).await);
    // It is open, and nothing is taken from it.
    let _updates = client.watch(watch(None)).await.unwrap();
    serving.await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_missing_and_one_that_is_wrong_look_the_same() {
    let connections = connections(Access::with_token(TOKEN), ENDLESS);
    let (client, _serving) = connect(&connections);
    let mut client = TaskmonClient::new(channel(client).await);
    let mut refusals = Vec::new();
    for token in [None, Some("correct-horse-batterx"), Some("")] {
        let status = client.watch(watch(token)).await.err().unwrap();
        assert_eq!(status.code(), Code::Unauthenticated);
        refusals.push((status.message().to_owned(), status.metadata().len()));
    }
    assert!(refusals.iter().all(|it| *it == refusals[0]), "{refusals:?}");
    let mut updates = client.watch(watch(Some(TOKEN))).await.unwrap().into_inner();
    assert!(updates.message().await.unwrap().is_some());
}

#[tokio::test]
async fn whatever_is_asked_for_needs_the_token() {
    let connections = connections(Access::with_token(TOKEN), ENDLESS);
    let (client, _serving) = connect(&connections);
    let mut grpc = tonic::client::Grpc::new(channel(client).await);
    grpc.ready().await.unwrap();
    let path = "/taskmon.v1.Taskmon/Unheard".parse().unwrap();
    let codec = tonic_prost::ProstCodec::<WatchRequest, WatchRequest>::default();
    let status = grpc.unary(watch(None), path, codec).await.err().unwrap();
    assert_eq!(status.code(), Code::Unauthenticated);
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn without_the_token_nothing_is_told_over_http() {
    let connections = connections(Access::with_token(TOKEN), ENDLESS);
    let mut answers = Vec::new();
    for path in ["/metrics", "/", "/taskmon.v1.Taskmon/Watch", "/unheard"] {
        let (mut client, _serving) = connect(&connections);
        let asked = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        client.write_all(asked.as_bytes()).await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(
            !answer.contains("taskmon") && !answer.contains("metrics"),
            "{answer}"
        );
        // But for the time of day.
        let lines = answer.lines().filter(|line| !line.starts_with("date"));
        answers.push(lines.collect::<Vec<_>>().join("\n"));
    }
    assert!(answers.iter().all(|it| *it == answers[0]), "{answers:?}");
    let (mut client, _serving) = connect(&connections);
    let asked = format!("GET /metrics HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n");
    client.write_all(asked.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn one_viewer_too_many_is_told_so() {
    let connections = connections(Access::of_this_host(), ENDLESS);
    let mut attached = Vec::new();
    for _ in 0..crate::server::VIEWERS {
        let (client, _) = connect(&connections);
        let mut client = TaskmonClient::new(channel(client).await);
        attached.push(client.watch(watch(None)).await.unwrap());
    }
    let (client, _) = connect(&connections);
    let mut client = TaskmonClient::new(channel(client).await);
    let status = client.watch(watch(None)).await.err().unwrap();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.message().contains("8 viewers are attached already"));
    attached.pop();
    let room = async {
        while client.watch(watch(None)).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    let room = tokio::time::timeout(Duration::from_secs(60), room);
    room.await.expect("one has left");
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused() {
    let connections = connections(Access::of_this_host(), ENDLESS);
    let (client, _serving) = connect(&connections);
    let mut grpc = tonic::client::Grpc::new(channel(client).await);
    grpc.ready().await.unwrap();
    let path = "/taskmon.v1.Taskmon/Watch".parse().unwrap();
    // Any message with more in it than a request may have.
    let codec =
        tonic_prost::ProstCodec::<taskmon_proto::v1::Text, taskmon_proto::v1::Update>::default();
    let large = Request::new(taskmon_proto::v1::Text {
        number: 1,
        text: "x".repeat(REQUEST_BYTES),
    });
    let status = grpc
        .server_streaming(large, path, codec)
        .await
        .err()
        .unwrap();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
}
