//! TLS: who this program is, and maybe who the client is.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig};

use super::files::{FromFiles, read, read_private};
use super::{AccessError, TlsSettings};

/// The protocols of gRPC and of everything else.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The certificates, as they are in their files now.
pub(super) struct Tls(FromFiles<Arc<ServerConfig>>);

impl Tls {
    /// `None` if the settings do not ask for it.
    pub(super) fn from_settings(settings: TlsSettings) -> Result<Option<Self>, AccessError> {
        let TlsSettings {
            certificate,
            key,
            client_ca,
        } = settings;
        let (certificate, key) = match (certificate, key) {
            (Some(certificate), Some(key)) => (certificate, key),
            (None, None) if client_ca.is_none() => return Ok(None),
            _ => return Err(AccessError::TlsIncomplete),
        };
        let mut files = vec![certificate.clone(), key.clone()];
        files.extend(client_ca.clone());
        let make = move || config(&certificate, &key, client_ca.as_deref());
        Ok(Some(Tls(FromFiles::load(files, make)?)))
    }

    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&*self.0.current()))
    }
}

fn config(
    certificate: &Path,
    key: &Path,
    client_ca: Option<&Path>,
) -> Result<Arc<ServerConfig>, AccessError> {
    let wrong = |path: &Path| {
        let path = path.to_owned();
        move |error: rustls::Error| AccessError::Certificate {
            path,
            reason: error.to_string(),
        }
    };
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(wrong(certificate))?;
    let builder = match client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for authority in certificates(path)? {
                roots.add(authority).map_err(wrong(path))?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = verifier.build().map_err(|error| AccessError::Certificate {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    let chain = certificates(certificate)?;
    let private = PrivateKeyDer::from_pem_slice(&read_private(key)?);
    let private = private.map_err(|error| AccessError::Certificate {
        path: key.to_owned(),
        reason: error.to_string(),
    })?;
    let mut config = builder
        .with_single_cert(chain, private)
        .map_err(wrong(certificate))?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
    // Nothing is kept for who has gone, and a certificate is looked at each time.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Arc::new(config))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, AccessError> {
    let wrong = |reason: String| AccessError::Certificate {
        path: path.to_owned(),
        reason,
    };
    let pem = read(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|error| wrong(error.to_string()))?;
    match found.is_empty() {
        true => Err(wrong("there is no certificate in it".to_owned())),
        false => Ok(found),
    }
}
