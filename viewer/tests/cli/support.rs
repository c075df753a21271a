//! Runs the command, and servers for it to talk to.

use std::future::Future;
use std::io::Read;
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use taskmon_proto::v1 as wire;
use taskmon_proto::v1::taskmon_server::{Taskmon, TaskmonServer};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// Longer than anything here takes, even on a busy machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How a run of the command ended, and what it said.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// How much memory it had at most, in bytes; 0 where the system does not say.
    pub memory: u64,
}

impl Run {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs `taskmon` to its end.
pub fn taskmon(args: &[&str]) -> Run {
    Running::start(args).end()
}

/// A `taskmon` that is at work.
pub struct Running {
    child: Child,
    stdout: thread::JoinHandle<String>,
    stderr: thread::JoinHandle<String>,
}

impl Running {
    pub fn start(args: &[&str]) -> Running {
        Running::start_with(args, |command| command)
    }

    /// As [`Running::start`], with what `change` changes.
    pub fn start_with(args: &[&str], change: impl FnOnce(&mut Command) -> &mut Command) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskmon"));
        command.args(args).stdin(Stdio::null());
        let mut child = change(&mut command)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Running {
            stdout: read(child.stdout.take().unwrap()),
            stderr: read(child.stderr.take().unwrap()),
            child,
        }
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&self) {
        self.signal("-INT");
    }

    /// Tells it to end.
    pub fn terminate(&self) {
        self.signal("-TERM");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let kill = Command::new("kill").args([signal, &pid]).status();
        assert!(kill.unwrap().success());
    }

    /// What it reads from, if that is a pipe.
    pub fn stdin(&mut self) -> std::process::ChildStdin {
        self.child.stdin.take().unwrap()
    }

    /// Waits for its end.
    pub fn end(mut self) -> Run {
        let begun = Instant::now();
        let mut memory = 0;
        let status = loop {
            memory = peak(self.child.id()).unwrap_or(memory);
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > DEADLINE {
                self.child.kill().unwrap();
                panic!("taskmon did not end");
            }
            thread::sleep(Duration::from_millis(5));
        };
        Run {
            code: status.code(),
            stdout: self.stdout.join().unwrap(),
            stderr: self.stderr.join().unwrap(),
            memory,
        }
    }
}

/// The most memory that a process had, as far as the system says.
fn peak(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

fn read(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).unwrap();
        text
    })
}

/// Waits until `condition` gives something.
pub fn wait_for<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(begun.elapsed() < DEADLINE, "{what} did not happen");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A server on a runtime of its own. Dropped, it and all its connections are cut.
pub struct TestServer {
    pub address: SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
}

impl TestServer {
    /// Serves whatever `serve` does with a listener.
    pub fn start<F>(serve: impl FnOnce(TcpListener) -> F) -> TestServer
    where
        F: Future<Output = ()> + Send + 'static,
    {
        TestServer::start_at("127.0.0.1:0".parse().unwrap(), serve)
    }

