//! A program with taskmon in it, for the real command to look at.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::{Run, Running};

/// The demo, with settings of its own.
pub struct Shop {
    process: Child,
    pub address: String,
    /// What it has said until it listened.
    pub said: Vec<String>,
}

impl Shop {
    pub fn open(variables: &[(&str, &str)]) -> Shop {
        let mut process = Command::new(env!("CARGO_BIN_EXE_taskmon"))
            .args(["demo", "--headless", "--until-stdin-closes"])
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        out.read_line(&mut address).unwrap();
        let errors = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut said: Vec<_> = errors
            .map(Result::unwrap)
            .take_while(|line| !line.contains("the shop"))
            .collect();
        said.retain(|line| !line.is_empty());
        Shop {
            process,
            address: address.trim().to_owned(),
            said,
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs `taskmon` with these variables to its end.
pub fn taskmon(args: &[&str], variables: &[(&str, &str)]) -> Run {
    Running::start_with(args, |command| command.envs(variables.iter().copied())).end()
}

/// Puts a file with this mode in the place of the one at `path`, whole.
pub fn replace(path: &Path, mode: u32, text: &str) {
    let new = path.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::set_permissions(&new, Permissions::from_mode(mode)).unwrap();
    fs::rename(new, path).unwrap();
}
