//! What a person types to filter rows.

use fastrand::Rng;
use taskmon::filter::{Filter, Subject};

use super::Target;
use crate::mutate;

pub(super) struct Filters;

const SUBJECTS: [Subject; 6] = [
    Subject::Tasks,
    Subject::Sites,
    Subject::Waits,
    Subject::Channels,
    Subject::Resources,
    Subject::Alerts,
];

impl Target for Filters {
    fn name(&self) -> &'static str {
        "filter"
    }

    fn memory(&self, length: usize) -> usize {
        (1 << 20) + 20 * length
    }

    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
        let words = mutate::words(seeds);
        super::changed(random, seeds, &words)
    }

    fn run(&mut self, input: &[u8]) {
        let text = String::from_utf8_lossy(input);
        for subject in SUBJECTS {
            match Filter::parse(subject, &text) {
                Err(error) => super::assert_plain(&error.to_string()),
                Ok(filter) => {
                    let written = filter.to_string();
                    // What is written is longer where quotes are needed.
                    match Filter::parse(subject, &written) {
                        Ok(again) => assert_eq!(again, filter, "{written:?}"),
                        Err(error) => {
                            assert!(written.len() > Filter::LONGEST, "{written:?}: {error}");
                        }
                    }
                }
            }
        }
    }
}
