//! Raters from outside, as they are typed.

use ledger::tested::outsiders;

#[test]
fn people_from_outside_are_read_line_by_line() {
    let read = outsiders("Cy Nord, CY@example.org\n\n Di Vale <di@example.org>\nCy again; cy@example.org\n").unwrap();
    let emails: Vec<&str> = read.iter().map(|one| one.email.as_str()).collect();
    assert_eq!(emails, ["cy@example.org", "di@example.org"]);
    assert_eq!(read[1].name, "Di Vale");
    for bad in ["cy@example.org", "Cy Nord", "Cy, not an address", ", cy@example.org"] {
        assert!(outsiders(bad).unwrap_err().of("outsiders").is_some(), "{bad}");
    }
}
