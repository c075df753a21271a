//! The barriers of which one side costs nothing, with the help of the kernel and, as
//! the program forbids that to itself, without. In a process of its own: what is known
//! of the kernel is known to all threads.
#![cfg(target_os = "linux")]

#[path = "../src/sync/barrier.rs"]
mod barrier;

use std::sync::atomic::{AtomicU64, Ordering};

use barrier::{heavy_barrier, light_barrier, prepare_barriers};

/// From now on the calling thread is told that `call` is not permitted.
fn forbid(call: libc::c_long) {
    let step = |code: u32, jump_false: u8, k: u32| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: jump_false,
        k,
    };
    let number_at = std::mem::offset_of!(libc::seccomp_data, nr) as u32;
    let steps = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, number_at),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 1, call as u32),
        step(
            libc::BPF_RET | libc::BPF_K,
            0,
            libc::SECCOMP_RET_ERRNO | libc::EPERM as u32,
        ),
        step(libc::BPF_RET | libc::BPF_K, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let filter = libc::sock_fprog {
        len: steps.len() as u16,
        filter: steps.as_ptr().cast_mut(),
    };
    // SAFETY: both take numbers, and the second a program that lives until it returns.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let mode = libc::SECCOMP_MODE_FILTER;
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, mode, &filter), 0);
    }
}

/// Each side writes its own word and reads the other's, again and again. How often did
/// both read the old one? With a barrier missing on either side it is some in a
/// thousand.
fn missed() -> u64 {
    const ROUNDS: u64 = 20_000;
    let (often, seldom) = (AtomicU64::new(0), AtomicU64::new(0));
    let seen = AtomicU64::new(0);
    let turn = AtomicU64::new(0);
    let meet = |number: u64| {
        turn.fetch_add(1, Ordering::SeqCst);
        let mut spins = 0_u64;
        while turn.load(Ordering::SeqCst) < number {
            spins += 1;
            if spins.is_multiple_of(1_000) {
                std::thread::yield_now();
            }
            std::hint::spin_loop();
        }
    };
    let mut missed = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..=ROUNDS {
                meet(4 * round - 2);
                often.store(round, Ordering::Relaxed);
                light_barrier();
                seen.store(seldom.load(Ordering::Relaxed), Ordering::Relaxed);
                meet(4 * round);
            }
        });
        for round in 1..=ROUNDS {
            meet(4 * round - 2);
            seldom.store(round, Ordering::Relaxed);
            assert!(heavy_barrier());
            let written = often.load(Ordering::Relaxed);
            meet(4 * round);
            let seen = seen.load(Ordering::Relaxed);
            missed += u64::from(written != round && seen != round);
        }
    });
    missed
}

#[test]
fn one_of_two_sides_sees_what_the_other_wrote_with_the_kernel_and_without() {
    assert_eq!(missed(), 0, "without, before");
    prepare_barriers();
    assert_eq!(missed(), 0, "with");
    forbid(libc::SYS_membarrier);
    assert!(!heavy_barrier(), "it says so once");
    assert_eq!(missed(), 0, "without, after");
    prepare_barriers();
    assert_eq!(missed(), 0, "forbidden from the beginning");
}
