//! What one viewer is sent.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use taskmon_proto::v1::{self as wire, update};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tonic::Status;
use tonic::codegen::tokio_stream::Stream;

use super::page::Page;
use super::process;
use super::sent::Sent;
use super::service::WatcherSlot;
use super::symbol_keeper::Wanted;

/// How many slots are looked at for one page.
const PAGE: usize = 512;
/// How many slots are looked at before others get their turn on the thread.
const TURN: usize = 64 * 1_024;

/// For how long names of stacks are looked up for one page. The first that is
/// looked up takes longer, because the program's debug info is read for it.
const LOOK_UP: Duration = Duration::from_millis(20);

/// The stream of one viewer.
///
/// It is made as it is read: who reads slowly is sent the difference to what they
/// have, once they have room for it, and nothing is kept for them meanwhile.
pub(super) struct Watch {
    watcher: WatcherSlot,
    interval: Interval,
    hello: Option<Duration>,
    /// The tick that the viewer has, wholly.
    cursor: Option<u64>,
    /// The tick that is being sent.
    round: Option<Round>,
    sent: Sent,
    /// If it wants stacks.
    stacks: Option<Wanted>,
}

/// One tick, on its way to a viewer.
struct Round {
    tick: u64,
    at: u64,
    /// The first page is still to come, of a snapshot.
    reset: bool,
    first: bool,
    work: VecDeque<Work>,
}

/// Slots that are still to be looked at.
enum Work {
    All {
        table: Table,
        next: u32,
        end: u32,
    },
    Some {
        table: Table,
        slots: std::vec::IntoIter<u32>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Tasks,
    Resources,
    /// After what they refer to.
    Operations,
    Sites,
}

impl Work {
    fn next(&mut self) -> Option<(Table, u32)> {
        match self {
            Work::All { table, next, end } => {
                let index = *next;
                (index < *end).then(|| {
                    *next += 1;
                    (*table, index)
                })
            }
            Work::Some { table, slots } => slots.next().map(|index| (*table, index)),
        }
    }
}

impl Watch {
    pub(super) fn new(watcher: WatcherSlot, every: Duration, stacks: bool) -> Self {
        let mut interval = interval(every);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stacks = stacks.then(|| watcher.0.symbols.want());
        Watch {
            stacks,
            watcher,
            interval,
            hello: Some(every),
            cursor: None,
            round: None,
            sent: Sent::default(),
        }
    }

    fn begin_round(&mut self) -> Round {
        let shared = &self.watcher.0;
        let recorder = &shared.recorder;
        let mut changes = shared.changes();
        let tick = changes.take(recorder);
        let difference = self.cursor.and_then(|cursor| {
            let some = |table, slots: Vec<u32>| Work::Some {
                table,
                slots: slots.into_iter(),
            };
            Some([
                some(Table::Tasks, changes.tasks.since(cursor)?),
                some(Table::Resources, changes.resources.since(cursor)?),
                some(Table::Operations, changes.operations.since(cursor)?),
                some(Table::Sites, changes.sites.since(cursor)?),
            ])
        });
        let reset = difference.is_none();
        let work = difference.unwrap_or_else(|| {
            self.sent.reset();
            let all = |table, end| Work::All {
                table,
                next: 0,
                end,
            };
            [
                all(Table::Tasks, recorder.tasks.high_water()),
                all(Table::Resources, recorder.resources.high_water()),
                all(Table::Operations, recorder.operations.high_water()),
                all(Table::Sites, crate::tables::Locations::NUMBERS + 1),
            ]
        });
        Round {
            tick,
            at: recorder.clock.now(),
            reset,
            first: true,
            work: work.into(),
        }
    }

    /// The next page of the round, unless it came to nothing and more is to
    /// come.
    fn next_page(&mut self, round: &mut Round) -> Option<wire::Page> {
        let recorder = &self.watcher.0.recorder;
        let mut symbols = self.stacks.as_ref().map(Wanted::symbols);
        let mut page = Page::new(recorder, &mut self.sent, symbols.as_deref_mut(), round.at)
            .redacted_by(&self.watcher.0.redaction);
        let begun = Instant::now();
        let mut looked = 0;
        while let Some(work) = round.work.front_mut() {
            let Some((table, index)) = work.next() else {
                round.work.pop_front();
                continue;
            };
            match table {
                Table::Tasks => page.task(index),
                Table::Resources => page.resource(index),
                Table::Operations => page.operation(index),
                Table::Sites => page.site(index),
            }
            looked += 1;
            if page.items() >= PAGE || looked >= TURN || begun.elapsed() >= LOOK_UP {
                break;
            }
        }
        let last = round.work.is_empty();
        if last {
            page.ended_tasks();
        }
        if page.items() == 0 && !last && !round.first {
            return None;
        }
        let mut page = page.finish();
        drop(symbols);
        if let Some(stacks) = &self.stacks {
            stacks.used();
        }
        page.tick = round.tick;
        page.at_nanos = round.at;
        page.reset = round.reset && round.first;
        page.last = last;
        round.first = false;
        if last {
            page.process = Some(self.process_figures());
            page.totals = Some(self.totals());
        }
        Some(page)
    }

    fn process_figures(&self) -> wire::ProcessFigures {
        let figures = process::figures();
        wire::ProcessFigures {
            resident_bytes: figures.resident_bytes,
            cpu_nanos: u64::try_from(figures.cpu.as_nanos()).unwrap_or(u64::MAX),
            threads: figures.threads,
            worker_threads: self.recorded(|totals| totals.workers.load(RELAXED)),
            watchers: self.watcher.0.watchers(),
        }
    }

    fn totals(&self) -> wire::Totals {
        let recorder = &self.watcher.0.recorder;
        let stacks = &recorder.stacks;
        let (tasks_spawned, tasks_ended) = recorder.spawned_and_ended();
        self.recorded(|totals| wire::Totals {
            tasks_spawned,
            tasks_ended,
            tasks_unrecorded: totals.unrecorded_tasks.load(RELAXED),
            operations_unrecorded: totals.unrecorded_operations.load(RELAXED),
            resources_unrecorded: totals.unrecorded_resources.load(RELAXED),
            stacks_unrecorded: stacks.unrecorded.load(RELAXED),
            stacks_over_budget: stacks.over_budget.load(RELAXED),
        })
    }

    fn recorded<R>(&self, read: impl FnOnce(&crate::recorder::Totals) -> R) -> R {
        read(&self.watcher.0.recorder.totals)
    }
}

const RELAXED: std::sync::atomic::Ordering = std::sync::atomic::Ordering::Relaxed;

fn update(update: update::Update) -> Poll<Option<Result<wire::Update, Status>>> {
    Poll::Ready(Some(Ok(wire::Update {
        update: Some(update),
    })))
}

impl Stream for Watch {
    type Item = Result<wire::Update, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(interval) = this.hello.take() {
            return update(update::Update::Hello(this.watcher.0.hello(interval)));
        }
        let mut round = match this.round.take() {
            Some(round) => round,
            None => {
                ready!(this.interval.poll_tick(context));
                this.begin_round()
            }
        };
        let page = this.next_page(&mut round);
        match &page {
            Some(page) if page.last => this.cursor = Some(round.tick),
            _ => this.round = Some(round),
        }
        match page {
            Some(page) => update(update::Update::Page(page)),
            None => {
                // Enough for one turn; go on after the others.
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}
