//! What a code of an engine asks for.

use ledger::tested::{Kind, kind};

#[test]
fn codes_of_both_engines() {
    for code in ["40001", "40P01", "5", "261", "517", "773", "6"] {
        assert_eq!(kind(code), Kind::Again, "{code}");
    }
    for code in ["57P01", "08006", "53300", "53100", "13", "14", "266", "25006"] {
        assert_eq!(kind(code), Kind::Away, "{code}");
    }
    // Unique violations are faults of ours, on both.
    for code in ["23505", "2067", "1555", "19", ""] {
        assert_eq!(kind(code), Kind::Inside, "{code}");
    }
}
