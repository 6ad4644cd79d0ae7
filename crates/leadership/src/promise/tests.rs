use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn step(act: Act) -> Step {
    Step { act, day: None }
}

fn made() -> Terms {
    Terms::new(day("2026-03-02"), day("2026-03-10"), true).unwrap()
}

#[test]
fn another_day_is_asked_for_before_the_day_and_honourable() {
    let ask = |to: &str| Step { act: Act::AskDay, day: Some(day(to)) };
    let asked = made().after(Side::Promiser, ask("2026-03-20"), day("2026-03-06")).unwrap();
    assert_eq!(
        (asked.lead_days, asked.due),
        (Some(4), day("2026-03-10")),
        "until the other side agrees, the day holds"
    );
    let agreed = asked.after(Side::Other, step(Act::Agree), day("2026-03-07")).unwrap();
    assert_eq!(
        (agreed.state, agreed.due, agreed.first_due),
        (State::Renegotiated, day("2026-03-20"), day("2026-03-10"))
    );
    let kept = agreed.after(Side::Other, step(Act::Keep), day("2026-03-20")).unwrap();
    assert_eq!((kept.state, kept.renegotiated), (State::Kept, 1));

    assert!(matches!(made().after(Side::Promiser, ask("2026-03-20"), day("2026-03-11")), Err(No::NotNow(..))));
    assert!(matches!(made().after(Side::Promiser, ask("2026-03-10"), day("2026-03-06")), Err(No::Wrong(_))));
    assert!(matches!(made().after(Side::Other, ask("2026-03-20"), day("2026-03-06")), Err(No::NotYours(_))));
    let stays = asked.after(Side::Other, step(Act::Stay), day("2026-03-07")).unwrap();
    assert_eq!((stays.due, stays.state), (day("2026-03-10"), State::Open));
}

#[test]
fn silence_asks_both_once_and_then_counts() {
    let promise = made();
    assert!(!promise.allows(Side::Clock, Act::Remind, day("2026-03-10")));
    let asked = promise.after(Side::Clock, step(Act::Remind), day("2026-03-11")).unwrap();
    assert!(!asked.allows(Side::Clock, Act::Remind, day("2026-03-12")), "once");
    assert!(!asked.allows(Side::Clock, Act::Lapse, day("2026-03-24")));
    let lapsed = asked.after(Side::Clock, step(Act::Lapse), day("2026-03-25")).unwrap();
    assert!(lapsed.lapsed && lapsed.state == State::Broken);
    // Who spoke is not silent: the other side's word is needed then.
    for act in [Act::Claim, Act::Warn] {
        let spoke = asked.after(Side::Promiser, step(act), day("2026-03-12")).unwrap();
        assert!(!spoke.allows(Side::Clock, Act::Lapse, day("2026-12-31")), "{act:?}");
    }
}

#[test]
fn the_other_side_closes_and_the_promisers_own_day_binds_them() {
    let late = Step { act: Act::Claim, day: Some(day("2026-03-12")) };
    let claimed = made().after(Side::Promiser, late, day("2026-03-12")).unwrap();
    assert!(!claimed.allows(Side::Other, Act::Keep, day("2026-03-12")));
    assert!(claimed.allows(Side::Other, Act::KeepLate, day("2026-03-12")));
    assert!(!made().allows(Side::Other, Act::Break, day("2026-03-10")), "not before its day has passed");
    let future = Step { act: Act::Claim, day: Some(day("2026-03-09")) };
    assert!(matches!(made().after(Side::Promiser, future, day("2026-03-08")), Err(No::Wrong(_))));
    let again = claimed.after(Side::Other, step(Act::NotYet), day("2026-03-13")).unwrap();
    assert!(again.claimed_on.is_none() && again.state == State::Open);
    assert_eq!(made().after(Side::Promiser, step(Act::Warn), day("2026-03-11")).unwrap().lead_days, Some(-1));
}

#[test]
fn what_is_asked_for_is_no_promise_until_it_is_accepted() {
    let asked = Terms::new(day("2026-03-02"), day("2026-03-10"), false).unwrap();
    assert!(!asked.allows(Side::Promiser, Act::Claim, day("2026-03-03")));
    assert!(!asked.allows(Side::Other, Act::Keep, day("2026-03-03")));
    assert!(!asked.allows(Side::Clock, Act::Remind, day("2026-03-13")));
    assert!(!asked.allows(Side::Promiser, Act::Accept, day("2026-03-11")));
    assert_eq!(asked.after(Side::Promiser, step(Act::Accept), day("2026-03-03")).unwrap().state, State::Open);
    assert_eq!(asked.after(Side::Promiser, step(Act::Decline), day("2026-03-03")).unwrap().state, State::Declined);
    assert_eq!(asked.after(Side::Other, step(Act::Release), day("2026-03-03")).unwrap().state, State::Released);
    assert!(Terms::new(day("2026-03-02"), day("2026-03-01"), true).is_err());
}

