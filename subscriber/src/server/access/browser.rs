//! A web page must not look into programs on the host of whoever opens it.
//!
//! A page can have its reader's browser ask any address, loopback too. It cannot
//! read the answer, unless the page's own name is made to lead to that address
//! (DNS rebinding): then the request has that name in it. And a browser says of
//! most requests of pages which page they are of.

use hyper::header::{HOST, ORIGIN};
use hyper::{HeaderMap, Request};

/// Whether a page has made the request.
pub(super) fn is_of_a_page(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN)
}

/// Whether the name that the request is for is one that nobody else can make lead
/// here: an address, or `localhost`. Also if there is none, for browsers have one.
pub(super) fn is_for_this_host<B>(request: &Request<B>) -> bool {
    let in_uri = request.uri().authority().map(|it| it.as_str().as_bytes());
    let in_headers = request.headers().get_all(HOST).iter();
    let mut names = in_uri.into_iter().chain(in_headers.map(|it| it.as_bytes()));
    names.all(is_own)
}

fn is_own(authority: &[u8]) -> bool {
    let Ok(authority) = std::str::from_utf8(authority) else {
        return false;
    };
    if let Some(rest) = authority.strip_prefix('[') {
        let address = rest.split_once(']').map(|(address, _)| address);
        return address.is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    let name = authority
        .split_once(':')
        .map_or(authority, |(name, _)| name);
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name.parse::<std::net::Ipv4Addr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_lead_nowhere_else() {
        for own in [
            "127.0.0.1:6669",
            "127.0.0.1",
            "10.0.0.7:80",
            "localhost:6669",
            "LOCALHOST",
            "localhost.:80",
            "shop.localhost:1",
            "[::1]:6669",
            "[::1]",
        ] {
            assert!(is_own(own.as_bytes()), "{own}");
        }
        for foreign in [
            "elsewhere.example:6669",
            "127.0.0.1.elsewhere.example",
            "localhost.elsewhere.example",
            "notlocalhost",
            "[elsewhere.example]:80",
            "user@127.0.0.1:80",
            "",
            "\u{e9}",
        ] {
            assert!(!is_own(foreign.as_bytes()), "{foreign}");
        }
        assert!(!is_own(b"\xff"));
    }

    #[test]
    fn every_name_in_a_request_counts() {
        let request = |uri: &str, hosts: &[&str]| {
            let request = Request::get(uri);
            let request = hosts
                .iter()
                .fold(request, |it, host| it.header(HOST, *host));
            is_for_this_host(&request.body(()).unwrap())
        };
        assert!(request("/metrics", &[]));
        assert!(request("/metrics", &["localhost"]));
        assert!(request("http://127.0.0.1:6669/metrics", &[]));
        assert!(!request("http://elsewhere.example/metrics", &["localhost"]));
        assert!(!request("/metrics", &["localhost", "elsewhere.example"]));
    }
}
