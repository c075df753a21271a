//! Programs that ask for a token, by the real command on both sides.

use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::shop::{Shop, replace, taskmon};
use crate::support::Run;

const TOKEN: &str = "correct-horse-battery";

fn secret(folder: &TempDir, mode: u32, text: &str) -> PathBuf {
    let path = folder.path().join("token");
    replace(&path, mode, text);
    path
}

#[track_caller]
fn assert_refused(run: &Run) {
    assert_eq!(run.code, Some(4), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    let sentence = "refused: credentials are missing or wrong; the program's token is given by";
    assert!(run.stderr.contains(sentence), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn only_who_has_the_token_gets_in() {
    let shop = Shop::open(&[("TASKMON_TOKEN", TOKEN)]);
    assert_eq!(shop.said, [""; 0], "{:?}", shop.said);
    let at = &*shop.address;
    let missing = taskmon(&["tasks", at], &[]);
    let wrong = taskmon(
        &["tasks", at],
        &[("TASKMON_TOKEN", "correct-horse-batterx")],
    );
    assert_refused(&missing);
    assert_eq!(missing.stderr, wrong.stderr, "they look the same");
    assert_refused(&taskmon(&["check", "--for", "1s", at], &[]));
    let right = taskmon(&["tasks", at], &[("TASKMON_TOKEN", TOKEN)]);
    assert_eq!(right.code, Some(0), "{right:?}");
    assert!(!format!("{right:?}").contains(TOKEN));
    let folder = TempDir::new().unwrap();
    let file = secret(&folder, 0o600, &format!("{TOKEN}\n"));
    let file = file.to_str().unwrap();
    let by_option = taskmon(&["tasks", at, "--token-file", file], &[]);
    assert_eq!(by_option.code, Some(0), "{by_option:?}");
    let by_variable = taskmon(&["tasks", at], &[("TASKMON_TOKEN_FILE", file)]);
    assert_eq!(by_variable.code, Some(0), "{by_variable:?}");
    let over_the_variable = [("TASKMON_TOKEN", "correct-horse-batterx")];
    let by_option = taskmon(&["tasks", at, "--token-file", file], &over_the_variable);
    assert_eq!(by_option.code, Some(0), "{by_option:?}");
}

#[test]
fn a_new_token_in_the_file_counts_at_once() {
    let folder = TempDir::new().unwrap();
    let file = secret(&folder, 0o600, TOKEN);
    let shop = Shop::open(&[("TASKMON_TOKEN_FILE", file.to_str().unwrap())]);
    let tasks = |token| taskmon(&["tasks", &shop.address], &[("TASKMON_TOKEN", token)]);
    assert_eq!(tasks(TOKEN).code, Some(0));
    replace(&file, 0o600, "another-horse-battery");
    assert_refused(&tasks(TOKEN));
    assert_eq!(tasks("another-horse-battery").code, Some(0));
    // It is open to all, so the one before stays.
    replace(&file, 0o644, "a-third-horse-battery");
    assert_refused(&tasks("a-third-horse-battery"));
    assert_eq!(tasks("another-horse-battery").code, Some(0));
}

#[test]
fn a_generated_token_is_printed_once() {
    let shop = Shop::open(&[("TASKMON_TOKEN", "generate")]);
    let [line] = &*shop.said else {
        panic!("{:?}", shop.said);
    };
    let token = line
        .strip_prefix("taskmon: the token for viewers is ")
        .unwrap();
    let tasks = |token| taskmon(&["tasks", &shop.address], &[("TASKMON_TOKEN", token)]);
    assert_eq!(tasks(token).code, Some(0));
    let generate = tasks("generate");
    assert_eq!(generate.code, Some(2), "{generate:?}");
    assert!(
        generate
            .stderr
            .contains("give the token that it has printed")
    );
}

#[test]
fn metrics_need_the_token_too() {
    let shop = Shop::open(&[("TASKMON_TOKEN", TOKEN)]);
    let ask = |headers: &str| {
        let mut stream = TcpStream::connect(&shop.address).unwrap();
        write!(
            stream,
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let refused = ask("");
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(!refused.contains("taskmon"), "{refused}");
    let served = ask(&format!("Authorization: Bearer {TOKEN}\r\n"));
    assert!(served.starts_with("HTTP/1.1 200 "), "{served}");
    assert!(served.contains("taskmon_build_info"));
}

#[test]
fn without_a_token_no_other_host_is_listened_to() {
    for bind in ["0.0.0.0:0", "[::]:0"] {
        let shop = Shop::open(&[("TASKMON_BIND", bind)]);
        assert_eq!(shop.address, "", "{bind}");
        let said = shop.said.join("\n");
        assert!(
            said.contains(&format!("does not listen on {bind}: ")),
            "{said}"
        );
    }
    let shop = Shop::open(&[("TASKMON_BIND", "0.0.0.0:0"), ("TASKMON_TOKEN", TOKEN)]);
    assert!(shop.address.starts_with("0.0.0.0:"));
    assert!(
        shop.said
            .join("\n")
            .contains("for everyone on the way to read")
    );
}

#[test]
fn a_token_that_is_none_lets_nobody_in() {
    let folder = TempDir::new().unwrap();
    let open = secret(&folder, 0o644, TOKEN);
    let open = open.to_str().unwrap();
    for (variables, sentence) in [
        (
            &[("TASKMON_TOKEN", "short")][..],
            "has 16 to 256 characters",
        ),
        (&[("TASKMON_TOKEN", "")], "TASKMON_TOKEN is set and empty"),
        (
            &[("TASKMON_TOKEN_FILE", "/no/such/file")],
            "cannot read /no/such/file",
        ),
        (
            &[("TASKMON_TOKEN_FILE", open)],
            "is open to every user of this host",
        ),
        (
            &[("TASKMON_TOKEN", TOKEN), ("TASKMON_TOKEN_FILE", open)],
            "are both set",
        ),
    ] {
        let shop = Shop::open(variables);
        assert_eq!(shop.address, "");
        let said = shop.said.join("\n");
        assert!(said.contains(sentence), "{said}");
        let viewer = taskmon(&["tasks", "127.0.0.1:1"], variables);
        let short = variables[0].1 == "short";
        // What the program takes for too short is the program's to say.
        assert_eq!(viewer.code, Some(if short { 3 } else { 2 }), "{viewer:?}");
        assert!(!viewer.stderr.contains(TOKEN));
    }
}

#[test]
fn a_token_is_not_sent_where_others_can_read_it() {
    // Any address of this host that is not loopback, as others see it.
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    if socket.connect("192.0.2.1:9").is_err() {
        return;
    }
    let here = socket.local_addr().unwrap().ip();
    let shop = Shop::open(&[("TASKMON_BIND", "0.0.0.0:0"), ("TASKMON_TOKEN", TOKEN)]);
    let port = shop.address.rsplit_once(':').unwrap().1;
    let at = format!("{here}:{port}");
    let variables = [("TASKMON_TOKEN", TOKEN)];
    let refused = taskmon(&["tasks", &at], &variables);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("everyone on the way could read it"));
    let told = taskmon(&["tasks", &at, "--token-in-clear"], &variables);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert_refused(&taskmon(&["tasks", &at], &[]));
}

#[test]
fn what_is_to_be_kept_from_leaving_is_not_guessed() {
    let shop = Shop::open(&[("TASKMON_REDACT", "some")]);
    assert_eq!(shop.address, "");
    let said = shop.said.join("\n");
    assert!(said.contains("TASKMON_REDACT is hash or drop"), "{said}");
}

/// Only root can be someone else.
#[test]
fn another_user_stays_out_of_a_socket_whatever_its_mode() {
    use std::os::unix::process::CommandExt;

    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("shop.sock");
    let bind = format!("unix:{}", socket.display());
    let shop = Shop::open(&[("TASKMON_BIND", &bind)]);
    assert_eq!(shop.address, bind);
    let own = taskmon(&["tasks", &bind], &[]);
    assert_eq!(own.code, Some(0), "{own:?}");
    for path in [folder.path(), &socket] {
        fs::set_permissions(path, Permissions::from_mode(0o777)).unwrap();
    }
    let program = folder.path().join("taskmon");
    fs::copy(env!("CARGO_BIN_EXE_taskmon"), &program).unwrap();
    let mut other = Command::new(program);
    match other.args(["tasks", &bind]).uid(65_534).output() {
        Ok(other) => {
            assert_eq!(other.status.code(), Some(3), "{other:?}");
            let said = String::from_utf8_lossy(&other.stderr);
            assert!(said.contains("closed the connection at once"), "{said}");
        }
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied),
    }
}
