//! Whose day an act changes.

use std::collections::BTreeSet;

use leadership::circle::Actor;
use leadership::{PersonId, Sight};
use ledger::tested::{Acts, Felt, KNOWN, version};

fn of(people: &[PersonId]) -> Felt {
    Felt::By(people.iter().copied().collect(), BTreeSet::new())
}

#[test]
fn a_day_holds_until_it_is_felt() {
    let id = |number: u8| PersonId::new(jiff::Timestamp::UNIX_EPOCH, [number; 10]);
    let actor = |number: u8| Actor { person: id(number), sight: Sight::default() };
    let (ann, bo) = (actor(1), actor(2));
    let acts = Acts::default();
    acts.done((0, 2), of(&[id(1)]));
    acts.done((2, 2), Felt::nobody());
    assert!(acts.unfelt(version(0, 0), version(2, 2), &bo) && !acts.unfelt(version(0, 0), version(2, 2), &ann));
    assert!(acts.unfelt(version(1, 2), version(2, 2), &ann), "after it is after it");
    // What said nothing of whom it concerns concerns everybody, with or without an event.
    acts.done((2, 2), Felt::ByAll);
    assert!(!acts.unfelt(version(2, 2), version(3, 2), &bo));
    // Events that no act of this process wrote are another's.
    acts.done((4, 5), of(&[id(1)]));
    assert!(!acts.unfelt(version(3, 2), version(4, 5), &bo), "two events came in between");
    assert!(acts.unfelt(version(3, 4), version(4, 5), &bo));
    assert!(!acts.unfelt(version(4, 5), version(4, 6), &bo), "one that is not counted here yet");
    // What lies too far back, or ahead, is not known.
    let last = 5 + i64::try_from(KNOWN).unwrap();
    for at in 5..last {
        acts.done((at, at + 1), Felt::nobody());
    }
    assert!(!acts.unfelt(version(3, 4), version(acts.count(), last), &bo));
    assert!(acts.unfelt(version(4, 5), version(acts.count(), last), &bo));
    assert!(!acts.unfelt(version(4, 5), version(acts.count() + 1, last), &bo));
    // Several together: whoever feels one of them.
    let both = of(&[id(1)]).and(&of(&[id(2)]));
    assert!(both.by(&ann) && both.by(&bo) && !both.by(&actor(3)));
    assert!(both.and(&Felt::ByAll).by(&actor(3)));
}
