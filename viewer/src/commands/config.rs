//! The command that tells of the user's own settings.

use std::io::Write;

use taskmon::preferences::{Place, template};
use taskmon::words::plain::plain;

use super::print;
use crate::cli::ConfigOptions;
use crate::exit::{Failure, Outcome};

/// Prints the file with everything as it is by default, or where it is sought.
pub fn config(options: &ConfigOptions) -> Result<Outcome, Failure> {
    if !options.path {
        print(|out| out.write_all(template().as_bytes()))?;
        return Ok(Outcome::Fine);
    }
    let place = Place::of_environment();
    let file = place.file();
    print(|out| {
        for sought in place.places() {
            let is = match file.as_ref() == Some(sought) {
                true if sought.is_file() => "  (this is read)",
                _ => "  (not there)",
            };
            writeln!(out, "{}{is}", plain(&sought.to_string_lossy()))?;
        }
        Ok(())
    })?;
    Ok(Outcome::Fine)
}
