//! Expect a task like this from this program.
//!
//! A test is one function: the program that it is about, and what is expected of
//! it. The program runs in a process of its own, which is this test binary again
//! with the name of the test.

use std::fmt::{self, Write as _};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use taskmon::client::{ConnectError, Session, Target, WatchError, look};
use taskmon::faces::order::by_interest;
use taskmon::faces::tables;
use taskmon::model::{Model, Task, TaskState};
use taskmon::rules::{Alert, AlertBook, Thresholds};
use taskmon_subscriber::Builder;
use tokio::runtime::Runtime;

/// Set in the process that is the program: the name of its test.
pub const PROGRAM: &str = "TASKMON_TEST_PROGRAM";
/// What stands before the address on the program's standard output.
const ADDRESS: &str = "taskmon address: ";
/// How long anything may take on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(40);

/// What has to do with processors is beyond what a busy machine takes away.
const PATIENT: Thresholds = Thresholds {
    send: Duration::from_secs(5),
    lock: Duration::from_secs(5),
    poll: Duration::from_secs(5),
    first_poll: Duration::from_secs(20),
    scheduled: Duration::from_secs(5),
    self_wakes: 50,
    growth_tasks: 1_000,
    growth_window: Duration::from_secs(60),
    future_bytes: 64 << 10,
    boxed_bytes: 64 << 10,
};

/// In the process that is the program: where its own taskmon listens.
pub static OWN_ADDRESS: OnceLock<String> = OnceLock::new();

/// A program that runs, with taskmon in it. It ends with this value.
pub struct Program {
    process: Child,
    /// Its standard input: when it closes, the program ends.
    input: Option<ChildStdin>,
    pub target: Target,
}

/// Starts `main` as the program of the test called `test`, with its path from the
/// crate's root: `stuck::a_send`.
pub fn program(test: &str, main: fn()) -> Program {
    program_at(test, "127.0.0.1:0", main)
}

/// As [`program`], listening at `bind`.
pub fn program_at(test: &str, bind: &str, main: fn()) -> Program {
    program_with(test, &[("TASKMON_BIND", bind)], main)
}

/// As [`program`], with these variables.
pub fn program_with(test: &str, variables: &[(&str, &str)], main: fn()) -> Program {
    be_the_program_of(test, main);
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(PROGRAM, test)
        .env("TASKMON_BIND", "127.0.0.1:0")
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let target = lines
        .by_ref()
        .map(Result::unwrap)
        .find_map(|line| Some(line.split_once(ADDRESS)?.1.parse().unwrap()))
        .unwrap_or_else(|| panic!("no program came up: is the test called {test:?}?"));
    // What it prints is of no interest, but it should not have to wait.
    thread::spawn(move || lines.for_each(drop));
    Program {
        input: process.stdin.take(),
        process,
        target,
    }
}

/// Is the program of the test called `test`, in the process that is; returns in any
/// other.
pub fn be_the_program_of(test: &str, main: fn()) {
    if std::env::var(PROGRAM).as_deref() == Ok(test) {
        be_the_program(main);
    }
}

fn be_the_program(main: fn()) -> ! {
    let telemetry = Builder::new().init_with(tracing_subscriber::registry());
    let address = telemetry.address().unwrap();
    OWN_ADDRESS.set(address.to_owned()).unwrap();
    println!("\n{ADDRESS}{address}");
    thread::spawn(|| {
        let _ = std::io::stdin().lock().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    main();
    std::process::exit(0);
}

/// Runs `program` on a runtime of two workers, for ever.
pub fn on_two_workers(program: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        program.await;
        std::future::pending::<()>().await;
    });
}

/// In the process that is the program: waits until what its own taskmon tells is as it
/// should be.
pub async fn until_told(what: &str, condition: impl Fn(&Model) -> bool) {
    let own = OWN_ADDRESS.get().unwrap().parse().unwrap();
    // While one reads the debug info for another's stacks, nothing is told.
    let told = async { while !look(&own).await.is_ok_and(|model| condition(&model)) {} };
    let told = tokio::time::timeout(DEADLINE, told).await;
    told.unwrap_or_else(|_| panic!("in vain for {what}"));
}

impl Program {
    /// Starts to watch, with thresholds that a test can wait for.
    pub fn watch(&self) -> Watch {
        self.watch_with(Thresholds {
            send: Duration::from_millis(300),
            lock: Duration::from_millis(300),
            ..PATIENT
        })
    }

    /// Starts to watch for what must not be there, with thresholds that a busy
    /// machine does not reach.
    pub fn watch_patiently(&self) -> Watch {
        self.watch_with(Thresholds {
            send: Duration::from_millis(1_500),
            lock: Duration::from_millis(1_500),
            ..PATIENT
        })
    }

    /// As [`Program::watch`].
    pub fn watch_with(&self, thresholds: Thresholds) -> Watch {
        let runtime = Runtime::new().unwrap();
        let interval = Duration::from_millis(50);
        let deadline = Instant::now() + DEADLINE;
        let session = loop {
            match runtime.block_on(Session::connect(&self.target, interval)) {
                // It reads its debug info for another's stacks.
                Err(WatchError::Connect(ConnectError::NoAnswer { .. }))
                    if Instant::now() < deadline => {}
                connected => break connected.unwrap(),
            }
        };
        let mut watch = Watch {
            runtime,
            session,
            model: Model::default(),
            alerts: AlertBook::new(thresholds),
        };
        watch.refresh();
        watch
    }

