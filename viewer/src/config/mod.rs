//! `taskmon.toml`: what the user wants of the rules.
//!
//! The file is found upwards from the working directory, or named by the user; out
//! come the [`Settings`] of the rules, or an error that names the file, the line and
//! the column. Nothing in it is guessed at: what is not known is an error.

pub(crate) mod error;
pub(crate) mod read;
mod values;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

pub use self::error::ConfigError;
use crate::rules::Settings;
use crate::words::time::rfc3339;

/// The name of the file.
pub const FILE_NAME: &str = "taskmon.toml";
/// A file that is larger is no configuration.
const LARGEST: u64 = 1 << 20;

/// The settings, and where they are from.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What the rules go by.
    pub settings: Settings,
    /// The file; `None` if there is none and all is as it is by default.
    pub path: Option<PathBuf>,
}

impl Config {
    /// What `file` says, or the first [`FILE_NAME`] in `directory` and the folders
    /// that it is in.
    ///
    /// # Errors
    ///
    /// If the named file is not there, or a file cannot be read or makes no sense.
    pub fn load(file: Option<&Path>, directory: &Path) -> Result<Self, ConfigError> {
        Config::load_over(Settings::default(), file, directory)
    }

    /// The same, with `base` where the file says nothing.
    ///
    /// # Errors
    ///
    /// As of [`Config::load`].
    pub fn load_over(
        base: Settings,
        file: Option<&Path>,
        directory: &Path,
    ) -> Result<Self, ConfigError> {
        let path = match file {
            Some(file) => Some(file.to_owned()),
            None => find(directory),
        };
        let Some(path) = path else {
            return Ok(Config {
                settings: base,
                path: None,
            });
        };
        let shown = path.strip_prefix(directory).unwrap_or(&path);
        let text = read_file(&path).map_err(|error| ConfigError::reading(shown, error))?;
        let settings = Config::parse_over(base, &text, shown, &today())?;
        Ok(Config {
            settings,
            path: Some(path),
        })
    }

    /// What `text`, of the file `path`, says on the day `today`: `2026-03-01`.
    ///
    /// # Errors
    ///
    /// If it makes no sense.
    pub fn parse(text: &str, path: &Path, today: &str) -> Result<Settings, ConfigError> {
        Config::parse_over(Settings::default(), text, path, today)
    }

    fn parse_over(
        base: Settings,
        text: &str,
        path: &Path,
        today: &str,
    ) -> Result<Settings, ConfigError> {
        let shown = path.to_string_lossy();
        read::settings(base, text, &shown, today).map_err(|wrong| wrong.in_file(text, path))
    }
}

fn find(directory: &Path) -> Option<PathBuf> {
    let folders = directory.ancestors();
    folders.map(|it| it.join(FILE_NAME)).find(|it| it.is_file())
}

/// The text of a file, if that may be a configuration.
pub(crate) fn read_file(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(LARGEST + 1)
        .read_to_string(&mut text)?;
    match text.len() as u64 > LARGEST {
        true => Err(io::Error::other("it is larger than 1 MiB")),
        false => Ok(text),
    }
}

/// The day, in UTC.
fn today() -> String {
    let now = rfc3339(SystemTime::now());
    now.split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A folder that is removed afterwards.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("taskmon-{name}-{}", std::process::id()));
            std::fs::create_dir_all(path.join("a/b")).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_file_is_found_upwards_and_the_nearest_counts() {
        let folder = Folder::new("upwards");
        let inner = folder.0.join("a/b");
        let file = folder.0.join(FILE_NAME);
        std::fs::write(&file, "rules.lost-waker.severity = \"off\"").unwrap();
        let config = Config::load(None, &inner).unwrap();
        assert_eq!(config.path.as_ref(), Some(&file));
        let nearer = folder.0.join("a").join(FILE_NAME);
        std::fs::write(&nearer, "").unwrap();
        let config = Config::load(None, &inner).unwrap();
        assert_eq!(config.path, Some(nearer));
        assert_eq!(config.settings, Settings::default());
        let named = Config::load(Some(&file), &inner).unwrap();
        assert_eq!(named.path, Some(file));
    }

    #[test]
    fn what_the_file_says_wins_over_what_was_wanted_before_and_no_more() {
        let folder = Folder::new("over");
        let file = folder.0.join(FILE_NAME);
        std::fs::write(&file, "rules.send-stall.threshold = \"9s\"").unwrap();
        let mut base = Settings::default();
        base.thresholds.send = Duration::from_secs(7);
        base.thresholds.lock = Duration::from_secs(7);
        let config = Config::load_over(base.clone(), None, &folder.0).unwrap();
        assert_eq!(config.settings.thresholds.send, Duration::from_secs(9));
        assert_eq!(config.settings.thresholds.lock, Duration::from_secs(7));
        std::fs::remove_file(&file).unwrap();
        let without = Config::load_over(base.clone(), Some(Path::new("/dev/null")), &folder.0);
        assert_eq!(without.unwrap().settings, base);
    }

    #[test]
    fn a_file_that_is_named_must_be_there() {
        let error = Config::load(Some(Path::new("no/such.toml")), Path::new("/")).unwrap_err();
        assert_eq!(error.to_string(), "there is no file no/such.toml");
    }

    #[test]
    fn what_is_no_text_or_too_long_is_refused() {
        let folder = Folder::new("no-text");
        let file = folder.0.join(FILE_NAME);
        for contents in [vec![0xff; 10], vec![b'#'; (1 << 20) + 1]] {
            std::fs::write(&file, contents).unwrap();
            let error = Config::load(None, &folder.0).unwrap_err();
            assert!(error.to_string().starts_with("cannot read taskmon.toml: "));
        }
    }
}