#[test]
fn what_comes_again_keeps_its_day_of_the_month() {
    let start = day("2026-01-31");
    assert_eq!(Every::Month.next(start, start), Some(day("2026-02-28")));
    assert_eq!(Every::Month.next(start, day("2026-02-28")), Some(day("2026-03-31")));
    assert_eq!(Every::Week.next(start, day("2026-02-20")), Some(day("2026-02-21")));
    assert_eq!(Every::Days(10).next(start, day("2025-01-01")), Some(start));
    for every in [Every::Week, Every::Month, Every::Days(10)] {
        assert_eq!(Every::from_name(&every.name()), Some(every));
    }
    assert_eq!(
        (Every::from_name("days:0"), Every::from_name("days:367"), Every::from_name("year")),
        (None, None, None)
    );
}

proptest! {
    /// Whatever both sides and the clock do, in whatever order: nothing that was agreed is rewritten.
    #[test]
    fn no_path_rewrites_history(
        accepted in any::<bool>(),
        steps in proptest::collection::vec((0_usize..15, 0_usize..3, 0_i64..9, -5_i64..30), 1..60),
    ) {
        let mut today = day("2026-03-02");
        let mut promise = Terms::new(today, day("2026-03-10"), accepted).unwrap();
        for (act, side, later, offset) in steps {
            today = today.checked_add(jiff::Span::new().days(later)).unwrap();
            let act = Act::ALL[act];
            let side = [Side::Promiser, Side::Other, Side::Clock][side];
            let given = today.checked_add(jiff::Span::new().days(offset)).unwrap();
            let day = matches!(act, Act::Claim | Act::AskDay).then_some(given);
            let before = promise.clone();
            let Ok(next) = promise.after(side, Step { act, day }, today) else { continue };
            promise = next;
            prop_assert!(before.state.is_live(), "what is closed stays closed");
            prop_assert_eq!((promise.made_on, promise.first_due), (before.made_on, before.first_due));
            prop_assert!(promise.due >= before.due);
            prop_assert!(before.lead_days.is_none() || promise.lead_days == before.lead_days, "news keep their day");
            if promise.due != before.due {
                // A new day: asked for before the old one had passed, agreed to by the other side.
                prop_assert!(act == Act::Agree && side == Side::Other && before.asked_due == Some(promise.due));
                prop_assert!(promise.state == State::Renegotiated && promise.renegotiated == before.renegotiated + 1);
            }
            if promise.asked_due.is_some() && before.asked_due != promise.asked_due {
                prop_assert!(today <= promise.due && side == Side::Promiser);
            }
            if before.reminded_on.is_some() && promise.due == before.due {
                prop_assert_eq!(promise.reminded_on, before.reminded_on, "asked once for one day");
            }
            prop_assert_eq!(promise.closed_on.is_some(), !promise.state.is_live());
            match promise.state {
                State::Kept => prop_assert!(side == Side::Other && promise.claimed_on.is_none_or(|day| day <= promise.due)),
                State::Late => prop_assert!(side == Side::Other && today > promise.due),
                State::Broken => prop_assert!(
                    today > promise.due && (side == Side::Other || (side == Side::Clock && promise.lapsed && promise.is_silent()
                        && days_between(promise.reminded_on.unwrap(), today) >= 14))
                ),
                State::Released => prop_assert!(side == Side::Other || act == Act::End),
                State::Declined => prop_assert_eq!((side, before.state), (Side::Promiser, State::Proposed)),
                State::Proposed | State::Open | State::Renegotiated => {}
            }
        }
    }

    /// The next of a series is the first of its days that is later, whatever came before.
    #[test]
    fn the_next_is_later_and_none_is_left_out(every in 0_usize..3, days in 1_u16..=366, passed in -40_i64..900) {
        let every = [Every::Week, Every::Month, Every::Days(days)][every];
        let start = day("2026-01-31");
        let after = start.checked_add(jiff::Span::new().days(passed)).unwrap();
        let next = every.next(start, after).unwrap();
        prop_assert!(next > after && next >= start);
        let mut at = start;
        while at <= after {
            at = every.next(start, at).unwrap();
        }
        prop_assert_eq!(next, at);
    }
}
