//! The command that says what rules there are.

use taskmon::faces::json::RuleList;
use taskmon::faces::{json_writer, rules as text};

use super::print;
use crate::cli::RulesOptions;
use crate::exit::{Failure, Outcome};

/// Prints every rule as it is set.
pub fn rules(options: &RulesOptions) -> Result<Outcome, Failure> {
    let config = options.rules.load()?;
    print(|out| match options.json {
        true => json_writer::write(out, &RuleList::new(&config)),
        false => text::write(out, &config),
    })?;
    Ok(Outcome::Fine)
}
