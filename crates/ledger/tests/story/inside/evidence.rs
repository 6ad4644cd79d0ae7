//! Questions of the record and their names.

use ledger::evidence::names;

#[test]
fn every_question_has_a_name_of_the_model_and_none_is_asked_twice() {
    let mut seen = std::collections::BTreeSet::new();
    for name in names() {
        assert!(model::EVIDENCE.contains(&name), "{name}");
        assert!(seen.insert(name), "{name} twice");
    }
}
