//! What colours mean.

/// What a piece of text is, whatever it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// Something is stuck, lost or failed: an alert that is an error.
    Stuck,
    /// An alert that is a warning.
    Warning,
    /// A task that waits.
    Waiting,
    /// A task that is being polled.
    Running,
    /// A task that could run and waits for a worker.
    Scheduled,
    /// A task that has ended.
    Done,
    /// What is of less interest.
    Muted,
    /// The row or the tab that is selected.
    Selected,
    /// The name of a view or of a part of it.
    Header,
    /// The titles of columns.
    Heading,
    /// Something that can be gone to.
    Link,
    /// Where the text that was searched for is found.
    Match,
    /// Something that the user should know about what they see.
    Notice,
    /// As it should be.
    Fine,
    /// A key that can be pressed.
    Key,
    /// The frame around something.
    Border,
}

impl Meaning {
    /// All of them, in the order of their numbers.
    pub const ALL: [Meaning; 16] = [
        Meaning::Stuck,
        Meaning::Warning,
        Meaning::Waiting,
        Meaning::Running,
        Meaning::Scheduled,
        Meaning::Done,
        Meaning::Muted,
        Meaning::Selected,
        Meaning::Header,
        Meaning::Heading,
        Meaning::Link,
        Meaning::Match,
        Meaning::Notice,
        Meaning::Fine,
        Meaning::Key,
        Meaning::Border,
    ];

    /// As a user writes it.
    pub fn name(self) -> &'static str {
        match self {
            Meaning::Stuck => "stuck",
            Meaning::Warning => "warning",
            Meaning::Waiting => "waiting",
            Meaning::Running => "running",
            Meaning::Scheduled => "scheduled",
            Meaning::Done => "done",
            Meaning::Muted => "muted",
            Meaning::Selected => "selected",
            Meaning::Header => "header",
            Meaning::Heading => "heading",
            Meaning::Link => "link",
            Meaning::Match => "match",
            Meaning::Notice => "notice",
            Meaning::Fine => "fine",
            Meaning::Key => "key",
            Meaning::Border => "border",
        }
    }
}
