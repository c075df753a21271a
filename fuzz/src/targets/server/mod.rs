//! What a client sends to a program: bytes on a connection.
//!
//! The first byte of an input says what the server asks of its clients, the second how
//! the rest is cut into pieces.

mod make;
mod program;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use taskmon_subscriber::fuzzing::Server as Serving;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex};
use tokio::runtime::Runtime;
use tokio::task::yield_now;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::Target;

/// What a client may show to be let in.
const TOKEN: &str = "correct-horse-battery";
/// How often others have their turn before a client goes: enough for whatever does not
/// wait for a clock.
const TURNS: usize = 60;
/// Nothing that is cut keeps the server longer than this.
const SOON: Duration = Duration::from_secs(20);

pub(super) struct Server {
    runtime: Runtime,
    open: Arc<Serving>,
    with_token: Arc<Serving>,
    with_tls: Arc<Serving>,
    connector: TlsConnector,
    _certificates: TempDir,
    _program: program::Program,
}

impl Server {
    pub(super) fn start() -> io::Result<Self> {
        let program = program::Program::start()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let folder = TempDir::new()?;
        let made = rcgen::generate_simple_self_signed(["program".to_owned()]);
        let made = made.map_err(io::Error::other)?;
        let (certificate, key) = (folder.path().join("cert"), folder.path().join("key"));
        std::fs::write(&certificate, made.cert.pem())?;
        write_private(&key, &made.signing_key.serialize_pem())?;
        let _entered = runtime.enter();
        let start = |token, tls| {
            let started = Serving::new(&program.tables, token, tls);
            started.map(Arc::new).map_err(io::Error::other)
        };
        let tls = Some((certificate.as_path(), key.as_path()));
        let (open, with_token) = (start(None, None)?, start(Some(TOKEN), None)?);
        let with_tls = start(None, tls)?;
        let connector = connector(&certificate)?;
        drop(_entered);
        Ok(Server {
            runtime,
            open,
            with_token,
            with_tls,
            connector,
            _certificates: folder,
            _program: program,
        })
    }
}

/// Trusts this certificate.
fn connector(certificate: &Path) -> io::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(certificate).map_err(io::Error::other)?;
    roots.add(certificate).map_err(io::Error::other)?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    std::fs::write(path, text)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

impl Target for Server {
    fn name(&self) -> &'static str {
        "server"
    }

    fn memory(&self, length: usize) -> usize {
        // Debug info is read for the first client that wants stacks.
        (512 << 20) + 20 * length
    }

    fn make(&self, random: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
        make::conversation(random, seeds)
    }

    fn run(&mut self, input: &[u8]) {
        let [way, pieces, said @ ..] = input else {
            return;
        };
        let (server, tls) = match way % 5 {
            0 | 1 => (&self.open, false),
            2 => (&self.with_token, false),
            3 => (&self.with_tls, false),
            _ => (&self.with_tls, true),
        };
        let connector = tls.then_some(&self.connector);
        self.runtime
            .block_on(talk(server, connector, *pieces, said));
        assert_eq!(server.viewers(), 0, "one is still counted that has gone");
    }
}

/// Says all of it, hears what is answered meanwhile, and goes; then the server lets go.
async fn talk(server: &Arc<Serving>, tls: Option<&TlsConnector>, pieces: u8, said: &[u8]) {
    let (client, other_end) = duplex(1 << 14);
    let server = Arc::clone(server);
    let serving = tokio::spawn(async move { server.serve(other_end).await });
    match tls {
        None => say(client, pieces, said).await,
        Some(connector) => {
            let name = ServerName::try_from("program").unwrap();
            let client = connector.connect(name, client).await.unwrap();
            say(client, pieces, said).await;
        }
    }
    tokio::time::timeout(SOON, serving)
        .await
        .expect("it lets go")
        .unwrap();
    // What a call leaves behind is dropped by tasks of its own.
    for _ in 0..TURNS {
        yield_now().await;
    }
}

async fn say<C: AsyncRead + AsyncWrite>(client: C, pieces: u8, said: &[u8]) {
    let (mut hear, mut tell) = tokio::io::split(client);
    let hearing = async {
        let mut heard = vec![0; 1 << 14];
        while hear.read(&mut heard).await.is_ok_and(|read| read > 0) {}
    };
    let telling = async {
        for piece in said.chunks(match pieces {
            0 => usize::MAX,
            pieces => 7 * usize::from(pieces),
        }) {
            if tell.write_all(piece).await.is_err() {
                break;
            }
            yield_now().await;
        }
        let _ = tell.flush().await;
        for _ in 0..TURNS {
            yield_now().await;
        }
    };
    // Whoever hears everything may still have something to say, but not the other way
    // round.
    tokio::pin!(hearing);
    tokio::select! {
        () = telling => {}
        () = async { hearing.await; std::future::pending().await } => {}
    }
}
