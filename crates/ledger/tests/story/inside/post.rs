//! When mail comes.

use ledger::tested::ever_comes;

#[test]
fn a_mail_in_quiet_hours_waits_for_their_end_on_the_same_day() {
    for (hour, quiet, comes) in [
        (7, (19, 7), true),
        (5, (19, 7), true),
        (20, (19, 7), false),
        (23, (19, 7), false),
        (20, (9, 17), true),
        (9, (9, 17), true),
        (12, (12, 12), true),
        (0, (0, 24), false),
    ] {
        assert_eq!(ever_comes(hour, quiet), comes, "{hour} {quiet:?}");
    }
}
