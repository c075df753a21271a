//! Function names as people write them.

use super::origin;

/// `name`, as the demangler gives it, without generic arguments, closures and the
/// traits of methods: of `<shop::Cart as core::future::Future>::poll`,
/// `shop::Cart::poll`; of `shop::sell::<u32>::{closure#0}` (the body of an async
/// function), `shop::sell`.
pub(super) fn path(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    write_path(name, &mut out, 0, &mut Effort::new());
    out
}

/// How much of a name may be looked at, again and again for each bracket in it. A name
/// that people can read takes a small part of it; what takes more is left as it is.
struct Effort(usize);

impl Effort {
    /// Some milliseconds.
    const CHARACTERS: usize = 1 << 20;

    fn new() -> Self {
        Effort(Effort::CHARACTERS)
    }
}

/// How many types within types are looked into; more is no path.
const NESTED: usize = 8;

fn write_path(name: &str, out: &mut String, nested: usize, effort: &mut Effort) {
    let mut rest = name;
    if let Some(inner) = rest.strip_prefix('<')
        && let Some(end) = closing(inner, '<', '>', effort)
        && nested < NESTED
    {
        let own = inner[..end].trim_start_matches(['&', '*', '(']);
        let own = ["mut ", "const ", "dyn "]
            .into_iter()
            .fold(own, |own, word| own.strip_prefix(word).unwrap_or(own));
        write_path(before_as(own), out, nested + 1, effort);
        rest = &inner[end + 1..];
    }
    while let Some(next) = rest.chars().next() {
        let after = &rest[next.len_utf8()..];
        let skipped = match next {
            '<' => closing(after, '<', '>', effort),
            '{' => closing(after, '{', '}', effort),
            _ => None,
        };
        rest = match skipped {
            Some(end) => {
                out.truncate(out.trim_end_matches(':').len());
                &after[end + 1..]
            }
            None => {
                out.push(next);
                after
            }
        };
    }
}

/// Where the bracket is closed that was opened before `text`, if that can be found.
fn closing(text: &str, open: char, close: char, effort: &mut Effort) -> Option<usize> {
    let mut depth = 1;
    let mut before = ' ';
    for (place, character) in text.char_indices() {
        effort.0 = effort.0.checked_sub(1)?;
        if character == open {
            depth += 1;
        } else if character == close && !(before == '-' && close == '>') {
            depth -= 1;
            if depth == 0 {
                return Some(place);
            }
        }
        before = character;
    }
    None
}

/// The type in `type as trait`.
fn before_as(text: &str) -> &str {
    let mut depth = 0_i32;
    for (place, character) in text.char_indices() {
        match character {
            '<' | '(' | '[' | '{' => depth += 1,
            '>' | ')' | ']' | '}' => depth -= 1,
            ' ' if depth <= 0 && text[place..].starts_with(" as ") => return &text[..place],
            _ => {}
        }
    }
    text
}

/// The path of the module in `file`, if that is a library's: of
/// `…/tokio-1.54.1/src/sync/mpsc/chan.rs`, `tokio::sync::mpsc::chan`. Debug info of
/// lines only does not say more of a function than its last name.
pub(super) fn module_of(file: &str) -> Option<String> {
    let file = file.replace('\\', "/");
    let (before, inside) = file.rsplit_once("/src/")?;
    let folder = before.rsplit('/').next()?;
    let library = match origin::without_version(folder) {
        Some(name) => name,
        None if STANDARD.contains(&folder) => folder,
        None => return None,
    };
    let mut module = library.replace('-', "_");
    for part in inside.strip_suffix(".rs")?.split('/') {
        if !["lib", "mod"].contains(&part) {
            module += "::";
            module += part;
        }
    }
    Some(module)
}

/// The folders of the standard library's crates.
const STANDARD: [&str; 3] = ["alloc", "core", "std"];

