//! The application's own subscriber sees what it would see alone.
//!
//! One test, because what tracing keeps per callsite is shared by all subscribers
//! of a process that are alive at the same time.

use std::fmt::{self, Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use taskmon_subscriber::{Builder, Level};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Subscriber, debug, info, info_span, trace};
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// Writes down everything that it is told.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<String>>>);

impl Diary {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

/// Fields in order, but for numbers that no two runs have in common. What is left of a
/// timer's time, which Tokio counts in milliseconds of its own, is told in seconds.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "duration" => self.record_debug(field, &value.saturating_add(500).div_euclid(1_000)),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "task.id" {
            return;
        }
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

fn name_of<S: Subscriber + for<'a> LookupSpan<'a>>(id: &Id, context: &Context<'_, S>) -> String {
    let span = context.span(id);
    let name = span.as_ref().map_or("?", |span| span.name());
    name.to_owned()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Diary {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = context.span(id).unwrap();
        let parent = span.parent().map(|parent| parent.name());
        self.note(format!("new {} in {parent:?}{}", span.name(), fields.0));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.note(format!("record {}{}", name_of(id, &context), fields.0));
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let (span, follows) = (name_of(id, &context), name_of(follows, &context));
        self.note(format!("{span} follows {follows}"));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let scope: Vec<_> = context
            .event_scope(event)
            .into_iter()
            .flatten()
            .map(|span| span.name())
            .collect();
        let target = event.metadata().target();
        self.note(format!("event {target} in {scope:?}{}", fields.0));
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        self.note(format!("enter {}", name_of(id, &context)));
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        self.note(format!("exit {}", name_of(id, &context)));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        self.note(format!("close {}", name_of(&id, &context)));
    }
}

/// A program that does the same in every run. `asks`: whether it uses
/// `tracing::enabled!`, which in tracing-subscriber leaves a layer's filter in a
/// state that the next event suffers from, whatever the layers beside it.
fn program(asks: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let request = info_span!("request", user = "ada", status = tracing::field::Empty);
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let producer = tokio::spawn(async move {
            for number in 0..4 {
                debug!(number, "sending");
                sender.send(number).await.unwrap();
            }
        });
        let entered = request.enter();
        let current = tracing::Span::current();
        info!(parent: &current, known = current.metadata().is_some(), "current");
        drop(entered);
        request.record("status", 200);
        let child = tracing::debug_span!(parent: &request, "child");
        child.follows_from(&request);
        tokio::time::timeout(Duration::from_secs(60), async {
            while let Some(number) = receiver.recv().await {
                let _entered = child.enter();
                let trace = asks && tracing::enabled!(tracing::Level::TRACE);
                info!(number, trace, "received");
                trace!("in detail");
            }
        })
        .await
        .unwrap();
        producer.await.unwrap();
    });
}

fn diary_of(dispatch: &Dispatch, diary: &Diary, asks: bool) -> Vec<String> {
    tracing::dispatcher::with_default(dispatch, || program(asks));
    std::mem::take(&mut diary.0.lock().unwrap())
}

/// The application's own subscribers to try, by name.
type Subscribers = Vec<(&'static str, fn(Diary) -> Box<dyn Subscriber + Send + Sync>)>;

fn subscribers() -> Subscribers {
    fn registry() -> Registry {
        tracing_subscriber::registry()
    }
    vec![
        ("everything", |diary| Box::new(registry().with(diary))),
        ("a global level", |diary| {
            Box::new(registry().with(LevelFilter::INFO).with(diary))
        }),
        ("a global filter", |diary| {
            Box::new(
                registry()
                    .with(EnvFilter::new("debug,tokio=off"))
                    .with(diary),
            )
        }),
        ("a filter by span", |diary| {
            let filter = EnvFilter::new("warn,[request]=trace");
            Box::new(registry().with(filter).with(diary))
        }),
        ("a filter that asks for Tokio", |diary| {
            let filter = EnvFilter::new("info,tokio=trace");
            Box::new(registry().with(diary.with_filter(filter)))
        }),
        ("a filter per layer", |diary| {
            let other = Diary::default().with_filter(LevelFilter::TRACE);
            Box::new(
                registry()
                    .with(diary.with_filter(LevelFilter::INFO))
                    .with(other),
            )
        }),
        ("nothing", |diary| {
            Box::new(registry().with(diary.with_filter(LevelFilter::OFF)))
        }),
    ]
}

#[test]
fn the_applications_own_layers_see_what_they_would_see_alone() {
    for (name, subscriber) in subscribers() {
        let diary = Diary::default();
        let alone = diary_of(&Dispatch::new(subscriber(diary.clone())), &diary, true);
        for level in [Level::Tasks, Level::Channels, Level::All] {
            let diary = Diary::default();
            let (around, _telemetry) = Builder::new()
                .bind("127.0.0.1:0")
                .level(level)
                .around(subscriber(diary.clone()));
            let with_taskmon = diary_of(&Dispatch::new(around), &diary, true);
            same(name, &alone, &with_taskmon);
        }
    }

    // Beside a plain layer, a layer with a filter of its own sees what it asks
    // for, and nothing of Tokio's.
    for filter in ["info", "debug,tokio=off", "info,tokio=trace"] {
        let diary = Diary::default();
        let own = diary.clone().with_filter(EnvFilter::new(filter));
        let alone = Dispatch::new(tracing_subscriber::registry().with(own));
        let alone = diary_of(&alone, &diary, false);
        let (taskmon, _telemetry) = Builder::new().bind("127.0.0.1:0").layer();
        let own = diary.clone().with_filter(EnvFilter::new(filter));
        let both = tracing_subscriber::registry().with(taskmon).with(own);
        same(
            filter,
            &alone,
            &diary_of(&Dispatch::new(both), &diary, false),
        );
    }
}

fn same(name: &str, alone: &[String], with_taskmon: &[String]) {
    for (number, (alone, with)) in alone.iter().zip(with_taskmon).enumerate() {
        assert_eq!(with, alone, "line {number} with {name}");
    }
    let more = &with_taskmon[alone.len().min(with_taskmon.len())..];
    assert_eq!(more, <&[String]>::default(), "with {name}");
    assert_eq!(with_taskmon.len(), alone.len(), "with {name}");
}

impl fmt::Debug for Diary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Diary")
    }
}
