//! From the text of the file to preferences.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use ratatui::style::Color;
use toml::Spanned;
use toml::de::DeValue;

use super::{HISTORY, Preferences};
use crate::config::error::Wrong;
use crate::config::read::{Entry, parse, set_rule, table, unknown};
use crate::faces::tui::theme::{Depth, Look, Meaning, PaletteChoice};
use crate::faces::tui::{Action, ColumnName, KeyMap, Sort, key_conflict};
use crate::words::duration::exact;
use crate::words::plain::quoted;
use crate::words::time::parse_duration;

type Value<'i> = Spanned<DeValue<'i>>;

/// What `text` says, and the defaults for all else.
pub(super) fn preferences(text: &str) -> Result<Preferences, Wrong> {
    let file = parse(text)?;
    let mut wanted = Preferences::default();
    for (key, value) in file.get_ref() {
        match &**key.get_ref() {
            "targets" => wanted.targets = each(value, "a target, such as \"shop:6669\"")?,
            "interval" => wanted.interval = interval(value)?,
            "history" => wanted.history = duration(value, HISTORY)?,
            "mouse" => wanted.mouse = flag(value)?,
            "look" => look(&mut wanted.look, value)?,
            "colours" => colours(&mut wanted.look, value)?,
            "tasks" => tasks(&mut wanted, value)?,
            "keys" => wanted.keys = keys(value)?,
            "rules" => {
                for (rule, value) in table(value)? {
                    set_rule(&mut wanted.rules, rule, value)?;
                }
            }
            _ => {
                let known = [
                    "targets", "interval", "history", "mouse", "look", "colours", "tasks", "keys",
                    "rules",
                ];
                return Err(unknown(key, "key", &known));
            }
        }
    }
    Ok(wanted)
}

fn look(look: &mut Look, value: &Value<'_>) -> Result<(), Wrong> {
    for (key, value) in table(value)? {
        match &**key.get_ref() {
            "theme" => look.palette = one_of(value, &PaletteChoice::NAMED)?,
            "depth" => {
                let depths = Depth::NAMED.map(|(name, depth)| (name, Some(depth)));
                let all = [("auto", None)].into_iter().chain(depths);
                look.depth = one_of(value, &all.collect::<Vec<_>>())?;
            }
            "ascii" => {
                let all = [("auto", None), ("yes", Some(true)), ("no", Some(false))];
                look.ascii = one_of(value, &all)?;
            }
            _ => return Err(unknown(key, "key", &["theme", "depth", "ascii"])),
        }
    }
    Ok(())
}

fn colours(look: &mut Look, value: &Value<'_>) -> Result<(), Wrong> {
    for (key, value) in table(value)? {
        let mut meanings = Meaning::ALL.into_iter();
        let meaning = meanings.find(|meaning| meaning.name() == &**key.get_ref());
        let meaning = meaning.ok_or_else(|| {
            let names = Meaning::ALL.map(Meaning::name);
            unknown(key, "colour", &names)
        })?;
        let expected = "a colour: a name such as \"red\" or \"light blue\", a number up to 255, \
                        or \"#8ab8ff\"";
        let colour: Color = parsed(value, expected)?;
        look.colours.push((meaning, colour));
    }
    Ok(())
}

fn tasks(wanted: &mut Preferences, value: &Value<'_>) -> Result<(), Wrong> {
    for (key, value) in table(value)? {
        match &**key.get_ref() {
            "columns" => {
                let columns = list(value, "names of columns, such as [\"wait\", \"for\"]")?;
                wanted.columns = columns
                    .into_iter()
                    .map(column)
                    .collect::<Result<_, Wrong>>()?;
                if wanted.columns.is_empty() {
                    return Err(Wrong::new(value.span(), "expected at least one column"));
                }
            }
            "sort" => {
                wanted.sort = Sort {
                    column: column(value)?,
                    ..wanted.sort
                };
            }
            "reversed" => wanted.sort.reversed = flag(value)?,
            _ => return Err(unknown(key, "key", &["columns", "sort", "reversed"])),
        }
    }
    Ok(())
}

fn column(value: &Value<'_>) -> Result<ColumnName, Wrong> {
    let names = ColumnName::ALL.map(|column| (column.name(), column));
    one_of(value, &names)
}

