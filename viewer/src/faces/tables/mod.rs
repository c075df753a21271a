//! What is told of many things in a line each, as `taskmon tasks`, `waits`,
//! `channels`, `alerts` and `fleet` print it.

mod alerts;
mod channels;
mod fleet;
mod table;
mod tasks;
mod waits;

pub use self::alerts::alerts;
pub use self::channels::channels;
pub use self::fleet::fleet;
pub use self::tasks::tasks;
pub use self::waits::waits;

use crate::model::Location;
use crate::words::plain::plain;

/// Text from the program, harmless; `-` if there is none.
fn cell(text: Option<&str>) -> String {
    match text {
        None | Some("") => "-".to_owned(),
        Some(text) => plain(text).into_owned(),
    }
}

/// The same for a place.
fn place(location: Option<&Location>) -> String {
    cell(location.map(|location| location.to_string()).as_deref())
}
