//! What the program's executable says of its functions.

use std::fs::File;

use object::elf::FileHeader64;
use object::read::elf::FileHeader;
use object::{Endianness, ReadCache};

/// What is in the executable itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DebugInfo {
    /// Names, files and lines; or it is elsewhere, or that cannot be told cheaply.
    There,
    /// Names of functions only.
    NamesOnly,
    None,
}

impl DebugInfo {
    /// Looks at the names of the sections of this program's executable, which is a
    /// few reads; on Linux, and other systems whose executables have the same
    /// format.
    pub(super) fn of_this_program() -> Self {
        std::env::current_exe()
            .ok()
            .and_then(|path| Self::of(File::open(path).ok()?))
            .unwrap_or(DebugInfo::There)
    }

    /// `None` if it is not in this format.
    pub(super) fn of(executable: File) -> Option<Self> {
        let data = ReadCache::new(executable);
        let header = FileHeader64::<Endianness>::parse(&data).ok()?;
        let endian = header.endian().ok()?;
        let sections = header.sections(endian, &data).ok()?;
        let has = |name: &[u8]| sections.section_by_name(endian, name).is_some();
        // The last says that debug info is in a file of its own.
        let lines = [".debug_line", ".zdebug_line", ".gnu_debuglink"];
        Some(if lines.into_iter().any(|name| has(name.as_bytes())) {
            DebugInfo::There
        } else if has(b".symtab") {
            DebugInfo::NamesOnly
        } else {
            DebugInfo::None
        })
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_tests_have_debug_info() {
        let executable = File::open(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(DebugInfo::of(executable), Some(DebugInfo::There));
    }

    #[test]
    fn what_is_no_executable_says_nothing() {
        let text = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
        assert_eq!(DebugInfo::of(text), None);
    }
}
