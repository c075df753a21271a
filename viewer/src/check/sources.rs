//! The source files around the working directory.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};

/// The working directory, and the sources in it. Paths come from the observed
/// program: nothing outside of the directory is ever read.
#[derive(Clone, Debug)]
pub struct Sources {
    directory: PathBuf,
}

/// A source file that is larger was not written by a person.
const LARGEST: u64 = 4 << 20;
/// A line that is longer tells nothing more.
const LONGEST_LINE: usize = 400;

impl Sources {
    /// The sources in `directory`, an absolute path.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        Sources {
            directory: directory.canonicalize().unwrap_or(directory),
        }
    }

    /// The working directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// `file` from the working directory on, with `/` in it; `None` if it is not
    /// inside. A path that is relative already is taken to be from there.
    pub fn relative(&self, file: &str) -> Option<String> {
        let path = Path::new(file);
        let inside = match path.is_absolute() {
            true => path.strip_prefix(&self.directory).ok()?,
            false => path,
        };
        let mut names = Vec::new();
        for part in inside.components() {
            match part {
                Component::Normal(name) => names.push(name.to_str()?),
                Component::CurDir => {}
                _ => return None,
            }
        }
        (!names.is_empty()).then(|| names.join("/"))
    }

    /// The text of a line, without the white space around it.
    pub fn line(&self, file: &str, number: u32) -> Option<String> {
        let path = self.directory.join(self.relative(file)?);
        // A link may lead outside.
        let path = path.canonicalize().ok()?;
        let is_source = path.extension().is_some_and(|it| it == "rs");
        if !is_source || !path.starts_with(&self.directory) || !path.is_file() {
            return None;
        }
        let lines = BufReader::new(File::open(path).ok()?.take(LARGEST)).lines();
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let line = lines.map_while(Result::ok).nth(index)?;
        let line: String = line.trim().chars().take(LONGEST_LINE).collect();
        (!line.is_empty()).then_some(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn this_crate() -> Sources {
        Sources::in_directory(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn a_path_inside_is_relative_and_one_outside_is_none() {
        let sources = Sources::in_directory("/no/such/shop");
        let relative = |file| sources.relative(file);
        assert_eq!(relative("src/api.rs").unwrap(), "src/api.rs");
        assert_eq!(relative("./src/api.rs").unwrap(), "src/api.rs");
        assert_eq!(relative("/no/such/shop/src/a.rs").unwrap(), "src/a.rs");
        for outside in ["/home/x.rs", "../x.rs", "src/../../x.rs", "", "/"] {
            assert_eq!(relative(outside), None, "{outside}");
        }
    }

    #[test]
    fn a_line_is_read_from_inside_only() {
        let first = "//! The source files around the working directory.";
        assert_eq!(this_crate().line("src/check/sources.rs", 1).unwrap(), first);
        for (file, line) in [
            ("src/check/sources.rs", 0),
            ("src/check/sources.rs", 1_000_000),
            ("Cargo.toml", 1),
            ("../Cargo.toml", 1),
            ("/etc/passwd", 1),
            ("src", 1),
        ] {
            assert_eq!(this_crate().line(file, line), None, "{file}");
        }
    }
}
