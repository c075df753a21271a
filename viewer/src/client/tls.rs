//! TLS to a program: whom to take for it, and who this is.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{self, AlertDescription, CertificateError, ClientConfig, RootCertStore};

use super::credentials::{CredentialsError, TlsFiles, read_file, read_private};
use super::{ConnectError, Target};
use crate::words::plain::{plain, quoted};

/// Makes TLS of `stream`, which leads to `target` at `host`.
pub(super) async fn over(
    stream: TcpStream,
    target: &Target,
    host: &str,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let files = target.credentials().tls.clone();
    let name = files.server_name.as_deref().unwrap_or(host).to_owned();
    let name = ServerName::try_from(name.clone())
        .map_err(|_| CredentialsError::ServerName(plain(&name).into_owned()))?;
    // It reads files.
    let config = tokio::task::spawn_blocking(move || config(&files)).await;
    let config = config.map_err(|error| ConnectError::Other {
        target: target.clone(),
        reason: quoted(&error.to_string()),
    })??;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream);
    connected.await.map_err(|error| failed(target, &error))
}

/// Whether all of it is there and belongs together.
pub(super) fn check(files: &TlsFiles) -> Result<(), CredentialsError> {
    config(files).map(drop)
}

/// Whether the other end has ended the connection because of this end's certificate,
/// or for want of one.
pub(super) fn is_about_our_certificate(error: &io::Error) -> bool {
    use AlertDescription as Alert;
    matches!(
        tls_error(error),
        Some(rustls::Error::AlertReceived(
            Alert::CertificateRequired
                | Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
                | Alert::DecryptError
        ))
    )
}

fn config(files: &TlsFiles) -> Result<ClientConfig, CredentialsError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| CredentialsError::Tls(error.to_string()))?
        .with_root_certificates(roots(files.ca.as_deref())?);
    let mut config = match (&files.certificate, &files.key) {
        (None, None) => builder.with_no_client_auth(),
        (Some(certificate), Some(key)) => {
            let chain = certificates(certificate)?;
            let private = PrivateKeyDer::from_pem_slice(&read_private(key)?);
            let private = private.map_err(|error| wrong(key, &error.to_string()))?;
            builder
                .with_client_auth_cert(chain, private)
                .map_err(|error| wrong(certificate, &error.to_string()))?
        }
        _ => return Err(CredentialsError::CertificateWithoutKey),
    };
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

/// The authorities in the file `ca`, or else those that this system trusts.
fn roots(ca: Option<&Path>) -> Result<RootCertStore, CredentialsError> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(path) => {
            for authority in certificates(path)? {
                let added = roots.add(authority);
                added.map_err(|error| wrong(path, &error.to_string()))?;
            }
        }
        None => {
            // Whoever is not among them is not trusted: that is told then.
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
        }
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, CredentialsError> {
    let pem = read_file(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|error| wrong(path, &error.to_string()))?;
    match found.is_empty() {
        true => Err(wrong(path, "there is no certificate in it")),
        false => Ok(found),
    }
}

fn wrong(path: &Path, reason: &str) -> CredentialsError {
    CredentialsError::Certificate {
        path: plain(&path.to_string_lossy()).into_owned(),
        reason: quoted(reason),
    }
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// What a failure of the handshake means.
fn failed(target: &Target, error: &io::Error) -> ConnectError {
    let target = target.clone();
    if is_about_our_certificate(error) {
        return ConnectError::CertificateWanted(target);
    }
    match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(reason)) => ConnectError::NotTrusted {
            target,
            reason: not_trusted(reason),
        },
        Some(rustls::Error::InvalidMessage(_)) => ConnectError::NotTls(target),
        None if error.kind() == io::ErrorKind::UnexpectedEof => ConnectError::NotTls(target),
        _ => ConnectError::Other {
            target,
            reason: quoted(&error.to_string()),
        },
    }
}

fn not_trusted(reason: &CertificateError) -> String {
    match reason {
        CertificateError::UnknownIssuer => {
            "it is signed by nobody that is trusted here; --ca names the file of its authority"
                .to_owned()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name; use that, or give it by --server-name".to_owned()
        }
        other => quoted(&other.to_string()),
    }
}
