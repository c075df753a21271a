//! Keeps the number of series within bounds.

/// How many sites are named in one family of metrics.
pub(super) const SITES: usize = 200;
/// What the others are called, together.
pub(super) const OTHER: &str = "other";

type Entries<K, V> = Vec<(K, V)>;

/// The `most` of `all` with the greatest `rank`, and the rest of them. Equals are
/// in the order of their keys, so that the same are named again.
pub(super) fn largest<K: Ord, V, R: Ord>(
    all: impl IntoIterator<Item = (K, V)>,
    most: usize,
    rank: impl Fn(&V) -> R,
) -> (Entries<K, V>, Entries<K, V>) {
    let mut all: Vec<(K, V)> = all.into_iter().collect();
    all.sort_by(|(a_key, a), (b_key, b)| rank(b).cmp(&rank(a)).then_with(|| a_key.cmp(b_key)));
    let rest = all.split_off(most.min(all.len()));
    (all, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stay_and_equals_are_in_order() {
        let all = [("d", 5), ("b", 7), ("c", 5), ("a", 5)];
        let (kept, rest) = largest(all, 2, |count| *count);
        assert_eq!(kept, [("b", 7), ("a", 5)]);
        assert_eq!(rest, [("c", 5), ("d", 5)]);
        assert_eq!(largest(all, 9, |count| *count).1, []);
    }
}
