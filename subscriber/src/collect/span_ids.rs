//! From a Registry's span id to the recorder's key.
//!
//! A dense table indexed by the id's bits, with the whole id checked in the cell:
//! 4 ns where the Registry's own look-up takes 25 to 170. An id that does not fit
//! into the table's shape goes into a map behind a lock, which no id of today's
//! Registry does.

use std::collections::HashMap;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::recorder::SpanKey;

/// Ids are `generation (13) | thread (13) | address (38)` in `sharded_slab`
/// 0.1 as configured by `tracing_subscriber`'s Registry.
const ADDRESS_BITS: u32 = 38;
const THREADS: usize = 1 << 12;
/// Cells in a thread's first block; each block has twice those of the one before.
const FIRST_BLOCK: usize = 256;
const BLOCKS: usize = 15;

#[derive(Default)]
struct Cell {
    id: AtomicU64,
    key: AtomicU64,
    /// By generation modulo 64: whether a task with such an id left wakers
    /// behind, whose events would be taken for those of a later task with the
    /// same id.
    haunted: AtomicU64,
}

/// Where the generation of an id begins.
const GENERATION_SHIFT: u32 = 51;

fn generation_bit(id: u64) -> u64 {
    1 << (id >> GENERATION_SHIFT & 63)
}

/// The table of one thread's ids.
struct Shard {
    blocks: [AtomicPtr<Cell>; BLOCKS],
}

/// The table.
pub(super) struct SpanIds {
    shards: Box<[AtomicPtr<Shard>]>,
    other: Mutex<HashMap<u64, u64>>,
}

/// Where an id has its cell.
struct Place {
    shard: usize,
    block: usize,
    offset: usize,
}

impl Place {
    #[inline]
    fn of(id: u64) -> Option<Self> {
        let address = (id & ((1 << ADDRESS_BITS) - 1)) as usize;
        let shard = (id >> ADDRESS_BITS & 0x1FFF) as usize;
        let block = (address / FIRST_BLOCK + 1).ilog2() as usize;
        let start = FIRST_BLOCK * ((1 << block) - 1);
        (shard < THREADS && block < BLOCKS).then(|| Place {
            shard,
            block,
            offset: address - start,
        })
    }
}

impl SpanIds {
    pub(super) fn new() -> Self {
        SpanIds {
            shards: (0..THREADS)
                .map(|_| AtomicPtr::new(std::ptr::null_mut()))
                .collect(),
            other: Mutex::default(),
        }
    }

    /// The span with `id` is the one with `key`, from now on.
    pub(super) fn insert(&self, id: u64, key: SpanKey) {
        match self.cell_or_grow(id) {
            Some(cell) => {
                // A reader checks the id first and last.
                cell.id.store(0, Ordering::Release);
                cell.key.store(key.to_id(), Ordering::Release);
                cell.id.store(id, Ordering::Release);
            }
            None => {
                let mut other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
                other.insert(id, key.to_id());
            }
        }
    }

    /// The task with `id` has ended, and wakers of it are left.
    pub(super) fn haunt(&self, id: u64) {
        if let Some(cell) = self.cell(id) {
            cell.haunted.fetch_or(generation_bit(id), Ordering::Relaxed);
        }
    }

    /// Whether an earlier task may have left wakers that name the one with
    /// `id`. Errs on the side of yes.
    pub(super) fn is_haunted(&self, id: u64) -> bool {
        self.cell(id)
            .is_none_or(|cell| cell.haunted.load(Ordering::Relaxed) & generation_bit(id) != 0)
    }

    /// The key of the span with `id`.
    #[inline]
    pub(super) fn get(&self, id: u64) -> Option<SpanKey> {
        let key = match self.cell(id) {
            Some(cell) => {
                if cell.id.load(Ordering::Acquire) != id {
                    return None;
                }
                let key = cell.key.load(Ordering::Acquire);
                if cell.id.load(Ordering::Acquire) != id {
                    return None;
                }
                key
            }
            None => {
                if Place::of(id).is_some() {
                    return None;
                }
                let other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
                *other.get(&id)?
            }
        };
        SpanKey::from_id(key)
    }

    /// As [`SpanIds::get`], and the id is free for another span.
    pub(super) fn remove(&self, id: u64) -> Option<SpanKey> {
        let key = self.get(id)?;
        match self.cell(id) {
            Some(cell) => cell.id.store(0, Ordering::Release),
            None => {
                let mut other = self.other.lock().unwrap_or_else(PoisonError::into_inner);
                other.remove(&id);
            }
        }
        Some(key)
    }

