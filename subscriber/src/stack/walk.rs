//! Follows frame pointers.

use std::cell::Cell;
use std::mem::MaybeUninit;

use tracing::field::ValueSet;

use super::thread_stack::ThreadStack;

/// How deep a stack is kept. Of a deeper one the innermost frames are.
pub(super) const DEPTH: usize = 192;
/// How many frames there can be between the place where an entry is noted and the
/// function that polls the future.
const ENTRY_DEPTH: usize = 32;

/// The frame pointer of the function that calls this.
#[inline(always)]
pub(super) fn frame_pointer() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mov {}, rbp", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: reads a register.
    unsafe {
        std::arch::asm!("mov {}, x29", out(reg) pointer, options(nomem, nostack, preserves_flags));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    {
        pointer = 0;
    }
    pointer
}

/// Whether `address` is in [`tracing::Event::dispatch`], or there is none.
#[inline]
pub(super) fn is_dispatch(address: usize) -> bool {
    /// It is a short function.
    const BYTES: usize = 2_048;
    let function: fn(&'static tracing::Metadata<'static>, &'static ValueSet<'_>) =
        tracing::Event::<'static>::dispatch;
    address == 0 || address.wrapping_sub(function as usize) < BYTES
}

/// One frame: where the caller's is, and where the call returns to. x86_64 and
/// aarch64 lay them out alike.
#[inline(always)]
fn read(stack: ThreadStack, pointer: usize) -> Option<(usize, usize)> {
    if !stack.has_pair_at(pointer) {
        return None;
    }
    let frame = pointer as *const usize;
    // SAFETY: both words are on this thread's own stack, above the calling
    // function's frame (who calls starts at its own frame pointer, and only goes
    // up), so they are mapped and nobody else writes them. Without frame pointers
    // they hold something else, which is then no more than a number.
    unsafe { Some((frame.read_volatile(), frame.add(1).read_volatile())) }
}

/// Return addresses, the innermost first.
pub(super) struct Frames {
    count: usize,
    hash: u64,
    addresses: [MaybeUninit<usize>; DEPTH],
}

impl Frames {
    #[inline]
    pub(super) fn new() -> Self {
        Frames {
            count: 0,
            hash: 0,
            addresses: [const { MaybeUninit::uninit() }; DEPTH],
        }
    }

    /// Adds a frame. False if there is no more room.
    #[inline]
    pub(super) fn push(&mut self, address: usize) -> bool {
        let Some(place) = self.addresses.get_mut(self.count) else {
            return false;
        };
        place.write(address);
        self.count += 1;
        self.hash = mix(self.hash, address);
        true
    }

    /// Adds the callers of the function whose frame `from` is in, which is one of
    /// those that led to the one whose frame pointer is `pointer`; up to the last
    /// frame that is at `limit` or below.
    #[inline]
    pub(super) fn walk(&mut self, pointer: usize, stack: ThreadStack, from: usize, limit: usize) {
        let mut pointer = pointer;
        let mut inside = 0;
        while pointer < from
            && let Some((next, address)) = read(stack, pointer)
            && next > pointer
        {
            inside = address;
            pointer = next;
        }
        if !is_dispatch(inside) {
            // The function that tells was put into its caller by the compiler, so
            // this address is in the caller and says where.
            self.push(inside);
        }
        // In registers: each step waits for the hash of the one before.
        let (mut count, mut hash) = (self.count, self.hash);
        while pointer <= limit
            && let Some((next, address)) = read(stack, pointer)
            && address != 0
            && let Some(place) = self.addresses.get_mut(count)
        {
            place.write(address);
            count += 1;
            hash = mix(hash, address);
            if next <= pointer {
                break;
            }
            pointer = next;
        }
        (self.count, self.hash) = (count, hash);
    }

    pub(super) fn addresses(&self) -> &[usize] {
        // SAFETY: the first `count` were written by `push`.
        unsafe { std::slice::from_raw_parts(self.addresses.as_ptr().cast(), self.count) }
    }

    #[inline]
    pub(super) fn hash(&self) -> u64 {
        self.hash ^ (self.hash >> 32)
    }
}

#[inline]
fn mix(hash: u64, address: usize) -> u64 {
    (hash ^ address as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(29)
}

/// The frames at the last entry that was noted, the innermost first.
#[derive(Clone, Copy)]
struct Entry {
    count: usize,
    /// Their frame pointers, and where each call returns to.
    frames: [(usize, usize); ENTRY_DEPTH],
}

thread_local! {
    static ENTRY: Cell<Entry> = const {
        Cell::new(Entry { count: 0, frames: [(0, 0); ENTRY_DEPTH] })
    };
}

/// Notes the frames from the one at `base` up.
pub(super) fn note_entry(base: usize, stack: ThreadStack) {
    let mut entry = Entry {
        count: 0,
        frames: [(0, 0); ENTRY_DEPTH],
    };
    let mut pointer = base;
    while entry.count < ENTRY_DEPTH
        && let Some((next, address)) = read(stack, pointer)
    {
        entry.frames[entry.count] = (pointer, address);
        entry.count += 1;
        if next <= pointer {
            break;
        }
        pointer = next;
    }
    ENTRY.set(entry);
}

/// Of the frames noted at `base`: the last one before the first that is still
/// there in the walk from `here`, which is that of the function that polls the
/// future. `None` if what was noted last is another entry, or they have nothing in
/// common.
///
/// What that function calls has its frame at one place, be it the entry or the
/// future, so the same frame pointer alone does not make the same frame: the call
/// must return to the same place, too.
pub(super) fn last_frame_of_entry(here: usize, stack: ThreadStack, base: usize) -> Option<usize> {
    let entry = ENTRY.get();
    let noted = &entry.frames[..entry.count];
    if noted.first()?.0 != base {
        return None;
    }
    let mut pointer = here;
    for _ in 0..DEPTH {
        let (next, address) = read(stack, pointer)?;
        if let Some(common) = noted.iter().position(|noted| *noted == (pointer, address)) {
            return Some(noted[common.checked_sub(1)?].0);
        }
        if next <= pointer {
            return None;
        }
        pointer = next;
    }
    None
}
