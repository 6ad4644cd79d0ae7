//! Who is signed in, and how often somebody tried. All in memory: a restart signs everyone out.

use std::collections::HashMap;
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

/// How long a session lasts.
pub const LASTS: SignedDuration = SignedDuration::from_hours(12);
/// Wrong tries after which an address must wait.
pub const TRIES: u32 = 5;
/// How long it must wait, counted from the first of them.
pub const WAITS: SignedDuration = SignedDuration::from_mins(5);
/// Most sessions and addresses that are remembered, so that nobody can fill the memory.
const MOST: usize = 10_000;

/// Name of the cookie.
pub const COOKIE: &str = "plumb_session";

/// The token with which a service desk may ask where a password is set; only its hash is held.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken([u8; 32]);

impl ApiToken {
    /// Shortest token, in characters.
    pub const SHORTEST: usize = 20;

    /// A token as its owner wrote it.
    ///
    /// # Errors
    /// When it is too short to be safe.
    pub fn new(token: &str) -> Result<Self, String> {
        let token = token.trim();
        if token.len() < Self::SHORTEST {
            return Err(format!("the token is too short: give at least {} random characters", Self::SHORTEST));
        }
        Ok(Self(hashed(token)))
    }

    /// Whether this is it. Hashes are compared, so that the time taken tells nothing of the token.
    #[must_use]
    pub fn is(&self, given: &str) -> bool {
        blake3::Hash::from(self.0) == blake3::Hash::from(hashed(given))
    }
}

/// Sessions by the hash of their token: who reads the memory has no token.
#[derive(Debug, Default)]
pub struct Sessions {
    open: HashMap<[u8; 32], Timestamp>,
    tries: HashMap<IpAddr, (u32, Timestamp)>,
}

fn hashed(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

impl Sessions {
    /// Opens a session over 32 random bytes and returns its token.
    pub fn open(&mut self, random: [u8; 32], now: Timestamp) -> String {
        self.open.retain(|_, until| *until > now);
        if self.open.len() >= MOST
            && let Some(oldest) = self.open.iter().min_by_key(|(_, until)| **until).map(|(key, _)| *key)
        {
            self.open.remove(&oldest);
        }
        let token = blake3::Hash::from(random).to_hex().to_string();
        self.open.insert(hashed(&token), now.saturating_add(LASTS).unwrap_or(now));
        token
    }

    /// Whether a token belongs to an open session.
    #[must_use]
    pub fn holds(&self, token: &str, now: Timestamp) -> bool {
        self.open.get(&hashed(token)).is_some_and(|until| *until > now)
    }

    /// Ends a session.
    pub fn close(&mut self, token: &str) {
        self.open.remove(&hashed(token));
    }

    /// Seconds that an address must wait before its next try; `None` when it may try.
    #[must_use]
    pub fn waits(&self, address: IpAddr, now: Timestamp) -> Option<u64> {
        let (tries, since) = self.tries.get(&address)?;
        let until = since.saturating_add(WAITS).unwrap_or(*since);
        if *tries < TRIES || until <= now {
            return None;
        }
        u64::try_from(until.duration_since(now).as_secs()).ok().map(|seconds| seconds.max(1))
    }

    /// Notes a try before it is checked, so that many at once count as many.
    pub fn tried(&mut self, address: IpAddr, now: Timestamp) {
        let over = |since: &Timestamp| since.saturating_add(WAITS).unwrap_or(*since) <= now;
        if self.tries.len() >= MOST {
            self.tries.retain(|_, (_, since)| !over(since));
        }
        if self.tries.len() >= MOST && !self.tries.contains_key(&address) {
            self.tries.clear();
        }
        let entry = self.tries.entry(address).or_insert((0, now));
        if over(&entry.1) {
            *entry = (0, now);
        }
        entry.0 = entry.0.saturating_add(1);
    }

    /// Forgets the tries of an address that gave the right password.
    pub fn right(&mut self, address: IpAddr) {
        self.tries.remove(&address);
    }
}

/// The session's token among the cookies of a request.
#[must_use]
pub fn token(cookies: &str) -> Option<&str> {
    cookies.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE && value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit())).then_some(value)
    })
}

/// The `Set-Cookie` value that opens (`Some`) or ends (`None`) a session. `SameSite=Lax` lets a link in
/// a mail open the page; what changes anything is protected by its origin as well.
#[must_use]
pub fn cookie(token: Option<&str>, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    match token {
        Some(token) => format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}", LASTS.as_secs()),
        None => format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn sessions_open_last_and_end() {
        let mut sessions = Sessions::default();
        let token = sessions.open([3; 32], at(0));
        assert!(sessions.holds(&token, at(0)) && sessions.holds(&token, at(12 * 3600 - 1)));
        assert!(!sessions.holds(&token, at(12 * 3600)) && !sessions.holds("", at(0)));
        sessions.close(&token);
        assert!(!sessions.holds(&token, at(0)));
    }

    #[test]
    fn after_five_tries_an_address_waits_and_others_do_not() {
        let mut sessions = Sessions::default();
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..TRIES {
            assert_eq!(sessions.waits(one, at(0)), None);
            sessions.tried(one, at(0));
        }
        assert_eq!(sessions.waits(one, at(10)), Some(290));
        assert_eq!(sessions.waits(other, at(10)), None);
        assert_eq!(sessions.waits(one, at(300)), None);
        sessions.tried(one, at(301));
        assert_eq!(sessions.waits(one, at(302)), None, "counting began anew");
        sessions.right(one);
        assert_eq!(sessions.waits(one, at(302)), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut sessions = Sessions::default();
        for i in 0..u32::try_from(MOST).unwrap() + 10 {
            sessions.tried(IpAddr::from(i.to_be_bytes()), at(0));
            sessions.open(*blake3::hash(&i.to_be_bytes()).as_bytes(), at(i64::from(i % 7)));
        }
        assert!(sessions.tries.len() <= MOST && sessions.open.len() <= MOST);
    }

    #[test]
    fn cookies_are_read_strictly() {
        let good = "a".repeat(64);
        assert_eq!(token(&format!("x=1; {COOKIE}={good}")), Some(good.as_str()));
        assert_eq!(token(&format!("{COOKIE}=short")), None);
        assert_eq!(token(&format!("x{COOKIE}={good}")), None);
        assert!(cookie(Some(&good), true).ends_with("; Secure"));
    }
}