/// The last generic argument of a function's name, if there are any: the element
/// type of `tokio::sync::mpsc::bounded::channel::<u32>`.
pub(super) fn last_argument(name: &str) -> Option<&str> {
    let arguments = name.strip_suffix('>')?;
    let start = arguments.rfind("::<")?;
    // The last `::<` belongs to the closing bracket, unless it is within the
    // arguments: then an earlier one does.
    let mut start = start;
    let effort = &mut Effort::new();
    while closing(&name[start + 3..], '<', '>', effort) != Some(name.len() - start - 4) {
        start = arguments[..start].rfind("::<")?;
    }
    Some(&arguments[start + 3..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_people_write() {
        for (name, expected) in [
            ("shop::main", "shop::main"),
            ("shop::sell::{{closure}}", "shop::sell"),
            ("shop::sell::{{closure}}::{{closure}}", "shop::sell"),
            ("shop::sell::<u32>::{closure#0}", "shop::sell"),
            (
                "<shop::Cart as core::future::Future>::poll",
                "shop::Cart::poll",
            ),
            ("<shop::Cart<T> as a::B<C>>::poll", "shop::Cart::poll"),
            ("<shop::Cart<u32>>::sell::{closure#0}", "shop::Cart::sell"),
            (
                "tokio::sync::mpsc::bounded::Sender<T>::send::{{closure}}",
                "tokio::sync::mpsc::bounded::Sender::send",
            ),
            ("<&mut shop::Cart as a::B>::poll", "shop::Cart::poll"),
            (
                "<alloc::boxed::Box<dyn a::B<Output = fn(u8) -> u8>> as a::B>::poll",
                "alloc::boxed::Box::poll",
            ),
            ("<<shop::A as b::C>::D as e::F>::g", "shop::A::D::g"),
            ("shop::<impl shop::A for u8>::b", "shop::b"),
            ("<fn() -> u8 as a::B>::c", "fn() -> u8::c"),
            ("größe::日本", "größe::日本"),
        ] {
            assert_eq!(path(name), expected, "{name}");
        }
    }

    #[test]
    fn a_librarys_file_is_one_of_its_modules() {
        let registry = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";
        let module = |file: &str| module_of(&format!("{registry}/{file}"));
        for (file, expected) in [
            ("tokio-1.54.1/src/sync/mutex.rs", "tokio::sync::mutex"),
            ("tokio-util-0.7.1/src/sync/mod.rs", "tokio_util::sync"),
            ("flume-0.12.0/src/lib.rs", "flume"),
        ] {
            assert_eq!(module(file).as_deref(), Some(expected));
        }
        assert_eq!(
            module_of("/rustc/59807616/library/core/src/task/wake.rs").as_deref(),
            Some("core::task::wake")
        );
        assert_eq!(module_of("/home/me/shop/src/main.rs"), None);
        assert_eq!(module_of("src/main.rs"), None);
    }

    #[test]
    fn what_is_no_name_does_no_harm() {
        for name in [
            "", "<", ">", "<<<<", ">>>>", "{", "a<b", "a>b<c", "::", "<a as ", "{{{}",
        ] {
            let _ = path(name);
            let _ = last_argument(name);
        }
    }

    /// Without a bound each would take minutes.
    #[test]
    fn a_name_that_no_one_can_read_takes_no_longer_than_another() {
        const BRACKETS: usize = 300_000;
        for name in [
            "<".repeat(BRACKETS) + &">".repeat(BRACKETS),
            "<".repeat(BRACKETS),
            "a{".repeat(BRACKETS),
            "a::<b".repeat(BRACKETS) + ">",
        ] {
            assert!(path(&name).len() <= name.len());
            assert!(last_argument(&name).is_none_or(|last| last == "b"));
        }
    }

    #[test]
    fn the_type_of_a_channels_messages_is_in_its_functions_name() {
        for (name, expected) in [
            ("tokio::sync::mpsc::bounded::channel::<u32>", Some("u32")),
            (
                "m::channel::<alloc::vec::Vec<u8>>",
                Some("alloc::vec::Vec<u8>"),
            ),
            ("m::channel::<<a::B>::c::<d>>", Some("<a::B>::c::<d>")),
            ("tokio::sync::mpsc::bounded::channel", None),
            ("m::channel::<u32>::{closure#0}", None),
        ] {
            assert_eq!(last_argument(name), expected, "{name}");
        }
    }
}
