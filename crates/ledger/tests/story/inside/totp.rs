//! Codes of a second factor.

use jiff::Timestamp;
use ledger::tested::hotp;
use ledger::totp::{SECRET, accepts, base32, code, from_base32, step};
use proptest::prelude::*;

#[test]
fn the_vectors_of_the_standards() {
    // RFC 6238, appendix B, the rows of SHA-1: eight digits.
    let secret = b"12345678901234567890";
    for (second, right) in [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ] {
        let at = Timestamp::from_second(second).unwrap();
        assert_eq!(hotp(secret, step(at), 8), right, "at {second} s");
        assert_eq!(code(secret, step(at)), right[2..], "its last six digits");
    }
    // RFC 4226, appendix D.
    for (counter, right) in ["755224", "287082", "359152", "969429", "338314"].iter().enumerate() {
        assert_eq!(code(secret, i64::try_from(counter).unwrap()), *right);
    }
    // RFC 4648, section 10, without padding.
    for (plain, text) in
        [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")]
    {
        assert_eq!(base32(plain.as_bytes()), text);
    }
}

#[test]
fn a_code_works_once_and_one_step_either_way() {
    let secret = [7; SECRET];
    let at = Timestamp::from_second(1_700_000_010).unwrap();
    let now = step(at);
    for (drift, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        let typed = code(&secret, now + drift);
        assert_eq!(accepts(&secret, &typed, at, 0).is_some(), taken, "{drift} steps");
    }
    let typed = code(&secret, now);
    assert_eq!(accepts(&secret, &format!(" {} {}", &typed[..3], &typed[3..]), at, 0), Some(now));
    assert_eq!(accepts(&secret, &typed, at, now), None, "it was used");
    assert_eq!(accepts(&secret, "", at, 0), None);
    assert_eq!(accepts(&secret, "12345é", at, 0), None);
}

proptest! {
    #[test]
    fn base32_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(from_base32(&base32(&bytes)), Some(bytes));
    }
}
