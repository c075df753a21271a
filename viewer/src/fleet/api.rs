//! Prometheus' HTTP API: <https://prometheus.io/docs/prometheus/latest/querying/api/>.

use std::collections::HashMap;

use hyper::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::http::Http;
use super::{FleetError, PrometheusUrl};
use crate::words::plain::quoted;

/// One series of an instant vector.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sample {
    labels: HashMap<String, String>,
    /// Seconds since 1970.
    pub(super) at: f64,
    pub(super) value: f64,
}

impl Sample {
    /// A label's value; empty if it is not there. It may hold any character.
    pub(super) fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }
}

/// A server.
pub(super) struct Api {
    http: Http,
    url: PrometheusUrl,
}

#[derive(Deserialize)]
struct Answer {
    status: String,
    data: Option<Data>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum Data {
    Vector(Vec<Series>),
}

#[derive(Deserialize)]
struct Series {
    metric: HashMap<String, String>,
    value: (f64, String),
}

impl Api {
    pub(super) fn new(url: PrometheusUrl) -> Self {
        let http = Http::new();
        Api { http, url }
    }

    /// The series that `query` (PromQL) gives now.
    pub(super) async fn query(&self, query: &str) -> Result<Vec<Sample>, FleetError> {
        let query = utf8_percent_encode(query, NON_ALPHANUMERIC);
        let uri = self.url.join(&format!("/api/v1/query?query={query}"));
        let uri = uri.ok_or_else(|| self.not_prometheus("its address is none"))?;
        let answer = self.http.get(uri).await;
        let (status, body) = answer.map_err(|error| FleetError::http(&self.url, error))?;
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) {
            return Err(FleetError::Refused {
                url: self.url.clone(),
                status: status.as_u16(),
            });
        }
        self.read(status, &body)
    }

    fn read(&self, status: StatusCode, body: &[u8]) -> Result<Vec<Sample>, FleetError> {
        let answer: Answer = serde_json::from_slice(body).map_err(|error| {
            self.not_prometheus(&match status {
                StatusCode::OK => error.to_string(),
                status => format!("it answered with {status}"),
            })
        })?;
        match (answer.status.as_str(), answer.data) {
            ("success", Some(Data::Vector(series))) => {
                let samples = series.into_iter().map(|it| self.sample(it));
                samples.collect()
            }
            _ => Err(FleetError::Query {
                url: self.url.clone(),
                reason: quoted(answer.error.as_deref().unwrap_or("no reason given")),
            }),
        }
    }

    fn sample(&self, series: Series) -> Result<Sample, FleetError> {
        let (at, value) = series.value;
        let value = value
            .parse()
            .map_err(|_| self.not_prometheus("a value is no number"))?;
        Ok(Sample {
            labels: series.metric,
            at,
            value,
        })
    }

    fn not_prometheus(&self, reason: &str) -> FleetError {
        FleetError::NotPrometheus {
            url: self.url.clone(),
            reason: quoted(reason),
        }
    }
}

#[cfg(test)]
impl Sample {
    /// For tests of what is made of it.
    pub(super) fn new(labels: &[(&str, &str)], value: f64) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Sample {
            labels: labels.iter().map(owned).collect(),
            at: 1_000.0,
            value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: StatusCode, body: &str) -> Result<Vec<Sample>, String> {
        let api = Api::new("http://host:9090".parse().unwrap());
        let read = api.read(status, body.as_bytes());
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn a_vector_is_read_with_its_labels() {
        let body = r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"job":"shop","site":"a\u001bb"},"value":[1000.5,"+Inf"]}]}}"#;
        let samples = read(StatusCode::OK, body).unwrap();
        assert_eq!(samples[0].label("job"), "shop");
        assert_eq!(samples[0].label("none"), "");
        assert_eq!((samples[0].at, samples[0].value), (1_000.5, f64::INFINITY));
    }

    #[test]
    fn an_error_is_told_in_its_own_words_and_harmless() {
        let body = r#"{"status":"error","errorType":"bad_data","error":"parse \u001b[2J error"}"#;
        let error = read(StatusCode::BAD_REQUEST, body).unwrap_err();
        assert!(
            error.contains(r"could not answer: parse \u{1b}[2J error"),
            "{error}"
        );
    }

    #[test]
    fn what_is_not_prometheus_is_told_so() {
        for (status, body) in [
            (StatusCode::NOT_FOUND, "404 page not found"),
            (StatusCode::OK, "<html>"),
            (
                StatusCode::OK,
                r#"{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}"#,
            ),
            (
                StatusCode::OK,
                r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}"#,
            ),
        ] {
            let error = read(status, body).unwrap_err();
            assert!(
                error.contains("does not answer as Prometheus does"),
                "{error}"
            );
        }
    }
}
