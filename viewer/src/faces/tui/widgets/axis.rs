//! Where the numbers on an axis are.

use std::time::Duration;

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

/// What may be between two times on an axis, in seconds.
const STEPS: [u64; 18] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400,
];

/// The least cells from one time to the next.
const APART: u128 = 12;

/// What is written below an axis of `width` cells that ends now and begins `span` ago:
/// round times, each where it is, as many as there is room for.
pub(super) fn times(span: Duration, width: u16) -> String {
    let width = usize::from(width);
    let now = "now";
    if width < now.len() {
        return String::new();
    }
    let span = span.as_millis().max(1);
    let mut steps = STEPS.into_iter().map(u128::from);
    let step = steps.find(|step| step * 1_000 * width as u128 / span >= APART);
    let mut line = vec![b' '; width - now.len()];
    line.extend(now.bytes());
    for seconds in (1..).map_while(|number: u128| Some(number * step?)) {
        let ago = (seconds * 1_000 * width as u128).div_ceil(span);
        let Some(place) = width.checked_sub(usize::try_from(ago).unwrap_or(usize::MAX)) else {
            break;
        };
        let text = ago_text(seconds);
        // With a gap before what follows.
        let cells = line.get_mut(place..place + text.len() + 1);
        let free = cells.filter(|cells| cells.iter().all(|cell| *cell == b' '));
        if let Some(cells) = free {
            cells[..text.len()].copy_from_slice(text.as_bytes());
        }
    }
    String::from_utf8(line).unwrap_or_default()
}

/// `-15s`, `-2m`, `-1m30s`, `-1h`.
fn ago_text(seconds: u128) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("-{seconds}s"),
        (minutes, 0) if minutes.is_multiple_of(60) => format!("-{}h", minutes / 60),
        (minutes, 0) => format!("-{minutes}m"),
        (minutes, seconds) => format!("-{minutes}m{seconds:02}s"),
    }
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
        assert_eq!(times(minutes, 30), "-10m           -5m         now");
        assert_eq!(times(minutes, 12), "-10m     now");
        assert_eq!(times(minutes, 5), "  now");
        let odd = Duration::from_secs(177);
        assert_eq!(times(odd, 40), "            -2m           -1m        now");
        for width in 0..100 {
            for span in [Duration::ZERO, minutes, Duration::MAX] {
                assert!(times(span, width).len() <= usize::from(width));
            }
        }
    }
}
