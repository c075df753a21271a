//! What holds of every filter.

use proptest::prelude::*;

use super::rows::{AlertRow, ChannelRow, ResourceRow, SpawnSiteRow, TaskRow, WaitSiteRow};
use super::{Field, Filter, Holds, Row, Subject};
use crate::model::sample::Sample;
use crate::model::{Moment, ResourceKind, TaskState, WaitKind};
use crate::rules::AlertBook;

/// Tasks that differ in all that can be asked, and what is wrong with them.
fn shop() -> (Sample, AlertBook) {
    use taskmon_proto::v1::{FrameOrigin::Own, WaitKind::MpscSend};
    let mut sample = Sample::new();
    let channel = sample.resource(ResourceKind::Mpsc, 18);
    let lock = sample.resource(ResourceKind::Mutex, 4);
    let stack = sample.stack(
        MpscSend,
        &[("leaf", 1, Own), ("shop::newProducer", 41, Own)],
    );
    let names = [
        "",
        "producer",
        "Größe",
        "say \"hi\"",
        "-x:y",
        "\u{1b}[2J",
        "日本",
    ];
    for (id, name) in (1..).zip(names) {
        let task = sample.task_at(id, 60 + id as u32);
        match id % 3 {
            0 => sample.state(task, TaskState::Running),
            1 => {
                let wait = sample.wait_on(task, WaitKind::MpscSend, 10 * id, channel);
                sample.stack_of(wait, stack);
            }
            _ => {
                sample.wait_on(task, WaitKind::MutexLock, 95, lock);
                sample.wait(task, WaitKind::Sleep, 99);
            }
        }
        let task = sample.model.tasks.get_mut(&task).unwrap();
        task.name = name.into();
        (task.polls, task.busy) = (id * 50, std::time::Duration::from_millis(id * 700));
        task.spawned_at = Moment::from_nanos(id * 10_000_000_000);
    }
    let mut book = AlertBook::default();
    book.update(&sample.model);
    (sample, book)
}

/// The ids of the tasks that `text` shows.
fn ids(sample: &Sample, alerts: &AlertBook, text: &str) -> Vec<u64> {
    let filter = Filter::parse(Subject::Tasks, text).unwrap();
    shown(sample, alerts, &filter)
}

fn shown(sample: &Sample, alerts: &AlertBook, filter: &Filter) -> Vec<u64> {
    let model = &sample.model;
    let mut matcher = filter.matcher();
    let mut ids: Vec<_> = model
        .tasks
        .values()
        .filter(|task| {
            matcher.matches(&TaskRow {
                target: "shop-1:6669",
                model,
                alerts,
                task,
            })
        })
        .map(|task| task.tokio_id)
        .collect();
    ids.sort_unstable();
    ids
}

#[test]
fn terms_choose_tasks() {
    let (sample, book) = shop();
    let all: Vec<u64> = (1..=7).collect();
    for (text, expected) in [
        ("", &all[..]),
        ("send", &[1, 4, 7]),
        ("wait:send site:newproducer", &[1, 4, 7]),
        ("site:newproducer spawned-at:64", &[4]),
        ("at:api.rs:41", &[1, 4, 7]),
        ("state:running", &[3, 6]),
        ("-state:running -wait:send", &[2, 5]),
        ("name:producer", &[2]),
        ("NAME:größe", &[3]),
        ("name:Producer", &[]),
        ("name:=\"\"", &[1]),
        ("!name:=\"\" wait:send", &[4, 7]),
        ("\"say \\\"hi\\\"\"", &[4]),
        ("\"-x:y\"", &[5]),
        (r"\u{1b}", &[6]),
        ("on:ch#18", &[1, 4, 7]),
        ("on:mutex", &[2, 5]),
        ("id:5", &[5]),
        ("polls:>100 polls:<=250", &[3, 4, 5]),
        ("busy:>2s busy:<3s", &[3, 4]),
        ("age:>=1m", &[1, 2, 3, 4]),
        ("age:=40s", &[6]),
        ("alert:send-stall", &[1, 4, 7]),
        ("alert:lock", &[2, 5]),
        ("-alert:any", &[3, 6]),
        ("target:shop kind:task id:<3", &[1, 2]),
        ("target:other", &[]),
        ("select(", &[2, 5]),
        ("wait:sleep", &[2, 5]),
        ("size:<1KiB id:1", &[1]),
    ] {
        assert_eq!(ids(&sample, &book, text), expected, "{text}");
    }
}

