//! Patterns for paths of source files.

use std::fmt;

/// A pattern for paths: `*` and `?` stand for what is within one name, `**` for any
/// number of folders. Unless it begins with `/` it is enough if the end of the path
/// is like it, for how a compiler calls a file depends on where it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// A pattern that may match every path.
    pub fn new(pattern: &str) -> Self {
        Glob(pattern.replace('\\', "/"))
    }

    /// Whether `path` is like it.
    pub fn matches(&self, path: &str) -> bool {
        let path = path.replace('\\', "/");
        let names: Vec<&str> = path.split('/').collect();
        let anywhere = match self.0.starts_with('/') {
            true => None,
            false => Some("**"),
        };
        let parts = anywhere.into_iter().chain(self.0.split('/'));
        // Which beginnings of the path the pattern so far is like, by their length.
        let mut matched = vec![false; names.len() + 1];
        matched[0] = true;
        for part in parts {
            matched = match part {
                "**" => {
                    let first = matched.iter().position(|it| *it);
                    let any = first.unwrap_or(matched.len());
                    (0..matched.len()).map(|length| length >= any).collect()
                }
                part => std::iter::once(false)
                    .chain(
                        names
                            .iter()
                            .zip(&matched)
                            .map(|(name, it)| *it && is_like(name, part)),
                    )
                    .collect(),
            };
        }
        matched.last() == Some(&true)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether one name of a path is like a pattern with `*` and `?`.
fn is_like(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) =
        (name.chars().collect(), pattern.chars().collect());
    let (mut at, mut part) = (0, 0);
    // Where to go on if what follows the last `*` is not there after all.
    let mut star = None;
    while at < name.len() {
        match pattern.get(part) {
            Some('*') => {
                star = Some((at, part));
                part += 1;
            }
            Some(wanted) if *wanted == '?' || *wanted == name[at] => {
                at += 1;
                part += 1;
            }
            _ => match star {
                Some((from, star_part)) => {
                    star = Some((from + 1, star_part));
                    (at, part) = (from + 1, star_part + 1);
                }
                None => return false,
            },
        }
    }
    pattern[part..].iter().all(|it| *it == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_like_the_end_of_a_path() {
        for (pattern, path, expected) in [
            ("src/api.rs", "src/api.rs", true),
            ("src/api.rs", "/build/shop/src/api.rs", true),
            ("api.rs", "src/api.rs", true),
            ("api.rs", "src/my_api.rs", false),
            ("/src/api.rs", "/build/src/api.rs", false),
            ("/build/**/api.rs", "/build/shop/src/api.rs", true),
            ("/build/**/api.rs", "/build/api.rs", true),
            ("src/*.rs", "src/api.rs", true),
            ("src/*.rs", "src/web/api.rs", false),
            ("src/**", "shop/src/web/api.rs", true),
            ("src/**/*.rs", "src/api.rs", true),
            ("a?i.rs", "src/api.rs", true),
            ("*p*i*.rs", "src/a_pi_pi.rs", true),
            ("*p*i*x.rs", "src/a_pi_pi.rs", false),
            ("src\\api.rs", "C:\\shop\\src\\api.rs", true),
            ("hyper-*/**", "/r/hyper-1.8.1/src/lib.rs", true),
            ("", "src/api.rs", false),
            ("**", "src/api.rs", true),
        ] {
            assert_eq!(
                Glob::new(pattern).matches(path),
                expected,
                "{pattern} {path}"
            );
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(200) + "/**/**/**/b";
        assert!(!Glob::new(&pattern).matches(&"a/".repeat(2_000)));
    }
}
