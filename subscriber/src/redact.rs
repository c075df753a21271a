//! What leaves the process of the texts that are the program's own.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::tables::beginning;

/// The longest text that leaves, in bytes: viewers take no longer name.
const LONGEST: usize = 112;

/// What a text is that may be private: chosen while the program runs, or where it runs,
/// and no part of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Private {
    /// The name of a task, as `tokio::task::Builder::name` sets it.
    TaskName,
    /// The name of a thread that polls tasks.
    ThreadName,
    /// A text among the attributes of a resource.
    Attribute,
    /// The file name of the executable.
    ProcessName,
    /// The name of the host.
    HostName,
}

/// What becomes of private texts before they leave the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Redact {
    /// A hash of each, such as `#91c02e5a7bd0f163`: what is equal stays so within one
    /// run of the program. Its key is random, and leaves with nothing.
    Hash,
    /// They are left out.
    Drop,
}

type Change = dyn Fn(Private, &str) -> String + Send + Sync;

/// How texts are changed, if they are.
#[derive(Clone, Default)]
pub(crate) struct Redaction(Option<Arc<Change>>);

impl Redaction {
    pub(crate) fn by(change: impl Fn(Private, &str) -> String + Send + Sync + 'static) -> Self {
        Redaction(Some(Arc::new(change)))
    }

    /// What `TASKMON_REDACT` means.
    pub(crate) fn from_variable(value: &str) -> Result<Self, String> {
        match value {
            "hash" => Ok(Redact::Hash.into()),
            "drop" => Ok(Redact::Drop.into()),
            other => Err(format!("TASKMON_REDACT is hash or drop, not {other:?}")),
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// What leaves instead of `text`.
    pub(crate) fn apply(&self, what: Private, text: String) -> String {
        match &self.0 {
            // Nothing hides nothing.
            Some(change) if !text.is_empty() => {
                // It is the program's own function: what it makes of a text does not
                // end this thread.
                let changed = catch_unwind(AssertUnwindSafe(|| change(what, &text)));
                cut(changed.unwrap_or_default())
            }
            _ => text,
        }
    }
}

impl From<Redact> for Redaction {
    fn from(redact: Redact) -> Self {
        match redact {
            Redact::Drop => Redaction::by(|_, _| String::new()),
            Redact::Hash => {
                let keys = RandomState::new();
                Redaction::by(move |_, text| format!("#{:016x}", keys.hash_one(text)))
            }
        }
    }
}

impl fmt::Debug for Redaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_none() { "None" } else { "Some" })
    }
}

fn cut(mut text: String) -> String {
    text.truncate(beginning(&text, LONGEST).len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(redaction: &Redaction, text: &str) -> String {
        redaction.apply(Private::TaskName, text.to_owned())
    }

    #[test]
    fn without_a_redaction_a_text_leaves_as_it_is() {
        assert_eq!(
            apply(&Redaction::default(), "order of alice"),
            "order of alice"
        );
    }

    #[test]
    fn equal_texts_have_equal_hashes_within_one_run() {
        let redaction = Redaction::from_variable("hash").unwrap();
        let hash = apply(&redaction, "order of alice");
        assert!(hash.starts_with('#') && hash.len() == 17, "{hash}");
        assert_eq!(apply(&redaction, "order of alice"), hash);
        assert_ne!(apply(&redaction, "order of bob"), hash);
        let other_run = Redaction::from_variable("hash").unwrap();
        assert_ne!(apply(&other_run, "order of alice"), hash);
        assert_eq!(apply(&redaction, ""), "");
    }

    #[test]
    fn what_is_dropped_is_gone() {
        let redaction = Redaction::from_variable("drop").unwrap();
        assert_eq!(apply(&redaction, "order of alice"), "");
        assert!(Redaction::from_variable("none").is_err());
    }

    #[test]
    fn the_programs_own_function_may_do_anything() {
        let long = Redaction::by(|_, _| "ü".repeat(100));
        assert_eq!(apply(&long, "a").len(), LONGEST);
        let panics = Redaction::by(|_, text| panic!("{text}"));
        assert_eq!(apply(&panics, "a"), "", "better nothing than the text");
        let by_kind = Redaction::by(|what, text| match what {
            Private::TaskName => text.split(' ').next().unwrap_or_default().to_owned(),
            _ => text.to_owned(),
        });
        assert_eq!(apply(&by_kind, "order of alice"), "order");
    }
}
