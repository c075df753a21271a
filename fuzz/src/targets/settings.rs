//! Files and variables of users: each has a reader, which the first byte of an input
//! chooses.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use taskmon::check::Baseline;
use taskmon::client::{Credentials, Target as Address, TlsFiles, Token};
use taskmon::config::Config;
use taskmon::preferences::Preferences;
use taskmon_subscriber::fuzzing::token_is_accepted;
use tempfile::TempDir;

use super::Target;
use crate::mutate;

pub(super) struct Settings {
    folder: TempDir,
}

impl Settings {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Settings {
            folder: TempDir::new()?,
        })
    }
}

impl Target for Settings {
    fn name(&self) -> &'static str {
        "settings"
    }

    fn memory(&self, length: usize) -> usize {
        (8 << 20) + 100 * length
    }

    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
        let words = mutate::words(seeds);
        let mut input = super::changed(random, seeds, &words);
        // Now and then to another reader than it is for.
        if let (0, Some(reader)) = (random.u8(..10), input.first_mut()) {
            *reader = b'a' + random.u8(..6);
        }
        input
    }

    fn run(&mut self, input: &[u8]) {
        let Some((reader, bytes)) = input.split_first() else {
            return;
        };
        let text = String::from_utf8_lossy(bytes);
        let path = Path::new("a\u{1b}b/file.toml");
        let said = match reader {
            b'a' => Config::parse(&text, path, "2026-03-01")
                .map(drop)
                .err()
                .map(told),
            b'b' => Preferences::parse(&text, path)
                .map(|it| drop(it.options()))
                .err()
                .map(told),
            b'c' => Baseline::parse(&text, path).map(drop).err().map(told),
            b'd' => text.parse::<Address>().map(address).err().map(told),
            b'e' => self.token(bytes),
            _ => self.certificate(bytes),
        };
        if let Some(said) = said {
            super::assert_plain(&said);
            assert!(said.len() < 8 * bytes.len() + 2_000, "{} bytes", said.len());
        }
    }
}

fn told(error: impl std::error::Error) -> String {
    error.to_string()
}

/// What is written of an address is read as the same.
fn address(address: Address) {
    let written = address.to_string();
    super::assert_plain(&written);
    let _ = written.parse::<Address>();
}

impl Settings {
    /// The program and the viewer take the same tokens.
    fn token(&self, bytes: &[u8]) -> Option<String> {
        let path = self.private_file(bytes);
        let viewer = Credentials {
            token: Some(Token::File(path.clone())),
            ..Credentials::default()
        };
        let viewer = viewer.check();
        let program = token_is_accepted(&path);
        if program.is_ok() && viewer.is_err() {
            // It is a word that is no token to the viewer.
            assert_eq!(bytes.trim_ascii(), b"generate");
        }
        if let Err(error) = program {
            super::assert_plain(&error);
        }
        viewer.err().map(told)
    }

    fn certificate(&self, bytes: &[u8]) -> Option<String> {
        let path = self.private_file(bytes);
        let viewer = Credentials {
            tls: TlsFiles {
                ca: Some(path.clone()),
                certificate: Some(path.clone()),
                key: Some(path),
                server_name: None,
            },
            ..Credentials::default()
        };
        viewer.check().err().map(told)
    }

    fn private_file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("private");
        fs::write(&path, bytes).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }
}
