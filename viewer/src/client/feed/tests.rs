use std::convert::Infallible;

use http_body_util::StreamBody;
use hyper::body::Frame;
use prost::Message;
use tokio::time::interval_at;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::IntervalStream;
use tonic::codegen::Bytes;

use super::*;

/// A feed of a program that says `page` again and again.
async fn feed_of(page: wire::Page, every: Duration) -> Feed {
    let update = wire::Update {
        update: Some(wire::update::Update::Page(page)),
    };
    let message = update.encode_to_vec();
    // Not compressed, and its length: how gRPC frames a message.
    let mut framed = vec![0];
    framed.extend((message.len() as u32).to_be_bytes());
    framed.extend(message);
    let framed = Bytes::from(framed);
    let program = tower::service_fn(move |_: Request<Body>| {
        let framed = framed.clone();
        let pages = IntervalStream::new(interval_at(Instant::now() + every, every));
        let pages = pages.map(move |_| Ok::<_, Infallible>(Frame::data(framed.clone())));
        let response = Response::builder().header("content-type", "application/grpc");
        let response = response.body(Body::new(StreamBody::new(pages)));
        std::future::ready(Ok::<_, tonic::transport::Error>(response.unwrap()))
    });
    let mut client = TaskmonClient::new(BoxCloneSyncService::new(program));
    let request = wire::WatchRequest::default();
    let stream = client.watch(request).await.unwrap().into_inner();
    Feed {
        target: "127.0.0.1:6669".parse().unwrap(),
        stream,
        client,
        interval: Duration::ZERO,
        silence: SILENCE,
        begun: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_picture_that_never_gets_whole_is_given_up() {
    let begun = Instant::now();
    let mut feed = feed_of(wire::Page::default(), Duration::from_secs(7)).await;
    let mut pages = 0;
    let error = loop {
        match feed.page().await {
            Ok(_) => pages += 1,
            Err(error) => break error,
        }
    };
    let given_up = matches!(error, WatchError::Unfinished { after, .. } if after == PICTURE_WITHIN);
    assert!(given_up, "{error}");
    assert_eq!(pages, 10 * 60 / 7);
    assert_eq!(begun.elapsed().as_secs(), PICTURE_WITHIN.as_secs());
}

#[tokio::test(start_paused = true)]
async fn each_picture_that_gets_whole_has_its_own_time() {
    let begun = Instant::now();
    let page = wire::Page {
        last: true,
        ..wire::Page::default()
    };
    let mut feed = feed_of(page, Duration::from_secs(7)).await;
    while begun.elapsed() < 3 * PICTURE_WITHIN {
        feed.page().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_says_nothing_is_told_to_be_silent() {
    let mut feed = feed_of(wire::Page::default(), Duration::from_secs(3_600)).await;
    let begun = Instant::now();
    let error = feed.page().await.unwrap_err();
    assert!(matches!(error, WatchError::Silent { .. }), "{error}");
    assert_eq!(begun.elapsed().as_secs(), SILENCE.as_secs());
}
