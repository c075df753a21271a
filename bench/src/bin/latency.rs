//! `cargo run --release -p bench --bin latency`: what a viewer does to the latency of
//! a service.
//!
//! An axum service in a program with 100,000 more tasks and taskmon (level
//! `channels`, stacks on), under a load over 32 connections: while nobody watches,
//! while a viewer is attached, and while viewers attach and go one after another.
//! The three take turns. Prints Markdown.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bench::load::{Load, Outcome};
use bench::report::{Machine, Table, median, spread};
use bench::runtimes::Flavor;
use bench::subjects::Subject;
use bench::talk::{Driver, Message};
use bench::viewer::Viewer;
use bench::workloads::{service, spawn_idle};

/// How much more a request may take at the 99th percentile while someone watches.
const GOAL: f64 = 1.10;
const WINDOW: Duration = Duration::from_secs(2);
const TASKS: f64 = 100_000.0;
/// Stands before what the program is told that is measured.
const SERVE: &str = "serve";
const USAGE: &str = "usage: latency [--rounds N] [--share X]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [serve, flavor, tasks] if serve == SERVE => be_the_service(flavor, tasks),
        options => compare(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("latency: {error}");
            ExitCode::FAILURE
        }
    }
}

fn be_the_service(flavor: &str, tasks: &str) -> Result<(), Box<dyn Error>> {
    let viewers = Subject::DEFAULT.install();
    let runtime = Flavor::named(flavor).ok_or("no such runtime")?.build()?;
    let _idle = runtime.block_on(spawn_idle(tasks.parse()?));
    let address = runtime.block_on(async { tokio::spawn(service()).await })??;
    let mut driver = Driver::on_standard_streams();
    driver.say(&Message::Installed { viewers });
    // Serves until the driver goes, which ends this process.
    loop {
        runtime.block_on(driver.ask(&Message::Serving(address)));
    }
}

/// Who watches meanwhile.
#[derive(Clone, Copy, PartialEq)]
enum Situation {
    Unwatched,
    Watched,
    Attaching,
}

impl Situation {
    const ALL: [Situation; 3] = [
        Situation::Unwatched,
        Situation::Watched,
        Situation::Attaching,
    ];

    fn title(self) -> &'static str {
        match self {
            Situation::Unwatched => "nobody watches",
            Situation::Watched => "a viewer is attached",
            Situation::Attaching => "viewers attach and go",
        }
    }
}

