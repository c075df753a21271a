//! What the program that is measured says to the driver, a line of JSON each. What
//! the driver answers is an empty line.

use std::io::{self, BufRead, Write};
use std::net::SocketAddr;
use std::thread;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::measurement::Measurement;

/// A line to the driver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Viewers may attach there. Awaits an answer.
    Installed {
        /// If it is a subject that viewers of ours can watch.
        viewers: Option<String>,
    },
    /// What a viewer is sent from here on belongs to the workload.
    Begun,
    /// A service for [`crate::load::Load`] is there. Awaits an answer.
    Serving(SocketAddr),
    /// Asks for that many requests to it. Awaits an answer.
    Request {
        /// How many there should be at least.
        requests: u32,
        /// Whether they are to be timed, and so are as many as it takes for
        /// updates to a viewer to be among them.
        timed: bool,
    },
    /// A figure.
    Measured(Measurement),
    /// Ends what [`Message::Begun`] began. Awaits an answer: if a viewer is attached,
    /// it comes after an update.
    Ended,
}

/// The driver, seen from the program that is measured.
#[derive(Debug)]
pub struct Driver {
    answers: UnboundedReceiver<()>,
}

impl Driver {
    /// The driver at the other end of standard input and output. If it is gone,
    /// this process ends.
    pub fn on_standard_streams() -> Self {
        let (sender, answers) = unbounded_channel();
        thread::spawn(move || {
            for line in io::stdin().lock().lines() {
                if line.is_err() || sender.send(()).is_err() {
                    break;
                }
            }
            std::process::exit(0);
        });
        Driver { answers }
    }

    /// Says something.
    pub fn say(&self, message: &Message) {
        let line = serde_json::to_string(message).expect("all of it can be JSON");
        // If nobody listens, standard input says so too.
        let _ = writeln!(io::stdout().lock(), "{line}");
    }

    /// Says something and awaits the answer.
    pub async fn ask(&mut self, message: &Message) {
        self.say(message);
        if self.answers.recv().await.is_none() {
            std::process::exit(0);
        }
    }

    /// As [`Driver::ask`], outside of a runtime.
    pub fn ask_blocking(&mut self, message: &Message) {
        self.say(message);
        if self.answers.blocking_recv().is_none() {
            std::process::exit(0);
        }
    }
}
