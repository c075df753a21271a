//! Places in the source, as tools that show the source want them.

use std::fmt::Write;

use crate::check::Sources;
use crate::model::Location;

/// The path of `location`'s file: from the working directory on if it is inside,
/// else as the compiler had it. It may hold any character.
pub(super) fn path(sources: &Sources, location: &Location) -> String {
    let relative = sources.relative(&location.file);
    relative.unwrap_or_else(|| location.file.to_string())
}

/// The same as a URI reference; and whether it is one from the working directory
/// on.
pub(super) fn uri(sources: &Sources, location: &Location) -> (String, bool) {
    if let Some(relative) = sources.relative(&location.file) {
        return (encoded(&relative), true);
    }
    let file = location.file.replace('\\', "/");
    match file.strip_prefix('/') {
        Some(rest) => (format!("file:///{}", encoded(rest)), false),
        // `C:/…`, or something that is no path at all.
        None => (format!("file:///{}", encoded(&file)), false),
    }
}

/// The working directory as the URI of a folder.
pub(super) fn directory_uri(sources: &Sources) -> String {
    let directory = sources.directory().to_string_lossy().replace('\\', "/");
    let directory = directory.trim_matches('/');
    match directory {
        "" => "file:///".to_owned(),
        _ => format!("file:///{}/", encoded(directory)),
    }
}

/// `path` with all escaped that has a meaning in a URI (RFC 3986), or none.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into());
            }
            // Writing to a string cannot fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri_of(file: &str) -> (String, bool) {
        let location = Location {
            file: file.into(),
            line: 1,
            column: 1,
        };
        uri(&Sources::in_directory("/no/such/shop"), &location)
    }

    #[test]
    fn a_file_inside_is_relative_and_one_outside_is_absolute() {
        assert_eq!(uri_of("src/api.rs"), ("src/api.rs".to_owned(), true));
        assert_eq!(
            uri_of("/no/such/shop/src/a.rs"),
            ("src/a.rs".to_owned(), true)
        );
        assert_eq!(
            uri_of("/home/x.rs"),
            ("file:///home/x.rs".to_owned(), false)
        );
        assert_eq!(uri_of("../x.rs"), ("file:///../x.rs".to_owned(), false));
    }

    #[test]
    fn what_has_a_meaning_in_a_uri_is_escaped() {
        let (uri, _) = uri_of("src/a b#?%\u{1b}ö.rs");
        assert_eq!(uri, "src/a%20b%23%3F%25%1B%C3%B6.rs");
    }

    #[test]
    fn the_working_directory_ends_with_a_slash() {
        let uri = |path: &str| directory_uri(&Sources::in_directory(path));
        assert_eq!(uri("/no/such shop"), "file:///no/such%20shop/");
        assert_eq!(uri("/"), "file:///");
    }
}
