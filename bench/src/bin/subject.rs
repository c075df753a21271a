//! Runs all workloads under one subject and prints its figures.
//!
//!     subject NAME SHARE
//!
//! A subject with an address prints it, and waits for a line on standard input
//! before it begins, so that a viewer can attach.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use bench::allocations::Counting;
use bench::subjects::Subject;
use bench::workloads;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, share] = arguments.as_slice() else {
        eprintln!("usage: subject NAME SHARE");
        return ExitCode::from(2);
    };
    let (Some(subject), Ok(share)) = (Subject::named(name), share.parse()) else {
        eprintln!("no subject {name:?}, or no share {share:?}");
        return ExitCode::from(2);
    };
    let address = subject.install();
    println!("{}", address.unwrap_or_default());
    let _ = io::stdout().flush();
    let _ = io::stdin().lock().read_line(&mut String::new());
    workloads::run_all(share, |measurement| {
        if let Ok(line) = serde_json::to_string(&measurement) {
            println!("{line}");
        }
    });
    ExitCode::SUCCESS
}
