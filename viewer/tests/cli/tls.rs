//! TLS, with certificates that are made for each test, by the real command on both
//! sides.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use crate::shop::{Shop, replace, taskmon};
use crate::support::Run;

/// Someone who signs certificates, with a folder for them.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("ca.pem"), issuer.pem()).unwrap();
        Authority { issuer, folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn ca(&self) -> String {
        self.path("ca.pem")
    }

    /// Puts a certificate for `names` into the file `name.pem`, and its key into
    /// `name.key`.
    fn sign(&self, name: &str, names: &[&str]) -> (String, String) {
        let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let (pem, private) = (
            self.path(&format!("{name}.pem")),
            self.path(&format!("{name}.key")),
        );
        replace(Path::new(&pem), 0o644, &certificate.pem());
        replace(Path::new(&private), 0o600, &key.serialize_pem());
        (pem, private)
    }

    /// The shop with a certificate for this host, and more `variables`.
    fn shop(&self, variables: &[(&str, &str)]) -> Shop {
        let (certificate, key) = self.sign("shop", &["127.0.0.1", "localhost"]);
        let tls = [
            ("TASKMON_TLS_CERT", &*certificate),
            ("TASKMON_TLS_KEY", &*key),
        ];
        Shop::open(&[&tls, variables].concat())
    }
}

#[track_caller]
fn assert_fails(run: &Run, code: i32, sentence: &str) {
    assert_eq!(run.code, Some(code), "{run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert!(run.stderr.contains(sentence), "{run:?}");
    assert_eq!(run.stdout, "");
}

#[track_caller]
fn assert_shows_tasks(run: &Run) {
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("demo"), "{run:?}");
}

#[test]
fn a_certificate_is_verified_by_its_authority_and_its_name() {
    let authority = Authority::new();
    let shop = authority.shop(&[]);
    let at = &*shop.address;
    assert!(at.starts_with("https://127.0.0.1:"), "{at}");
    let ca = authority.ca();
    assert_shows_tasks(&taskmon(&["tasks", at, "--ca", &ca], &[]));
    assert_shows_tasks(&taskmon(&["tasks", at], &[("TASKMON_CA", &ca)]));
    let by_name = at.replace("127.0.0.1", "localhost");
    assert_shows_tasks(&taskmon(&["tasks", &by_name, "--ca", &ca], &[]));

    let by_system = taskmon(&["tasks", at], &[]);
    assert_fails(
        &by_system,
        4,
        "is not trusted: it is signed by nobody that is trusted",
    );
    let other = Authority::new().ca();
    assert!(!Path::new(&other).exists(), "its folder is gone");
    let other = Authority::new();
    let by_other = taskmon(&["tasks", at, "--ca", &other.ca()], &[]);
    assert_fails(&by_other, 4, "is not trusted");
    let named = taskmon(
        &["tasks", at, "--ca", &ca, "--server-name", "shop.example"],
        &[],
    );
    assert_fails(&named, 4, "is not trusted: it is for another name");
    let named = taskmon(
        &["tasks", at, "--ca", &ca, "--server-name", "localhost"],
        &[],
    );
    assert_shows_tasks(&named);
}

#[test]
fn tls_and_plain_tcp_are_told_apart() {
    let authority = Authority::new();
    let shop = authority.shop(&[]);
    let plain = shop.address.replace("https://", "");
    assert_fails(
        &taskmon(&["tasks", &plain], &[]),
        3,
        "speaks TLS: use https://",
    );
    let without = Shop::open(&[]);
    let at = format!("https://{}", without.address);
    assert_fails(
        &taskmon(&["tasks", &at], &[]),
        3,
        "does not speak TLS: try http://",
    );
}

#[test]
fn who_has_no_certificate_of_the_authority_stays_out() {
    let authority = Authority::new();
    let ca = authority.ca();
    let shop = authority.shop(&[("TASKMON_TLS_CLIENT_CA", &ca)]);
    let (certificate, key) = authority.sign("viewer", &["viewer"]);
    let at = &*shop.address;
    let asked = ["tasks", at, "--ca", &ca];
    let with = |certificate: &str, key: &str| {
        taskmon(
            &[&asked[..], &["--cert", certificate, "--key", key]].concat(),
            &[],
        )
    };
    assert_shows_tasks(&with(&certificate, &key));
    let by_variables = [("TASKMON_CERT", &*certificate), ("TASKMON_KEY", &*key)];
    assert_shows_tasks(&taskmon(&asked, &by_variables));
    assert_fails(
        &taskmon(&asked, &[]),
        4,
        "asks for a certificate that it trusts",
    );
    let other = Authority::new();
    let (foreign, foreign_key) = other.sign("viewer", &["viewer"]);
    assert_fails(
        &with(&foreign, &foreign_key),
        4,
        "asks for a certificate that it trusts",
    );
    let half = taskmon(&[&asked[..], &["--cert", &certificate]].concat(), &[]);
    assert_fails(&half, 2, "belong together");
    let mixed = with(&certificate, &foreign_key);
    assert_fails(&mixed, 2, "cannot use");
}

