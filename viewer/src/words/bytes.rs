//! Numbers of bytes for people.

/// A number of bytes at a glance: `12.3 MB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn the_unit_fits_the_size() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(999), "999 B");
        assert_eq!(bytes(1_240), "1.2 kB");
        assert_eq!(bytes(12_340_000), "12.3 MB");
        assert_eq!(bytes(3_000_000_000), "3.00 GB");
    }
}
