//! What the measured program does.

mod channel;
mod echo;
mod idle;
mod operations;

pub use echo::service;
pub use idle::spawn_idle;

use serde::{Deserialize, Serialize};

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Workload {
    /// Spawn a task and wait until it is done.
    Spawn,
    /// `yield_now`.
    Yield,
    /// A message there and one back, over two channels of capacity 1.
    PingPong,
    /// A message through a channel of capacity 64.
    Stream,
    /// A message of 64 senders on a full channel of capacity 1.
    FanIn,
    /// Spawn, lock, send, select with a timer.
    Mix,
    /// A request to an axum service over a connection that is kept.
    Echo,
    /// Tasks that wait and do nothing.
    Idle,
}

/// How it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It is done over and over by the program itself.
    Operations {
        /// How often in a full run.
        count: u32,
    },
    /// The driver asks for it over connections.
    Requests {
        /// How many in a full run.
        count: u32,
    },
    /// It is just there.
    Tasks {
        /// How many in a full run.
        count: u32,
    },
}

impl Workload {
    /// All of them, as tables have them.
    pub const ALL: [Workload; 8] = [
        Workload::Spawn,
        Workload::Yield,
        Workload::PingPong,
        Workload::Stream,
        Workload::FanIn,
        Workload::Mix,
        Workload::Echo,
        Workload::Idle,
    ];

    /// Its name on the command line and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Workload::Spawn => "spawn",
            Workload::Yield => "yield",
            Workload::PingPong => "ping-pong",
            Workload::Stream => "stream",
            Workload::FanIn => "fan-in",
            Workload::Mix => "mix",
            Workload::Echo => "echo",
            Workload::Idle => "idle",
        }
    }

    /// What one operation of it is.
    pub fn what(self) -> &'static str {
        match self {
            Workload::Spawn => "spawn a task and wait until it is done",
            Workload::Yield => "yield_now",
            Workload::PingPong => "a message there and one back, over two channels of 1",
            Workload::Stream => "a message through a channel of 64",
            Workload::FanIn => "a message of 64 senders on a full channel of 1",
            Workload::Mix => "spawn, lock, send, select with a timer",
            Workload::Echo => {
                "a request to an axum service, over 32 connections that are kept, each of \
                 which has one request at a time"
            }
            Workload::Idle => "tasks that wait and do nothing: 100,000 in a full run",
        }
    }

    /// The one with that name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Workload::ALL.into_iter();
        all.find(|workload| workload.name() == name)
    }

    /// How it is measured.
    pub fn manner(self) -> Manner {
        match self {
            Workload::Spawn | Workload::PingPong => Manner::Operations { count: 40_000 },
            Workload::Yield | Workload::Stream => Manner::Operations { count: 100_000 },
            Workload::FanIn => Manner::Operations { count: 30_000 },
            Workload::Mix => Manner::Operations { count: 10_000 },
            Workload::Echo => Manner::Requests { count: 20_000 },
            Workload::Idle => Manner::Tasks { count: 100_000 },
        }
    }
}
