//! HTTP requests to the echo service, from a process that nothing watches.
//!
//! A closed loop: each connection sends its next request when the last is
//! answered. The client does no more than must be, so that most of what is measured
//! is the service.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

/// How many connections there are.
const CONNECTIONS: u32 = 32;
const BODY: &[u8; 64] = b"echo echo echo echo echo echo echo echo echo echo echo echo echo";

/// Connections to the service, which are kept.
#[derive(Debug)]
pub struct Load {
    runtime: Runtime,
    connections: Vec<Connection>,
}

/// What became of some requests.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// How long each took, the shortest first. There is at least one.
    latencies: Vec<Duration>,
}

impl Outcome {
    /// The time that passed for each request.
    pub fn nanos_per_request(&self) -> f64 {
        self.elapsed.as_nanos() as f64 / self.latencies.len() as f64
    }

    /// What so many of 100 requests took at most.
    pub fn percentile(&self, percent: usize) -> Duration {
        let index = (self.latencies.len() * percent).div_ceil(100);
        self.latencies[index.saturating_sub(1)]
    }
}

impl Load {
    /// Connects to the service at `address`.
    ///
    /// # Errors
    ///
    /// If nobody listens there.
    pub fn connect(address: SocketAddr) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(runtime.block_on(Connection::open(address))?);
        }
        Ok(Load {
            runtime,
            connections,
        })
    }

    /// Makes at least `requests` requests, for at least that time.
    ///
    /// # Errors
    ///
    /// If a connection ends, or an answer is not an echo.
    pub fn run(&mut self, requests: u32, at_least: Duration) -> Result<Outcome, Box<dyn Error>> {
        let each = requests.div_ceil(CONNECTIONS).max(1);
        let connections = std::mem::take(&mut self.connections);
        let start = Instant::now();
        let ends = self.runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for connection in connections {
                tasks.spawn(connection.requests(each, start + at_least));
            }
            tasks.join_all().await
        });
        let elapsed = start.elapsed();
        let mut latencies = Vec::new();
        for end in ends {
            let (connection, took) = end?;
            self.connections.push(connection);
            latencies.extend(took);
        }
        latencies.sort_unstable();
        Ok(Outcome { elapsed, latencies })
    }
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let head = format!(
            "POST /echo HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n",
            BODY.len()
        );
        Ok(Connection {
            stream,
            request: [head.as_bytes(), BODY].concat(),
            answer: Vec::with_capacity(1_024),
        })
    }

    /// So many requests one after another, and more until that time has come.
    async fn requests(
        mut self,
        count: u32,
        until: Instant,
    ) -> Result<(Self, Vec<Duration>), io::Error> {
        let mut latencies = Vec::with_capacity(count as usize);
        let mut now = Instant::now();
        while latencies.len() < count as usize || now < until {
            self.stream.write_all(&self.request).await?;
            self.read_answer().await?;
            let then = std::mem::replace(&mut now, Instant::now());
            latencies.push(now - then);
        }
        Ok((self, latencies))
    }

    /// Reads one answer, which must be an echo.
    async fn read_answer(&mut self) -> io::Result<()> {
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let head = self.answer.windows(4).position(|it| it == b"\r\n\r\n");
            let Some(head) = head else { continue };
            if self.answer.len() >= head + 4 + BODY.len() {
                let echo = &self.answer[head + 4..];
                let is_echo = self.answer.starts_with(b"HTTP/1.1 200") && echo == BODY;
                let wrong = || io::Error::other("the service answered with something else");
                return is_echo.then_some(()).ok_or_else(wrong);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_echo_is_measured_once_for_each_request() {
        let service = Builder::new_multi_thread().enable_all().build().unwrap();
        let address = service.block_on(crate::workloads::service()).unwrap();
        let mut load = Load::connect(address).unwrap();
        for _ in 0..2 {
            let outcome = load.run(320, Duration::ZERO).unwrap();
            assert_eq!(outcome.latencies.len(), 320);
            assert!(outcome.percentile(50) <= outcome.percentile(99));
            assert!(outcome.percentile(100) <= outcome.elapsed);
        }
    }

    #[test]
    fn a_percentile_is_the_latency_that_so_many_do_not_exceed() {
        let latencies: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        let elapsed = Duration::from_secs(1);
        let outcome = Outcome { elapsed, latencies };
        assert_eq!(outcome.percentile(50), Duration::from_millis(100));
        assert_eq!(outcome.percentile(99), Duration::from_millis(198));
        assert_eq!(outcome.nanos_per_request(), 5e6);
    }
}
