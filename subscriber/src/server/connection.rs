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
/// Only a viewer stays. Any other connection has a minute for all that it wants:
/// who says nothing, sends a request byte by byte, or never reads the answer holds
/// its place, and the one answer that is kept for it, no longer than that.
#[cfg(feature = "metrics")]
async fn serve<C>(stream: C, service: TaskmonService)
where
    C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use hyper::service::service_fn;
    use hyper_util::server::conn::auto;
    use tonic::codegen::Service;

    use super::http;

    const OTHERS_STAY: Duration = Duration::from_secs(60);

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
                false => {
                    Ok(
                        http::answer(&service, request.method(), request.uri(), request.headers())
                            .await,
                    )
                }
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
    if tokio::time::timeout(OTHERS_STAY, &mut connection)
        .await
        .is_err()
        && is_viewer.load(Ordering::Relaxed)
    {
        let _ = connection.await;
    }
}
