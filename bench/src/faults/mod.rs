//! Whether viewers end with the true picture whatever befalls them, and whether the
//! program that they look at notices: `faults`.
//!
//! The driver has the target as a child, stands between it and the viewers as the
//! network, and does to both what networks and clients do. What comes out is how much
//! of it was done ([`injected`]), and whether all pictures are the same ([`picture`]).

pub mod clients;
pub mod exact;
pub mod http2;
pub mod injected;
pub mod killed;
pub mod load;
pub mod picture;
pub mod proxy;
pub mod storm;
pub mod survivors;
pub mod throughput;
pub mod weather;
