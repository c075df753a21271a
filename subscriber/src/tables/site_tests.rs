use super::TaskKind;
use super::site::*;

#[test]
fn what_threads_count_and_take_back_adds_up_however_many_there_are() {
    const THREADS: u64 = 2 * OWNERS as u64;
    const EACH: u64 = if cfg!(miri) { 5 } else { 1_000 };
    let sites = Sites::default();
    let ended = SiteCounts {
        completed: 1,
        polls: 3,
        busy: 7,
        ..SiteCounts::default()
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let site = sites.at(TaskKind::Local).unwrap();
                for _ in 0..EACH {
                    site.spawned();
                    site.ended(&ended);
                }
            });
        }
        for _ in 0..EACH {
            let counts = sites.all().map(|(_, site)| site.counts()).next();
            assert!(counts.is_none_or(|counts| counts.ended() <= counts.spawned));
        }
    });
    let (kind, site) = sites.all().next().unwrap();
    site.take_back(&SiteCounts {
        completed: 1,
        polls: 3,
        ..SiteCounts::default()
    });
    let all = THREADS * EACH;
    assert_eq!(
        site.counts(),
        SiteCounts {
            spawned: all,
            completed: all - 1,
            polls: 3 * (all - 1),
            busy: 7 * all,
            ..SiteCounts::default()
        }
    );
    assert_eq!((kind, sites.all().count()), (TaskKind::Local, 1));
    assert!(sites.at(TaskKind::Worker).is_none());
}
