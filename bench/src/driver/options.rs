//! What the command line asks for.

use std::path::PathBuf;

use crate::subjects::Subject;
use crate::workloads::Workload;

/// What is told by `--help`, and after what cannot be understood.
pub const USAGE: &str = "\
usage: cargo run --release -p bench -- [OPTION…]

  --rounds N          how often each is measured, in turn (default: 9)
  --share X           of the full number of operations (default: 1)
  --subjects A,B,…    only these ways to watch a program
  --workloads A,B,…   only these things that the program does
  --json FILE         keeps every value of every round
  --list              says which subjects and workloads there are";

/// What to measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// How often.
    pub rounds: u32,
    /// Of the full number of operations.
    pub share: f64,
    /// In the order of tables.
    pub subjects: Vec<Subject>,
    /// In the order of tables.
    pub workloads: Vec<Workload>,
    /// Where every value goes.
    pub json: Option<PathBuf>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// To measure.
    Measure(Options),
    /// To list what there is.
    List,
    /// How to ask.
    Help,
}

impl Asked {
    /// Reads the arguments, without the program's own name.
    ///
    /// # Errors
    ///
    /// What is wrong with them, in words.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Options {
            rounds: 9,
            share: 1.0,
            subjects: Subject::all(),
            workloads: Workload::ALL.to_vec(),
            json: None,
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--list" => return Ok(Asked::List),
                "--help" | "-h" => return Ok(Asked::Help),
                _ => {}
            }
            let value = arguments.next();
            let value = value.ok_or_else(|| format!("{argument} needs a value\n{USAGE}"))?;
            match argument.as_str() {
                "--rounds" => options.rounds = number(&argument, &value)?,
                "--share" => options.share = number(&argument, &value)?,
                "--subjects" => {
                    let named = chosen("subject", &value, Subject::named)?;
                    options.subjects.retain(|subject| named.contains(subject));
                }
                "--workloads" => {
                    let named = chosen("workload", &value, Workload::named)?;
                    options
                        .workloads
                        .retain(|workload| named.contains(workload));
                }
                "--json" => options.json = Some(value.into()),
                _ => return Err(format!("there is no option {argument}\n{USAGE}")),
            }
        }
        let is_share = options.share > 0.0 && options.share <= 100.0;
        if options.rounds == 0 || !is_share {
            return Err("--rounds and --share are more than 0, and a share 100 at most".to_owned());
        }
        Ok(Asked::Measure(options))
    }
}

fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, String> {
    let number = text.parse();
    number.map_err(|_| format!("{option} takes a number, not {text:?}"))
}

fn chosen<T>(what: &str, names: &str, named: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    let find = |name| named(name).ok_or_else(|| format!("no {what} {name:?}; see --list"));
    names.split(',').map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> Result<Asked, String> {
        Asked::from_arguments(arguments.iter().map(|&argument| argument.to_owned()))
    }

    #[test]
    fn without_options_everything_is_measured() {
        let Ok(Asked::Measure(options)) = asked(&[]) else {
            panic!("nothing is measured")
        };
        assert_eq!(options.subjects, Subject::all());
        assert_eq!(options.workloads, Workload::ALL);
    }

    #[test]
    fn subjects_and_workloads_are_chosen_by_name_and_keep_their_order() {
        let chosen = asked(&[
            "--subjects",
            "console-subscriber,floor",
            "--workloads",
            "echo,spawn",
        ]);
        let Ok(Asked::Measure(options)) = chosen else {
            panic!("{chosen:?}")
        };
        assert_eq!(options.subjects, [Subject::Floor, Subject::Console]);
        assert_eq!(options.workloads, [Workload::Spawn, Workload::Echo]);
    }

    #[test]
    fn what_cannot_be_is_said() {
        for (arguments, said) in [
            (vec!["--rounds"], "--rounds needs a value"),
            (vec!["--rounds", "0"], "more than 0"),
            (vec!["--share", "NaN"], "more than 0"),
            (vec!["--share", "all"], "takes a number, not \"all\""),
            (vec!["--subjects", "floor,top"], "no subject \"top\""),
            (vec!["--fast", "1"], "there is no option --fast"),
        ] {
            let error = asked(&arguments).unwrap_err();
            assert!(error.contains(said), "{arguments:?}: {error}");
        }
    }
}
