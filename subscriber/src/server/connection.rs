//! One connection: a viewer's, or one that asks for metrics.

use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use taskmon_proto::v1::taskmon_server::TaskmonServer;
use tokio::io::{AsyncRead, AsyncWrite};

use super::service::{ConnectionSlot, TaskmonService};

/// How long a peer may leave a sign of life unanswered, and how often it is asked
/// for one.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How many calls there may be at once on one connection.
const CALLS: u32 = 4;
/// How large the headers of a request may be.
const HEADERS: u32 = 16 * 1024;

/// How long a connection may take that is not a viewer's.
#[cfg(feature = "metrics")]
const OTHERS_STAY: Duration = Duration::from_secs(60);

/// Serves whoever is at the other end of `stream`.
pub(super) fn connected<C>(stream: C, service: &TaskmonService)
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // Dropping the stream tells a peer too many that there is no room.
    let Some(slot) = ConnectionSlot::take(service) else {
        return;
    };
    let service = service.clone();
    tokio::spawn(async move {
        let _slot = slot;
        #[cfg(feature = "metrics")]
        serve(stream, service, OTHERS_STAY).await;
        #[cfg(not(feature = "metrics"))]
        serve(stream, service).await;
    });
}

/// HTTP/2 with gRPC. How a connection ends is the viewer's business.
#[cfg(not(feature = "metrics"))]
async fn serve<C>(stream: C, service: TaskmonService)
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let service = hyper_util::service::TowerToHyperService::new(TaskmonServer::new(service));
    let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .max_concurrent_streams(CALLS)
        .max_header_list_size(HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// HTTP/2 with gRPC, and HTTP/1.1 or HTTP/2 without.
///
/// Only a viewer stays. Any other connection has `others_stay` for all that it wants:
/// who says nothing, sends a request byte by byte, or never reads the answer holds
/// its place, and the one answer that is kept for it, no longer than that.
#[cfg(feature = "metrics")]
async fn serve<C>(stream: C, service: TaskmonService, others_stay: Duration)
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use hyper::service::service_fn;
    use hyper_util::server::conn::auto;
    use tonic::codegen::Service;

    use super::http;

    let is_viewer = Arc::new(AtomicBool::new(false));
    let grpc = TaskmonServer::new(service.clone());
    let answer = service_fn(|request| {
        let (service, mut grpc) = (service.clone(), grpc.clone());
        let calls = http::is_grpc(&request);
        if calls {
            is_viewer.store(true, Ordering::Relaxed);
        }
        async move {
            match calls {
                true => grpc.call(request).await,
                false => Ok(http::answer(&service, &request.into_parts().0).await),
            }
        }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        // A scraper that comes again in seconds can as well connect again, and
        // does not take a viewer's place meanwhile.
        .keep_alive(false)
        // Simple clients close their end once they have asked.
        .half_close(true)
        .max_buf_size(HEADERS as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .max_concurrent_streams(CALLS)
        .max_header_list_size(HEADERS);
    let connection = builder.serve_connection(TokioIo::new(stream), answer);
    tokio::pin!(connection);
    // How a connection ends is the peer's business.
    if tokio::time::timeout(others_stay, &mut connection)
        .await
        .is_err()
        && is_viewer.load(Ordering::Relaxed)
    {
        let _ = connection.await;
    }
}

#[cfg(all(test, feature = "metrics"))]
mod tests {
    use taskmon_proto::v1::WatchRequest;
    use taskmon_proto::v1::taskmon_client::TaskmonClient;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::net::TcpListener;
    use tonic::transport::Endpoint;

    use super::*;

    const SHORT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn who_says_nothing_is_sent_away() {
        let (mut client, server) = duplex(64);
        serve(server, TaskmonService::of_nothing(), SHORT).await;
        assert_eq!(client.read(&mut [0; 8]).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn who_never_reads_is_sent_away() {
        let (mut client, server) = duplex(64);
        let serving = serve(server, TaskmonService::of_nothing(), SHORT);
        let asking = client.write_all(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        let ((), asked) = tokio::join!(serving, asking);
        asked.unwrap();
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).await.unwrap();
        assert!(rest.starts_with(b"HTTP/1.1 200") && rest.len() <= 64);
    }

    #[tokio::test]
    async fn a_viewer_stays() {
        // Long enough to come in on a busy machine.
        let others_stay = Duration::from_secs(2);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = TaskmonService::of_nothing();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            serve(stream, service, others_stay).await;
        });
        let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
        let mut client = TaskmonClient::new(endpoint.connect().await.unwrap());
        let request = WatchRequest {
            interval_millis: 500,
            ..WatchRequest::default()
        };
        let updates = client.watch(request).await;
        let mut updates = updates.unwrap().into_inner();
        // The hello, and pictures for longer than others stay.
        for _ in 0..7 {
            assert!(updates.message().await.unwrap().is_some());
        }
    }
}
