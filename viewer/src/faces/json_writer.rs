//! Writes JSON that a terminal can show.

use std::io::{self, Write};

use serde::Serialize;

use crate::words::plain::is_harmful;

/// Writes `value` with a newline. What a terminal could obey is escaped, also
/// where JSON would allow it as it is.
///
/// # Errors
///
/// If `out` fails.
pub fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(Escaping(&mut *out), value)?;
    writeln!(out)
}

/// Outside of strings JSON has neither control characters but newlines, nor
/// anything beyond ASCII; so what is escaped here is in a string.
struct Escaping<W>(W);

impl<W: Write> Write for Escaping<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // serde_json writes whole pieces of a string at once.
        let Ok(mut text) = std::str::from_utf8(bytes) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let is_escaped = |c: char| c != '\n' && is_harmful(c);
        while let Some(at) = text.find(is_escaped) {
            let (clean, rest) = text.split_at(at);
            self.0.write_all(clean.as_bytes())?;
            let mut rest = rest.chars();
            for unit in rest.next().into_iter().flat_map(utf16) {
                write!(self.0, "\\u{unit:04x}")?;
            }
            text = rest.as_str();
        }
        self.0.write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn utf16(character: char) -> impl Iterator<Item = u16> {
    let mut units = [0; 2];
    let used = character.encode_utf16(&mut units).len();
    units.into_iter().take(used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_harmless_and_reads_as_what_it_was() {
        let all: String = (0..=u32::from(char::MAX))
            .filter_map(char::from_u32)
            .collect();
        let mut out = Vec::new();
        write(&mut out, &[&all, "größe/日本"]).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert!(!json.chars().any(|c| c != '\n' && is_harmful(c)));
        assert!(json.contains("größe/日本"));
        let read: Vec<String> = serde_json::from_str(&json).unwrap();
        assert!(read[0] == all);
    }
}
