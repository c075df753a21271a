//! Gives waits their names: what is waited for, and where.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::bounded::{OTHER, SITES, largest};
use super::pass::{ToldBy, WaitKey, WaitSum};
use super::places::Places;
use super::{label, words};
use crate::recorder::Recorder;
use crate::server::reading;
use crate::server::symbol_keeper::Wanted;
use crate::stack::{Origin, ResolvedStack, StackId, Symbols};
use crate::tables::{TextId, WaitKind};

/// For how long names of stacks are looked up before others get their turn on the
/// thread: as long as for a page of a viewer.
const LOOK_UP: Duration = Duration::from_millis(20);
/// And for how long in all. Waits at stacks that are left are shown where their
/// tasks were spawned, this time.
const LOOK_UP_IN_ALL: Duration = Duration::from_secs(2);

/// What is waited for, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WaitLabels {
    pub(super) kind: Arc<str>,
    pub(super) site: Arc<str>,
    /// `waits`: the tasks wait at the site. `spawned`: they were spawned there.
    pub(super) role: &'static str,
}

/// The waits by kind and site.
pub(super) type Waits = BTreeMap<WaitLabels, WaitSum>;

/// A stack, as far as a label says it.
struct Named {
    stack: Arc<ResolvedStack>,
    /// Where the program's own code waits.
    site: Option<Arc<str>>,
}

/// Names what was seen; what cannot be named is where its tasks were spawned.
pub(super) async fn name(
    recorder: &Recorder,
    wanted: &Wanted,
    places: &mut Places<'_>,
    seen: HashMap<WaitKey, WaitSum>,
) -> Waits {
    let stacks = look_up(recorder, wanted, &seen).await;
    let mut waits = Waits::new();
    for (key, sum) in seen {
        let named = stacks.get(&key.stack);
        let Some(kind) = kind(recorder, key.told_by, named.map(|named| &*named.stack)) else {
            continue;
        };
        let site = named.and_then(|named| named.site.clone());
        let labels = match site {
            Some(site) => WaitLabels {
                kind,
                site,
                role: "waits",
            },
            None => WaitLabels {
                kind,
                site: places.place(key.spawned),
                role: "spawned",
            },
        };
        waits.entry(labels).or_default().add(sum);
    }
    waits
}

/// The `SITES` groups of `waits` with the greatest `rank`, and the others by kind.
pub(super) fn bounded<R: Ord>(waits: Waits, rank: impl Fn(&WaitSum) -> R) -> Waits {
    let (named, rest) = largest(waits, SITES, rank);
    let mut out: Waits = named.into_iter().collect();
    for (labels, sum) in rest {
        let labels = WaitLabels {
            kind: other_kind(&labels.kind),
            site: OTHER.into(),
            role: labels.role,
        };
        out.entry(labels).or_default().add(sum);
    }
    out
}

/// Kinds that Tokio knows are few; names of the program's own are not.
fn other_kind(kind: &str) -> Arc<str> {
    match words::is_wait_kind(kind) {
        true => kind.into(),
        false => OTHER.into(),
    }
}

/// The names of all stacks in `seen`, as far as there is time.
async fn look_up(
    recorder: &Recorder,
    wanted: &Wanted,
    seen: &HashMap<WaitKey, WaitSum>,
) -> HashMap<StackId, Named> {
    let mut named = HashMap::new();
    let begun = Instant::now();
    let mut left = seen.keys().map(|key| key.stack);
    loop {
        let done = look_up_some(recorder, &mut wanted.symbols(), &mut left, &mut named);
        wanted.used();
        if done || begun.elapsed() >= LOOK_UP_IN_ALL {
            return named;
        }
        tokio::task::yield_now().await;
    }
}

/// One turn. True if nothing is left.
fn look_up_some(
    recorder: &Recorder,
    symbols: &mut Symbols,
    left: &mut impl Iterator<Item = StackId>,
    named: &mut HashMap<StackId, Named>,
) -> bool {
    let begun = Instant::now();
    for id in left {
        if named.contains_key(&id) {
            continue;
        }
        if let Some(addresses) = recorder.stacks.get(id) {
            let (locations, texts) = (&recorder.locations, &recorder.texts);
            let stack = symbols.stack(id, addresses, locations.count(), locations.files(texts));
            let site = site(symbols, &stack);
            named.insert(id, Named { stack, site });
        }
        if begun.elapsed() >= LOOK_UP {
            return false;
        }
    }
    true
}

/// The innermost place in the program's own code.
fn site(symbols: &Symbols, stack: &ResolvedStack) -> Option<Arc<str>> {
    let frames = stack.frames.iter().skip(stack.leaf_frames as usize);
    let own = frames
        .filter_map(|id| symbols.frame(*id))
        .find(|frame| frame.origin == Origin::Own)?;
    (!own.file.is_empty()).then(|| label::site(&own.file, own.line, own.column).into())
}

/// What is waited for; `None` if it is over.
fn kind(recorder: &Recorder, told_by: ToldBy, stack: Option<&ResolvedStack>) -> Option<Arc<str>> {
    let of_stack = |stack: &ResolvedStack| in_words(stack.kind, Some(&stack.what));
    Some(match (told_by, stack) {
        (ToldBy::Operation(kind, _), Some(stack)) if reading::stack_says_more(kind, stack) => {
            of_stack(stack)
        }
        (ToldBy::Operation(kind, TextId(what)), _) => {
            in_words(kind, recorder.texts.get(TextId(what)))
        }
        (ToldBy::Waker { told }, Some(stack)) if reading::is_over(told, stack) => return None,
        (ToldBy::Waker { .. }, Some(stack)) => of_stack(stack),
        (ToldBy::Waker { .. }, None) => "unknown".into(),
    })
}

fn in_words(kind: WaitKind, what: Option<&str>) -> Arc<str> {
    match (words::wait_kind(kind), what) {
        (Some(kind), _) => kind.into(),
        (None, Some(what)) if !what.is_empty() => label::text(what).into(),
        (None, _) => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(count: u64, kind: impl Fn(u64) -> String) -> Waits {
        let wait = |n: u64| {
            let labels = WaitLabels {
                kind: kind(n).into(),
                site: format!("src/{n:05}.rs:1:1").into(),
                role: "waits",
            };
            let sum = WaitSum {
                count: n,
                oldest: count - n,
                ..WaitSum::default()
            };
            (labels, sum)
        };
        (1..=count).map(wait).collect()
    }

    #[test]
    fn the_rest_keeps_its_kind_and_its_oldest() {
        let all = waits(SITES as u64 + 3, |n| match n {
            1 => "mutex lock".to_owned(),
            _ => "sleep".to_owned(),
        });
        let out = bounded(all, |sum| sum.count);
        let other = |kind: &str| {
            let labels = WaitLabels {
                kind: kind.into(),
                site: OTHER.into(),
                role: "waits",
            };
            out[&labels]
        };
        assert_eq!(other("mutex lock").count, 1);
        assert_eq!(other("mutex lock").oldest, SITES as u64 + 2);
        assert_eq!(other("sleep").count, 2 + 3);
    }

    #[test]
    fn names_of_the_programs_own_do_not_multiply_series() {
        let out = bounded(waits(9_000, |n| format!("leaf {n}")), |sum| sum.count);
        assert_eq!(out.len(), SITES + 1);
        let sum: u64 = out.values().map(|sum| sum.count).sum();
        assert_eq!(sum, 9_000 * 9_001 / 2);
    }
}