    #[inline]
    fn cell(&self, id: u64) -> Option<&Cell> {
        let place = Place::of(id)?;
        let shard = self.shards[place.shard].load(Ordering::Acquire);
        // SAFETY: shards come from boxes and live as long as `self`.
        let shard = unsafe { shard.as_ref() }?;
        let block = shard.blocks[place.block].load(Ordering::Acquire);
        if block.is_null() {
            return None;
        }
        // SAFETY: a block has `FIRST_BLOCK << block` cells, of which `offset`
        // is one by its computation, and lives as long as `self`.
        Some(unsafe { &*block.add(place.offset) })
    }

    fn cell_or_grow(&self, id: u64) -> Option<&Cell> {
        if let Some(cell) = self.cell(id) {
            return Some(cell);
        }
        let place = Place::of(id)?;
        let shard = install(&self.shards[place.shard], || {
            Box::into_raw(Box::new(Shard {
                blocks: std::array::from_fn(|_| AtomicPtr::new(std::ptr::null_mut())),
            }))
        });
        if let Err(spare) = shard {
            // SAFETY: made by the closure above and never shared.
            drop(unsafe { Box::from_raw(spare) });
        }
        // SAFETY: installed just now, or by another thread; see `cell`.
        let shard = unsafe { &*self.shards[place.shard].load(Ordering::Acquire) };
        let length = FIRST_BLOCK << place.block;
        let block = install(&shard.blocks[place.block], || {
            let cells: Box<[Cell]> = (0..length).map(|_| Cell::default()).collect();
            Box::into_raw(cells).cast()
        });
        if let Err(spare) = block {
            // SAFETY: made by the closure above with this length, never shared.
            drop(unsafe { boxed_cells(spare, length) });
        }
        self.cell(id)
    }
}

/// Puts what `make` makes into an empty place. Gives it back if another thread
/// was quicker.
fn install<T>(place: &AtomicPtr<T>, make: impl FnOnce() -> *mut T) -> Result<(), *mut T> {
    if !place.load(Ordering::Acquire).is_null() {
        return Ok(());
    }
    let made = make();
    place
        .compare_exchange(
            std::ptr::null_mut(),
            made,
            Ordering::AcqRel,
            Ordering::Acquire,
        )
        .map(drop)
        .map_err(|_| made)
}

/// The box that a block came from.
///
/// # Safety
///
/// `cells` came from a box of `length` cells, and nothing refers to it.
unsafe fn boxed_cells(cells: *mut Cell, length: usize) -> Box<[Cell]> {
    // SAFETY: by this function's contract.
    unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(cells, length)) }
}

impl Drop for SpanIds {
    fn drop(&mut self) {
        for shard in &self.shards {
            let shard = shard.load(Ordering::Acquire);
            if shard.is_null() {
                continue;
            }
            // SAFETY: from `Box::into_raw` in `cell_or_grow`; `&mut self`.
            let shard = unsafe { Box::from_raw(shard) };
            for (number, block) in shard.blocks.iter().enumerate() {
                let block = block.load(Ordering::Acquire);
                if !block.is_null() {
                    // SAFETY: likewise, with this length.
                    drop(unsafe { boxed_cells(block, FIRST_BLOCK << number) });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::Table;
    use crate::tables::SlotKey;

    fn key(index: u32) -> SpanKey {
        SpanKey::new(
            Table::Task,
            SlotKey {
                index,
                generation: 1,
            },
        )
    }

    #[test]
    fn an_id_finds_its_key_until_it_is_removed() {
        let ids = SpanIds::new();
        let every_shape = [
            1,
            255,
            256,
            70_000,
            3 << ADDRESS_BITS | 9,
            1 << 63 | 4,
            u64::MAX,
        ];
        for (index, id) in every_shape.into_iter().enumerate() {
            assert_eq!(ids.get(id), None);
            ids.insert(id, key(index as u32));
        }
        for (index, id) in every_shape.into_iter().enumerate() {
            assert_eq!(ids.get(id), Some(key(index as u32)), "{id:x}");
            assert_eq!(ids.remove(id), Some(key(index as u32)));
            assert_eq!(ids.get(id), None);
        }
    }

    #[test]
    fn an_id_whose_wakers_outlive_their_task_is_remembered() {
        let ids = SpanIds::new();
        let id = 5 << GENERATION_SHIFT | 7;
        ids.insert(id, key(1));
        assert!(!ids.is_haunted(id));
        ids.haunt(id);
        ids.remove(id);
        ids.insert(id, key(2));
        assert!(ids.is_haunted(id));
        assert!(!ids.is_haunted(6 << GENERATION_SHIFT | 7));
    }

    #[test]
    fn an_old_id_does_not_find_what_took_its_place() {
        let ids = SpanIds::new();
        let (old, new) = (1 << 51 | 7, 2 << 51 | 7);
        ids.insert(old, key(1));
        ids.remove(old);
        ids.insert(new, key(2));
        assert_eq!(ids.get(old), None);
        assert_eq!(ids.get(new), Some(key(2)));
    }
}