    /// Kills it, as a crash would.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Tells it to end, and waits until it has. True if it ended well.
    pub fn ends_well(mut self) -> bool {
        drop(self.input.take());
        let deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.success();
            }
            thread::yield_now();
        }
        false
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether the program of a test has this task wait for what cannot come. No other
/// may ever be called lost, in any picture of any test.
fn lost_on_purpose(task: &Task) -> bool {
    const NAMES: [&str; 11] = [
        "after",
        "forgetful",
        "forgotten",
        "goes on",
        "here",
        "left",
        "only",
        "panics in drop",
        "pending",
        "ran",
        "the end",
    ];
    NAMES.contains(&&*task.name)
}

/// A viewer of a program.
pub struct Watch {
    runtime: Runtime,
    session: Session,
    pub model: Model,
    pub alerts: AlertBook,
}

impl Watch {
    /// Waits for the next whole picture.
    pub fn refresh(&mut self) {
        let next = self.runtime.block_on(self.session.next());
        self.model.clone_from(next.unwrap());
        assert_eq!(
            self.model.oddities, 0,
            "the program said what makes no sense"
        );
        self.alerts.update(&self.model);
        let mut tasks = self.model.tasks.values();
        let wrong = tasks.find(|task| task.state == TaskState::Lost && !lost_on_purpose(task));
        assert!(
            wrong.is_none(),
            "can be woken, but is called lost: {wrong:?}"
        );
    }

    /// Waits until `condition` holds, and gives what it found.
    pub fn until<T>(&mut self, what: &str, condition: impl Fn(&Watch) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(found) = condition(self) {
                return found;
            }
            assert!(Instant::now() < deadline, "in vain for {what}:\n{self}");
            self.refresh();
        }
    }

    /// Waits for a task like `expected`.
    pub fn expect(&mut self, expected: Expected) -> Task {
        self.until(&expected.to_string(), |watch| {
            let mut tasks = watch.model.tasks.values();
            tasks
                .find(|task| expected.is_like(&watch.model, task))
                .cloned()
        })
    }

    /// Waits until there is no task like `unexpected`.
    pub fn expect_no(&mut self, unexpected: Expected) {
        self.until(&format!("no {unexpected}"), |watch| {
            let mut tasks = watch.model.tasks.values();
            let found = tasks.any(|task| unexpected.is_like(&watch.model, task));
            (!found).then_some(())
        });
    }

    /// Waits for an alert of `rule`.
    pub fn expect_alert(&mut self, rule: &str) -> Alert {
        self.until(&format!("an alert {rule}"), |watch| {
            let mut alerts = watch.alerts.active().iter();
            alerts.find(|alert| alert.rule == rule).cloned()
        })
    }

    /// Watches for `time` by the program's own clock; nothing may be wrong.
    pub fn expect_no_alert_for(&mut self, time: Duration) {
        let start = self.model.now;
        self.until("time to pass", |watch| {
            assert_eq!(watch.alerts.active(), [], "\n{watch}");
            (watch.model.now.since(start) >= time).then_some(())
        });
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tasks = Vec::new();
        let shown = by_interest(&self.model, &self.alerts);
        tables::tasks(&mut tasks, &self.model, &self.alerts, &shown, None)
            .map_err(|_| fmt::Error)?;
        f.write_str(&String::from_utf8_lossy(&tasks))?;
        for alert in self.alerts.active() {
            writeln!(f, "{}: {}", alert.severity.as_str(), alert.message)?;
        }
        for resource in self.model.resources.values() {
            let taken = resource.last_taken.map(|taken| self.model.now.since(taken));
            writeln!(f, "{resource}: last taken {taken:?} ago")?;
        }
        Ok(())
    }
}

/// What a task should be like.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    name: Option<&'static str>,
    state: Option<TaskState>,
    waits: Option<&'static str>,
    waited: Duration,
}

/// Any task.
pub fn a_task() -> Expected {
    Expected::default()
}

impl Expected {
    pub fn named(self, name: &'static str) -> Self {
        Expected {
            name: Some(name),
            ..self
        }
    }

    pub fn that_is(self, state: TaskState) -> Self {
        Expected {
            state: Some(state),
            ..self
        }
    }

    /// What it waits for, as faces say it.
    pub fn that_waits_for(self, waits: &'static str) -> Self {
        Expected {
            waits: Some(waits),
            ..self
        }
    }

    /// For how long its longest wait has lasted at least.
    pub fn since(self, waited: Duration) -> Self {
        Expected { waited, ..self }
    }

    fn is_like(&self, model: &Model, task: &Task) -> bool {
        let waited = model
            .waits_of(task)
            .first()
            .map(|wait| model.now.since(wait.since));
        self.name.is_none_or(|name| *task.name == *name)
            && self.state.is_none_or(|state| task.state == state)
            && self
                .waits
                .is_none_or(|waits| model.wait_text(task).as_deref() == Some(waits))
            && waited.unwrap_or_default() >= self.waited
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = "a task".to_owned();
        if let Some(name) = self.name {
            write!(text, " named {name:?}")?;
        }
        if let Some(state) = self.state {
            write!(text, " that is {state}")?;
        }
        if let Some(waits) = self.waits {
            write!(text, " that waits for {waits:?}")?;
        }
        write!(text, " since {:?}", self.waited)?;
        f.write_str(&text)
    }
}

/// Spawns a task with a name.
pub fn spawn_named<F>(name: &str, future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::task::Builder::new()
        .name(name)
        .spawn(future)
        .unwrap()
}

/// A program: one task that sends into a channel for three that nobody reads.
pub fn a_stuck_producer() {
    on_two_workers(async {
        let (sender, receiver) = tokio::sync::mpsc::channel(3);
        spawn_named("producer", async move {
            for number in 0.. {
                sender.send(number).await.unwrap();
            }
        });
        std::mem::forget(receiver);
    });
}