    pub fn start_at<F>(at: SocketAddr, serve: impl FnOnce(TcpListener) -> F) -> TestServer
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind(at)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener));
        TestServer {
            address,
            runtime: Some(runtime),
        }
    }

    /// A gRPC server with these routes.
    pub fn grpc(routes: Routes) -> TestServer {
        TestServer::start(|listener| grpc(listener, routes))
    }

    /// A program that follows `script` with everyone who connects.
    pub fn program(script: Script) -> TestServer {
        TestServer::program_at("127.0.0.1:0".parse().unwrap(), script)
    }

    pub fn program_at(at: SocketAddr, script: Script) -> TestServer {
        let routes = Routes::new(TaskmonServer::new(Program(script)));
        TestServer::start_at(at, |listener| grpc(listener, routes))
    }

    pub fn target(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn grpc(listener: TcpListener, routes: Routes) {
    let connections = TcpListenerStream::new(listener);
    let server = Server::builder().add_routes(routes);
    server.serve_with_incoming(connections).await.unwrap();
}

/// What a program sends.
#[derive(Clone)]
pub struct Script {
    pub first: Vec<wire::Update>,
    pub then: Then,
    /// Counts what was sent to all who connected.
    pub sent: Arc<AtomicUsize>,
    /// What it says of a task.
    pub details: fn(u64) -> Result<wire::DetailsResponse, Status>,
}

#[derive(Clone)]
pub enum Then {
    /// A difference without a change, every few milliseconds.
    Ticks,
    /// What this makes of each number from 0, for ever, as fast as it is taken.
    Each(fn(u64) -> wire::Update),
    /// Nothing, for ever.
    Silence,
    /// The end of the stream.
    End,
    /// An error.
    Fail(Status),
}

impl Script {
    pub fn new(first: impl IntoIterator<Item = wire::Update>, then: Then) -> Self {
        Script {
            first: first.into_iter().collect(),
            then,
            sent: Arc::default(),
            details: |_| Err(Status::unimplemented("an older program")),
        }
    }
}

pub struct Program(pub Script);

#[tonic::async_trait]
impl Taskmon for Program {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<wire::Update, Status>> + Send>>;

    async fn watch(
        &self,
        _: Request<wire::WatchRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        if let (true, Then::Fail(status)) = (self.0.first.is_empty(), &self.0.then) {
            return Err(status.clone());
        }
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(play(self.0.clone(), sender));
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn details(
        &self,
        request: Request<wire::DetailsRequest>,
    ) -> Result<Response<wire::DetailsResponse>, Status> {
        let details = &self.0.details;
        details(request.into_inner().task).map(Response::new)
    }
}

async fn play(script: Script, sender: mpsc::Sender<Result<wire::Update, Status>>) {
    let mut last_page = wire::Page::default();
    for update in script.first {
        if let Some(wire::update::Update::Page(page)) = &update.update {
            last_page = page.clone();
        }
        if sender.send(Ok(update)).await.is_err() {
            return;
        }
        script.sent.fetch_add(1, Relaxed);
    }
    match script.then {
        Then::End => {}
        Then::Silence => sender.closed().await,
        Then::Each(make) => {
            for number in 0.. {
                if sender.send(Ok(make(number))).await.is_err() {
                    return;
                }
                script.sent.fetch_add(1, Relaxed);
            }
        }
        Then::Fail(status) => drop(sender.send(Err(status)).await),
        Then::Ticks => {
            let mut next = wire::Page {
                tick: last_page.tick,
                at_nanos: last_page.at_nanos,
                last: true,
                ..wire::Page::default()
            };
            loop {
                tokio::time::sleep(TICK).await;
                next.tick += 1;
                next.at_nanos += TICK.as_nanos() as u64;
                if sender.send(Ok(page(next.clone()))).await.is_err() {
                    return;
                }
                script.sent.fetch_add(1, Relaxed);
            }
        }
    }
}

const TICK: Duration = Duration::from_millis(10);

pub fn hello() -> wire::Update {
    hello_of(1)
}

/// The hello of this run of the program.
pub fn hello_of(instance: u64) -> wire::Update {
    wire::Update {
        update: Some(wire::update::Update::Hello(wire::Hello {
            process_name: "shop".into(),
            pid: 4242,
            host: "web-1".into(),
            anchor_unix_nanos: 1_700_000_000_000_000_000,
            interval_millis: 50,
            instance,
            ..wire::Hello::default()
        })),
    }
}

pub fn page(page: wire::Page) -> wire::Update {
    wire::Update {
        update: Some(wire::update::Update::Page(page)),
    }
}

/// The only page of a snapshot, a hundred seconds after the program's start: two
/// tasks, of which the first is idle in a receive.
pub fn healthy() -> wire::Page {
    wire::Page {
        tick: 1,
        reset: true,
        last: true,
        at_nanos: seconds(100),
        texts: vec![text(1, "src/api.rs")],
        locations: vec![wire::Location {
            number: 1,
            file_text: 1,
            line: 61,
            column: 14,
        }],
        tasks: vec![task(1, "receiver"), task(2, "newProducer")],
        waits: vec![wire::Wait {
            key: 1,
            task: 1,
            kind: wire::WaitKind::MpscRecv.into(),
            since_nanos: seconds(1),
            ..wire::Wait::default()
        }],
        totals: Some(wire::Totals {
            tasks_spawned: 9,
            tasks_ended: 7,
            ..wire::Totals::default()
        }),
        ..wire::Page::default()
    }
}

/// What comes after [`stuck`]: the send has ended.
pub fn no_longer_stuck() -> wire::Page {
    wire::Page {
        tick: 2,
        last: true,
        at_nanos: seconds(101),
        removed_waits: vec![2],
        ..wire::Page::default()
    }
}

/// The same with the second task stuck in a send into a full channel, at
/// `src/producer.rs:41:26`.
pub fn stuck() -> wire::Page {
    let mut page = healthy();
    page.waits.push(wire::Wait {
        key: 2,
        task: 2,
        kind: wire::WaitKind::MpscSend.into(),
        since_nanos: seconds(40),
        resource: 18,
        stack: 1,
        ..wire::Wait::default()
    });
    page.frames = vec![
        frame(
            1,
            "tokio::sync::mpsc::Sender<T>::send",
            wire::FrameOrigin::Runtime,
        ),
        frame(2, "shop::producer::new_producer", wire::FrameOrigin::Own),
    ];
    page.stacks = vec![wire::Stack {
        number: 1,
        kind: wire::WaitKind::MpscSend.into(),
        frames: vec![1, 2],
        leaf_frames: 1,
        ..wire::Stack::default()
    }];
    page.resources.push(wire::Resource {
        key: 18,
        info: Some(wire::ResourceInfo {
            kind: wire::ResourceKind::Mpsc.into(),
            serial: 18,
            ..wire::ResourceInfo::default()
        }),
        capacity: 3,
        ..wire::Resource::default()
    });
    page
}

fn frame(number: u32, function: &str, origin: wire::FrameOrigin) -> wire::StackFrame {
    wire::StackFrame {
        number,
        function: function.into(),
        file: "src/producer.rs".into(),
        line: 41,
        column: 26,
        origin: origin.into(),
        ..wire::StackFrame::default()
    }
}

pub fn task(key: u64, name: &str) -> wire::Task {
    wire::Task {
        key,
        info: Some(wire::TaskInfo {
            tokio_id: 4_700 + key,
            name: name.into(),
            kind: wire::TaskKind::Task.into(),
            location: 1,
            ..wire::TaskInfo::default()
        }),
        state: wire::TaskState::Waiting.into(),
        state_since_nanos: seconds(99),
        ..wire::Task::default()
    }
}

pub fn text(number: u32, text: &str) -> wire::Text {
    wire::Text {
        number,
        text: text.into(),
    }
}

pub fn seconds(seconds: u64) -> u64 {
    Duration::from_secs(seconds).as_nanos() as u64
}
