//! What is told in steps, and what is looked for.

use ledger::tested::{pattern, told};

#[test]
fn a_count_is_told_in_steps_of_five_and_never_of_all() {
    for (did, people, at_least) in [(4, 9, 0), (5, 5, 0), (5, 6, 5), (9, 12, 5), (10, 10, 5), (10, 11, 10), (0, 0, 0)] {
        assert_eq!(told(did, people), at_least, "{did} of {people}");
    }
}

#[test]
fn what_is_looked_for_is_taken_by_every_engine() {
    assert_eq!(pattern("  50%_Über!\u{0} "), "%50!%!__ber!!_%");
    assert_eq!(pattern(&"x".repeat(60_000)).len(), 202);
    assert_eq!(pattern(" "), "%%");
}
