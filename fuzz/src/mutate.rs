//! Changes bytes.

use fastrand::Rng;

/// Numbers at which something overflows, wraps or ends.
pub(crate) const EXTREMES: [u64; 16] = [
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    u16::MAX as u64,
    i32::MAX as u64,
    1 << 31,
    u32::MAX as u64,
    1 << 32,
    i64::MAX as u64,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

/// Texts that do something to a terminal, a parser or a path.
pub(crate) const TEXTS: [&str; 22] = [
    "",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "\u{9b}31m",
    "\u{202e}txt.exe",
    "a\u{200b}b",
    "\r\n\t\u{0}\u{8}",
    "e\u{301}\u{301}\u{301}",
    "日本語の名前",
    "👩‍👩‍👧‍👦",
    "\"'`\\",
    "../../etc/passwd",
    "{\"a\":[",
    "<!--]]>&amp;",
    "::error::",
    "-1",
    "1e999",
    "18446744073709551616",
    "NaN",
    "\u{feff}",
    "%00%n%s",
    "a:b:>=<1s -\"",
    "\u{2028}\u{fff9}\u{e0001}",
];

/// One that is near an extreme, or anything.
pub(crate) fn number(random: &mut Rng) -> u64 {
    let extreme = EXTREMES[random.usize(..EXTREMES.len())];
    match random.u8(..4) {
        0 => random.u64(..16),
        1 => random.u64(..) >> random.u8(..64),
        2 => extreme.wrapping_add(random.u64(..5)).wrapping_sub(2),
        _ => extreme,
    }
}

/// A nasty text, now and then a long one.
pub(crate) fn text(random: &mut Rng) -> String {
    let text = TEXTS[random.usize(..TEXTS.len())];
    match random.u8(..8) {
        0 => text.repeat(random.usize(..300)),
        1 => "x".repeat(random.usize(..9_000)),
        _ => text.to_owned(),
    }
}

/// Changes `bytes` in one way. `words` are what may be put in.
pub(crate) fn bytes(random: &mut Rng, bytes: &mut Vec<u8>, words: &[Vec<u8>]) {
    let place = random.usize(..=bytes.len());
    let end = (place + random.usize(..16)).min(bytes.len());
    match random.u8(..9) {
        0 if place < bytes.len() => bytes[place] ^= 1 << random.u8(..8),
        1 if place < bytes.len() => bytes[place] = random.u8(..),
        2 => drop(bytes.drain(place..end)),
        3 => {
            let again = bytes[place..end].to_vec();
            let times = random.usize(1..8);
            bytes.splice(place..place, again.repeat(times));
        }
        4 => bytes.truncate(place),
        5 => {
            let text = text(random).into_bytes();
            bytes.splice(place..end, text);
        }
        6 => {
            let number = number(random).to_string().into_bytes();
            bytes.splice(place..end, number);
        }
        _ => {
            let word = match words.len() {
                0 => vec![random.u8(..)],
                many => words[random.usize(..many)].clone(),
            };
            bytes.splice(place..end, word);
        }
    }
}

/// The words of `texts`, and what stands between them.
pub(crate) fn words(texts: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = texts
        .iter()
        .flat_map(|text| text.chunk_by(|one, other| is_of_word(*one) == is_of_word(*other)))
        .filter(|word| word.len() <= 64)
        .map(<[u8]>::to_vec)
        .collect();
    words.sort();
    words.dedup();
    words
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte >= 0x80
}
