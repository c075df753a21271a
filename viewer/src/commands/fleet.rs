//! The command that looks at many programs.

use std::io::{self, Write};

use taskmon::faces::json::FleetReport;
use taskmon::faces::{json_writer, tables};
use taskmon::fleet::{self, Fleet};

use super::screen::{Wanted, show};
use super::{print, runtime, terminal_width};
use crate::cli::{FleetOptions, LookOption, RuleOptions};
use crate::exit::{Failure, Outcome};

/// Prints which services have stuck tasks, or shows the UI on one of them.
pub fn fleet(options: &FleetOptions) -> Result<Outcome, Failure> {
    let fleet = runtime()?.block_on(fleet::look(&options.prometheus))?;
    if let Some(named) = &options.open {
        return open(&fleet, named, options);
    }
    let prometheus = options.prometheus.to_string();
    print(|out| match options.json {
        true => json_writer::write(out, &FleetReport::new(&prometheus, &fleet)),
        false => tables::fleet(out, &fleet, terminal_width()),
    })?;
    Ok(match fleet.troubles.is_empty() {
        true => Outcome::Fine,
        false => Outcome::Alerts,
    })
}

fn open(fleet: &Fleet, named: &str, options: &FleetOptions) -> Result<Outcome, Failure> {
    let target = match (fleet.target(named)?, named) {
        // Whoever answers for Prometheus does not decide who is shown a token.
        (target, "") => target,
        (target, _) => {
            let credentials = options.connection.credentials()?;
            target.map(|target| target.with(&credentials))
        }
    };
    match target {
        Some(target) => show(
            vec![target.into()],
            Wanted::new(&RuleOptions::default(), &LookOption::default())?,
        ),
        None => {
            // A closed stderr is no reason to panic.
            let _ = writeln!(
                io::stderr(),
                "taskmon: nothing is stuck; name an instance to look at: --open=HOST:PORT"
            );
            Ok(Outcome::Fine)
        }
    }
}
