//! From where an address can be reached.

use std::net::SocketAddr;

/// Who can reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Reach {
    /// Only this host.
    ThisHost,
    /// Whoever the network lets through.
    Network,
}

impl Reach {
    /// Of a server that may listen at any of `addresses`.
    ///
    /// A name may have several, of which the first that is free is taken: one that
    /// is reached from elsewhere is enough.
    pub(in crate::server) fn of(addresses: &[SocketAddr]) -> Self {
        // An IPv4 address may come as an IPv6 address.
        let is_loopback = |address: &SocketAddr| address.ip().to_canonical().is_loopback();
        match addresses.iter().all(is_loopback) {
            true => Reach::ThisHost,
            false => Reach::Network,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(addresses: &[&str]) -> Reach {
        let parsed: Vec<_> = addresses.iter().map(|it| it.parse().unwrap()).collect();
        Reach::of(&parsed)
    }

    #[test]
    fn loopback_is_this_host_in_all_its_forms() {
        for address in [
            "127.0.0.1:1",
            "127.8.9.10:1",
            "[::1]:1",
            "[::ffff:127.0.0.1]:1",
        ] {
            assert_eq!(reach(&[address]), Reach::ThisHost, "{address}");
        }
    }

    #[test]
    fn every_other_address_is_the_network() {
        for address in [
            "0.0.0.0:1",
            "[::]:1",
            "[::ffff:0.0.0.0]:1",
            "[::ffff:10.0.0.7]:1",
            "[::127.0.0.1]:1",
            "10.0.0.7:1",
            "128.0.0.1:1",
            "[fe80::1%1]:1",
        ] {
            assert_eq!(reach(&[address]), Reach::Network, "{address}");
        }
    }

    #[test]
    fn a_name_that_leads_to_both_is_the_network() {
        assert_eq!(reach(&["127.0.0.1:1", "[::1]:1"]), Reach::ThisHost);
        assert_eq!(reach(&["127.0.0.1:1", "10.0.0.7:1"]), Reach::Network);
        assert_eq!(reach(&["10.0.0.7:1", "127.0.0.1:1"]), Reach::Network);
    }
}
