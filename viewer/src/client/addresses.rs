//! All programs behind one name.

use std::net::IpAddr;

use tokio::net::lookup_host;
use tokio::time::timeout;

use super::dial::CONNECT_WITHIN;
use super::{Address, ConnectError, Target};

/// The most addresses of one name that are looked at.
const MOST: usize = 64;

/// A target, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// It for people: the name that was asked for too, if it is one of its addresses.
    pub name: String,
    /// Where it is.
    pub target: Target,
}

impl From<Target> for Named {
    fn from(target: Target) -> Self {
        Named {
            name: target.to_string(),
            target,
        }
    }
}

/// Why the addresses of a name are not looked at.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AddressesError {
    /// There are none, or nobody says which.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There are more than can be looked at.
    #[error(
        "{target} has {count} addresses, and at most {MOST} are looked at: give those that matter \
         as targets"
    )]
    TooMany {
        /// The name.
        target: Target,
        /// How many it has.
        count: usize,
    },
}

/// A target for each address of the name of `target`; of a socket itself.
///
/// # Errors
///
/// If the name has no address, more than can be looked at, or cannot be looked up
/// within seconds.
pub async fn every_address(target: &Target) -> Result<Vec<Named>, AddressesError> {
    let Address::Tcp { host, port, .. } = target.address() else {
        return Ok(vec![target.clone().into()]);
    };
    let no_answer = |_| ConnectError::NoAnswer {
        target: target.clone(),
        after: CONNECT_WITHIN,
    };
    let found = timeout(CONNECT_WITHIN, lookup_host((host.as_str(), *port)));
    let found = found.await.map_err(no_answer)?;
    let found = found.map_err(|_| ConnectError::NoSuchHost(target.clone()))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.map(|address| address.ip()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(ConnectError::NoSuchHost(target.clone()).into());
    }
    if addresses.len() > MOST {
        return Err(AddressesError::TooMany {
            target: target.clone(),
            count: addresses.len(),
        });
    }
    let named = addresses.into_iter().map(|address| {
        let name = match address.to_string() == *host {
            true => target.to_string(),
            false => format!("{target} ({address})"),
        };
        let target = target.at(address);
        Named { name, target }
    });
    Ok(named.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_address_of_a_name_is_a_target_that_is_called_by_both() {
        let target: Target = "localhost:6669".parse().unwrap();
        let found = every_address(&target).await.unwrap();
        assert!(!found.is_empty());
        for named in found {
            let Address::Tcp { host, port, .. } = named.target.address() else {
                panic!("{named:?}");
            };
            assert!(host.parse::<std::net::IpAddr>().unwrap().is_loopback());
            assert_eq!(*port, 6669);
            assert_eq!(named.name, format!("http://localhost:6669 ({host})"));
        }
    }

    #[tokio::test]
    async fn an_address_and_a_socket_are_themselves() {
        for text in ["127.0.0.1:1", "[::1]:2", "unix:/run/shop.sock"] {
            let target: Target = text.parse().unwrap();
            let found = every_address(&target).await.unwrap();
            assert_eq!(found, [Named::from(target)]);
        }
    }
}
