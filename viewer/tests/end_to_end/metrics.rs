//! Prometheus' metrics, on the port that viewers connect to.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use taskmon::client::{Address, Target};
use tokio::task::yield_now;
use tokio::time::interval;

use super::support::{
    DEADLINE, Program, a_stuck_producer, a_task, on_two_workers, program, program_at, program_with,
    spawn_named,
};

/// An answer over HTTP.
struct Answer {
    head: String,
    body: String,
}

fn connect(target: &Target) -> Box<dyn ReadWrite> {
    match target.address() {
        Address::Tcp { host, port, .. } => {
            Box::new(TcpStream::connect((host.as_str(), *port)).unwrap())
        }
        Address::Unix(path) => Box::new(UnixStream::connect(path).unwrap()),
    }
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

fn ask(target: &Target, request: &str) -> Answer {
    let mut stream = connect(target);
    write!(stream, "{request}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Answer {
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

fn scrape(target: &Target) -> Answer {
    let answer = ask(target, "GET /metrics HTTP/1.1\r\nHost: localhost");
    assert!(
        answer.head.starts_with("HTTP/1.1 200 OK"),
        "{}",
        answer.head
    );
    answer
}

/// The series of a scrape: what stands before the value.
fn series(text: &str) -> BTreeMap<String, f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let series = lines.map(|line| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        (series.to_owned(), value.parse().unwrap())
    });
    let count = series.clone().count();
    let series: BTreeMap<_, _> = series.collect();
    assert_eq!(series.len(), count, "a series is there twice:\n{text}");
    series
}

/// Scrapes until `condition` gives something.
fn until<T>(
    program: &Program,
    what: &str,
    mut condition: impl FnMut(&BTreeMap<String, f64>) -> Option<T>,
) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let text = scrape(&program.target).body;
        if let Some(found) = condition(&series(&text)) {
            return found;
        }
        assert!(Instant::now() < deadline, "in vain for {what}:\n{text}");
    }
}

/// The value of the only series that begins and ends so.
fn only(all: &BTreeMap<String, f64>, begin: &str, end: &str) -> Option<f64> {
    let mut found = all
        .iter()
        .filter(|(series, _)| series.starts_with(begin) && series.ends_with(end));
    let (_, value) = found.next()?;
    found.next().is_none().then_some(*value)
}

#[test]
fn metrics_and_viewers_share_a_port() {
    let program = program(
        "metrics::metrics_and_viewers_share_a_port",
        a_stuck_producer,
    );
    let mut watch = program.watch();
    watch.expect(a_task().named("producer").that_waits_for("mpsc send"));
    let stuck = "taskmon_stuck_sends{kind=\"mpsc send\",site=\"";
    let blocked = "\",site_role=\"waits\",channel=\"blocked\"}";
    let all = until(&program, "a stuck send", |all| {
        (only(all, stuck, blocked) == Some(1.0)).then(|| all.clone())
    });
    let (waits, oldest) = ("taskmon_waits{", "taskmon_oldest_wait_seconds{");
    let at = "tests/end_to_end/support.rs:";
    let send = |(series, _): &(&String, &f64)| series.contains("mpsc send") && series.contains(at);
    let value = |family| {
        let mut found = all
            .iter()
            .filter(send)
            .filter(|it| it.0.starts_with(family));
        *found.next().unwrap().1
    };
    assert_eq!(value(waits), 1.0);
    assert!(value(oldest) >= 5.0);
    assert!(all["taskmon_tasks{state=\"waiting\"}"] >= 1.0);
    assert_eq!(all["taskmon_tasks{state=\"lost\"}"], 0.0);
    assert_eq!(all["taskmon_watchers"], 1.0);
    let site = "taskmon_site_tasks{site=\"";
    assert!(
        all.iter()
            .any(|(it, live)| it.starts_with(site) && it.contains(at) && *live == 1.0)
    );
    // The viewer goes on as if nobody else had come.
    watch.refresh();
    watch.expect_alert("send-stall");
}

#[test]
fn both_formats_are_there_for_whoever_asks() {
    let program = program(
        "metrics::both_formats_are_there_for_whoever_asks",
        a_stuck_producer,
    );
    let plain = scrape(&program.target);
    assert!(
        plain
            .head
            .contains("content-type: text/plain; version=0.0.4")
    );
    assert!(plain.body.contains("# TYPE taskmon_polls_total counter\n"));
    let accept = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: \
                  application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    let open = ask(&program.target, accept);
    assert!(
        open.head
            .contains("content-type: application/openmetrics-text; version=1.0.0")
    );
    assert!(open.body.contains("# TYPE taskmon_polls counter\n"));
    assert!(open.body.contains("# UNIT taskmon_busy_seconds seconds\n"));
    assert!(open.body.ends_with("# EOF\n"));
}

#[test]
fn what_is_not_served_is_told_in_plain_words() {
    let program = program(
        "metrics::what_is_not_served_is_told_in_plain_words",
        a_stuck_producer,
    );
    let answer = |request: &str| {
        ask(
            &program.target,
            &format!("{request} HTTP/1.1\r\nHost: localhost"),
        )
    };
    for path in [
        "/",
        "/metrics/",
        "/metrics.txt",
        "/taskmon.v1.Taskmon/Watch",
    ] {
        let missing = answer(&format!("GET {path}"));
        assert!(missing.head.starts_with("HTTP/1.1 404"), "{}", missing.head);
        assert!(missing.body.contains("Metrics are at /metrics"));
    }
    for method in ["POST", "DELETE", "OPTIONS"] {
        let refused = answer(&format!("{method} /metrics"));
        assert!(refused.head.starts_with("HTTP/1.1 405"), "{}", refused.head);
        assert!(refused.head.contains("allow: GET, HEAD"));
    }
    let head = answer("HEAD /metrics");
    assert!(head.head.starts_with("HTTP/1.1 200") && head.body.is_empty());
    let garbage = answer("\u{0}\u{1b}");
    assert!(garbage.head.starts_with("HTTP/1.1 400"), "{}", garbage.head);
    assert!(
        answer("GET /metrics?collect[]=all")
            .head
            .starts_with("HTTP/1.1 200")
    );
}

