//! Everything at once that clients do to a program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

use super::clients::Clients;
use super::injected::Injected;
use super::killed::kill_viewers;
use crate::random::Random;
use crate::scale::Outcome;

/// Lets clients loose on the program at `address` for `time`; when this returns, all of
/// them are gone.
///
/// # Errors
///
/// If the viewers that are to be killed cannot be started, or see nothing.
pub async fn rage(
    address: &str,
    injected: &Arc<Injected>,
    seed: u64,
    time: Duration,
) -> Outcome<()> {
    let clients = Clients {
        address: address.to_owned(),
        target: address.parse()?,
        injected: Arc::clone(injected),
    };
    let mut random = Random::new(seed);
    let mut next = || Random::new(random.below(u64::MAX));
    let mut raging = JoinSet::new();
    raging.spawn(clients.clone().stall());
    raging.spawn(clients.clone().stall());
    raging.spawn(clients.clone().sip());
    raging.spawn(clients.clone().talk_garbage(next()));
    raging.spawn(clients.clone().abandon(next()));
    raging.spawn(clients.clone().leave(next()));
    let is_over = Arc::new(AtomicBool::new(false));
    let killing = {
        let (address, injected) = (clients.address, Arc::clone(injected));
        let (is_over, random) = (Arc::clone(&is_over), next());
        spawn_blocking(move || kill_viewers(&address, &is_over, &injected, random))
    };
    sleep(time).await;
    is_over.store(true, Ordering::Relaxed);
    raging.shutdown().await;
    killing.await?
}
