//! Clients that do as they like, each until it is told to stop by being dropped.

use std::sync::Arc;
use std::time::Duration;

use taskmon::client::{Session, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::http2;
use super::injected::Injected;
use crate::random::Random;

/// How long a connection without a sense is held at most.
const HELD: Duration = Duration::from_millis(300);
/// How many connections are opened and abandoned at once.
const AT_ONCE: usize = 10;

/// What the clients share.
#[derive(Clone)]
pub(super) struct Clients {
    pub(super) address: String,
    pub(super) target: Target,
    pub(super) injected: Arc<Injected>,
}

impl Clients {
    /// A viewer that asks for everything and reads nothing.
    pub(super) async fn stall(self) {
        loop {
            if let Some(_deaf) = self.say(&http2::watch()).await {
                self.injected.stalled.add();
                // For as long as this lasts.
                std::future::pending::<()>().await;
            }
            sleep(HELD).await;
        }
    }

    /// A viewer that reads one byte a second.
    pub(super) async fn sip(self) {
        loop {
            if let Some(mut stream) = self.say(&http2::watch()).await {
                while stream.read_exact(&mut [0]).await.is_ok() {
                    self.injected.sips.add();
                    sleep(Duration::from_secs(1)).await;
                }
            }
            sleep(HELD).await;
        }
    }

    /// Sends what makes no sense.
    pub(super) async fn talk_garbage(self, mut random: Random) {
        loop {
            let mut garbage: Vec<u8> = match random.below(5) {
                0 => Vec::new(),
                1 => http2::PREFACE.to_vec(),
                2 => http2::greeting(),
                // A message that no protobuf is, or that never ends.
                3 => http2::watch_with(&[0, 0, 0, 0, 3, 0xff, 0xff, 0xff]),
                _ => http2::watch_with(&[0, 0xff, 0xff, 0xff, 0xff]),
            };
            let more = random.below(4_000);
            garbage.extend((0..more).map(|_| random.below(256) as u8));
            if let Some(mut stream) = self.say(&garbage).await {
                self.injected.garbage.add();
                // Until it is sent away, or for a while.
                let mut answer = Vec::new();
                let _ = timeout(HELD, stream.read_to_end(&mut answer)).await;
            }
            sleep(Duration::from_millis(random.below(100))).await;
        }
    }

    /// Opens connections, says a part of what viewers say, and goes.
    pub(super) async fn abandon(self, mut random: Random) {
        let whole = http2::watch();
        loop {
            let mut opened = Vec::with_capacity(AT_ONCE);
            for _ in 0..AT_ONCE {
                let length = random.below(whole.len() as u64 + 1) as usize;
                // One in ten says all of it.
                let length = if opened.is_empty() {
                    whole.len()
                } else {
                    length
                };
                opened.extend(self.say(&whole[..length]).await);
            }
            opened.iter().for_each(|_| self.injected.abandoned.add());
            sleep(Duration::from_millis(random.below(200))).await;
        }
    }

    /// A real viewer that leaves in the midst of its first picture, over and over.
    pub(super) async fn leave(self, mut random: Random) {
        loop {
            let time = Duration::from_millis(random.below(100));
            let attached = Session::connect(&self.target, Duration::ZERO).await;
            if let Ok(mut session) = attached
                && timeout(time, session.next()).await.is_err()
            {
                self.injected.left.add();
            }
            sleep(time).await;
        }
    }

    /// A connection on which `bytes` are said; `None` if it came to nothing.
    async fn say(&self, bytes: &[u8]) -> Option<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).await.ok()?;
        // One that is refused already cannot be written to.
        let _ = timeout(HELD, stream.write_all(bytes)).await;
        Some(stream)
    }
}
