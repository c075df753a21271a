use super::recent_times::*;

#[test]
fn a_time_is_counted_in_the_last_place_that_it_reaches() {
    let expected = |nanos| {
        Histogram::FROM
            .iter()
            .rposition(|from| *from <= nanos)
            .unwrap()
    };
    for bit in 0..64 {
        for nanos in [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1] {
            assert_eq!(place(nanos), expected(nanos), "{nanos}");
        }
    }
    assert_eq!(place(u64::MAX), 15);
}

#[test]
fn what_is_longer_ago_weighs_less() {
    let times = Histogram::default();
    for _ in 0..255 {
        times.add(0);
    }
    times.add(1 << 40);
    assert_eq!((times.counts()[0], times.counts()[15]), (255, 1));
    times.add(0);
    assert_eq!((times.counts()[0], times.counts()[15]), (128, 0));
    for _ in 0..10_000 {
        times.add(5_000);
    }
    assert_eq!(times.counts()[0], 0);
    assert!(times.counts()[3] >= 128);
}

#[test]
fn the_next_task_in_a_slot_begins_with_nothing() {
    let times = RecentTimes::default();
    times.begin(1);
    times.polls.add(9);
    times.begin(1);
    assert_eq!(times.of(1).unwrap()[0][0], 1);
    times.begin(3);
    times.delays.add(1 << 20);
    assert_eq!(times.of(1), None);
    let [polls, delays] = times.of(3).unwrap();
    assert_eq!((polls, delays[10]), ([0; 16], 1));
}
