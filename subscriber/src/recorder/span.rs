//! How the recorder names the spans of Tokio that it keeps.

use crate::tables::{GENERATION_BITS, SlotKey};

/// Which table a span is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Table {
    Task = 0,
    Operation = 1,
    Resource = 2,
}

/// A span of Tokio that is in one of the tables; in the shape of a span id that no
/// Registry gives out. One word, because it is put on a stack and compared at every
/// enter and exit.
///
/// `index (32) | generation, low (18) | tag (1) | table (2) | generation, high
/// (11)`, from bit 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanKey(u64);

/// Of an id: the bit that `sharded_slab`, and so `tracing_subscriber`'s Registry,
/// never sets (12 bits of thread numbers in a field of 13). See the test below.
const TAG: u64 = 1 << 50;
const INDEX_BITS: u32 = 32;
/// Bits of the generation between the index and the tag.
const LOW_BITS: u32 = 18;
const TABLE_SHIFT: u32 = 51;
const HIGH_SHIFT: u32 = 53;

impl SpanKey {
    /// That of no span.
    pub(crate) const NONE: SpanKey = SpanKey(0);

    pub(crate) fn new(table: Table, slot: SlotKey) -> Self {
        let generation = u64::from(slot.generation);
        let low = generation & ((1 << LOW_BITS) - 1);
        SpanKey(
            u64::from(slot.index)
                | low << INDEX_BITS
                | TAG
                | (table as u64) << TABLE_SHIFT
                | generation >> LOW_BITS << HIGH_SHIFT,
        )
    }

    /// The span id.
    pub(crate) fn to_id(self) -> u64 {
        self.0
    }

    /// The key in an id of ours; `None` for another's. That the slot is still
    /// that of the key remains to be checked.
    #[inline]
    pub(crate) fn from_id(id: u64) -> Option<Self> {
        // Live generations are odd.
        const MARKS: u64 = TAG | 1 << INDEX_BITS;
        (id & MARKS == MARKS).then_some(SpanKey(id))
    }

    /// Which table it is in.
    #[inline]
    pub(crate) fn table(self) -> Table {
        match self.0 >> TABLE_SHIFT & 3 {
            0 => Table::Task,
            1 => Table::Operation,
            _ => Table::Resource,
        }
    }

    /// Its slot there.
    #[inline]
    pub(crate) fn slot(self) -> SlotKey {
        let low = self.0 >> INDEX_BITS & ((1 << LOW_BITS) - 1);
        SlotKey {
            index: self.0 as u32,
            generation: (self.0 >> HIGH_SHIFT << LOW_BITS | low) as u32,
        }
    }
}

const _: () = assert!(LOW_BITS + (64 - HIGH_SHIFT) == GENERATION_BITS);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_id() {
        for table in [Table::Task, Table::Operation, Table::Resource] {
            for index in [0, 1, 77_777, u32::MAX / 2] {
                for generation in [1, 3, (1 << 18) - 1, (1 << 18) + 1, (1 << 29) - 1] {
                    let slot = SlotKey { index, generation };
                    let key = SpanKey::new(table, slot);
                    assert_eq!(SpanKey::from_id(key.to_id()), Some(key));
                    assert_eq!((key.table(), key.slot()), (table, slot));
                }
            }
        }
    }

    /// Ids of the Registry pass as not ours, whatever the thread and however
    /// often a place in it was reused.
    #[test]
    fn no_id_of_a_registry_looks_like_ours() {
        use tracing::Subscriber;

        #[derive(Clone)]
        struct Check;
        impl<S: Subscriber> tracing_subscriber::Layer<S> for Check {
            fn on_new_span(
                &self,
                _: &tracing::span::Attributes<'_>,
                id: &tracing::Id,
                _: tracing_subscriber::layer::Context<'_, S>,
            ) {
                assert_eq!(SpanKey::from_id(id.into_u64()), None, "{id:?}");
            }
        }
        use tracing_subscriber::layer::SubscriberExt;
        let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(Check));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    tracing::dispatcher::with_default(&dispatch, || {
                        for _ in 0..20_000 {
                            drop(tracing::info_span!("span"));
                        }
                        let held: Vec<_> =
                            (0..5_000).map(|_| tracing::info_span!("span")).collect();
                        drop(held);
                    });
                });
            }
        });
    }
}
