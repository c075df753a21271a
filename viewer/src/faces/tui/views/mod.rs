//! What there is to see: one folder or file for each view.
//!
//! A [`View`] draws what it shows, says which keys it has, does what is asked of it,
//! and can be copied and written to a file. [`TABS`] are the views that have a tab;
//! the others are opened from these by a [`Link`].

mod alerts;
mod channels;
mod process;
mod sites;
mod stacks;
mod task;
pub(super) mod tasks;
mod view;

pub(super) use self::view::{Badge, Copied, Format, Link, News, Reaction, Sight, View, Writing};
use super::keys::{Action, Binding, COMMON, KeyConflict, KeyMap, MOVES};
use super::options::Options;
use super::targets::Pictures;

/// A view with a tab. Its number is its place in [`TABS`], from 1.
pub(super) struct Tab {
    pub(super) name: &'static str,
    /// Keys that switch to it, with spaces between them: first the digit of its place.
    pub(super) keys: &'static str,
    /// What stands beside its name; asked for at each drawing.
    pub(super) badge: fn(&Pictures) -> Badge,
    pub(super) make: fn(&Options) -> Box<dyn View>,
}

/// All views with a tab, from left to right.
pub(super) const TABS: &[Tab] = &[
    Tab {
        name: "Tasks",
        keys: "1 T",
        badge: tasks::badge,
        make: |options| Box::new(tasks::Tasks::new(options)),
    },
    Tab {
        name: "Sites",
        keys: "2 s",
        badge: sites::badge,
        make: |_| Box::new(sites::Sites::new()),
    },
    Tab {
        name: "Channels",
        keys: "3 c",
        badge: |_| Badge::default(),
        make: |_| Box::new(channels::Channels::new()),
    },
    Tab {
        name: "Alerts",
        keys: "4 a",
        badge: alerts::badge,
        make: |_| Box::new(alerts::Alerts::new()),
    },
    Tab {
        name: "Process",
        keys: "5 p",
        badge: |_| Badge::default(),
        make: |_| Box::new(process::Process::new()),
    },
];

/// What in `keys` cannot be meant, in any of the views.
pub fn key_conflict(keys: &KeyMap) -> Option<KeyConflict> {
    let mut all = all_keys().into_iter();
    all.find_map(|(view, bindings)| KeyConflict::find(view, &bindings, keys))
}

/// Every action that is of use somewhere, and the keys that come with taskmon for it,
/// with spaces between them: those of the view in which it is first.
pub fn default_keys() -> Vec<(Action, String)> {
    let all = all_keys();
    let of = |action| {
        let mut bindings = all.iter().flat_map(|(_, bindings)| bindings);
        let found = bindings.find(|binding| binding.action == action)?;
        Some((action, found.keys.to_owned()))
    };
    Action::all().filter_map(of).collect()
}

/// What holds in each of the views, that which wins first.
fn all_keys() -> Vec<(&'static str, Vec<&'static Binding>)> {
    let options = Options::default();
    let tabs = TABS.iter();
    let tabs = tabs.map(|tab| (tab.name, (tab.make)(&options).keys()));
    let opened = [
        ("Task", vec![task::KEYS, MOVES]),
        ("Stacks", vec![stacks::KEYS, MOVES]),
    ];
    let all = tabs.chain(opened).chain(tasks::further_keys());
    all.map(|(view, tables)| (view, tables.into_iter().flatten().chain(COMMON).collect()))
        .collect()
}

/// What `link` leads to.
pub(super) fn open(link: Link, options: &Options) -> Box<dyn View> {
    match link {
        Link::Task(task) => Box::new(task::TaskPage::new(task)),
        Link::Stacks(of) => Box::new(stacks::Stacks::new(of)),
        Link::Channel(channel) => Box::new(channels::Channels::at(channel)),
        Link::Tasks { filter, title } => Box::new(tasks::Tasks::only(options, filter, title)),
    }
}
