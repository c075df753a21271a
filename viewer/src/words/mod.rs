//! How things are said to people, wherever they are said: in an alert, in an
//! error, in a face. It depends on nothing.

pub mod bytes;
pub mod duration;
pub mod plain;
pub mod time;
