//! What a viewer knows already.

use crate::tables::SlotKey;

/// What a viewer has been sent.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) tasks: Generations,
    pub(super) operations: Generations,
    pub(super) resources: Generations,
    pub(super) texts: Known,
    pub(super) locations: Known,
    pub(super) stacks: Known,
    pub(super) frames: Known,
    /// Number of the first record of an ended task that it has not been sent.
    pub(super) next_ended: Option<u64>,
}

impl Sent {
    /// Everything but texts and locations is to be sent anew.
    pub(super) fn reset(&mut self) {
        self.tasks = Generations::default();
        self.operations = Generations::default();
        self.resources = Generations::default();
    }
}

/// By index: the generation of the slot's use that a viewer knows; 0 is none.
#[derive(Default)]
pub(super) struct Generations(Vec<u32>);

impl Generations {
    pub(super) fn knows(&self, key: u64) -> bool {
        SlotKey::from_wire(key)
            .is_some_and(|key| self.0.get(key.index as usize) == Some(&key.generation))
    }

    /// The viewer is about to know `key`. Gives the key that it knew for the
    /// slot until now, if that is another.
    pub(super) fn replace(&mut self, key: SlotKey) -> Option<u64> {
        let place = key.index as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, 0);
        }
        let old = std::mem::replace(&mut self.0[place], key.generation);
        (old != 0 && old != key.generation).then(|| wire_key(key.index, old))
    }

    /// The viewer is about to know nothing of the slot. Gives the key that it
    /// knew.
    pub(super) fn remove(&mut self, index: u32) -> Option<u64> {
        let old = std::mem::take(self.0.get_mut(index as usize)?);
        (old != 0).then(|| wire_key(index, old))
    }
}

fn wire_key(index: u32, generation: u32) -> u64 {
    SlotKey { index, generation }.to_wire()
}

/// Numbers that a viewer knows.
#[derive(Default)]
pub(super) struct Known(Vec<bool>);

impl Known {
    /// Whether `number` was not known, which it is from now on. 0 is nothing, and
    /// known to all.
    pub(super) fn is_new(&mut self, number: u32) -> bool {
        let place = number as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, false);
        }
        number != 0 && !std::mem::replace(&mut self.0[place], true)
    }
}