#[test]
fn certificates_of_clients_let_a_program_listen_for_others_and_tls_alone_does_not() {
    let authority = Authority::new();
    let everywhere = ("TASKMON_BIND", "0.0.0.0:0");
    let alone = authority.shop(&[everywhere]);
    assert_eq!(alone.address, "");
    assert!(
        alone
            .said
            .join("\n")
            .contains("does not listen on 0.0.0.0:0")
    );
    let mutual = authority.shop(&[everywhere, ("TASKMON_TLS_CLIENT_CA", &authority.ca())]);
    assert!(mutual.address.starts_with("https://0.0.0.0:"));
    assert_eq!(mutual.said, [""; 0]);
    let token = ("TASKMON_TOKEN", "correct-horse-battery");
    let token = authority.shop(&[everywhere, token]);
    assert_eq!(token.said, [""; 0], "nobody on the way can read it");
}

#[test]
fn a_token_goes_over_tls_too() {
    let authority = Authority::new();
    let token = ("TASKMON_TOKEN", "correct-horse-battery");
    let shop = authority.shop(&[token]);
    let asked = ["tasks", &shop.address, "--ca", &authority.ca()];
    assert_shows_tasks(&taskmon(&asked, &[token]));
    assert_fails(&taskmon(&asked, &[]), 4, "credentials are missing or wrong");
}

#[test]
fn a_new_certificate_counts_at_once_and_a_bad_one_does_not() {
    let (before, after) = (Authority::new(), Authority::new());
    let shop = before.shop(&[]);
    let tasks = |by: &Authority| taskmon(&["tasks", &shop.address, "--ca", &by.ca()], &[]);
    assert_shows_tasks(&tasks(&before));
    let (new, new_key) = after.sign("shop", &["127.0.0.1"]);
    let put = |from: &str, to: &str, mode| {
        replace(
            &PathBuf::from(before.path(to)),
            mode,
            &fs::read_to_string(from).unwrap(),
        );
    };
    // The new one without its key.
    put(&new, "shop.pem", 0o644);
    assert_shows_tasks(&tasks(&before));
    put(&new_key, "shop.key", 0o600);
    assert_shows_tasks(&tasks(&after));
    assert_fails(&tasks(&before), 4, "is not trusted");
    replace(Path::new(&before.path("shop.pem")), 0o644, "no certificate");
    assert_shows_tasks(&tasks(&after));
}

#[test]
fn a_certificate_that_is_none_lets_nobody_in() {
    let authority = Authority::new();
    let (certificate, key) = authority.sign("shop", &["127.0.0.1"]);
    let open_key = authority.path("open.key");
    replace(
        Path::new(&open_key),
        0o644,
        &fs::read_to_string(&key).unwrap(),
    );
    let cert = ("TASKMON_TLS_CERT", &*certificate);
    for (variables, sentence) in [
        (vec![cert], "TLS needs both a certificate and its key"),
        (
            vec![("TASKMON_TLS_CLIENT_CA", &*certificate)],
            "TLS needs both",
        ),
        (
            vec![cert, ("TASKMON_TLS_KEY", &*open_key)],
            "is open to every user of this host",
        ),
        (
            vec![cert, ("TASKMON_TLS_KEY", &*certificate)],
            "is open to every user",
        ),
        (
            vec![cert, ("TASKMON_TLS_KEY", "/no/such/key")],
            "cannot read /no/such/key",
        ),
        (
            vec![("TASKMON_TLS_CERT", &*key), ("TASKMON_TLS_KEY", &*key)],
            "there is no certificate in it",
        ),
    ] {
        let shop = Shop::open(&variables);
        assert_eq!(shop.address, "");
        assert!(shop.said.join("\n").contains(sentence), "{:?}", shop.said);
    }
}

#[test]
fn a_handshake_that_never_ends_keeps_nobody_out() {
    let authority = Authority::new();
    let shop = authority.shop(&[]);
    let address = shop.address.replace("https://", "");
    // The beginning of a handshake, and nothing more; more of them than there is room for.
    let mut begun: Vec<_> = (0..40)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            let _ = stream.write_all(b"\x16\x03\x01");
            stream
        })
        .collect();
    assert_shows_tasks(&taskmon(
        &["tasks", &shop.address, "--ca", &authority.ca()],
        &[],
    ));
    for stream in &mut begun {
        // It is ended, soon for the first of them, and in ten seconds for all.
        let _ = stream.read(&mut [0; 64]);
    }
}
