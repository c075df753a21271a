//! How long something took the last times.

use std::time::Duration;

use taskmon_proto::v1 as wire;

/// Recent times of one task, counted by how long they were. What is longer ago weighs
/// less, so that the counts are shares rather than numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentTimes {
    /// What times are counted together: from this one to the next; rising.
    places: Vec<(Duration, u32)>,
}

impl RecentTimes {
    /// Places that are taken from the other end at most.
    const MOST: usize = 64;

    /// Reads what a program says; `None` if it makes no sense.
    pub(crate) fn read(times: &wire::RecentTimes) -> Option<Self> {
        let (from, counts) = (&times.from_nanos, &times.counts);
        let makes_sense = from.len() == counts.len()
            && from.len() <= RecentTimes::MOST
            && from.is_sorted_by(|one, next| one < next);
        let from = from.iter().map(|nanos| Duration::from_nanos(*nanos));
        makes_sense.then(|| RecentTimes {
            places: from.zip(counts.iter().copied()).collect(),
        })
    }

    /// Whether nothing was counted yet.
    pub fn is_empty(&self) -> bool {
        self.total() == 0
    }

    /// Each place from its shortest time on, which ends where the next begins; and how
    /// many there were.
    pub fn places(&self) -> &[(Duration, u32)] {
        &self.places
    }

    /// The time that this share of all times is not longer than, as far as the places
    /// tell: `percentile(0.99)`. `None` if nothing was counted.
    pub fn percentile(&self, share: f64) -> Option<AtMost> {
        let wanted = (share.clamp(0.0, 1.0) * self.total() as f64)
            .ceil()
            .max(1.0);
        let mut sum = 0;
        let place = self.places.iter().position(|(_, count)| {
            sum += u64::from(*count);
            sum as f64 >= wanted
        })?;
        Some(match self.places.get(place + 1) {
            Some((end, _)) => AtMost::This(*end),
            None => AtMost::MoreThan(self.places[place].0),
        })
    }

    /// The same for the longest of them.
    pub fn longest(&self) -> Option<AtMost> {
        self.percentile(1.0)
    }

    fn total(&self) -> u64 {
        self.places.iter().map(|(_, count)| u64::from(*count)).sum()
    }
}

/// How long times are, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AtMost {
    /// Not as long as this.
    This(Duration),
    /// As long as this or longer: there is no telling by how much.
    MoreThan(Duration),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(from: &[u64], counts: &[u32]) -> Option<RecentTimes> {
        RecentTimes::read(&wire::RecentTimes {
            from_nanos: from.to_vec(),
            counts: counts.to_vec(),
        })
    }

    #[test]
    fn a_percentile_is_the_end_of_the_place_that_it_is_in() {
        let times = times(&[0, 1_000, 2_000, 4_000], &[90, 8, 1, 1]).unwrap();
        let micros = Duration::from_micros;
        assert_eq!(times.percentile(0.5), Some(AtMost::This(micros(1))));
        assert_eq!(times.percentile(0.9), Some(AtMost::This(micros(1))));
        assert_eq!(times.percentile(0.91), Some(AtMost::This(micros(2))));
        assert_eq!(times.percentile(0.99), Some(AtMost::This(micros(4))));
        assert_eq!(times.longest(), Some(AtMost::MoreThan(micros(4))));
    }

    #[test]
    fn nothing_has_no_percentiles() {
        for times in [times(&[], &[]), times(&[0, 1], &[0, 0])] {
            let times = times.unwrap();
            assert!(times.is_empty());
            assert_eq!(times.percentile(0.5), None);
            assert_eq!(times.percentile(f64::NAN), None);
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_taken() {
        assert_eq!(times(&[0, 1], &[1]), None);
        assert_eq!(times(&[1, 1], &[1, 1]), None);
        assert_eq!(times(&[2, 1], &[1, 1]), None);
        let many: Vec<u64> = (0..65).collect();
        assert_eq!(times(&many, &[u32::MAX; 65]), None);
        let most = times(&many[..64], &[u32::MAX; 64]).unwrap();
        assert_eq!(
            most.longest(),
            Some(AtMost::MoreThan(Duration::from_nanos(63)))
        );
    }
}
