//! What the file may say, and what is said of what it may not.

use std::path::Path;
use std::time::Duration;

use ratatui::style::Color;

use super::*;
use crate::faces::tui::theme::{Depth, Meaning, PaletteChoice};
use crate::rules::Severity;

fn parse(text: &str) -> Result<Preferences, String> {
    let path = Path::new("config.toml");
    Preferences::parse(text, path).map_err(|error| error.to_string())
}

#[track_caller]
fn assert_refused(text: &str, message: &str) {
    let error = parse(text).unwrap_err();
    assert!(error.starts_with("config.toml:"), "{error}");
    assert!(error.contains(message), "{error}");
    assert!(!error.contains(char::is_control), "{error:?}");
}

/// The template with everything in force that is only shown otherwise.
fn all_in_force() -> String {
    let text = template();
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(setting) if setting.starts_with(|it: char| it.is_ascii_lowercase()) => {
            format!("{setting}\n")
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn the_template_is_the_defaults_as_it_is_and_with_everything_in_force() {
    assert_eq!(parse(&template()), Ok(Preferences::default()));
    let all = all_in_force();
    let mut read = parse(&all).unwrap();
    // These are the same in effect.
    assert_eq!(read.targets, [Target::default()]);
    read.targets = Vec::new();
    assert_eq!(read.look.colours, [(Meaning::Stuck, Color::Red)]);
    read.look.colours = Vec::new();
    let mut quit = KeyMap::default();
    quit.bind("quit", ["q", "Ctrl-C"]).unwrap();
    assert_eq!(read.keys, quit);
    read.keys = KeyMap::default();
    assert_eq!(read, Preferences::default());
}

#[test]
fn the_template_tells_of_everything() {
    let text = template();
    for name in [
        "targets", "interval", "history", "mouse", "columns", "sort", "reversed",
    ] {
        assert!(text.contains(&format!("\n#{name} = ")), "{name}");
    }
    for (action, _) in crate::faces::tui::default_keys() {
        let name = action.name().unwrap();
        assert!(text.contains(&format!("#   {name} ")), "{name}");
    }
    for column in ColumnName::ALL {
        assert!(text.contains(&format!("#   {} ", column.name())));
    }
    for meaning in Meaning::ALL {
        assert!(text.contains(meaning.name()));
    }
    assert!(text.is_ascii() && text.lines().all(|line| line.len() < 120));
}

#[test]
fn everything_can_be_chosen() {
    let wanted = parse(
        r##"
            targets = ["shop:80", "unix:/run/a.sock"]
            interval = "250ms"
            history = "1h"
            mouse = false

            [look]
            theme = "light"
            depth = "256"
            ascii = "yes"

            [colours]
            stuck = "#ff0000"
            warning = 208
            link = "light blue"

            [tasks]
            columns = ["wait", "for"]
            sort = "for"
            reversed = true

            [keys]
            pause = "p"
            copy = []

            [rules.send-stall]
            threshold = "1m"
            severity = "warning"
        "##,
    )
    .unwrap();
    assert_eq!(wanted.targets.len(), 2);
    assert_eq!(wanted.interval, Duration::from_millis(250));
    assert_eq!(wanted.history, Duration::from_secs(3_600));
    assert!(!wanted.mouse);
    assert_eq!(wanted.look.palette, PaletteChoice::Light);
    assert_eq!(wanted.look.depth, Some(Depth::Many));
    assert_eq!(wanted.look.ascii, Some(true));
    let colours = [
        (Meaning::Link, Color::LightBlue),
        (Meaning::Stuck, Color::Rgb(255, 0, 0)),
        (Meaning::Warning, Color::Indexed(208)),
    ];
    for colour in colours {
        assert!(wanted.look.colours.contains(&colour), "{colour:?}");
    }
    assert_eq!(wanted.columns, [ColumnName::Wait, ColumnName::For]);
    assert_eq!(wanted.sort.column, ColumnName::For);
    assert!(wanted.sort.reversed);
    assert_ne!(wanted.keys, KeyMap::default());
    assert_eq!(wanted.rules.thresholds.send, Duration::from_secs(60));
    let rules = crate::rules::catalogue(&wanted.rules);
    let send = rules.iter().find(|rule| rule.name == "send-stall").unwrap();
    assert_eq!(send.severity, Some(Severity::Warning));
}

#[test]
fn what_is_not_known_is_told_with_its_place_and_what_may_be_meant() {
    for (text, message) in [
        (
            "theem = 1",
            "config.toml:1:1: unknown key `theem`; expected one of `targets`",
        ),
        (
            "[look]\ntheem = \"dark\"",
            "config.toml:2:1: unknown key `theem`; expected one of `theme`, `depth`, `ascii`: \
             did you mean `theme`?",
        ),
        (
            "[look]\ntheme = \"drak\"",
            "2:9: unknown value `drak`; expected one of `auto`, `terminal`, `dark`, `light`: did \
             you mean `dark`?",
        ),
        ("[colours]\nstuk = \"red\"", "did you mean `stuck`?"),
        (
            "[tasks]\ncolumns = [\"wait\", \"fro\"]",
            "config.toml:2:20: unknown value `fro`",
        ),
        (
            "[tasks]\nsort = \"wating-at\"",
            "did you mean `waiting-at`?",
        ),
        ("[keys]\npuase = \"p\"", "did you mean `pause`?"),
        ("[rules.send-stal]\nthreshold = \"1s\"", "there is no rule"),
        (
            "[rules.send-stall]\ntreshold = \"1s\"",
            "did you mean `threshold`?",
        ),
        ("allow = []", "unknown key `allow`"),
    ] {
        assert_refused(text, message);
    }
}

#[test]
fn values_that_make_no_sense_are_told_with_what_is_expected() {
    for (text, message) in [
        ("targets = \"shop\"", "expected a list, each a target"),
        ("targets = [\"shop\"]", "a port is missing: try shop:6669"),
        ("interval = \"1ns\"", "from \"50ms\" to \"1m\", or \"auto\""),
        ("interval = 5", "expected a duration"),
        (
            "history = \"400days\"",
            "expected a duration from \"1m\" to \"1day\"",
        ),
        ("mouse = \"yes\"", "expected true or false"),
        (
            "[look]\nascii = true",
            "expected one of \"auto\", \"yes\", \"no\"",
        ),
        ("[colours]\nstuck = \"\\u001b[31m\"", "expected a colour"),
        ("[colours]\nstuck = 256", "expected a colour"),
        ("[tasks]\ncolumns = []", "at least one column"),
        ("[tasks]\ncolumns = [1]", "expected names of columns"),
        (
            "[keys]\npause = [\"p\", \"Hyper-x\"]",
            "config.toml:2:15: 'Hyper-x' is not a key",
        ),
        ("[keys]\npause = 5", "expected keys"),
        ("[keys]\nquit = []", "`quit` needs a key"),
        ("look = 5", "expected a table"),
        ("[look", "config.toml:1:"),
    ] {
        assert_refused(text, message);
    }
}

#[test]
fn a_key_for_two_things_in_one_view_is_told_in_words() {
    assert_refused(
        "[keys]\npause = \"x\"\ncopy = \"x\"",
        "in the view Tasks the key x would be that of `pause` and of `copy`",
    );
    assert_refused("[keys]\npause = \"y\"", "config.toml:2:1: in the view");
}
