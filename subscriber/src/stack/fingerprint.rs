//! Knows a stack again without unwinding it.
//!
//! Without frame pointers, nothing says which words of a stack are return
//! addresses; but every return address is a word that points into code. Two
//! stretches of stack whose words into code are the same have the same return
//! addresses. (Words left over from earlier calls can make equal stacks differ:
//! then one is unwound once more.)

use std::sync::atomic::{AtomicU64, Ordering};

use super::table::StackId;
use super::thread_stack::ThreadStack;

/// A hash of the words into code between two places of a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

/// How far from its innermost end a stack is looked at, in bytes.
const MOST: usize = 32 * 1024;
/// How much is looked at beyond the place where a task was entered: as much as
/// the functions between that and the one that polls the future may use.
pub(super) const BEYOND: usize = 1024;

/// The fingerprint of the stack from `here` to `base`, of words that point into
/// `code`. `None` if there is too much of it.
fn print(
    here: usize,
    base: Option<usize>,
    stack: ThreadStack,
    code: (usize, usize),
) -> Option<Fingerprint> {
    let end = base.unwrap_or(stack.high).saturating_add(BEYOND);
    let end = end.min(stack.high);
    let words = end.checked_sub(here)? / size_of::<usize>();
    if words * size_of::<usize>() > MOST {
        return None;
    }
    let first = here as *const usize;
    let mut hash = 0_u64;
    for word in 0..words {
        // SAFETY: on this thread's own stack, between a frame that is live and
        // the stack's end: mapped, and written by nobody else.
        let value = unsafe { first.add(word).read_volatile() };
        // A sum of terms that do not wait for one another: most words are not into
        // code, but the compiler computes all of them.
        let term = (value as u64 ^ (word as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
        let is_code = value.wrapping_sub(code.0) < code.1;
        hash = hash.wrapping_add(if is_code { term } else { 0 });
    }
    Some(Fingerprint(hash ^ (hash >> 32)))
}

/// The code of the executable or library that this function is in: its first
/// address, and how many bytes it has. What other libraries do in between is not
/// part of a fingerprint, but what polls and wakes futures is in the program.
#[cfg(target_os = "linux")]
fn code() -> Option<(usize, usize)> {
    /// Looks for the segment with the address that `data` begins with.
    unsafe extern "C" fn look(
        object: *mut libc::dl_phdr_info,
        _: libc::size_t,
        data: *mut libc::c_void,
    ) -> libc::c_int {
        // SAFETY: the loader gives a valid object, and `data` is that of the
        // call below.
        let (object, found) = unsafe { (&*object, &mut *data.cast::<(usize, usize)>()) };
        let own = found.0;
        for number in 0..object.dlpi_phnum {
            // SAFETY: the object has so many headers.
            let segment = unsafe { &*object.dlpi_phdr.add(number.into()) };
            let start = (object.dlpi_addr as usize).wrapping_add(segment.p_vaddr as usize);
            let size = segment.p_memsz as usize;
            if segment.p_type == libc::PT_LOAD && own.wrapping_sub(start) < size {
                *found = (start, size);
                return 1;
            }
        }
        0
    }
    let mut found = ((code as *const ()).addr(), 0);
    // SAFETY: the function only uses `found`, which outlives the call.
    let stopped = unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut found).cast()) };
    (stopped == 1).then_some(found)
}

#[cfg(not(target_os = "linux"))]
fn code() -> Option<(usize, usize)> {
    None
}

/// Which stack a fingerprint is of. Each has [`WAYS`] places that it may be in; when
/// all are taken, one of the others goes.
pub(super) struct Fingerprints {
    /// The fingerprint, but for its last bits, and the number of its stack in their
    /// place: one word, so that who reads it gets both or none. 0 is vacant.
    places: Box<[AtomicU64]>,
    /// The address of the program's code, and how much there is of it; `None` if
    /// that is not known.
    code: Option<(usize, usize)>,
}

const PLACES: usize = 4_096;
const WAYS: usize = 4;
const STACK_BITS: u32 = 16;

const _: () = assert!(StackId::LAST < 1 << STACK_BITS);