fn compare(options: &[String]) -> Result<(), Box<dyn Error>> {
    let (mut rounds, mut share) = (9_u32, 1.0_f64);
    for pair in options.chunks(2) {
        match pair {
            [option, value] if option == "--rounds" => rounds = value.parse()?,
            [option, value] if option == "--share" => share = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    let is_share = share > 0.0 && share <= 100.0;
    if rounds == 0 || !is_share {
        return Err(USAGE.into());
    }
    let (window, tasks) = (WINDOW.mul_f64(share), (TASKS * share) as u32);
    let machine = Machine::of_this_process();
    println!(
        "{}; {}, {} cores, {}; {rounds} rounds of {window:?} each, {tasks} tasks\n",
        machine.date, machine.processor, machine.cores, machine.kernel
    );
    let titles = [
        "",
        "p50 µs",
        "p99 µs",
        "p99, of unwatched",
        "goal ≤ 1.10",
        "attached/s",
    ];
    let mut table = Table::new(titles.map(str::to_owned));
    for flavor in Flavor::ALL {
        let mut server = Server::start(flavor, tasks)?;
        server.window(Situation::Watched, window)?;
        let mut figures = Situation::ALL.map(|_| Figures::default());
        for round in 1..=rounds {
            eprint!("\r{}, round {round} of {rounds}   ", flavor.title());
            for (situation, figures) in Situation::ALL.into_iter().zip(&mut figures) {
                let (outcome, attached) = server.window(situation, window)?;
                figures.add(&outcome, attached);
            }
        }
        eprintln!();
        let unwatched = median(&figures[0].p99);
        for (situation, figures) in Situation::ALL.into_iter().zip(&figures) {
            table.row(row(flavor, situation, figures, unwatched));
        }
    }
    print!("{table}");
    Ok(())
}

/// Of all windows of one situation.
#[derive(Default)]
struct Figures {
    p50: Vec<f64>,
    p99: Vec<f64>,
    attached_per_second: Vec<f64>,
}

impl Figures {
    fn add(&mut self, outcome: &Outcome, attached: u32) {
        let micros = |percent| outcome.percentile(percent).as_secs_f64() * 1e6;
        self.p50.push(micros(50));
        self.p99.push(micros(99));
        let seconds = outcome.elapsed.as_secs_f64();
        self.attached_per_second.push(f64::from(attached) / seconds);
    }
}

fn row(flavor: Flavor, situation: Situation, figures: &Figures, unwatched: f64) -> [String; 6] {
    let micros = |values: &[f64]| format!("{:.0} ±{:.0}%", median(values), 100.0 * spread(values));
    let times = median(&figures.p99) / unwatched;
    let goal = match situation {
        Situation::Unwatched => "–",
        _ if times <= GOAL => "met",
        _ => "not met",
    };
    let attached = match situation {
        Situation::Attaching => format!("{:.1}", median(&figures.attached_per_second)),
        _ => "–".to_owned(),
    };
    [
        format!("{}: {}", flavor.title(), situation.title()),
        micros(&figures.p50),
        micros(&figures.p99),
        format!("{times:.2}"),
        goal.to_owned(),
        attached,
    ]
}

/// The program with the service, and connections to it. It ends with this value.
struct Server {
    process: Child,
    /// When it closes, the program ends.
    _input: ChildStdin,
    viewers: String,
    load: Load,
}

impl Server {
    fn start(flavor: Flavor, tasks: u32) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([SERVE, flavor.name(), &tasks.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().ok_or("the service has no input")?;
        let output = process.stdout.take().ok_or("the service has no output")?;
        let mut viewers = None;
        for line in BufReader::new(output).lines() {
            match serde_json::from_str(&line?)? {
                Message::Installed { viewers: address } => viewers = address,
                Message::Serving(address) => {
                    return Ok(Server {
                        process,
                        _input: input,
                        viewers: viewers.ok_or("viewers cannot attach to the service")?,
                        load: Load::connect(address)?,
                    });
                }
                _ => {}
            }
        }
        Err("the service did not come up".into())
    }

    /// Makes requests for as long as `window`. Gives what became of them, and how
    /// many viewers attached.
    fn window(
        &mut self,
        situation: Situation,
        window: Duration,
    ) -> Result<(Outcome, u32), Box<dyn Error>> {
        let is_over = AtomicBool::new(false);
        let viewers = &self.viewers;
        let _watching = match situation {
            Situation::Watched => Some(Viewer::attach(viewers)?),
            _ => None,
        };
        thread::scope(|scope| {
            let attaching = (situation == Situation::Attaching)
                .then(|| scope.spawn(|| attach_until(&is_over, viewers)));
            let outcome = self.load.run(1, window);
            is_over.store(true, Ordering::Relaxed);
            let attached = match attaching.map(|it| it.join()) {
                None => 0,
                Some(Ok(attached)) => attached?,
                Some(Err(_)) => return Err("the viewers panicked".into()),
            };
            Ok((outcome?, attached))
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Attaches, waits for the first whole picture, and goes, over and over. Gives how
/// often.
fn attach_until(is_over: &AtomicBool, viewers: &str) -> Result<u32, String> {
    let mut attached = 0;
    while !is_over.load(Ordering::Relaxed) {
        Viewer::attach(viewers).map_err(|error| error.to_string())?;
        attached += 1;
    }
    Ok(attached)
}
