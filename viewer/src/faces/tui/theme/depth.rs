//! How many colours there are.

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: bold, underlined and reversed text only.
    None,
    /// The sixteen that the user has chosen for their terminal.
    Sixteen,
    /// The 256 of xterm.
    Many,
    /// Any.
    True,
}

impl Depth {
    /// All of them, as a user writes them.
    pub const NAMED: [(&'static str, Depth); 4] = [
        ("none", Depth::None),
        ("16", Depth::Sixteen),
        ("256", Depth::Many),
        ("true", Depth::True),
    ];
}
