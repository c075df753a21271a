//! Keeps the names of stacks for as long as someone wants them.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::stack::Symbols;

/// After so long without a new stack the program's debug info is given back, and
/// if nobody is left who wants stacks, so are their names.
const IDLE: Duration = Duration::from_secs(120);

/// The names, and who wants them. Only the telemetry thread has to do with it.
#[derive(Default)]
pub(super) struct SymbolKeeper {
    symbols: Mutex<Symbols>,
    /// Viewers that want stacks.
    wanted: AtomicU32,
    /// Whether someone waits to give the memory back.
    waiting: AtomicBool,
}

/// A viewer that wants stacks.
pub(super) struct Wanted(Arc<SymbolKeeper>);

impl SymbolKeeper {
    /// While the result lives, numbers of frames go on to mean the same.
    pub(super) fn want(self: &Arc<Self>) -> Wanted {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        Wanted(Arc::clone(self))
    }

    fn symbols(&self) -> MutexGuard<'_, Symbols> {
        self.symbols.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the memory back after a while, unless that is under way.
    fn give_back_later(self: &Arc<Self>, idle: Duration) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if !self.waiting.swap(true, Ordering::Relaxed) {
            runtime.spawn(Arc::clone(self).give_back(idle));
        }
    }

    async fn give_back(self: Arc<Self>, idle: Duration) {
        loop {
            let before = self.symbols().looked_up();
            tokio::time::sleep(idle).await;
            if self.symbols().looked_up() == before {
                break;
            }
        }
        self.waiting.store(false, Ordering::Relaxed);
        if self.wanted.load(Ordering::Relaxed) == 0 {
            self.symbols().release();
        } else {
            self.symbols().release_debug_info();
        }
    }
}

impl Wanted {
    /// The names, for a short while.
    pub(super) fn symbols(&self) -> MutexGuard<'_, Symbols> {
        self.0.symbols()
    }

    /// To be called after a use of [`Wanted::symbols`].
    pub(super) fn used(&self) {
        if self.symbols().looked_up() > 0 {
            self.0.give_back_later(IDLE);
        }
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        if self.0.wanted.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.give_back_later(IDLE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::{Stacks, Teller};
    use crate::until::until;

    /// Looks a stack up, as a page does.
    fn look(wanted: &Wanted) {
        let stacks = Stacks::new(true);
        let told = 0_u8;
        let id = stacks.take(Teller::of(&told), None, true);
        let addresses = stacks.get(id).unwrap();
        wanted.symbols().stack(id, addresses, 0, std::iter::empty());
    }

    async fn until_given_back(keeper: &Arc<SymbolKeeper>) {
        let is_waiting = || keeper.waiting.load(Ordering::Relaxed);
        until("what is given back", || !is_waiting()).await;
    }

    #[tokio::test]
    async fn memory_is_given_back_when_nobody_looks_and_names_when_nobody_wants_them() {
        let keeper = Arc::new(SymbolKeeper::default());
        let wanted = keeper.want();
        look(&wanted);
        assert!(keeper.symbols().looked_up() > 0);
        keeper.give_back_later(Duration::from_millis(5));
        until_given_back(&keeper).await;
        assert_eq!(keeper.symbols().looked_up(), 0);
        assert!(keeper.symbols().frame(crate::stack::FrameId(1)).is_some());

        drop(wanted);
        assert!(keeper.waiting.load(Ordering::Relaxed));
        keeper.waiting.store(false, Ordering::Relaxed);
        keeper.give_back_later(Duration::from_millis(5));
        until_given_back(&keeper).await;
        assert!(keeper.symbols().frame(crate::stack::FrameId(1)).is_none());
    }
}
