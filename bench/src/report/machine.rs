//! On what, when, and with which versions.

use std::fs;
use std::time::SystemTime;

use serde::Serialize;

/// What a run has to be read with.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The day, in UTC.
    pub date: String,
    /// What the processor says it is.
    pub processor: String,
    /// How many of its cores this process may use.
    pub cores: usize,
    /// The operating system's kernel.
    pub kernel: String,
    /// The libraries that are measured, as Cargo.lock has them.
    pub versions: Vec<(&'static str, &'static str)>,
}

impl Machine {
    /// What this process runs on, now.
    pub fn of_this_process() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let unknown = || "unknown".to_owned();
        let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        let processor = read("/proc/cpuinfo").lines().find_map(|line| {
            Some(
                line.strip_prefix("model name")?
                    .split_once(": ")?
                    .1
                    .to_owned(),
            )
        });
        let kernel = read("/proc/sys/kernel/osrelease").trim().to_owned();
        let libraries = ["tokio", "console-subscriber", "dial9", "hotpath"];
        Machine {
            date: now.split('T').next().unwrap_or_default().to_owned(),
            processor: processor.unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: format!("{} {kernel}", std::env::consts::OS),
            versions: libraries
                .into_iter()
                .filter_map(|library| Some((library, version(library)?)))
                .collect(),
        }
    }
}

/// The version of a library in this workspace's Cargo.lock.
fn version(library: &str) -> Option<&'static str> {
    const LOCK: &str = include_str!("../../../Cargo.lock");
    let entry = format!("name = \"{library}\"\nversion = \"");
    LOCK.split_once(&entry)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_those_of_the_lock_file() {
        assert!(version("tokio").unwrap().starts_with("1."));
        assert!(version("console-subscriber").unwrap().starts_with("0."));
        assert_eq!(version("no such library"), None);
    }
}
