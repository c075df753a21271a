//! Writes what is seen to a file that the user names.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::SystemTime;

use tempfile::NamedTempFile;

use super::super::typed::Typed;
use super::super::views::{Format, Writing};
use crate::words::plain::plain;
use crate::words::time::rfc3339;

/// The name that is being typed, and what is being written.
#[derive(Debug, Default)]
pub(in super::super) struct File {
    /// The name, while it is typed.
    pub(in super::super) name: Option<Typed>,
    /// What the thread that writes says in the end.
    writing: Option<Receiver<String>>,
}

/// Why nothing is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FileError {
    #[error("the name decides the format: let it end in .txt or .json")]
    Format,
    #[error("another file is still being written")]
    Busy,
    #[error("the system has no thread to write with: {0}")]
    Thread(String),
}

impl File {
    /// Asks for a name, and proposes one for a view of that title.
    pub(super) fn ask(&mut self, title: &str) {
        self.name = Some(Typed::new(&proposed(title, SystemTime::now())));
    }

    /// Begins to write to `name`. What `written` gives for the format is written on a
    /// thread of its own: a disk may be slow, and a view large.
    pub(super) fn write(
        &mut self,
        name: &str,
        written: impl FnOnce(Format) -> Writing,
    ) -> Result<String, FileError> {
        if self.writing.is_some() {
            return Err(FileError::Busy);
        }
        let path = PathBuf::from(name);
        let ending = path.extension().and_then(|ending| ending.to_str());
        let format = match ending {
            Some("txt") => Format::Text,
            Some("json") => Format::Json,
            _ => return Err(FileError::Format),
        };
        let writing = written(format);
        let (done, told) = channel();
        let began = format!("writing {} …", plain(name));
        thread::Builder::new()
            .name("taskmon-write".to_owned())
            .spawn(move || {
                let name = path.to_string_lossy();
                let name = plain(&name);
                let sentence = match write(&path, writing) {
                    Ok(()) => format!("wrote {name}"),
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        format!("{name} exists already and is left as it is: choose another name")
                    }
                    Err(error) => {
                        format!("cannot write {name}: {}", plain(&error.to_string()))
                    }
                };
                // If the UI has ended, nobody needs to know.
                let _ = done.send(sentence);
            })
            .map_err(|error| FileError::Thread(plain(&error.to_string()).into_owned()))?;
        self.writing = Some(told);
        Ok(began)
    }

    /// Whether a file is being written.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// What became of the file, once it is known.
    pub(super) fn told(&mut self) -> Option<String> {
        let told = match self.writing.as_ref()?.try_recv() {
            Ok(sentence) => sentence,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => {
                "the file is not written: that failed unexpectedly".to_owned()
            }
        };
        self.writing = None;
        Some(told)
    }
}

/// Writes the whole file or none, and no file that is there already.
fn write(path: &Path, writing: Writing) -> io::Result<()> {
    // Found out before a lot is written; the last word is at the end.
    if path.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    let mut out = BufWriter::new(file);
    writing(&mut out)?;
    out.flush()?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

/// `taskmon-task-4711-2026-11-25T01-13-56.txt`.
fn proposed(title: &str, now: SystemTime) -> String {
    let mut name = String::from("taskmon");
    let words = title.split(|letter: char| !letter.is_ascii_alphanumeric());
    for word in words.filter(|word| !word.is_empty()).take(6) {
        name.push('-');
        name.extend(word.chars().take(24));
    }
    let time: String = rfc3339(now).chars().take(19).collect();
    format!("{name}-{}.txt", time.replace(':', "-"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn told(file: &mut File) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(told) = file.told() {
                return told;
            }
            assert!(Instant::now() < deadline, "the file is not written");
            thread::yield_now();
        }
    }

    fn text(text: &'static str) -> impl FnOnce(Format) -> Writing {
        move |_| Box::new(move |out| write!(out, "{text}"))
    }

    #[test]
    fn a_file_is_written_whole_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.txt");
        let name = path.to_str().unwrap();
        let mut file = File::default();
        assert!(
            file.write(name, text("one"))
                .unwrap()
                .starts_with("writing")
        );
        assert_eq!(file.write(name, text("x")), Err(FileError::Busy));
        assert_eq!(told(&mut file), format!("wrote {name}"));
        assert!(!file.is_writing());
        file.write(name, text("two")).unwrap();
        assert!(told(&mut file).contains("exists already"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
    }

    #[test]
    fn what_cannot_be_written_is_told_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = File::default();
        let missing = folder.path().join("none/tasks.json");
        file.write(missing.to_str().unwrap(), text("one")).unwrap();
        assert!(told(&mut file).starts_with("cannot write"));
        let full = folder.path().join("full.txt");
        let fails = |_| -> Writing {
            Box::new(|out| {
                out.write_all(b"a part")?;
                Err(io::ErrorKind::StorageFull.into())
            })
        };
        file.write(full.to_str().unwrap(), fails).unwrap();
        let told = told(&mut file);
        assert!(told.starts_with("cannot write"), "{told}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_ending_decides_the_format() {
        let mut file = File::default();
        for name in ["", "tasks", "tasks.csv", ".txt", "/"] {
            assert_eq!(file.write(name, text("")), Err(FileError::Format));
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tasks.json");
        let asks = |format| {
            assert_eq!(format, Format::Json);
            text("{}")(format)
        };
        file.write(path.to_str().unwrap(), asks).unwrap();
        assert!(told(&mut file).starts_with("wrote"));
    }

    #[test]
    fn the_name_that_is_proposed_is_that_of_the_view() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
        let name = proposed("task 4711 \"../../evil\u{1b}\"", time);
        assert!(name.starts_with("taskmon-task-4711-evil-2026-"), "{name}");
        assert!(
            name.ends_with(".txt") && !name.contains([':', '/', ' ']),
            "{name}"
        );
    }
}
