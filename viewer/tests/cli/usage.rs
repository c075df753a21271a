//! Wrong usage is told, and is always 2.

use crate::support::taskmon;

#[track_caller]
fn assert_refused(args: &[&str], message: &str) {
    let run = taskmon(args);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains(message), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[test]
fn a_target_that_is_none_is_refused_with_what_to_try() {
    assert_refused(&["tasks", "shop"], "a port is missing: try shop:6669");
    assert_refused(&["check", "ftp://shop:1"], "'ftp://' is not supported");
    assert_refused(&["alerts", "shop:x"], "'x' is not a port");
    assert_refused(&["unix:"], "a path is missing");
}

#[test]
fn an_address_of_prometheus_that_is_none_is_refused_with_what_to_try() {
    let fleet = |url| ["fleet", "--prometheus", url];
    assert_refused(&["fleet"], "--prometheus <URL>");
    assert_refused(&fleet("https://host"), "TLS is not supported yet");
    assert_refused(&fleet("ftp://host"), "'ftp://' is not supported");
    let both = ["fleet", "--prometheus", "host:1", "--open", "--json"];
    assert_refused(&both, "cannot be used with");
}

#[test]
fn a_duration_that_is_none_is_refused_with_an_example() {
    assert_refused(&["check", "--for", "30"], "such as 500ms, 30s, 2m or 1h");
    assert_refused(&["alerts", "--send-threshold", "soon"], "such as 500ms");
}

#[test]
fn a_filter_that_makes_no_sense_is_refused_with_its_place() {
    let tasks = |filter| ["tasks", "--filter", filter];
    assert_refused(
        &tasks("send foo:1"),
        "in 'foo:1': tasks have no field 'foo': there are age,",
    );
    assert_refused(
        &tasks("-age:>soon x"),
        "in '-age:>soon': 'soon' is no value of 'age'",
    );
    assert_refused(&tasks("\"a"), "a quote is not closed");
}

#[test]
fn a_check_is_of_targets_or_of_a_command() {
    for options in [
        ["check", "a:1", "--", "true"].as_slice(),
        &["check", "--for", "1s", "--", "true"],
        &["check", "--until-quiet", "--", "true"],
        &["check", "--connect-within", "1s", "--", "true"],
    ] {
        assert_refused(options, "cannot be used with");
    }
    for options in [["--timeout", "1s"].as_slice(), &["--allow-unwatched"]] {
        let check = [&["check"], options].concat();
        assert_refused(&check, "-- <COMMAND>");
    }
}

#[test]
fn what_is_not_known_is_refused() {
    assert_refused(&["tasks", "--jsn"], "unexpected argument '--jsn'");
    assert_refused(&["check", "--format", "xml"], "invalid value 'xml'");
    assert_refused(&["check", "--output", "xml=a"], "'xml' is not a format");
    assert_refused(&["tasks", "a:1", "b:2"], "'b:2'");
}
