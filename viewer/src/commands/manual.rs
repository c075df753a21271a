//! The commands that tell of the command line itself.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_mangen::Man;

use super::print;
use crate::cli::{Cli, CompletionsOptions, ManOptions};
use crate::exit::{Failure, Outcome};

/// Prints a script with which a shell completes the command line.
pub fn completions(options: &CompletionsOptions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "taskmon", &mut script);
    print(|out| out.write_all(&script))?;
    Ok(Outcome::Fine)
}

/// Prints the manual page, or writes all pages into a directory.
pub fn man(options: &ManOptions) -> Result<Outcome, Failure> {
    match &options.directory {
        None => print(|out| Man::new(Cli::command()).render(out))?,
        Some(directory) => write_pages(directory)?,
    }
    Ok(Outcome::Fine)
}

fn write_pages(directory: &Path) -> Result<(), Failure> {
    clap_mangen::generate_to(Cli::command(), directory).map_err(|source| Failure::Manual {
        directory: directory.to_owned(),
        source,
    })
}
