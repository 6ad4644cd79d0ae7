//! Codes of a second factor: time-based one-time passwords (RFC 6238) with the parameters that every
//! authenticator app takes: SHA-1, six digits, 30 seconds.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

/// Length of a secret in bytes: that of the hash, as RFC 4226 recommends.
pub const SECRET: usize = 20;
/// Seconds that a code lasts.
pub const STEP_SECONDS: i64 = 30;
/// Digits of a code.
const DIGITS: usize = 6;

/// The alphabet of RFC 4648, base32.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The number of the step that an instant lies in: whole steps since 1970.
#[must_use]
pub fn step(at: Timestamp) -> i64 {
    at.as_second().div_euclid(STEP_SECONDS)
}

/// HMAC-based one-time password of a counter (RFC 4226, section 5.3), with this many digits (at most 9).
pub(crate) fn hotp(secret: &[u8], counter: i64, digits: usize) -> String {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        // HMAC takes keys of any length.
        return String::new();
    };
    mac.update(&counter.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0xf);
    let number = u32::from_be_bytes([hash[at] & 0x7f, hash[at + 1], hash[at + 2], hash[at + 3]]);
    let text = format!("{number:0>digits$}");
    text[text.len() - digits..].to_owned()
}

/// The code of a step.
#[must_use]
pub fn code(secret: &[u8], step: i64) -> String {
    hotp(secret, step, DIGITS)
}

/// The step that a typed code belongs to: the present one, the one before or the one after, since clocks
/// differ; never one at or before `last`, so that a code works once. Spaces in it do not matter.
#[must_use]
pub fn accepts(secret: &[u8], typed: &str, at: Timestamp, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let now = step(at);
    // All three are compared whole, whichever fits.
    let mut found = None;
    for candidate in [now - 1, now, now + 1] {
        let right = code(secret, candidate);
        let differs =
            right.len() != typed.len() || right.bytes().zip(typed.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) != 0;
        if !differs && candidate > last {
            found = found.or(Some(candidate));
        }
    }
    found
}

/// Bytes in base32 without padding, as people type secrets.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(BASE32[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(BASE32[(held << (5 - bits)) as usize & 31]));
    }
    out
}

/// Reads base32; `None` for anything else.
#[must_use]
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = BASE32.iter().position(|known| *known == letter.to_ascii_uppercase())?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
        held &= (1 << bits) - 1;
    }
    Some(out)
}