fn keys(value: &Value<'_>) -> Result<KeyMap, Wrong> {
    let mut keys = KeyMap::default();
    let entries: Vec<Entry<'_, '_>> = table(value)?.collect();
    for (action, value) in &entries {
        let name = action.get_ref();
        let Some(known) = Action::named(name) else {
            let names: Vec<_> = Action::all().filter_map(Action::name).collect();
            return Err(unknown(action, "action", &names));
        };
        let bound = match value.get_ref().as_str() {
            Some(_) => vec![*value],
            None => list(value, "keys, such as [\"x\", \"Ctrl-F\"]")?,
        };
        for key in &bound {
            // One by one, for the place of the one that is wrong.
            let text = key.get_ref().as_str().unwrap_or_default();
            let checked = KeyMap::default().bind(name, [text]);
            checked.map_err(|error| Wrong::new(key.span(), error.to_string()))?;
        }
        if known == Action::Quit && bound.is_empty() {
            let message = "`quit` needs a key, or nobody could leave";
            return Err(Wrong::new(value.span(), message));
        }
        let texts = bound.iter().filter_map(|key| key.get_ref().as_str());
        let bound = keys.bind(name, texts);
        bound.map_err(|error| Wrong::new(value.span(), error.to_string()))?;
    }
    if let Some(conflict) = key_conflict(&keys) {
        let mut entries = entries.iter().rev();
        let at = entries.find(|(action, _)| conflict.concerns(action.get_ref()));
        let at = at.map_or(value.span(), |(action, _)| action.span());
        return Err(Wrong::new(at, conflict.to_string()));
    }
    Ok(keys)
}

/// What the name is of; an error says which names there are.
fn one_of<T: Copy>(value: &Value<'_>, all: &[(&str, T)]) -> Result<T, Wrong> {
    let name = value.get_ref().as_str();
    let found = all.iter().find(|(it, _)| Some(*it) == name);
    found.map(|(_, found)| *found).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        match name {
            Some(name) => Wrong::unknown(value.span(), "value", name, &names),
            None => Wrong::new(
                value.span(),
                format!("expected one of \"{}\"", names.join("\", \"")),
            ),
        }
    })
}

fn flag(value: &Value<'_>) -> Result<bool, Wrong> {
    let flag = value.get_ref().as_bool();
    flag.ok_or_else(|| Wrong::new(value.span(), "expected true or false"))
}

fn interval(value: &Value<'_>) -> Result<Duration, Wrong> {
    match value.get_ref().as_str() {
        Some("auto") => Ok(Duration::ZERO),
        _ => {
            let least = Duration::from_millis(50)..=Duration::from_secs(60);
            duration(value, least)
                .map_err(|wrong| Wrong::new(wrong.at, format!("{}, or \"auto\"", wrong.message)))
        }
    }
}

fn duration(value: &Value<'_>, range: RangeInclusive<Duration>) -> Result<Duration, Wrong> {
    let parsed = value.get_ref().as_str().map(parse_duration);
    let parsed = parsed.and_then(Result::ok);
    parsed.filter(|it| range.contains(it)).ok_or_else(|| {
        let (least, most) = (exact(*range.start()), exact(*range.end()));
        let message = format!("expected a duration from \"{least}\" to \"{most}\"");
        Wrong::new(value.span(), message)
    })
}

fn parsed<T: FromStr>(value: &Value<'_>, expected: &str) -> Result<T, Wrong> {
    let text = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
        value => value.as_str(),
    };
    let parsed = text.and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| {
        let is = text.map_or_else(String::new, |text| format!("; it is '{}'", quoted(text)));
        Wrong::new(value.span(), format!("expected {expected}{is}"))
    })
}

fn list<'a, 'i>(value: &'a Value<'i>, expected: &str) -> Result<Vec<&'a Value<'i>>, Wrong> {
    let array = value.get_ref().as_array();
    let array = array.filter(|array| array.iter().all(|it| it.get_ref().is_str()));
    let array = array.ok_or_else(|| Wrong::new(value.span(), format!("expected {expected}")))?;
    Ok(array.iter().collect())
}

fn each<T>(value: &Value<'_>, expected: &str) -> Result<Vec<T>, Wrong>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let values = list(value, &format!("a list, each {expected}"))?.into_iter();
    let each = values.map(|value| {
        let text = value.get_ref().as_str().unwrap_or_default();
        let parsed = text.parse();
        parsed.map_err(|error: T::Err| Wrong::new(value.span(), error.to_string()))
    });
    each.collect()
}
