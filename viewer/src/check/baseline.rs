//! Alerts that are known, and do not fail.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SiteId;
use crate::faces::json_writer;
use crate::words::plain::plain;

const VERSION: u32 = 1;
/// A file that is larger is no baseline.
const LARGEST: u64 = 16 << 20;

/// The alerts of a file.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    alerts: Vec<SiteId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Contents {
    version: u32,
    alerts: Vec<SiteId>,
}

/// Why a file is not a baseline, or cannot be.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// There is none yet.
    #[error("there is no baseline {}: --write-baseline writes one", shown(.0))]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("cannot read the baseline {}: {source}", shown(path))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is not a baseline of taskmon: {reason}", shown(path))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be written.
    #[error("cannot write the baseline {}: {source}", shown(path))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

fn shown(path: &Path) -> String {
    plain(&path.to_string_lossy()).into_owned()
}

impl Baseline {
    /// Reads what [`Baseline::write`] wrote.
    ///
    /// # Errors
    ///
    /// If the file is not there, cannot be read or is no baseline.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let text = read(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => BaselineError::Missing(path.to_owned()),
            io::ErrorKind::InvalidData => malformed(path, "it is no text"),
            _ => BaselineError::Read {
                path: path.to_owned(),
                source,
            },
        })?;
        Baseline::parse(&text, path)
    }

    /// What `text`, of the file `path`, says.
    ///
    /// # Errors
    ///
    /// If it is no baseline.
    pub fn parse(text: &str, path: &Path) -> Result<Self, BaselineError> {
        let contents: Contents =
            serde_json::from_str(text).map_err(|error| malformed(path, &error.to_string()))?;
        match contents.version {
            VERSION => Ok(Baseline {
                alerts: contents.alerts,
            }),
            version => Err(malformed(
                path,
                &format!("its version is {version}, and this taskmon knows {VERSION}"),
            )),
        }
    }

    /// Adds alerts that it does not have.
    pub fn add(&mut self, ids: impl IntoIterator<Item = SiteId>) {
        for id in ids {
            if !self.has(&id) {
                self.alerts.push(id);
            }
        }
        // So that a file under version control changes only where it must.
        self.alerts.sort();
    }

    /// Writes it whole, or leaves what was there.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), BaselineError> {
        let contents = Contents {
            version: VERSION,
            alerts: self.alerts.clone(),
        };
        let mut text = Vec::new();
        let written = json_writer::write(&mut text, &contents).and_then(|()| {
            let mut beside = path.as_os_str().to_owned();
            beside.push(format!(".{}.new", std::process::id()));
            fs::write(&beside, &text)?;
            fs::rename(&beside, path).inspect_err(|_| {
                let _ = fs::remove_file(&beside);
            })
        });
        written.map_err(|source| BaselineError::Write {
            path: path.to_owned(),
            source,
        })
    }

    /// Whether it has an alert of this rule at this site.
    pub fn has(&self, id: &SiteId) -> bool {
        self.alerts.iter().any(|known| known.is_same(id))
    }

    /// How many of its alerts are not among `ids`.
    pub fn unseen(&self, ids: &[&SiteId]) -> usize {
        let seen = |known: &&SiteId| ids.iter().any(|id| known.is_same(id));
        self.alerts.iter().filter(|known| !seen(known)).count()
    }
}

fn malformed(path: &Path, reason: &str) -> BaselineError {
    BaselineError::Malformed {
        path: path.to_owned(),
        reason: plain(reason).into_owned(),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(rule: &str, function: &str, line: u32) -> SiteId {
        SiteId {
            rule: rule.to_owned(),
            site_role: "waits".to_owned(),
            file: Some("src/api.rs".to_owned()),
            function: Some(function.to_owned()),
            code: None,
            line: Some(line),
        }
    }

    fn file(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("taskmon-baseline-{}-{name}", std::process::id()))
    }

    #[test]
    fn what_is_written_is_known_when_it_is_read() {
        let path = file("known");
        let mut baseline = Baseline::default();
        baseline.add([id("send-stall", "shop::produce", 41)]);
        baseline.add([id("send-stall", "shop::produce", 57)]);
        baseline.write(&path).unwrap();
        let read = Baseline::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert!(read.has(&id("send-stall", "shop::produce", 99)));
        assert!(!read.has(&id("lock-stall", "shop::produce", 41)));
        assert!(!read.has(&id("send-stall", "shop::consume", 41)));
        assert_eq!(read.unseen(&[]), 1, "the same site is there once");
        assert_eq!(read.unseen(&[&id("send-stall", "shop::produce", 1)]), 0);
    }

    #[test]
    fn a_file_that_is_no_baseline_is_told_from_one_that_is_not_there() {
        let missing = Baseline::read(&file("missing")).unwrap_err().to_string();
        assert!(missing.contains("--write-baseline writes one"), "{missing}");
        for text in [
            "",
            "{}",
            "\u{1b}[2J",
            r#"{"version": 2, "alerts": []}"#,
            r#"{"version": 1, "alerts": [{"rule": 1}]}"#,
        ] {
            let path = file("malformed");
            fs::write(&path, text).unwrap();
            let error = Baseline::read(&path).unwrap_err().to_string();
            fs::remove_file(&path).unwrap();
            assert!(error.contains("is not a baseline of taskmon"), "{error}");
            assert!(!error.contains(char::is_control), "{error:?}");
        }
    }
}