#[test]
fn a_refusal_says_where_and_what_is_possible() {
    for (text, span, message) in [
        (
            "x foo:1",
            2..7,
            "tasks have no field 'foo': there are age, alert, at, ",
        ),
        (
            "wait:",
            0..5,
            "a value is missing after 'wait:': it is a text",
        ),
        (
            "age:>soon",
            0..9,
            "'soon' is no value of 'age': it is a time with its unit",
        ),
        (
            "-polls:many",
            0..11,
            "'many' is no value of 'polls': it is a number",
        ),
        (
            "state:busy",
            0..10,
            "it is one of running, scheduled, waiting, lost",
        ),
        ("state:active", 0..12, "it is one of running"),
        (
            "name:>a",
            0..7,
            "'name' is no number and cannot be compared with '>'",
        ),
        ("a \"b", 2..4, "a quote is not closed"),
        ("live:>3", 0..7, "tasks have no field 'live'"),
        // Found by `a_negated_term_shows_what_the_term_does_not`.
        ("-\u{a0}#", 0..1, "'-' stands alone: write what is not"),
    ] {
        let error = Filter::parse(Subject::Tasks, text).unwrap_err();
        assert_eq!(error.span, span, "{text}");
        assert!(error.to_string().contains(message), "{error}");
    }
    let long = "a".repeat(Filter::LONGEST + 1);
    assert!(Filter::parse(Subject::Tasks, &long).is_err());
    assert!(Filter::parse(Subject::Tasks, &"a ".repeat(Filter::TERMS + 1)).is_err());
    let escape = Filter::parse(Subject::Tasks, "state:\u{1b}[2J").unwrap_err();
    assert!(!escape.to_string().contains(char::is_control));
}

#[test]
fn a_value_that_looks_like_more_is_quoted() {
    for text in [
        "site:\":\"",
        "name:\"=x\"",
        "name:=\"\"",
        "\"-x\"",
        "\"id:1\"",
        "a\"b",
    ] {
        let filter = Filter::parse(Subject::Tasks, text).unwrap();
        assert_eq!(filter.to_string(), text);
    }
}

#[test]
fn other_views_have_fields_of_their_own() {
    let (sample, book) = shop();
    let model = &sample.model;
    let is = |subject, text: &str, row: &dyn Fn(&Filter) -> bool| {
        row(&Filter::parse(subject, text).unwrap())
    };
    let target = "shop-1:6669";
    let channels = model.channels();
    let channel = ChannelRow {
        target,
        model,
        channel: &channels[0],
    };
    assert!(is(
        Subject::Channels,
        "ch#18 fill:full senders:>2 for:>1m",
        &|it| it.matches(&channel)
    ));
    assert!(!is(Subject::Channels, "fill:empty", &|it| it.matches(&channel)));
    let locks = model.resources.values();
    let lock = locks
        .into_iter()
        .find(|it| it.kind == ResourceKind::Mutex)
        .unwrap();
    let lock = ResourceRow {
        target,
        model,
        resource: lock,
    };
    assert!(is(
        Subject::Resources,
        "kind:mutex waiting:2 for:=5s",
        &|it| it.matches(&lock)
    ));
    let waits = model.wait_sites();
    let site = WaitSiteRow {
        target,
        site: &waits[0],
    };
    assert!(is(
        Subject::Waits,
        "wait:send at:41 tasks:3 on:ch#18 site:newP",
        &|it| it.matches(&site)
    ));
    let alert = AlertRow {
        target,
        alert: &book.active()[0],
    };
    assert!(is(
        Subject::Alerts,
        "rule:stall severity:error state:active tasks:>1",
        &|it| it.matches(&alert)
    ));
    assert!(is(Subject::Alerts, "-state:past", &|it| it.matches(&alert)));
    let key = crate::model::SiteKey {
        location: model
            .tasks
            .values()
            .find(|it| it.tokio_id == 1)
            .unwrap()
            .location
            .clone()
            .unwrap(),
        kind: crate::model::TaskKind::Task,
    };
    let site = crate::model::SpawnSite {
        spawned: 10,
        completed: 4,
        ..Default::default()
    };
    let tasks = model.site_tasks();
    let site = SpawnSiteRow {
        target,
        key: &key,
        model,
        site: &site,
        tasks: tasks.get(&key).unwrap(),
    };
    assert!(is(
        Subject::Sites,
        "api.rs live:6 completed:>3 kind:task waiting:1 oldest:>1m",
        &|it| it.matches(&site)
    ));
}

