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

/// A span of Tokio that is in one of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanKey {
    pub(crate) table: Table,
    pub(crate) slot: SlotKey,
}

/// Of an id: the bit that `sharded_slab`, and so `tracing_subscriber`'s Registry,
/// never sets (12 bits of thread numbers in a field of 13). See the test below.
const TAG: u64 = 1 << 50;
const INDEX_BITS: u32 = 32;
/// Bits of the generation between the index and the tag.
const LOW_BITS: u32 = 18;
const TABLE_SHIFT: u32 = 51;
const HIGH_SHIFT: u32 = 53;

impl SpanKey {
    /// A span id that carries this key and no Registry gives out.
    ///
    /// `index (32) | generation, low (18) | tag (1) | table (2) | generation,
    /// high (11)`, from bit 0.
    pub(crate) fn to_id(self) -> u64 {
        let generation = u64::from(self.slot.generation);
        let low = generation & ((1 << LOW_BITS) - 1);
        u64::from(self.slot.index)
            | low << INDEX_BITS
            | TAG
            | (self.table as u64) << TABLE_SHIFT
            | generation >> LOW_BITS << HIGH_SHIFT
    }

    /// The key in an id of ours; `None` for another's. That the slot is still
    /// that of the key remains to be checked.
    pub(crate) fn from_id(id: u64) -> Option<Self> {
        if id & TAG == 0 {
            return None;
        }
        let table = match id >> TABLE_SHIFT & 3 {
            0 => Table::Task,
            1 => Table::Operation,
            2 => Table::Resource,
            _ => return None,
        };
        let low = id >> INDEX_BITS & ((1 << LOW_BITS) - 1);
        let generation = (id >> HIGH_SHIFT << LOW_BITS | low) as u32;
        // Live generations are odd.
        (generation & 1 == 1).then_some(SpanKey {
            table,
            slot: SlotKey {
                index: id as u32,
                generation,
            },
        })
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
                    let key = SpanKey {
                        table,
                        slot: SlotKey { index, generation },
                    };
                    assert_eq!(SpanKey::from_id(key.to_id()), Some(key));
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
