//! Where the numbers on an axis are.

use std::time::Duration;

use crate::words::duration::human;

/// The least of 1, 2 and 5 times a power of ten that is not below `most`: the top of an
/// axis that begins at 0.
pub(super) fn round_up(most: f64) -> f64 {
    if !(most.is_finite() && most > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let round = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let found = round.into_iter().find(|value| *value >= most);
    // Almost without end, or so little that ten to that power is nothing.
    found.filter(|it| it.is_finite()).unwrap_or(most)
}

/// What is written below an axis of `width` cells that ends now and begins `span` ago:
/// as many times as there is room for, each at its place.
pub(super) fn times(span: Duration, width: u16) -> String {
    let width = usize::from(width);
    let mut line = String::new();
    for parts in [1, 2] {
        let text = match human(span / parts) {
            nothing if nothing == "0" => break,
            text => format!("-{text}"),
        };
        let place = if parts == 1 { 0 } else { width / 2 };
        let has_gap = line.is_empty() || place > line.len() + 1;
        // `now` has the end.
        if has_gap && place + text.len() + 4 <= width {
            line += &" ".repeat(place.saturating_sub(line.len()));
            line += &text;
        }
    }
    let now = "now";
    if line.len() + now.len() <= width {
        line += &" ".repeat(width - line.len() - now.len());
        line += now;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_of_an_axis_is_a_round_number() {
        for (most, top) in [
            (0.0, 1.0),
            (0.3, 0.5),
            (1.0, 1.0),
            (1.1, 2.0),
            (42.0, 50.0),
            (51.0, 100.0),
            (f64::NAN, 1.0),
            (-3.0, 1.0),
        ] {
            assert!((round_up(most) - top).abs() < 1e-9, "{most}");
        }
        for most in [f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            let top = round_up(most);
            assert!(top.is_finite() && top >= most, "{most}: {top}");
        }
    }

    #[test]
    fn times_are_where_they_belong_and_give_way_on_narrow_axes() {
        let minutes = Duration::from_secs(600);
        assert_eq!(times(minutes, 30), "-10m00s        -5m00s      now");
        assert_eq!(times(minutes, 12), "-10m00s  now");
        assert_eq!(times(minutes, 5), "  now");
        for width in 0..100 {
            for span in [Duration::ZERO, minutes, Duration::MAX] {
                assert!(times(span, width).len() <= usize::from(width));
            }
        }
    }
}