/// A value that `field` might have, or nearly.
fn value(field: Field, subject: Subject) -> BoxedStrategy<String> {
    let sign = prop::sample::select(&["", "", ">", ">=", "<", "<=", "="][..]);
    let amount = prop::sample::select(&["0", "1", "4", "30s", "1h30m", "2k", "1KiB", "250"][..]);
    let amount = (sign, amount).prop_map(|(sign, amount)| format!("{sign}{amount}"));
    match field.holds() {
        Holds::Word => {
            let choices = prop::sample::select(field.choices(subject));
            choices.prop_map(str::to_owned).boxed()
        }
        Holds::Text => "=?(\"[^\"]{0,6}\"|[a-zA-Z0-9#:]{1,6})".boxed(),
        _ => amount.boxed(),
    }
}

/// One term, most of them of sense.
fn term(subject: Subject) -> impl Strategy<Value = String> {
    let fields: Vec<_> = subject.fields().collect();
    let with_field = prop::sample::select(fields).prop_flat_map(move |field| {
        value(field, subject).prop_map(move |value| format!("{field}:{value}"))
    });
    let term = prop_oneof![
        4 => with_field,
        1 => "[a-z0-9]{1,3}",
        1 => "\\PC{0,8}",
    ];
    ("[-!]?", term).prop_map(|(mark, term)| format!("{mark}{term}"))
}

fn filter(subject: Subject) -> impl Strategy<Value = Filter> {
    let text = prop::collection::vec(term(subject), 0..5).prop_map(|it| it.join(" "));
    text.prop_filter_map("it is no filter", move |text| {
        Filter::parse(subject, &text).ok()
    })
}

/// What fails becomes a test of its own here, and no file beside it.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn any_subject() -> impl Strategy<Value = Subject> {
    prop::sample::select(&Subject::ALL[..])
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_text_is_too_much(subject in any_subject(), text in "\\PC*|[-!\":=<> a-z\\\\]{0,40}|.*") {
        if let Err(error) = Filter::parse(subject, &text) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
            prop_assert!(!error.to_string().contains(char::is_control));
        }
    }

    #[test]
    fn what_is_shown_of_a_filter_is_read_as_the_same(
        filter in any_subject().prop_flat_map(filter)
    ) {
        let shown = filter.to_string();
        prop_assert_eq!(Filter::parse(filter.subject(), &shown), Ok(filter), "{}", shown);
    }
}

#[test]
fn a_negated_term_shows_what_the_term_does_not() {
    let (sample, book) = shop();
    proptest!(config(), |(term in term(Subject::Tasks))| {
        // A mark before a space negates nothing, which is refused.
        let is_before = |it: char| "-!".contains(it) || it.is_whitespace();
        let term = term.trim_start_matches(is_before);
        let Ok(filter) = Filter::parse(Subject::Tasks, term) else { return Ok(()) };
        prop_assume!(filter.terms.len() == 1);
        let mut others = shown(&sample, &book, &filter);
        others.extend(ids(&sample, &book, &format!("-{term}")));
        others.sort_unstable();
        prop_assert_eq!(others, (1..=7).collect::<Vec<_>>());
    });
}

#[test]
fn terms_together_show_what_each_of_them_shows() {
    let (sample, book) = shop();
    proptest!(config(), |(one in filter(Subject::Tasks), other in filter(Subject::Tasks))| {
        let of_other = shown(&sample, &book, &other);
        let mut expected = shown(&sample, &book, &one);
        expected.retain(|id| of_other.contains(id));
        let both = one.and(other);
        prop_assert_eq!(&shown(&sample, &book, &both), &expected);
        prop_assert_eq!(ids(&sample, &book, &both.to_string()), expected);
    });
}

/// Remembers all that it is shown.
fn visible_texts<'a>(row: &impl Row<'a>) -> Vec<String> {
    super::matcher::texts_of(|probe| row.visible(probe))
}

#[test]
fn what_is_seen_of_a_task_finds_it() {
    let (sample, alerts) = shop();
    for task in sample.model.tasks.values() {
        let row = TaskRow {
            target: "shop-1:6669",
            model: &sample.model,
            alerts: &alerts,
            task,
        };
        let texts = visible_texts(&row);
        assert!(texts.len() > 5, "{texts:?}");
        for text in texts {
            for text in [
                &*text,
                &text.to_lowercase(),
                text.get(1..).unwrap_or_default(),
            ] {
                let filter = Filter::text(Subject::Tasks, text);
                assert!(filter.matches(&row), "{text}");
                let read = Filter::parse(Subject::Tasks, &filter.to_string());
                assert_eq!(read, Ok(filter));
            }
        }
    }
}