#[test]
fn a_simple_client_that_closes_its_end_gets_its_answer() {
    let test = "metrics::a_simple_client_that_closes_its_end_gets_its_answer";
    let program = program(test, a_stuck_producer);
    let Address::Tcp { host, port, .. } = program.target.address() else {
        unreachable!("it listens on TCP");
    };
    let mut stream = TcpStream::connect((host.as_str(), *port)).unwrap();
    write!(stream, "GET /metrics HTTP/1.0\r\n\r\n").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 OK"), "{answer}");
    assert!(answer.contains("taskmon_build_info{"));
}

#[test]
fn without_stacks_waits_are_where_their_tasks_were_spawned() {
    let test = "metrics::without_stacks_waits_are_where_their_tasks_were_spawned";
    let program = program_with(test, &[("TASKMON_STACKS", "off")], a_stuck_producer);
    let send = "taskmon_waits{kind=\"mpsc send\",site=\"";
    until(&program, "the send", |all| {
        (only(all, send, "\",site_role=\"spawned\"}") == Some(1.0)).then_some(())
    });
}

#[test]
fn at_level_tasks_a_stack_tells_of_a_stuck_send() {
    let test = "metrics::at_level_tasks_a_stack_tells_of_a_stuck_send";
    let program = program_with(test, &[("TASKMON_LEVEL", "tasks")], a_stuck_producer);
    let stuck = "taskmon_stuck_sends{kind=\"mpsc send\",site=\"";
    let level = until(&program, "a stuck send", |all| {
        let end = "\",site_role=\"waits\",channel=\"blocked\"}";
        let is_stuck = only(all, stuck, end) == Some(1.0);
        let mut build = all
            .keys()
            .filter(|it| it.starts_with("taskmon_build_info{"));
        is_stuck.then(|| build.next().unwrap().clone())
    });
    assert!(level.contains("level=\"tasks\""), "{level}");
}

#[test]
fn a_unix_socket_serves_them_as_well() {
    let name = format!("taskmon-test-{}-metrics", std::process::id());
    let bind = format!("unix:{}", std::env::temp_dir().join(name).display());
    let test = "metrics::a_unix_socket_serves_them_as_well";
    let program = program_at(test, &bind, a_stuck_producer);
    let mut watch = program.watch();
    watch.expect(a_task().named("producer"));
    assert!(scrape(&program.target).body.contains("taskmon_build_info{"));
}

/// Spawns tasks at two places that end in every way, thousands a second.
fn a_busy_program() {
    on_two_workers(async {
        for _ in 0..3 {
            spawn_named("spawner", async {
                let mut often = interval(Duration::from_millis(1));
                loop {
                    often.tick().await;
                    let done = tokio::spawn(async { yield_now().await });
                    let left = tokio::spawn(std::future::pending::<()>());
                    left.abort();
                    let _ = (done.await, left.await);
                }
            });
        }
    });
}

#[test]
fn a_total_never_goes_backwards_while_tasks_come_and_go() {
    let test = "metrics::a_total_never_goes_backwards_while_tasks_come_and_go";
    let program = program(test, a_busy_program);
    let mut before = BTreeMap::new();
    let mut pictures = 0;
    until(&program, "thirty pictures", |all| {
        let totals = all
            .iter()
            .filter(|(it, _)| it.contains("_total{") || it.ends_with("_total"));
        let now: BTreeMap<_, _> = totals.map(|(it, value)| (it.clone(), *value)).collect();
        for (series, was) in &before {
            assert!(now[series] >= *was, "{series}: {was}, then {}", now[series]);
        }
        pictures += usize::from(now != before);
        before = now;
        (pictures >= 30).then_some(())
    });
    let sum = |begin: &str| -> f64 {
        let all = before
            .iter()
            .filter(|(series, _)| series.starts_with(begin));
        all.map(|(_, value)| value).sum()
    };
    let (spawned, ended) = (
        sum("taskmon_spawned_tasks_total{"),
        sum("taskmon_ended_tasks_total{"),
    );
    assert!(spawned > 100.0 && ended <= spawned, "{ended} of {spawned}");
    assert!(sum("taskmon_polls_total{") >= spawned / 2.0);
}

#[test]
fn who_never_asks_or_never_reads_keeps_nobody_out() {
    let program = program(
        "metrics::who_never_asks_or_never_reads_keeps_nobody_out",
        a_busy_program,
    );
    let silent: Vec<_> = (0..12).map(|_| connect(&program.target)).collect();
    let deaf: Vec<_> = (0..12)
        .map(|_| {
            let mut stream = connect(&program.target);
            write!(stream, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
            stream
        })
        .collect();
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let target = program.target.clone();
            thread::spawn(move || scrape(&target).body.len())
        })
        .collect();
    for reader in readers {
        assert!(reader.join().unwrap() > 1_000);
    }
    let mut watch = program.watch();
    watch.expect(a_task().named("spawner"));
    drop((silent, deaf));
}
