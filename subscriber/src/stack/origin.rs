//! Whose code a function is.

/// Whose code a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// The program's own.
    Own,
    /// A library's.
    Dependency,
    /// The standard library's, Tokio's, tracing's or taskmon's.
    Runtime,
}

/// Crates that are the ground on which every task stands.
const RUNTIME: [&str; 9] = [
    "alloc",
    "backtrace",
    "core",
    "std",
    "taskmon_subscriber",
    "tokio",
    "tracing",
    "tracing_core",
    "tracing_subscriber",
];

/// Where Cargo and rustup keep sources that are not the program's own, and
/// what rustc calls the standard library's.
const FOREIGN: [&str; 5] = [
    "/registry/src/",
    "/git/checkouts/",
    "/rustc/",
    "/lib/rustlib/src/",
    "/.rustup/toolchains/",
];

/// Crates that are libraries in any program, for a build without debug info,
/// which does not say where a function's source is: exactly these, or what begins
/// so with an underscore after it.
const LIBRARIES: [&str; 22] = [
    "async_channel",
    "async_stream",
    "async_trait",
    "axum",
    "bytes",
    "event_listener",
    "flume",
    "futures",
    "h2",
    "http",
    "hyper",
    "mio",
    "reqwest",
    "rustls",
    "scoped_tls",
    "sqlx",
    "tokio_rustls",
    "tokio_stream",
    "tokio_tungstenite",
    "tokio_util",
    "tonic",
    "tower",
];

/// Whose code the function with this path is, whose source is in `file`, if that
/// is known.
pub(super) fn of(path: &str, file: Option<&str>) -> Origin {
    let own_crate = crate_of(path);
    if RUNTIME.contains(&own_crate) {
        return Origin::Runtime;
    }
    match file {
        // C's, of a library that the system has debug info of.
        Some(file) if !path.contains("::") && !file.ends_with(".rs") => Origin::Runtime,
        Some(file) => match foreign_crate(file) {
            None => Origin::Own,
            Some(Some(name)) if RUNTIME.contains(&name.as_str()) => Origin::Runtime,
            Some(None) => Origin::Runtime,
            Some(Some(_)) => Origin::Dependency,
        },
        // Start-up code of the system and of C has no path with crates.
        None if !path.contains("::") => Origin::Runtime,
        None if is_library(own_crate) => Origin::Dependency,
        None => Origin::Own,
    }
}

fn is_library(name: &str) -> bool {
    LIBRARIES.iter().any(|library| {
        name.strip_prefix(library)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

fn crate_of(path: &str) -> &str {
    path.split("::").next().unwrap_or_default()
}

/// If `file` is not the program's own: the name of its crate, or none for the
/// standard library.
fn foreign_crate(file: &str) -> Option<Option<String>> {
    let file = file.replace('\\', "/");
    let found = FOREIGN
        .iter()
        .find_map(|folder| Some((*folder, file.split_once(folder)?.1)));
    match found {
        Some(("/registry/src/", rest)) => {
            // index / name-version / …
            let folder = rest.split('/').nth(1).unwrap_or_default();
            Some(Some(
                without_version(folder).unwrap_or(folder).replace('-', "_"),
            ))
        }
        Some(("/git/checkouts/", rest)) => {
            let folder = rest.split('/').next().unwrap_or_default();
            // repository-hash
            let name = folder.rsplit_once('-').map_or(folder, |(name, _)| name);
            Some(Some(name.replace('-', "_")))
        }
        Some(_) => Some(None),
        // With trimmed paths, a library's begin with its name and version.
        None => {
            let name = without_version(file.split('/').next()?)?;
            Some(Some(name.replace('-', "_")))
        }
    }
}

/// The name in `tokio-1.54.1`; `None` if it is not of this form.
pub(super) fn without_version(folder: &str) -> Option<&str> {
    let place = folder
        .match_indices('-')
        .map(|(place, _)| place)
        .find(|place| {
            let mut parts = folder[place + 1..].splitn(3, '.');
            let is_number = |part: Option<&str>| {
                part.is_some_and(|part| part.starts_with(|first: char| first.is_ascii_digit()))
            };
            is_number(parts.next()) && is_number(parts.next()) && is_number(parts.next())
        })?;
    Some(&folder[..place])
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";

    #[test]
    fn the_programs_own_files_are_those_that_nobody_else_keeps() {
        let file = |file: &str| of("shop::main", Some(file));
        assert_eq!(file("src/main.rs"), Origin::Own);
        assert_eq!(file("/home/me/shop/src/main.rs"), Origin::Own);
        assert_eq!(file(r"C:\shop\src\main.rs"), Origin::Own);
        let library = |path: &str| of("x::y", Some(&format!("{REGISTRY}/{path}")));
        assert_eq!(library("hyper-util-0.1.17/src/lib.rs"), Origin::Dependency);
        assert_eq!(library("tokio-1.54.1/src/sync/notify.rs"), Origin::Runtime);
        assert_eq!(library("tokio-util-0.7.1/src/lib.rs"), Origin::Dependency);
        assert_eq!(
            file("/home/me/.cargo/git/checkouts/tokio-f2c0/abc/tokio/src/lib.rs"),
            Origin::Runtime
        );
        assert_eq!(
            file("/rustc/abc/library/core/src/task/wake.rs"),
            Origin::Runtime
        );
        assert_eq!(
            file("/root/.rustup/toolchains/x/lib/rustlib/src/rust/library/std/src/thread.rs"),
            Origin::Runtime
        );
        assert_eq!(
            of("start_thread", Some("./nptl/pthread_create.c")),
            Origin::Runtime
        );
        // -Ztrim-paths
        assert_eq!(file("hyper-1.8.1/src/lib.rs"), Origin::Dependency);
        assert_eq!(file("src-2/lib.rs"), Origin::Own);
    }

    #[test]
    fn without_a_file_the_crate_tells() {
        let path = |path: &str| of(path, None);
        assert_eq!(path("shop::main"), Origin::Own);
        assert_eq!(path("hyper_util::client::connect"), Origin::Dependency);
        assert_eq!(path("hyperion::main"), Origin::Own);
        assert_eq!(path("core::task::wake::Waker::clone"), Origin::Runtime);
        assert_eq!(path("__libc_start_main"), Origin::Runtime);
    }
}
