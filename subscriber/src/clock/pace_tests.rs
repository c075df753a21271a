use super::pace::Pace;

const SECOND: u64 = 1_000_000_000;

/// A counter of 2.5 GHz that has been set right for a second.
fn paced() -> (Pace, impl Fn(u64) -> u64) {
    let pace = Pace::new();
    let ticks = |nanos: u64| 1_000 + nanos * 5 / 2;
    for nanos in (0..=SECOND).step_by(100_000_000) {
        pace.set(ticks(nanos), nanos);
    }
    (pace, ticks)
}

#[test]
fn a_time_is_reckoned_between_two_looks_at_the_system() {
    let (pace, ticks) = paced();
    for passed in [0, 1, 999, 1_000_000, 400_000_000] {
        let nanos = pace.nanos(ticks(SECOND + passed)).unwrap();
        assert!(nanos.abs_diff(SECOND + passed) < 2, "{passed}: {nanos}");
    }
}

#[test]
fn it_is_not_known_before_it_is_measured_nor_long_after() {
    let pace = Pace::new();
    assert_eq!(pace.nanos(5), None);
    pace.set(1_000, 0);
    pace.set(11_000, 4_000);
    assert_eq!(pace.nanos(11_000), None);
    let (pace, ticks) = paced();
    assert_eq!(pace.nanos(ticks(2 * SECOND)), None);
    // A thread that read the counter just before another set it.
    assert_eq!(pace.nanos(ticks(SECOND) - 10), None);
}

#[test]
fn a_counter_that_jumps_is_measured_anew() {
    let (pace, ticks) = paced();
    // Restarted, as after a machine slept.
    let later = |nanos: u64| 77 + nanos * 5 / 2;
    pace.set(later(0), SECOND + 5);
    assert_eq!(pace.nanos(later(10)), None);
    for nanos in (0..=200_000_000).step_by(25_000_000) {
        pace.set(later(nanos), SECOND + 5 + nanos);
    }
    let nanos = pace.nanos(later(250_000_000)).unwrap();
    assert!(nanos.abs_diff(SECOND + 250_000_005) < 3, "{nanos}");
    // Gone on while the system's clock stood still.
    let (pace, _) = paced();
    pace.set(ticks(9 * SECOND), SECOND + 5);
    assert_eq!(pace.nanos(ticks(9 * SECOND)), None);
}

#[test]
fn what_the_counter_is_off_by_does_not_add_up() {
    let pace = Pace::new();
    // The pace that is measured first is wrong by a hundred millionths.
    let mut nanos = 0;
    while nanos < 60 * SECOND {
        let off = if nanos < SECOND { 10_000 } else { 0 };
        pace.set(5 * nanos + off * u64::from(nanos > 0), nanos);
        nanos += 100_000_000;
    }
    let said = pace.nanos(5 * nanos).unwrap();
    assert!(said.abs_diff(nanos) < 2_000, "{said} {nanos}");
}

#[test]
fn a_slow_counter_is_not_used() {
    let pace = Pace::new();
    for nanos in (0..=SECOND).step_by(100_000_000) {
        pace.set(nanos / 10, nanos);
    }
    assert_eq!(pace.nanos(SECOND / 10), None);
}
