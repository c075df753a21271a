//! What a user can ask for.

/// What a user can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the tables of keys say what each does")]
pub enum Action {
    Quit,
    Help,
    Back,
    Open,
    Beside,
    Stacks,
    Frames,
    Pause,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    SortNext,
    SortPrevious,
    Reverse,
    NextTab,
    PreviousTab,
    /// The tab of that number, from 0; its key is the digit after that.
    Tab(u8),
    Copy,
    Write,
    Filter,
    Tree,
    Unfold,
    Fold,
    FoldAll,
    Columns,
    Toggle,
    MoveUp,
    MoveDown,
    Reset,
    NextLink,
    PreviousLink,
}

/// Every action that can be bound, and its name in a configuration.
const NAMES: &[(&str, Action)] = &[
    ("quit", Action::Quit),
    ("help", Action::Help),
    ("back", Action::Back),
    ("open", Action::Open),
    ("beside", Action::Beside),
    ("stacks", Action::Stacks),
    ("frames", Action::Frames),
    ("pause", Action::Pause),
    ("up", Action::Up),
    ("down", Action::Down),
    ("page-up", Action::PageUp),
    ("page-down", Action::PageDown),
    ("first", Action::First),
    ("last", Action::Last),
    ("sort-next", Action::SortNext),
    ("sort-previous", Action::SortPrevious),
    ("reverse", Action::Reverse),
    ("next-tab", Action::NextTab),
    ("previous-tab", Action::PreviousTab),
    ("copy", Action::Copy),
    ("write", Action::Write),
    ("filter", Action::Filter),
    ("tree", Action::Tree),
    ("unfold", Action::Unfold),
    ("fold", Action::Fold),
    ("fold-all", Action::FoldAll),
    ("columns", Action::Columns),
    ("toggle", Action::Toggle),
    ("move-up", Action::MoveUp),
    ("move-down", Action::MoveDown),
    ("reset", Action::Reset),
    ("next-link", Action::NextLink),
    ("previous-link", Action::PreviousLink),
];

impl Action {
    /// Every action that can be bound.
    pub fn all() -> impl Iterator<Item = Action> {
        NAMES.iter().map(|(_, action)| *action)
    }

    /// The action of that name in a configuration: `sort-next`.
    pub fn named(name: &str) -> Option<Action> {
        let mut named = NAMES.iter();
        named.find_map(|(it, action)| (*it == name).then_some(*action))
    }

    /// Its name in a configuration; `None` for those that cannot be bound.
    pub fn name(self) -> Option<&'static str> {
        let mut named = NAMES.iter();
        named.find_map(|(it, action)| (*action == self).then_some(*it))
    }
}
