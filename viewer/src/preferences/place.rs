//! Where the file is.

use std::env;
use std::path::PathBuf;

/// The variable that names the file, in place of where it is sought otherwise.
pub const VARIABLE: &str = "TASKMON_CONFIG";

/// Where the file is sought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file that [`VARIABLE`] names.
    named: Option<PathBuf>,
    /// Where it may be otherwise; the first that is there counts.
    sought: Vec<PathBuf>,
}

impl Place {
    /// As the environment and the platform have it: `$XDG_CONFIG_HOME/taskmon` or
    /// `~/.config/taskmon`; on macOS also `~/Library/Application Support/taskmon`; on
    /// Windows `%APPDATA%\taskmon`.
    pub fn of_environment() -> Self {
        let of = |name: &str| {
            let value = env::var_os(name).filter(|value| !value.is_empty());
            value.map(PathBuf::from)
        };
        Place::with(of, env::home_dir())
    }

    fn with(of: impl Fn(&str) -> Option<PathBuf>, home: Option<PathBuf>) -> Self {
        let home = home.filter(|home| home.is_absolute());
        let under_home = |folder: &str| home.as_ref().map(|home| home.join(folder));
        // What is relative is to be ignored, says the XDG base directory specification.
        let xdg = of("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
        let mut folders = Vec::new();
        if cfg!(windows) {
            folders.extend(of("APPDATA"));
        } else {
            folders.extend(xdg.or_else(|| under_home(".config")));
        }
        if cfg!(target_os = "macos") {
            folders.extend(under_home("Library/Application Support"));
        }
        let sought = folders.into_iter();
        Place {
            named: of(VARIABLE),
            sought: sought
                .map(|folder| folder.join("taskmon").join("config.toml"))
                .collect(),
        }
    }

    /// The file; `None` if there is none. One that is named need not be there: that is
    /// for whoever reads it to say.
    pub fn file(&self) -> Option<PathBuf> {
        if self.named.is_some() {
            return self.named.clone();
        }
        self.sought.iter().find(|file| file.is_file()).cloned()
    }

    /// Everywhere that it is sought, the first place first.
    pub fn places(&self) -> &[PathBuf] {
        match &self.named {
            Some(named) => std::slice::from_ref(named),
            None => &self.sought,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(variables: &[(&str, &str)]) -> Place {
        let of = |name: &str| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| PathBuf::from(value))
        };
        Place::with(of, Some("/home/ada".into()))
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn it_is_where_the_platform_has_it() {
        let at = |variables: &[(&str, &str)]| place(variables).places().to_vec();
        let home = [PathBuf::from("/home/ada/.config/taskmon/config.toml")];
        assert_eq!(at(&[]), home);
        assert_eq!(
            at(&[("XDG_CONFIG_HOME", "/etc/ada")]),
            [PathBuf::from("/etc/ada/taskmon/config.toml")]
        );
        assert_eq!(at(&[("XDG_CONFIG_HOME", "relative")]), home);
    }

    #[test]
    fn a_file_that_is_named_is_the_only_place() {
        let place = place(&[(VARIABLE, "mine.toml")]);
        assert_eq!(place.places(), [PathBuf::from("mine.toml")]);
        assert_eq!(place.file(), Some(PathBuf::from("mine.toml")));
    }

    #[test]
    fn without_a_home_there_is_no_file() {
        assert_eq!(Place::with(|_| None, None).file(), None);
    }
}
