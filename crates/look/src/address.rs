//! Addresses of our own pages: building queries, and taking back only those that stay here.

use std::fmt::Write as _;

/// A value as part of a query (RFC 3986 percent-encoding of everything but unreserved characters).
#[must_use]
pub fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A path with a query of the pairs that have a value.
#[must_use]
pub fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(&escaped(name));
        out.push('=');
        out.push_str(&escaped(value));
    }
    out
}

/// A path that stays on this server, else the brief: an address handed in must lead nowhere else.
#[must_use]
pub fn here(path: &str) -> &str {
    let stays = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && path.bytes().all(|b| b.is_ascii_graphic())
        && !path.starts_with("/signin")
        && !path.starts_with("/password");
    if stays { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own() {
        for path in ["/rows?measure=reopened", "/problems/a-1", "/"] {
            assert_eq!(here(path), path);
        }
        for path in
            ["//evil.example", "https://evil.example", "/\\evil.example", "", "rows", "/a\nb", "/a b", "/signin?next=/"]
        {
            assert_eq!(here(path), "/");
        }
    }

    #[test]
    fn queries_are_escaped() {
        assert_eq!(with("/rows", &[("q", "a&b=c d"), ("empty", ""), ("é", "1")]), "/rows?q=a%26b%3Dc%20d&%C3%A9=1");
    }
}
