//! `taskmon fleet`, with servers that answer as Prometheus does, or not.

use axum::Router;
use axum::http::{StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Run, TestServer, taskmon};

const SITE: &str = "src/producer.rs:41:26";

/// A Prometheus that gives these series for queries that hold these words.
fn prometheus(answers: Vec<(&'static str, Value)>) -> TestServer {
    let query = move |uri: Uri| async move {
        let query = uri.query().unwrap_or_default();
        let query = percent_encoding::percent_decode_str(query).decode_utf8();
        let query = query.unwrap();
        let words = |answer: &&(&str, Value)| query.starts_with(&format!("query={}", answer.0));
        let result = answers.iter().find(words).map(|(_, series)| series);
        let result = result.cloned().unwrap_or(json!([]));
        let data = json!({"resultType": "vector", "result": result});
        let answer = json!({"status": "success", "data": data});
        ([(CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
    };
    serving(Router::new().route("/below/api/v1/query", get(query)))
}

fn serving(router: Router) -> TestServer {
    TestServer::start(|listener| async { axum::serve(listener, router).await.unwrap() })
}

fn instances() -> (&'static str, Value) {
    let all = ["127.0.0.1:1", "127.0.0.1:2"].map(
        |instance| json!({"metric": {"job": "shop", "instance": instance}, "value": [1000.0, "1"]}),
    );
    ("count by (job, instance) (taskmon_build_info)", json!(all))
}

fn stuck(site: &str) -> [(&'static str, Value); 2] {
    let labels = json!({
        "job": "shop", "instance": "127.0.0.1:2", "site": site, "site_role": "waits"
    });
    let series = |value: &str| json!([{"metric": labels, "value": [1000.0, value]}]);
    [
        (
            "sum by (job, instance, site, site_role) (taskmon_stuck_sends)",
            series("42"),
        ),
        (
            "max by (job, instance, site, site_role) (taskmon_oldest_wait_seconds{kind=\"mpsc send\"})",
            series("90.5"),
        ),
    ]
}

fn fleet(server: &TestServer, more: &[&str]) -> Run {
    let url = format!("http://{}/below/", server.address);
    let mut args = vec!["fleet", "--prometheus", &url];
    args.extend(more);
    taskmon(&args)
}

#[track_caller]
fn assert_fails(run: &Run, code: i32, message: &str) {
    assert_eq!(run.code, Some(code), "{run:?}");
    assert!(run.stderr.contains(message), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(!run.stderr.trim_end().contains(char::is_control), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn what_is_stuck_is_a_line_and_the_exit_code_is_one() {
    let mut answers = vec![instances()];
    answers.extend(stuck(SITE));
    let server = prometheus(answers);
    let run = fleet(&server, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        run.stdout,
        "\
SERVICE  RULE        INSTANCES  TASKS  LONGEST  ALERT  WORST        SITE
shop     send-stall        1/2     42    1m30s  -      127.0.0.1:2  waiting at src/producer.rs:41:26
"
    );
    let json = fleet(&server, &["--json"]);
    assert_eq!(json.code, Some(1));
    let trouble = &json.json()["troubles"][0];
    assert_eq!(trouble["site"], SITE);
    assert_eq!(trouble["longest_ms"], 90_500);
    assert_eq!(trouble["since"], "1970-01-01T00:15:09.500Z");
    assert_eq!(trouble["instances"][0]["instance"], "127.0.0.1:2");
}

#[test]
fn nothing_stuck_is_fine() {
    let server = prometheus(vec![instances()]);
    let run = fleet(&server, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "nothing is stuck in 2 instances\n");
    let run = fleet(&server, &["--open"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("nothing is stuck; name an instance"));
}

#[test]
fn the_worst_instance_is_opened_or_the_one_that_is_named() {
    let mut answers = vec![instances()];
    answers.extend(stuck(SITE));
    let server = prometheus(answers);
    // There is no terminal here; that it is missed means that it was wanted.
    for open in ["--open", "--open=127.0.0.1:1"] {
        assert_fails(
            &fleet(&server, &[open]),
            3,
            "cannot show the UI on this terminal",
        );
    }
    let elsewhere = fleet(&server, &["--open=elsewhere:1"]);
    let known = "no instance 'elsewhere:1'; it knows 127.0.0.1:1, 127.0.0.1:2";
    assert_fails(&elsewhere, 2, known);
}

#[test]
fn a_label_from_anywhere_is_harmless() {
    let mut answers = vec![instances()];
    answers.extend(stuck("a\u{1b}[2J\n\u{202e}b"));
    let server = prometheus(answers);
    let run = fleet(&server, &[]);
    assert!(run.stdout.contains("a\\u{1b}[2J\\n\\u{202e}b"), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 2);
    let json = fleet(&server, &["--json"]);
    assert!(!json.stdout.contains('\u{1b}'));
    assert_eq!(json.json()["troubles"][0]["site"], "a\u{1b}[2J\n\u{202e}b");
}

#[test]
fn a_prometheus_that_scrapes_no_taskmon_is_told_and_is_no_success() {
    let run = fleet(&prometheus(vec![]), &[]);
    assert_fails(
        &run,
        3,
        "has no metrics of taskmon: does it scrape /metrics",
    );
}

#[test]
fn a_server_that_is_no_prometheus_is_told_so() {
    let page = get(|| async { "<html>" });
    let server = serving(Router::new().route("/below/api/v1/query", page));
    assert_fails(
        &fleet(&server, &[]),
        3,
        "does not answer as Prometheus does",
    );
    // Another path.
    assert_fails(
        &fleet(&serving(Router::new()), &[]),
        3,
        "it answered with 404",
    );
}

#[test]
fn who_is_refused_exits_with_four() {
    let login = get(|| async { StatusCode::UNAUTHORIZED });
    let server = serving(Router::new().route("/below/api/v1/query", login));
    assert_fails(&fleet(&server, &[]), 4, "refused with status 401");
}

#[test]
fn nobody_listens() {
    let server = prometheus(vec![]);
    let url = server.address.to_string();
    drop(server);
    let run = taskmon(&["fleet", "--prometheus", &url]);
    assert_fails(&run, 3, "cannot connect to Prometheus at http://127.0.0.1");
    assert!(run.stderr.contains("refused"), "{run:?}");
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = TestServer::start(|listener: TcpListener| async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 1_024]).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while stream.write_all(&[b' '; 65_536]).await.is_ok() {}
            });
        }
    });
    assert_fails(&fleet(&server, &[]), 3, "is larger than 16 MiB");
}
