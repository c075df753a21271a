//! How much was done to the program, its viewers and the network between them.

use std::sync::atomic::{AtomicU64, Ordering};

/// A count of one kind of fault.
#[derive(Debug, Default)]
pub struct Count(AtomicU64);

impl Count {
    /// One more.
    pub fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// All faults, counted.
#[derive(Debug, Default)]
pub struct Injected {
    /// Connections of viewers that the network broke in the midst of a message.
    pub cut: Count,
    /// Times that the network stood still, and went on.
    pub frozen: Count,
    /// Connections that were refused while the network was away.
    pub turned_away: Count,
    /// Pieces that the network held back.
    pub delayed: Count,
    /// Viewers that were killed.
    pub killed: Count,
    /// Viewers that left in the midst of their first picture.
    pub left: Count,
    /// Clients that asked to watch and then read nothing.
    pub stalled: Count,
    /// Bytes that were read by clients that read one a second.
    pub sips: Count,
    /// Connections on which garbage was sent.
    pub garbage: Count,
    /// Connections that were opened and abandoned.
    pub abandoned: Count,
}

impl Injected {
    /// Each kind in words, and how many.
    pub fn each(&self) -> [(&'static str, u64); 10] {
        [
            ("connections cut in the midst of a message", &self.cut),
            ("the network stood still", &self.frozen),
            ("pieces that the network held back", &self.delayed),
            (
                "connections refused while the network was away",
                &self.turned_away,
            ),
            ("viewers killed (SIGKILL)", &self.killed),
            ("viewers that left during their first picture", &self.left),
            (
                "clients that asked to watch and read nothing",
                &self.stalled,
            ),
            ("bytes read by clients that read one a second", &self.sips),
            ("connections that sent garbage", &self.garbage),
            ("connections opened and abandoned", &self.abandoned),
        ]
        .map(|(what, count)| (what, count.get()))
    }
}
