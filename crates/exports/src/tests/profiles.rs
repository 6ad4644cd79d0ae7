//! Each profile on a small file of its own: what is recognised, and the rows as they would be read.

use crate::testing::Memory;
use crate::tests::{context, csv, read};
use crate::{Inspection, Options, inspect, render_text};

fn shown(open: impl Fn() -> Memory, profile: &str) -> (Inspection, String) {
    let (recognised, counts, kept) = read(&open, &Options::default());
    assert_eq!(recognised.profile.as_deref(), Some(profile), "{:?}", recognised.fields);
    assert_eq!(counts.rejected, 0, "{:?}", kept.rejects);
    for handler in ["Bob", "bob", "Eve H", "eve.", "Frederic", "Minnie", "Anne Claire"] {
        assert!(!kept.all().contains(handler), "{handler} was kept: {}", kept.all());
    }
    let inspection = inspect(&recognised, &context(), Some(&mut open())).expect("it can be shown");
    let text = render_text(&inspection);
    // What can be shown can be saved and given back, and is then the same.
    let mapping = crate::Mapping::from_toml(&inspection.mapping).expect("a mapping");
    let given = Options { mapping: Some(mapping), ..Options::default() };
    let (again, _, kept_again) = read(&open, &given);
    assert_eq!(again.mapping, recognised.mapping);
    assert_eq!(kept_again.all(), kept.all());
    (inspection, text)
}

macro_rules! profile {
    ($name:ident, $profile:literal, csv $file:literal) => {
        #[test]
        fn $name() {
            let (_, text) = shown(csv(include_str!(concat!("../../fixtures/", $file))), $profile);
            insta::assert_snapshot!(text);
        }
    };
    ($name:ident, $profile:literal, json $file:literal) => {
        #[test]
        fn $name() {
            let (_, text) = shown(|| Memory::json(include_str!(concat!("../../fixtures/", $file))), $profile);
            insta::assert_snapshot!(text);
        }
    };
}

profile!(servicenow_names, "servicenow-incident", csv "servicenow-incident-names.csv");
profile!(servicenow_labels, "servicenow-incident", csv "servicenow-incident-labels.csv");
profile!(servicenow_json, "servicenow-incident", json "servicenow-incident.json");
profile!(servicenow_request, "servicenow-request", csv "servicenow-request.csv");
profile!(servicenow_log, "servicenow-log", csv "servicenow-log.csv");
profile!(servicenow_change, "servicenow-change", csv "servicenow-change.csv");
profile!(servicenow_problem, "servicenow-problem", csv "servicenow-problem.csv");
profile!(jira_csv, "jira", csv "jira.csv");
profile!(jira_service_management, "jira-service-management", csv "jira-service-management.csv");
profile!(jira_rest, "jira-rest", json "jira-rest.json");
profile!(glpi_csv, "glpi", csv "glpi.csv");
profile!(glpi_rest, "glpi", json "glpi.json");
profile!(zammad, "zammad", json "zammad.json");
profile!(freshservice_rest, "freshservice", json "freshservice.json");
profile!(freshservice_csv, "freshservice", csv "freshservice.csv");
profile!(zendesk_rest, "zendesk", json "zendesk.json");
profile!(zendesk_csv, "zendesk", csv "zendesk-view.csv");
profile!(github, "github-issues", json "github-issues.json");
profile!(hp_incidents, "hp-service-manager-incidents", csv "hp-service-manager-incidents.csv");
profile!(hp_changes, "hp-service-manager-changes", csv "hp-service-manager-changes.csv");
profile!(hp_activities, "hp-service-manager-activities", csv "hp-service-manager-activities.csv");
profile!(hp_activities_joined, "hp-service-manager-activities", csv "hp-service-manager-activities-joined.csv");
profile!(hp_interactions, "hp-service-manager-interactions", csv "hp-service-manager-interactions.csv");
profile!(xes_incidents, "xes-incidents", csv "xes-incidents.csv");
profile!(xes_problems, "xes-problems", csv "xes-problems.csv");
profile!(otrs_csv, "otrs", csv "otrs.csv");
profile!(otrs_interface, "otrs", json "otrs.json");
profile!(topdesk_rest, "topdesk", json "topdesk.json");
profile!(topdesk_table, "topdesk", csv "topdesk.csv");
profile!(freshdesk_csv, "freshdesk", csv "freshdesk.csv");
profile!(redmine_csv, "redmine", csv "redmine.csv");
profile!(redmine_rest, "redmine", json "redmine.json");
profile!(remedy, "remedy", csv "remedy.csv");
profile!(manageengine_report, "manageengine", csv "manageengine.csv");
profile!(manageengine_rest, "manageengine", json "manageengine.json");
profile!(gitlab_csv, "gitlab-issues", csv "gitlab-issues.csv");
profile!(gitlab_rest, "gitlab-issues", json "gitlab-issues.json");
profile!(azure_devops, "azure-devops", csv "azure-devops.csv");
profile!(glpi_spanish, "glpi", csv "glpi-spanish.csv");
profile!(glpi_portuguese, "glpi", csv "glpi-portuguese.csv");
profile!(jira_spanish, "jira", csv "jira-spanish.csv");

