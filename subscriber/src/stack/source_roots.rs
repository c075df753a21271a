//! Where the program was built, so that its sources are told as its people know
//! them.

use std::path::Path;

/// Debug info has absolute paths of the program's own sources; Tokio's locations
/// have those that the compiler was given, relative to the workspace. A file that
/// is known both ways tells the folder of the workspace.
#[derive(Debug, Default)]
pub(super) struct SourceRoots {
    /// Relative paths of sources.
    relative: Vec<String>,
    /// Folders with the separator at their end.
    roots: Vec<String>,
}

/// How many relative paths are kept: any file of a workspace shows its root.
const KEPT: usize = 64;
/// How many of them are looked for on disk.
const LOOKED_FOR: usize = 4;

impl SourceRoots {
    /// Learns from source files as the compiler was told them.
    pub(super) fn learn<'a>(&mut self, sources: impl Iterator<Item = &'a str>) {
        if self.relative.len() >= KEPT {
            return;
        }
        for source in sources.take(4 * KEPT) {
            let is_relative = !source.starts_with('/') && !source.contains(":\\");
            if is_relative && !self.relative.iter().any(|known| known == source) {
                self.relative.push(source.to_owned());
            }
        }
        self.relative.truncate(KEPT);
        if let Ok(folder) = std::env::current_dir() {
            self.look_around(&folder);
        }
    }

    /// Whoever starts a program from its sources is in the workspace: then a
    /// source is where its relative path says, seen from there or further up.
    fn look_around(&mut self, folder: &Path) {
        let found = folder.ancestors().find(|folder| {
            let mut sources = self.relative.iter().take(LOOKED_FOR);
            sources.any(|source| folder.join(source).is_file())
        });
        let root = found.and_then(|folder| Some(folder.join("").to_str()?.to_owned()));
        if let Some(root) = root {
            self.add_root(root);
        }
    }

    fn add_root(&mut self, root: String) {
        if !self.roots.contains(&root) && self.roots.len() < KEPT {
            self.roots.push(root);
        }
    }

    /// `file` relative to the workspace, if that is known.
    pub(super) fn relative<'a>(&mut self, file: &'a str) -> &'a str {
        let learned = self
            .relative
            .iter()
            .find_map(|known| file.strip_suffix(known.as_str()))
            .filter(|root| root.ends_with(['/', '\\']));
        if let Some(root) = learned {
            self.add_root(root.to_owned());
        }
        let mut roots = self.roots.iter();
        roots
            .find_map(|root| file.strip_prefix(root.as_str()))
            .unwrap_or(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_known_both_ways_tells_where_all_others_are() {
        let mut roots = SourceRoots::default();
        assert_eq!(
            roots.relative("/home/me/shop/src/a.rs"),
            "/home/me/shop/src/a.rs"
        );
        roots.learn(["/abs/x.rs", "src/main.rs"].into_iter());
        assert_eq!(roots.relative("/home/me/shop/src/main.rs"), "src/main.rs");
        assert_eq!(roots.relative("/home/me/shop/src/a.rs"), "src/a.rs");
        assert_eq!(
            roots.relative("/home/me/other/src/a.rs"),
            "/home/me/other/src/a.rs"
        );
        // The end of a name is no folder.
        roots.learn(["in.rs"].into_iter());
        assert_eq!(roots.relative("/x/main.rs"), "/x/main.rs");
    }

    #[test]
    fn a_source_that_is_there_tells_where_all_others_are() {
        let mut roots = SourceRoots {
            relative: vec!["src/stack/source_roots.rs".to_owned()],
            ..SourceRoots::default()
        };
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        roots.look_around(&package.join("src").join("stack"));
        let other = package.join("src").join("lib.rs");
        assert_eq!(roots.relative(other.to_str().unwrap()), "src/lib.rs");
    }

    #[test]
    fn what_is_learned_is_bounded() {
        let mut roots = SourceRoots::default();
        let many: Vec<String> = (0..1_000).map(|n| format!("src/{n}.rs")).collect();
        roots.learn(many.iter().map(String::as_str));
        assert_eq!(roots.relative.len(), KEPT);
    }
}
