//! The server without a socket, for the fuzzer.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};

use super::VIEWERS;
use super::access::{Access, AccessSettings, TlsSettings, TokenSetting, Way};
use super::connection::Connections;
use super::debug_info::DebugInfo;
use super::mute::Mute;
use super::prerequisites::Prerequisites;
use super::service::TaskmonService;
use crate::in_process::Tables;

/// Serves streams of bytes, as the telemetry thread does.
pub struct Server {
    connections: Arc<Connections>,
    service: TaskmonService,
}

impl Server {
    /// Shows `tables`, to those who show `token` if there is one, within TLS if there are
    /// files of a certificate and its key. To be called on a runtime.
    ///
    /// # Errors
    ///
    /// If the token or the certificate cannot be used.
    pub fn new(
        tables: &Tables,
        token: Option<&str>,
        tls: Option<(&Path, &Path)>,
    ) -> Result<Self, String> {
        let settings = AccessSettings {
            token: token.map(|token| TokenSetting::Given(token.to_owned())),
            tls: TlsSettings {
                certificate: tls.map(|(certificate, _)| certificate.to_owned()),
                key: tls.map(|(_, key)| key.to_owned()),
                client_ca: None,
            },
            anyone: false,
        };
        let access = Access::from_settings(settings).map_err(|error| error.to_string())?;
        let recorder = tables.recorder();
        let mute = Mute::new(Arc::new(OnceLock::new()));
        let runtime = tokio::runtime::Handle::current();
        let prerequisites = Prerequisites::new(mute, runtime, recorder.stacks.capture);
        let service = TaskmonService::new(recorder, Duration::ZERO, VIEWERS, prerequisites);
        let connections = Connections::new(access, service.clone());
        Ok(Server {
            connections,
            service,
        })
    }

    /// Serves whoever is at the other end of `stream`.
    pub async fn serve<C>(&self, stream: C)
    where
        C: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let connections = Arc::clone(&self.connections);
        connections.serve_here(stream, Way::Tcp).await;
    }

    /// How many viewers are attached.
    pub fn viewers(&self) -> u32 {
        self.service.watchers()
    }
}

/// Whether `file` is an executable whose sections can be read.
pub fn executable_is_readable(file: File) -> bool {
    DebugInfo::of(file).is_some()
}

/// Whether a program takes the token that is in the file `path`.
///
/// # Errors
///
/// Why it does not, for people.
pub fn token_is_accepted(path: &Path) -> Result<(), String> {
    let settings = AccessSettings {
        token: Some(TokenSetting::File(path.to_owned())),
        ..AccessSettings::default()
    };
    let access = Access::from_settings(settings);
    access.map(drop).map_err(|error| error.to_string())
}
