//! Where the program was built, so that its sources are told as its people know
//! them.

/// Debug info has absolute paths of the program's own sources; Tokio's locations
/// have those that the compiler was given, relative to the workspace. A file that
/// is known both ways tells the folder of the workspace.
#[derive(Debug)]
pub(super) struct SourceRoots {
    /// Relative paths of sources.
    relative: Vec<String>,
    /// Folders with the separator at their end.
    roots: Vec<String>,
}

/// How many relative paths are kept: any file of a workspace shows its root.
const KEPT: usize = 64;

impl Default for SourceRoots {
    /// Knows the folder that the program was started in, which is the workspace
    /// for one that is started by Cargo.
    fn default() -> Self {
        let started_in = std::env::current_dir().ok();
        let root = started_in
            .and_then(|folder| Some(format!("{}{}", folder.to_str()?, std::path::MAIN_SEPARATOR)))
            .filter(|root| root.len() > 1);
        SourceRoots {
            relative: Vec::new(),
            roots: root.into_iter().collect(),
        }
    }
}

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
    }

    /// `file` relative to the workspace, if that is known.
    pub(super) fn relative<'a>(&mut self, file: &'a str) -> &'a str {
        let learned = self
            .relative
            .iter()
            .find_map(|known| file.strip_suffix(known.as_str()))
            .filter(|root| root.ends_with(['/', '\\']));
        if let Some(root) = learned
            && !self.roots.iter().any(|known| known == root)
        {
            // The one that Tokio's locations show goes before the folder that the
            // program was started in.
            self.roots.insert(0, root.to_owned());
            self.roots.truncate(KEPT);
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
        let mut roots = SourceRoots {
            roots: Vec::new(),
            ..SourceRoots::default()
        };
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
    fn what_is_learned_is_bounded() {
        let mut roots = SourceRoots::default();
        let many: Vec<String> = (0..1_000).map(|n| format!("src/{n}.rs")).collect();
        roots.learn(many.iter().map(String::as_str));
        assert_eq!(roots.relative.len(), KEPT);
    }
}
