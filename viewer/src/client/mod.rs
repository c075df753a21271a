//! The connection to a program.
//!
//! A target comes in; out comes a [`Picture`] that is kept up to date for as long
//! as its [`Watcher`] lives, through lost connections and restarts of the
//! program; or, for one look, a [`Session`].

mod addresses;
mod authorized;
mod credentials;
mod details;
mod dial;
mod error;
mod feed;
mod folding;
mod link;
mod peer;
mod session;
mod target;
#[cfg(feature = "tls")]
mod tls;
mod watcher;

pub use addresses::{AddressesError, Named, every_address};
pub use credentials::{Credentials, CredentialsError, TlsFiles, Token};
pub use details::{Answer, Inspector, TaskDetails};
pub use error::{ConnectError, WatchError};
pub use link::{Link, Picture};
pub use session::{Session, look};
pub use target::{Address, Target, TargetError};
pub use watcher::Watcher;