impl Fingerprints {
    /// Without places unless it is `used`.
    pub(super) fn new(used: bool) -> Self {
        let places = if used { PLACES } else { 0 };
        Fingerprints {
            places: (0..places).map(|_| AtomicU64::new(0)).collect(),
            code: code().filter(|_| used),
        }
    }

    /// The fingerprint of the stack from `here` to a little beyond `base`. `None`
    /// where it cannot be told what is code, or there is too much of it.
    pub(super) fn of(
        &self,
        here: usize,
        base: Option<usize>,
        stack: ThreadStack,
    ) -> Option<Fingerprint> {
        print(here, base, stack, self.code?)
    }

    pub(super) fn get(&self, print: Fingerprint) -> Option<StackId> {
        let words = self.places(print).iter();
        let word = words
            .map(|place| place.load(Ordering::Relaxed))
            .find(|word| word >> STACK_BITS == print.0 >> STACK_BITS)?;
        Some(StackId(word as u32 & ((1 << STACK_BITS) - 1))).filter(|id| *id != StackId::NONE)
    }

    pub(super) fn insert(&self, print: Fingerprint, stack: StackId) {
        let places = self.places(print);
        let vacant = places
            .iter()
            .find(|place| place.load(Ordering::Relaxed) == 0);
        if let Some(place) = vacant.or_else(|| places.get(stack.0 as usize % WAYS)) {
            let word = print.0 >> STACK_BITS << STACK_BITS | u64::from(stack.0);
            place.store(word, Ordering::Relaxed);
        }
    }

    fn places(&self, print: Fingerprint) -> &[AtomicU64] {
        // By bits that are not those compared: all prints in one place differ.
        let first = print.0 as usize % (PLACES / WAYS) * WAYS;
        self.places.get(first..first + WAYS).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of those that may be in the same places.
    fn in_one_place(n: u64) -> Fingerprint {
        Fingerprint(n << STACK_BITS | 3)
    }

    #[test]
    fn a_print_finds_its_stack_and_some_may_meet_in_one_place() {
        let prints = Fingerprints::new(true);
        for n in 1..=WAYS as u64 {
            assert_eq!(prints.get(in_one_place(n)), None);
            prints.insert(in_one_place(n), StackId(n as u32));
        }
        let known = |prints: &Fingerprints| {
            let all = 1..=WAYS as u64 + 1;
            all.filter(|n| prints.get(in_one_place(*n)) == Some(StackId(*n as u32)))
                .count()
        };
        assert_eq!(known(&prints), WAYS);
        // One too many takes the place of another.
        let more = WAYS as u64 + 1;
        prints.insert(in_one_place(more), StackId(more as u32));
        assert_eq!(prints.get(in_one_place(more)), Some(StackId(more as u32)));
        assert_eq!(known(&prints), WAYS);
    }

    #[test]
    fn threads_at_one_place_never_see_anothers_stack() {
        let prints = Fingerprints::new(true);
        std::thread::scope(|scope| {
            for thread in 0..3 {
                let prints = &prints;
                scope.spawn(move || {
                    for turn in 0..50_000 {
                        let n = (turn + thread) % 7 + 1;
                        prints.insert(in_one_place(n), StackId(n as u32));
                        if let Some(found) = prints.get(in_one_place(n)) {
                            assert_eq!(found, StackId(n as u32));
                        }
                    }
                });
            }
        });
    }

    #[cfg(target_os = "linux")]
    mod stacks {
        use super::*;

        #[inline(never)]
        fn here(depth: usize) -> Option<Fingerprint> {
            if depth > 0 {
                return std::hint::black_box(here(depth - 1));
            }
            let local = 0_usize;
            let here = std::hint::black_box(&raw const local).addr();
            let stack = ThreadStack::around(here)?;
            print(here, Some(here + 512), stack, code()?)
        }

        #[inline(never)]
        fn elsewhere() -> Option<Fingerprint> {
            std::hint::black_box(here(0))
        }

        #[test]
        fn two_ways_to_one_place_have_two_prints() {
            let mut prints = Vec::new();
            for _ in 0..2 {
                prints.push(here(0).unwrap());
            }
            assert_ne!(here(0), elsewhere());
            assert_ne!(here(0), here(1));
        }
    }
}
