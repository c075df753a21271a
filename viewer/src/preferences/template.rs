//! The file with everything in it as it is by default.

use std::fmt::{self, Write};

use super::Preferences;
use crate::faces::tui::theme::{Depth, Meaning, PaletteChoice};
use crate::faces::tui::{Action, ColumnName, default_keys};
use crate::rules::{Limit, Settings, catalogue};
use crate::words::duration::exact;

/// Every setting as it is by default, with what it means. Those that could be changed
/// begin with `#` and no space: without that the file says the same.
pub fn template() -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut text);
    text
}

fn write(out: &mut String) -> fmt::Result {
    let wanted = Preferences::default();
    writeln!(
        out,
        "\
# What you want of taskmon's terminal UI. Remove the # before what you change.

# The programs to look at if none is named.
#targets = [\"http://127.0.0.1:6669\"]

# How often programs are to send updates: a duration, or \"auto\" for as often as they like.
#interval = \"auto\"

# How far back the figures of a process and its spawn sites go.
#history = \"{history}\"

# Whether clicks and the wheel are for taskmon. To select text, most terminals then
# need Shift.
#mouse = {mouse}

[look]
# {palettes}. \"auto\" takes dark or light if the terminal tells of
# its background (COLORFGBG), and else the terminal's own colours.
#theme = \"auto\"

# \"auto\" or how many colours there are: {depths}. \"auto\" goes by
# NO_COLOR, COLORTERM and TERM.
#depth = \"auto\"

# \"yes\" to draw with ASCII alone, \"no\" for more, \"auto\" to go by the locale.
#ascii = \"auto\"

# Colours of your own: a name (\"red\", \"light blue\"), a number up to 255, or \"#8ab8ff\".
# There are
{meanings}
[colours]
#stuck = \"red\"

[tasks]
# The columns of the table, from left to right. There are
{columns}
#columns = [{shown}]

# The column that the table is sorted by at first, and whether the other way round.
#sort = \"{sort}\"
#reversed = {reversed}

# Keys of your own, in place of those that an action has:
{keys}
[keys]
#quit = [\"q\", \"Ctrl-C\"]

# When the rules raise an alert in the UI. What a project's taskmon.toml says wins over
# this, and `taskmon check` and the other commands go by that alone.
",
        history = exact(wanted.history),
        mouse = wanted.mouse,
        palettes = names(PaletteChoice::NAMED.map(|(name, _)| name)),
        depths = names(Depth::NAMED.map(|(name, _)| name)),
        meanings = lines(&Meaning::ALL.map(Meaning::name).join(", ")),
        columns = columns(),
        shown = names(wanted.columns.iter().map(|column| column.name())),
        sort = wanted.sort.column.name(),
        reversed = wanted.sort.reversed,
        keys = keys(),
    )?;
    rules(out)
}

/// The thresholds of all rules.
fn rules(out: &mut String) -> fmt::Result {
    let mut settings = Settings::default();
    for rule in catalogue(&Settings::default()) {
        writeln!(out, "\n# {}", rule.severity_text())?;
        writeln!(out, "[rules.{}]", rule.name)?;
        match settings.limit(rule.name).ok().flatten() {
            None => {}
            Some(Limit::Growth(tasks, window)) => {
                writeln!(out, "#threshold = {tasks}")?;
                writeln!(out, "#window = \"{}\"", exact(*window))?;
            }
            Some(Limit::Bytes(bytes)) => writeln!(out, "#threshold = {bytes}")?,
            Some(limit) => writeln!(out, "#threshold = \"{limit}\"")?,
        }
    }
    Ok(())
}

/// `"a", "b"`.
fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = names.into_iter().map(|it| format!("\"{it}\"")).collect();
    quoted.join(", ")
}

/// Every column and what it says.
fn columns() -> String {
    let column = |column: ColumnName| format!("#   {:<14} {}", column.name(), column.meaning());
    ColumnName::ALL.map(column).join("\n")
}

/// Every action and the keys that it has.
fn keys() -> String {
    let keys = default_keys().into_iter();
    let line = |(action, keys): (Action, String)| {
        let name = action.name().unwrap_or_default();
        format!("#   {name:<14} {keys}")
    };
    keys.map(line).collect::<Vec<_>>().join("\n")
}

/// `text` as a comment of several lines, broken at spaces.
fn lines(text: &str) -> String {
    let lines = crate::faces::width::wrap(text, 80, 0);
    let lines = lines.into_iter().map(|line| format!("#   {line}"));
    lines.collect::<Vec<_>>().join("\n")
}
