//! What doing right cost, as it is typed.

use ledger::tested::cents;

#[test]
fn amounts_as_people_type_them() {
    for (typed, hundredths) in [
        ("1200", 120_000),
        ("1200.5", 120_050),
        ("1.200,50", 120_050),
        ("1,200", 120_000),
        ("0", 0),
        ("1 200,05", 120_005),
    ] {
        assert_eq!(cents("cost", typed).unwrap(), hundredths, "{typed}");
    }
    for typed in ["", "-1", "1e5", "EUR 5", ".50", "9999999999999"] {
        assert!(cents("cost", typed).is_err(), "{typed}");
    }
}
