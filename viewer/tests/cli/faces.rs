//! What the commands that look once print.

use std::process::{Command, Stdio};

use crate::support::{
    Script, TestServer, Then, healthy, hello, page, seconds, stuck, task, taskmon, text,
};

fn program(first: taskmon_proto::v1::Page) -> TestServer {
    TestServer::program(Script::new([hello(), page(first)], Then::Silence))
}

#[test]
fn tasks_are_a_table_with_the_stuck_one_first() {
    let server = program(stuck());
    let run = taskmon(&["tasks", &server.target()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stdout,
        "\
TASK  ALERT  STATE      FOR  WAITS FOR  WAITS AT               ON                                  POLLS  BUSY  NAME         SPAWNED AT
4702  error  waiting  1m00s  mpsc send  src/producer.rs:41:26  ch#18 (3/3 full, 1 sender waiting)      0     0  newProducer  src/api.rs:61:14
4701         waiting  1m39s  mpsc recv  -                      -                                       0     0  receiver     src/api.rs:61:14
"
    );
}

#[test]
fn tasks_are_json_for_programs() {
    let server = program(stuck());
    let run = taskmon(&["tasks", "--json", &server.target()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let json = run.json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["program"]["name"], "shop");
    let first = &json["tasks"][0];
    assert_eq!(first["task"], 4_702);
    assert_eq!(first["state"], "waiting");
    assert_eq!(first["alert"], "error");
    assert_eq!(first["waits"][0]["kind"], "mpsc send");
    assert_eq!(first["waits"][0]["for_ms"], 60_000);
    assert_eq!(first["waits"][0]["resource"]["name"], "ch#18");
    assert_eq!(first["waits"][0]["site"]["line"], 41);
    assert_eq!(first["waits"][0]["stack"][0]["origin"], "own");
    assert_eq!(first["spawned_at"]["line"], 61);
    assert_eq!(json["tasks"][1]["task"], 4_701);
}

#[test]
fn a_filter_leaves_tasks_out() {
    let server = program(stuck());
    let target = server.target();
    let run = taskmon(&["tasks", "--filter", "wait:send for:>=1m", &target]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("4702") && !run.stdout.contains("4701"),
        "{run:?}"
    );
    let json = taskmon(&["tasks", "--json", "--filter", "-alert:send-stall", &target]).json();
    assert_eq!(json["tasks"][0]["task"], 4_701);
    assert_eq!(json["tasks"].as_array().unwrap().len(), 1);
    let dump = taskmon(&["dump", "--filter", "name:receiver", &target]);
    assert!(dump.stdout.starts_with("1 of 2 tasks in shop"), "{dump:?}");
    assert!(!dump.stdout.contains("\ntask 4702"), "{dump:?}");
    let grouped = taskmon(&["dump", "--group", "--json", "--filter", "send", &target]).json();
    assert_eq!(grouped["groups"].as_array().unwrap().len(), 1);
}

#[test]
fn a_dump_has_every_task_with_its_stack() {
    let server = program(stuck());
    let run = taskmon(&["dump", &server.target()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stdout,
        "\
2 tasks in shop (pid 4242) on web-1, 2023-11-14T22:15:00.000Z

task 4702 \"newProducer\" [mpsc send, 1m00s]  waiting on channel ch#18 (3/3 full, 1 sender \
waiting), nothing was ever received
  shop::producer::new_producer  src/producer.rs:41:26
  spawned at                    src/api.rs:61:14, 1m40s ago

task 4701 \"receiver\" [mpsc recv, 1m39s]
  no stack: the program takes none
  spawned at  src/api.rs:61:14, 1m40s ago
"
    );
    let all = taskmon(&["dump", "--all-frames", &server.target()]);
    assert!(all.stdout.contains("tokio::sync::mpsc"), "{all:?}");
    let json = taskmon(&["dump", "--json", &server.target()]).json();
    assert_eq!(json["tasks"][0]["waits"][0]["site"]["line"], 41);
}

#[test]
fn a_grouped_dump_has_tasks_that_do_the_same_once() {
    let mut page = stuck();
    page.tasks.push(task(3, "newProducer"));
    let mut wait = page.waits[1];
    (wait.key, wait.task, wait.since_nanos) = (3, 3, seconds(90));
    page.waits.push(wait);
    let server = program(page);
    let run = taskmon(&["dump", "--group", &server.target()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let title = "\n2 tasks [mpsc send, 10s to 1m00s]  waiting on channel ch#18";
    assert!(run.stdout.contains(title), "{run:?}");
    let json = taskmon(&["dump", "--group", "--json", &server.target()]).json();
    assert_eq!(json["groups"][0]["tasks"], 2);
}

#[test]
fn waits_and_channels_are_tables_and_json() {
    let server = program(stuck());
    let target = server.target();
    let run = taskmon(&["waits", &target]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stdout,
        "\
WAITS  TASKS  LONGEST  WAITS FOR  AT                                 ON
    1      1    1m39s  mpsc recv  tasks spawned at src/api.rs:61:14  -
    1      1    1m00s  mpsc send  src/producer.rs:41:26              ch#18 (3/3 full, 1 sender waiting)
"
    );
    let json = taskmon(&["waits", "--json", &target]).json();
    assert_eq!(json["waits"][1]["site_role"], "waits");
    let run = taskmon(&["channels", &target]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stdout,
        "\
CHANNEL  OF  CAPACITY  FILL  SENDERS  LONGEST  RECEIVER  RECEIVED  MADE AT
ch#18    -          3  full        1    1m00s  -         never     -
"
    );
    let json = taskmon(&["channels", "--json", &target]).json();
    assert_eq!(json["channels"][0]["fill"], "full");
}

#[test]
fn alerts_are_1_and_none_are_0() {
    let run = taskmon(&["alerts", &program(stuck()).target()]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("send-stall"), "{run:?}");
    let run = taskmon(&["alerts", &program(healthy()).target()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "no alerts\n");
    let run = taskmon(&["alerts", "--json", &program(healthy()).target()]);
    assert_eq!(run.json()["alerts"], serde_json::json!([]));
}

#[test]
fn names_with_escape_sequences_are_harmless_in_every_face() {
    let mut page = stuck();
    let evil = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}\n\r";
    page.texts = vec![text(1, evil)];
    page.tasks = vec![task(1, evil), task(2, evil)];
    page.waits[0].kind = taskmon_proto::v1::WaitKind::Other.into();
    page.waits[0].what_text = 1;
    for frame in &mut page.frames {
        (frame.function, frame.file) = (evil.into(), evil.into());
    }
    for resource in &mut page.resources {
        resource.info.as_mut().unwrap().element_type = evil.into();
    }
    let server = program(page);
    let target = server.target();
    for args in [
        &["tasks"][..],
        &["tasks", "--json"],
        &["dump"],
        &["dump", "--group"],
        &["dump", "--all-frames"],
        &["dump", "--json"],
        &["dump", "--group", "--json"],
        &["waits"],
        &["waits", "--json"],
        &["channels"],
        &["channels", "--json"],
        &["alerts"],
        &["alerts", "--json"],
        &["check", "--for", "50ms"],
        &["check", "--for", "50ms", "--format", "json"],
    ] {
        let run = taskmon(&[args, &[&target]].concat());
        assert!(run.code <= Some(1), "{run:?}");
        let shown = run.stdout.replace('\n', "");
        assert!(!shown.contains(char::is_control), "{args:?}: {shown:?}");
        assert!(!shown.contains('\u{202e}'), "{args:?}: {shown:?}");
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_failure() {
    let mut page = healthy();
    page.tasks = (1..20_000).map(|key| task(key, "many")).collect();
    let server = program(page);
    let mut child = Command::new(env!("CARGO_BIN_EXE_taskmon"))
        .args(["tasks", &server.target()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_unix_socket_is_a_target_like_any_other() {
    use taskmon_proto::v1::taskmon_server::TaskmonServer;
    use tokio_stream::wrappers::UnixListenerStream;

    let directory = std::env::temp_dir().join(format!("taskmon-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let path = directory.join("shop.sock");
    let target = format!("unix:{}", path.display());
    let script = Script::new([hello(), page(healthy())], Then::Silence);
    let service = TaskmonServer::new(crate::support::Program(script));
    let bound = path.clone();
    let _server = TestServer::start(|_| async move {
        let listener = tokio::net::UnixListener::bind(bound).unwrap();
        tonic::transport::Server::builder()
            .add_service(service)
            .serve_with_incoming(UnixListenerStream::new(listener))
            .await
            .unwrap();
    });
    crate::support::wait_for("the socket", || path.exists().then_some(()));
    let run = taskmon(&["tasks", &target]);
    std::fs::remove_dir_all(&directory).unwrap();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 3);
}
