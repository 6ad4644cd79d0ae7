//! Names of those who handle tickets never leave this crate.

use std::path::Path;

use crate::tests::{context, csv, read};
use crate::{FieldMap, Mapping, Options, inspect};

const NAMES: &[&str] = &[
    "assigned_to",
    "Assigned to",
    "Assignee",
    "resolved_by",
    "Resolver",
    "closed_by",
    "opened_by",
    "sys_created_by",
    "Updated by",
    "Owner",
    "Agent",
    "Technician",
    "Bearbeiter",
    "Zugewiesen an",
    "Erstellt von",
    "Attribué à - Technicien",
    "Résolu par",
    "Asignado a",
    "Resuelto por",
    "Behandelaar",
    "Opgelost door",
    "Assegnato a",
    "Atribuído a",
    "Responsável",
    "org:resource",
    "assignee.login",
    "owner_id",
    "responder_id",
    "submitter_id",
    "Handled by",
    "Engineer",
    "Creator",
    "Case Owner",
    "Support engineer",
    "Person responsible",
    "Status changed by",
    "Support group member",
    "Department manager",
];

#[test]
fn whatever_the_column_is_called() {
    for name in NAMES {
        for header in ["number,opened_at,short_description,state,caller_id", "Ref,Date opened,Subject,Status,Requester"]
        {
            let text: &'static str = Box::leak(
                format!(
                    "{header},{name},reassignment_count\nT1,2024-01-31 10:00,It is broken again,New,Ada Example,Zacharias Handler,1\n\
                     T2,2024-01-31 11:00,It is broken again and again,Closed,Ada Example,Zacharias Handler,1\n\
                     T3,2024-02-31 11:00,no such day,Closed,Ada Example,Zacharias Handler,1\nT4,2024-01-31 11:00,less than nothing,Closed,Ada Example,Zacharias Handler,-1\n"
                )
                .into_boxed_str(),
            );
            let (recognised, counts, kept) = read(csv(text), &Options::default());
            assert_eq!(counts.rejected, 2, "{name}: {:?}", kept.rejects);
            let inspection = inspect(&recognised, &context(), Some(&mut csv(text)())).expect("shown");
            let said = serde_json::to_string(&inspection).expect("JSON");
            for kept in [
                kept.all(),
                said,
                inspection.mapping.clone(),
                crate::render_text(&inspection),
                format!("{:?}", recognised.mapping),
            ] {
                assert!(!kept.contains("Zacharias"), "{name}: {kept}");
                assert!(!kept.contains("Ada Example"), "{name}: {kept}");
            }
            let unread = inspection.unread.iter().find(|unread| unread.column == *name).expect("it is told");
            assert_eq!(unread.why, "names persons: never read");
        }
    }
}

#[test]
fn not_even_a_mapping_gets_at_them() {
    let text = "number,opened_at,short_description,state,assigned_to\nT1,2024-01-31 10:00,It is broken,New,Zacharias Handler\n";
    let mut mapping = crate::profile("servicenow-incident").expect("a profile").clone();
    mapping.fields.insert(crate::Field::Group, FieldMap { from: vec!["assigned_to".into()], ..FieldMap::default() });
    let options = Options { mapping: Some(mapping), ..Options::default() };
    let recognised = crate::recognise(&mut csv(text)(), Path::new("x.csv"), &options).expect("looked at");
    let mut kept = crate::testing::Kept::default();
    let refused =
        crate::read(&mut csv(text)(), recognised.settled(Path::new("x.csv")).expect("settled"), &context(), &mut kept)
            .expect_err("refused");
    assert!(refused.to_string().contains("column `assigned_to`, which names those who handle tickets"), "{refused}");
    assert_eq!(kept.all(), crate::testing::Kept::default().all());
    let inspection = inspect(&recognised, &context(), None).expect("shown");
    assert!(inspection.refused.is_some());
    assert!(!serde_json::to_string(&inspection).expect("JSON").contains("Zacharias"));
}

#[test]
fn requesters_are_pseudonyms_unless_the_owner_asks() {
    let text = "number,opened_at,short_description,state,caller_id\nT1,2024-01-31 10:00,It is broken,New,Ada Example\n";
    let (recognised, _, kept) = read(csv(text), &Options::default());
    assert!(kept.tickets[0].contains(&crate::persons::pseudonym(&[7; 32], "ada example")));
    let mut named = crate::testing::Kept::default();
    let asked = crate::Context { keep_requester_names: true, ..context() };
    crate::read(&mut csv(text)(), &recognised.mapping, &asked, &mut named).expect("read");
    assert!(named.tickets[0].contains("Ada Example"));
}

#[test]
fn a_mapping_file_says_what_is_wrong_with_it() {
    for (text, expected) in [
        ("name = 1", "name"),
        ("name = \"x\"\nextends = \"nothing\"", "no profile"),
        ("name = \"x\"\n[fields.colour]\nfrom = \"c\"", "colour"),
        ("name = \"x\"\n[fields.opened]\nfrm = \"c\"", "frm"),
    ] {
        let error = Mapping::from_toml(text).expect_err("wrong");
        assert!(error.contains(expected), "{error}");
    }
}
