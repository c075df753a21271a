//! A network of one's own: what goes between a viewer and the program passes here, and
//! is held back, slowed down and broken as the weather is.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::injected::Injected;
use super::weather::{Way, Weather};
use crate::random::Random;

/// What is read at once: smaller than a page of the program, so that what is held back
/// or broken off is in the midst of one.
const PIECE: usize = 8 << 10;
/// For how long the network stands still at most, in milliseconds.
const STILL: u64 = 1_500;

/// One way through the network, to one program. It is closed when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: String,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Opens a way to the program at `target`.
    ///
    /// # Errors
    ///
    /// If there is no port left.
    pub async fn open(
        target: &str,
        way: Way,
        weather: watch::Receiver<Weather>,
        injected: Arc<Injected>,
        seed: u64,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let accepting = Accepting {
            listener,
            target: target.to_owned(),
            way,
            weather,
            injected,
        };
        Ok(Proxy {
            address,
            accepting: tokio::spawn(accepting.run(Random::new(seed))),
        })
    }

    /// Where a viewer gets through to the program.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

struct Accepting {
    listener: TcpListener,
    target: String,
    way: Way,
    weather: watch::Receiver<Weather>,
    injected: Arc<Injected>,
}

impl Accepting {
    async fn run(self, mut random: Random) {
        loop {
            let Ok((near, _)) = self.listener.accept().await else {
                // Out of files for a moment.
                sleep(Duration::from_millis(10)).await;
                continue;
            };
            if *self.weather.borrow() == Weather::Away {
                self.injected.turned_away.add();
                continue;
            }
            let left = self.way.cut_before.map(|most| random.below(most));
            let passage = Passage {
                way: self.way,
                weather: self.weather.clone(),
                injected: Arc::clone(&self.injected),
                random: Random::new(random.below(u64::MAX)),
            };
            let target = self.target.clone();
            tokio::spawn(async move {
                if let Ok(far) = TcpStream::connect(target).await {
                    passage.between(near, far, left).await;
                }
            });
        }
    }
}

/// How a piece of a connection's way has come to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The one who sent on it has closed it.
    Closed,
    /// The network broke it.
    Cut,
}

/// One connection.
struct Passage {
    way: Way,
    weather: watch::Receiver<Weather>,
    injected: Arc<Injected>,
    random: Random,
}

impl Passage {
    /// Carries what both say, until one closes, the network goes away, or the program
    /// has sent `left` bytes in rough weather.
    async fn between(mut self, mut near: TcpStream, mut far: TcpStream, left: Option<u64>) {
        let mut upwards = Passage {
            way: self.way,
            weather: self.weather.clone(),
            injected: Arc::clone(&self.injected),
            random: Random::new(self.random.below(u64::MAX)),
        };
        let mut weather = self.weather.clone();
        let resets = self.random.below(2) == 0;
        let ((near_read, near_write), (far_read, far_write)) = (near.split(), far.split());
        let end = tokio::select! {
            end = upwards.carry(near_read, far_write, None) => end,
            end = self.carry(far_read, near_write, left) => end,
            _ = weather.wait_for(|weather| *weather == Weather::Away) => Ok(End::Cut),
        };
        if matches!(end, Ok(End::Cut)) {
            self.injected.cut.add();
            if resets {
                // Otherwise it looks as if the other side had closed it in good order.
                for end in [&near, &far] {
                    let _ = end.set_zero_linger();
                }
            }
        }
    }

    async fn carry(
        &mut self,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        mut left: Option<u64>,
    ) -> io::Result<End> {
        let mut piece = vec![0; PIECE];
        loop {
            let length = from.read(&mut piece).await?;
            if length == 0 {
                return Ok(End::Closed);
            }
            let mut piece = &piece[..length];
            if *self.weather.borrow() == Weather::Rough {
                self.hold_back(length as u64).await;
                if let Some(left) = &mut left {
                    if *left < length as u64 {
                        piece = &piece[..*left as usize];
                        to.write_all(piece).await?;
                        return Ok(End::Cut);
                    }
                    *left -= length as u64;
                }
            }
            to.write_all(piece).await?;
        }
    }

    async fn hold_back(&mut self, bytes: u64) {
        let way = self.way;
        let mut time = Duration::ZERO;
        if !way.delay.is_zero() {
            let micros = way.delay.as_micros() as u64;
            time += Duration::from_micros(self.random.below(micros));
        }
        if let Some(rate) = way.bytes_per_second {
            time += Duration::from_secs_f64(bytes as f64 / rate as f64);
        }
        if let Some(one_in) = way.stands_still
            && self.random.below(one_in) == 0
        {
            self.injected.frozen.add();
            time += Duration::from_millis(self.random.below(STILL));
        }
        if !time.is_zero() {
            self.injected.delayed.add();
            sleep(time).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_WAY_OFF: Way = Way {
        name: "straight",
        delay: Duration::ZERO,
        bytes_per_second: None,
        cut_before: None,
        stands_still: None,
    };

    /// A program that says `bytes` bytes to whoever connects, and waits.
    async fn program(bytes: usize) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let _ = stream.write_all(&vec![7; bytes]).await;
                    let _ = stream.read(&mut [0]).await;
                });
            }
        });
        address
    }

    async fn through(
        way: Way,
        weather: Weather,
        bytes: usize,
    ) -> (Proxy, watch::Sender<Weather>, Arc<Injected>) {
        let (changes, weather) = watch::channel(weather);
        let injected = Arc::<Injected>::default();
        let target = program(bytes).await;
        let proxy = Proxy::open(&target, way, weather, Arc::clone(&injected), 7);
        (proxy.await.unwrap(), changes, injected)
    }

    #[tokio::test]
    async fn everything_comes_through_however_slow() {
        let way = Way {
            delay: Duration::from_millis(2),
            bytes_per_second: Some(10 << 20),
            ..NO_WAY_OFF
        };
        let (proxy, _weather, injected) = through(way, Weather::Rough, 100_000).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        let mut read = vec![0; 100_000];
        stream.read_exact(&mut read).await.unwrap();
        assert!(read.iter().all(|byte| *byte == 7));
        assert!(injected.delayed.get() > 0);
        assert_eq!(injected.cut.get(), 0);
    }

    #[tokio::test]
    async fn a_line_that_breaks_does_so_in_rough_weather_only() {
        let way = Way {
            cut_before: Some(50_000),
            ..NO_WAY_OFF
        };
        let (proxy, weather, injected) = through(way, Weather::Rough, 100_000).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        let mut read = Vec::new();
        // An error or an end, as it breaks.
        let _ = stream.read_to_end(&mut read).await;
        assert!(read.len() < 50_000);
        assert_eq!(injected.cut.get(), 1);
        weather.send_replace(Weather::Fine);
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.read_exact(&mut vec![0; 100_000]).await.unwrap();
    }

    #[tokio::test]
    async fn when_the_network_goes_away_so_do_all_connections() {
        let (proxy, weather, injected) = through(NO_WAY_OFF, Weather::Fine, 10).await;
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.read_exact(&mut [0; 10]).await.unwrap();
        weather.send_replace(Weather::Away);
        let ended = stream.read(&mut [0]).await;
        assert!(ended.is_err() || ended.is_ok_and(|length| length == 0));
        let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
        let ended = refused.read(&mut [0]).await;
        assert!(ended.is_err() || ended.is_ok_and(|length| length == 0));
        assert_eq!((injected.cut.get(), injected.turned_away.get()), (1, 1));
    }
}
