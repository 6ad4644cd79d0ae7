//! The class of work.

use std::path::Path;

use crate::Options;
use crate::tests::{csv, read};

#[test]
fn the_class_of_work_is_told_by_a_column_else_by_words() {
    let text = "number,opened_at,short_description,category,work class,state\n\
        1,2024-01-02 10:00,Phishing mail,Mail,,New\n\
        2,2024-01-02 10:00,Printer,Backup > Restore,,New\n\
        3,2024-01-02 10:00,Phishing mail,Backup,,New\n\
        4,2024-01-02 10:00,Printer,Printing,Onboarding,New\n\
        5,2024-01-02 10:00,Belt stands still,Conveyors,,New\n\
        6,2024-01-02 10:00,Printer,Printing,,New\n\
        7,2024-01-02 10:00,Printer,Information,,New\n";
    let (recognised, _, _) = read(csv(text), &Options::default());
    let mut mapping = recognised.settled(Path::new("export")).expect("settled").clone();
    let column = crate::FieldMap { from: vec!["work class".into()], ..crate::FieldMap::default() };
    mapping.fields.insert(crate::Field::Class, column);
    mapping.classes.insert("plant".into(), vec!["conveyor*".into()]);
    // What is saved is read back.
    let mapping = crate::Mapping::from_toml(&mapping.to_toml().expect("written")).expect("read");
    let (_, _, kept) = read(csv(text), &Options { mapping: Some(mapping), ..Options::default() });
    let classes: Vec<&str> = kept
        .tickets
        .iter()
        .map(|row| row.split("class: ").nth(1).and_then(|rest| rest.split(", opened").next()).unwrap_or_default())
        .collect();
    let expected = ["security", "backup", "backup", "onboarding", "plant"].map(|class| format!("Some(\"{class}\")"));
    assert_eq!(classes[..5], expected);
    // What no word tells is of the class of its kind: the list is one of incidents.
    assert_eq!(classes[5..], ["Some(\"repair\")"; 2]);
}

#[test]
fn the_kind_tells_what_was_asked_for() {
    let text = "ticket no,date opened,subject,type,category\n\
        1,2024-01-02 10:00,Printer,Service request,Printing\n\
        2,2024-01-02 10:00,Printer,Störung,Printing\n\
        3,2024-01-02 10:00,Printer,,Information\n\
        4,2024-01-02 10:00,Request of Ada,Interaction,Printing\n\
        5,2024-01-02 10:00,Phishing mail,Service request,Printing\n";
    let (recognised, _, _) = read(csv(text), &Options::default());
    let mut mapping = recognised.settled(Path::new("export")).expect("settled").clone();
    let column = |name: &str| crate::FieldMap { from: vec![name.into()], ..crate::FieldMap::default() };
    mapping.kind = None;
    mapping.fields.insert(crate::Field::Kind, column("type"));
    mapping.fields.insert(crate::Field::Category, column("category"));
    let (_, _, kept) = read(csv(text), &Options { mapping: Some(mapping), ..Options::default() });
    let told: Vec<&str> = kept
        .tickets
        .iter()
        .map(|row| row.split("class: ").nth(1).and_then(|rest| rest.split(", opened").next()).unwrap_or_default())
        .collect();
    let some = |class: &str| format!("Some(\"{class}\")");
    let expected = [some("request"), some("repair"), some("question"), "None".to_owned(), some("security")];
    assert_eq!(told, expected);
}
