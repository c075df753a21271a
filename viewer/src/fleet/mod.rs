//! Many programs at once, as Prometheus sees them.
//!
//! The address of a Prometheus server comes in, which scrapes programs with the
//! taskmon layer and judges them by the rules in `docs/prometheus`; it is asked
//! (`api`), and out goes a [`Fleet`]: who is in trouble, where and since when.

mod api;
mod error;
mod http;
mod queries;
mod summary;
mod trouble;
mod url;

pub use error::FleetError;
pub use trouble::{Fleet, Instance, Trouble};
pub use url::{PrometheusUrl, UrlError};

use api::Api;

/// Asks `prometheus` how the programs do.
///
/// # Errors
///
/// If it cannot be asked, or scrapes no program with taskmon.
pub async fn look(prometheus: &PrometheusUrl) -> Result<Fleet, FleetError> {
    let api = Api::new(prometheus.clone());
    let answers = queries::ask(&api).await?;
    if answers.instances.is_empty() && answers.down.is_empty() {
        return Err(FleetError::NothingScraped(prometheus.clone()));
    }
    Ok(Fleet::from(answers))
}
