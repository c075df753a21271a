//! A table is a map, and its copies stand still.

use std::collections::BTreeMap;

use super::{Memo, Table, TaskKey};

fn table(keys: std::ops::Range<u64>) -> Table<TaskKey, u64> {
    let mut table = Table::default();
    for key in keys {
        table.insert(TaskKey(key), key);
    }
    table
}

fn sorted(table: &Table<TaskKey, u64>) -> Vec<u64> {
    let mut values: Vec<_> = table.values().copied().collect();
    values.sort_unstable();
    values
}

#[test]
fn a_table_does_what_a_map_does() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let (mut table, mut map) = (Table::default(), BTreeMap::new());
    for step in 0..20_000_u64 {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Few enough to meet again, and some far away.
        let key = (random % 3_000) << (random % 2 * 40);
        match random >> 60 {
            0..4 => assert_eq!(table.remove(&TaskKey(key)), map.remove(&key)),
            4..6 => {
                let (changed, known) = (table.get_mut(&TaskKey(key)), map.get_mut(&key));
                assert_eq!(changed, known);
                if let (Some(changed), Some(known)) = (changed, known) {
                    (*changed, *known) = (step, step);
                }
            }
            _ => {
                table.insert(TaskKey(key), step);
                map.insert(key, step);
            }
        }
        assert_eq!(table.get(&TaskKey(key)), map.get(&key));
        assert_eq!(table.len(), map.len());
    }
    let mut entries: Vec<_> = table.iter().map(|(key, value)| (key.0, *value)).collect();
    entries.sort_unstable();
    assert_eq!(entries, map.into_iter().collect::<Vec<_>>());
}

#[test]
fn a_copy_stands_still_while_the_table_changes() {
    let mut table = table(0..1_000);
    let copy = table.clone();
    assert!(copy.is_same(&table));
    table.remove(&TaskKey(7));
    *table.get_mut(&TaskKey(8)).unwrap() = 0;
    for key in 1_000..5_000 {
        table.insert(TaskKey(key), key);
    }
    assert_eq!(sorted(&copy), (0..1_000).collect::<Vec<_>>());
    assert!(!copy.is_same(&table));
    for value in table.values_mut() {
        *value = 1;
    }
    assert_eq!(sorted(&copy), (0..1_000).collect::<Vec<_>>());
    assert_eq!(sorted(&table), vec![1; 4_999]);
}

#[test]
fn only_leaves_that_have_changed_are_looked_at_anew() {
    let mut table = table(0..10_000);
    let mut memo = Memo::default();
    let mut looks = 0;
    let mut sum = |table: &Table<TaskKey, u64>| {
        let before = looks;
        memo.refresh(table, |leaf| {
            looks += 1;
            leaf.entries.iter().map(|(_, value)| **value).sum::<u64>()
        });
        (memo.values().sum::<u64>(), looks - before)
    };
    let all = (0..10_000).sum::<u64>();
    let (first, leaves) = sum(&table);
    assert_eq!(first, all);
    assert!(leaves > 100);
    assert_eq!(sum(&table), (all, 0));
    *table.get_mut(&TaskKey(17)).unwrap() += 5;
    assert_eq!(sum(&table), (all + 5, 1));
    table.remove(&TaskKey(17));
    assert_eq!(sum(&table), (all - 17, 1));
    assert_eq!(sum(&table.clone()), (all - 17, 0));
    table.clear();
    assert_eq!(sum(&table).0, 0);
}

#[test]
fn neighbours_do_not_fill_a_leaf_with_more_than_their_share() {
    for stride in [1, 16, 1 << 33] {
        let mut table = Table::default();
        for key in 0..100_000 {
            table.insert(TaskKey(key * stride), ());
        }
        let fullest = table.leaves().map(|leaf| leaf.entries.len()).max();
        assert!(fullest < Some(400), "{stride}: {fullest:?}");
    }
}