#[test]
fn runs_of_jobs_become_events_of_what_ran() {
    let open = csv(include_str!("../../fixtures/job-results.csv"));
    let (inspection, text) = shown(&open, "job-results");
    assert!(text.contains("each row tells a run of a job") && inspection.mapping.contains("grain = \"job\""), "{text}");
    let (_, counts, kept) = read(&open, &Options::default());
    assert_eq!((counts.events, counts.tickets, counts.changes), (5, 0, 0));
    assert_eq!(counts.difficulties.len(), 1, "17 is no outcome that is known: {:?}", counts.difficulties);
    let told = |run: &str, what: &str, to: &str| {
        let found = kept.events.iter().find(|event| event.contains(run) && event.contains(what));
        assert!(
            found.is_some_and(|event| event.contains(to) && event.contains("source: \"jobs\"")),
            "{run}: {:?}",
            kept.events
        );
    };
    told("Backup SRV-01", "backup job succeeded", "Success");
    told("Backup SRV-01", "backup job failed", "Failed");
    told("Backup SRV-02", "backup job warned", "Completed with warnings");
    told("Windows patches LAP-07", "patching job succeeded", "Installed");
    told("Archive mailboxes", "\"job ended\"", "17");
}

#[test]
fn a_bare_list_of_dates_names_and_outcomes_is_one_of_jobs() {
    for text in [
        "Datum;Gerät;Ergebnis\n2026-03-01;LAP-07;Erfolgreich\n2026-03-02;LAP-08;Fehlgeschlagen\n",
        "date,what,outcome\n2026-03-01,Backup SRV-01,ok\n2026-03-02,Backup SRV-02,failed\n",
        "Fecha,Equipo,Estado\n2026-03-01,LAP-07,Correcto\n2026-03-02,LAP-08,Fallido\n",
    ] {
        let (recognised, counts, _) = read(csv(text), &Options::default());
        assert_eq!(recognised.profile.as_deref(), Some("job-results"), "{text}");
        assert_eq!((counts.events, counts.rejected), (2, 0), "{text}");
        assert!(counts.difficulties.is_empty(), "{:?}", counts.difficulties);
    }
}

/// The same file as XML: only the reader of formats knows XML.
#[test]
fn servicenow_xml_is_read_as_the_csv_is() {
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/servicenow-incident.xml"));
    let open = || formats::open(path, formats::Limits::default()).expect("XML").remove(0).1;
    let recognised = crate::recognise(open().as_mut(), path, &Options::default()).expect("recognised");
    assert_eq!(recognised.profile.as_deref(), Some("servicenow-incident"));
    let mut kept = crate::testing::Kept::default();
    crate::read(open().as_mut(), recognised.settled(path).expect("settled"), &context(), &mut kept).expect("read");
    assert_eq!((kept.tickets.len(), kept.rejects.len()), (2, 0));
    assert!(kept.tickets[0].contains("Service Desk"), "{}", kept.tickets[0]);
    assert!(kept.tickets[0].contains("stage: Some(Closed)"), "{}", kept.tickets[0]);
    assert!(kept.tickets[0].contains(&crate::persons::pseudonym(&[7; 32], "Ada Example")), "{}", kept.tickets[0]);
    assert!(!kept.all().contains("Bob"), "{}", kept.all());
}
