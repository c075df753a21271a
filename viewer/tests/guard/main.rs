//! The test guard, in tests like those that it is made for: `#[tokio::test]`, in
//! parallel, in one process under `cargo test` and each in its own under nextest.

mod allow;
mod healthy;
mod install;
mod leaks;
mod parallel;
mod sees;
mod stuck;
mod support;
