//! What the network is like.

use std::time::Duration;

/// What it does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// It brings everything at once.
    Fine,
    /// It is as rough as the [`Way`] is.
    Rough,
    /// It has broken all connections, and refuses new ones.
    Away,
}

/// What a way through the network is like in rough weather.
#[derive(Clone, Copy, Debug, Default)]
pub struct Way {
    /// In words, for people.
    pub name: &'static str,
    /// Each piece is held back for up to so long.
    pub delay: Duration,
    /// How much it lets through.
    pub bytes_per_second: Option<u64>,
    /// Each connection is broken before it has brought so many bytes.
    pub cut_before: Option<u64>,
    /// One in so many pieces stands still for up to a second and a half.
    pub stands_still: Option<u64>,
}

impl Way {
    /// The ways on which there is a viewer each.
    pub const ALL: [Way; 4] = [
        Way {
            name: "a good line",
            delay: Duration::ZERO,
            bytes_per_second: None,
            cut_before: None,
            stands_still: None,
        },
        Way {
            name: "a slow line",
            delay: Duration::from_millis(20),
            bytes_per_second: Some(512 << 10),
            cut_before: None,
            stands_still: Some(100),
        },
        Way {
            name: "a line that breaks",
            delay: Duration::ZERO,
            bytes_per_second: None,
            cut_before: Some(2 << 20),
            stands_still: None,
        },
        Way {
            name: "a line that is slow and breaks",
            delay: Duration::from_millis(5),
            bytes_per_second: Some(4 << 20),
            cut_before: Some(4 << 20),
            stands_still: Some(50),
        },
    ];
}
