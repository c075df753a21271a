//! Where reports go.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use taskmon::check::Report;
use taskmon::faces::ci::Format;

use crate::cli::{CheckOptions, OutputFile};
use crate::commands::print;
use crate::exit::Failure;

/// Names the file that a step of GitHub Actions adds its summary to.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Standard output, and files that are open.
pub(super) struct Outputs {
    stdout: &'static dyn Format,
    files: Vec<Output>,
}

struct Output {
    format: &'static dyn Format,
    path: PathBuf,
    file: Box<dyn Write>,
}

impl Outputs {
    /// Opens the files, so that one that cannot be written is known at once.
    pub(super) fn open(options: &CheckOptions) -> Result<Self, Failure> {
        let files = options.output.iter().map(|output| {
            let OutputFile { format, path } = output.clone();
            match open(&path) {
                Ok(file) => Ok(Output { format, path, file }),
                Err(source) => Err(Failure::Report { path, source }),
            }
        });
        Ok(Outputs {
            stdout: options.format,
            files: files.collect::<Result<_, _>>()?,
        })
    }

    /// Writes the report to all of them; one that fails does not keep it from the
    /// others.
    pub(super) fn write(self, report: &Report) -> Result<(), Failure> {
        let printed = print(|out| self.stdout.write(out, report));
        let mut result = printed.map_err(Failure::Io);
        for Output { format, path, file } in self.files {
            let mut out = BufWriter::new(file);
            let written = format.write(&mut out, report).and_then(|()| out.flush());
            result = result.and(written.map_err(|source| Failure::Report { path, source }));
        }
        result
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Write>> {
    // Opened by its name, it would be cut off if it is a file.
    if path == Path::new("/dev/stderr") {
        return Ok(Box::new(io::stderr()));
    }
    let summary = std::env::var_os(STEP_SUMMARY);
    let adds = summary.is_some_and(|summary| path == Path::new(&summary));
    let mut options = File::options();
    options.create(true);
    match adds {
        true => options.append(true),
        false => options.write(true).truncate(true),
    };
    Ok(Box::new(options.open(path)?))
}
