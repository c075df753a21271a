//! Writes families of metrics: a name, what it means, and a value for each set of
//! labels.

use std::fmt;

use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeMetric, NoLabelSet,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// Families of metrics that are written one after the other.
pub(super) struct Families<'a>(pub(super) DescriptorEncoder<'a>);

impl Families<'_> {
    pub(super) fn gauge<'l, const N: usize, V: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<Unit>,
        series: impl Iterator<Item = ([(&'static str, &'l str); N], V)>,
    ) -> fmt::Result {
        let series = series.map(|(labels, value)| (labels, ConstGauge::new(value)));
        self.family(name, help, unit, MetricType::Gauge, series)
    }

    pub(super) fn counter<'l, const N: usize, V: EncodeCounterValue>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<Unit>,
        series: impl Iterator<Item = ([(&'static str, &'l str); N], V)>,
    ) -> fmt::Result {
        let series = series.map(|(labels, value)| (labels, ConstCounter::new(value)));
        self.family(name, help, unit, MetricType::Counter, series)
    }

    fn family<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<Unit>,
        kind: MetricType,
        series: impl Iterator<Item = ([(&'static str, &'l str); N], impl EncodeMetric)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, unit.as_ref(), kind)?;
        for (labels, value) in series {
            value.encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }

    pub(super) fn histogram(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<Unit>,
        (sum, count): (f64, u64),
        buckets: &[(f64, u64)],
    ) -> fmt::Result {
        let kind = MetricType::Histogram;
        let mut family = self.0.encode_descriptor(name, help, unit.as_ref(), kind)?;
        family.encode_histogram::<NoLabelSet>(sum, count, buckets, None)
    }

    pub(super) fn one_gauge<V: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        unit: Option<Unit>,
        value: V,
    ) -> fmt::Result {
        let kind = MetricType::Gauge;
        let family = self.0.encode_descriptor(name, help, unit.as_ref(), kind)?;
        ConstGauge::new(value).encode(family)
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::collector::Collector;

    use super::*;
    use crate::server::metrics::format::{self, Format};
    use crate::server::metrics::label;

    /// What stands in `format` for a gauge with this label.
    fn written(value: &str, format: Format) -> String {
        #[derive(Debug)]
        struct One(String);
        impl Collector for One {
            fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
                let series = std::iter::once(([("site", self.0.as_str())], 1_u64));
                Families(encoder).gauge("one", "One", None, series)
            }
        }
        let out = format::write(One(label::text(value)), format).unwrap();
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn a_label_cannot_leave_its_quotes_or_its_line() {
        for format in [Format::Prometheus, Format::OpenMetrics] {
            let text = written("a\"} 7\nother 1 \\ \u{1b}[2J", format);
            let expected = r#"one{site="a\"} 7other 1 \\ [2J"} 1"#;
            assert!(text.lines().any(|line| line == expected), "{text}");
            assert!(!text.contains("\nother"), "{text}");
        }
    }
}
