//! A newer model under a questionnaire that was changed.

use ledger::questionnaire::{Asked, Questionnaire};
use ledger::tested::over;

fn asked(key: &str, quality: &str, words: &str) -> Asked {
    let words = model::ROLES.into_iter().map(|role| (role, format!("{words} {}", role.name()))).collect();
    Asked { key: key.into(), quality: quality.into(), words, since: 0, ours: false, retired: false }
}

#[test]
fn a_newer_model_keeps_what_was_changed_here() {
    let reworded = Asked { since: 2, ours: true, ..asked("a-2", "a", "ours") };
    let added = Asked { since: 3, ours: true, ..asked("a-own-3", "a", "added") };
    let retired = Asked { retired: true, ..asked("b-1", "b", "old") };
    let dropped = asked("b-2", "b", "gone");
    let items = vec![asked("a-1", "a", "same"), reworded.clone(), added.clone(), retired, dropped];
    let found = Questionnaire { number: 5, shipped: "1".into(), items };
    let items = vec![
        asked("a-1", "a", "same"),
        asked("a-2", "a", "theirs"),
        asked("b-1", "b", "new"),
        asked("c-1", "c", "new"),
    ];
    let next = over(&found, Questionnaire { number: 0, shipped: "2".into(), items });
    assert_eq!((next.number, next.version().as_str()), (5, "2+5"));
    let keys: Vec<&str> = next.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["a-1", "a-2", "a-own-3", "b-1", "c-1"]);
    assert_eq!((next.items[0].since, &next.items[1], &next.items[2]), (0, &reworded, &added));
    assert_eq!((next.items[3].retired, next.items[3].since), (true, 5), "retired stays, the wording is new");
    assert_eq!(next.items[4].since, 5);
}
