//! Programs that look suspicious, and are well.

mod busy;
mod idle;
mod pressure;
mod tokio_console;
