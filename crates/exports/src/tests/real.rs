//! The data beside the project, where it is.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::canonical::{ChangeRow, EventRow, Reject, Sink, TicketRow};
use crate::tests::context;
use crate::{Counts, Options, Recognised};

fn data(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is not there", path.display());
    None
}

/// Reopened, reassignments, service level kept.
type Last = (Option<u32>, Option<u32>, Option<bool>);

/// The last version of each ticket, as far as the checks need it.
#[derive(Default)]
struct Folded {
    tickets: HashMap<String, Last>,
    changes: HashSet<(String, String)>,
    items: u64,
    span: HashMap<String, (i64, i64)>,
    closed: HashMap<String, i64>,
    handovers: u64,
    group: HashMap<String, String>,
    rejects: Vec<Reject>,
}

impl Sink for Folded {
    fn ticket(&mut self, row: &TicketRow<'_>) -> std::io::Result<()> {
        self.items += u64::from(row.item.is_some());
        self.tickets.insert(row.id.to_owned(), (row.reopened, row.reassignments, row.sla_kept));
        if let Some(closed) = row.closed {
            self.closed.insert(row.id.to_owned(), closed);
        }
        Ok(())
    }

    fn event(&mut self, row: &EventRow<'_>) -> std::io::Result<()> {
        let when = row.when.unwrap_or_default();
        let span = self.span.entry(row.ticket.to_owned()).or_insert((when, when));
        *span = (span.0.min(when), span.1.max(when));
        if let Some(group) = row.group {
            let before = self.group.insert(row.ticket.to_owned(), group.to_owned());
            self.handovers += u64::from(before.is_some_and(|before| before != group));
        }
        Ok(())
    }

    fn change(&mut self, row: &ChangeRow<'_>) -> std::io::Result<()> {
        self.changes.insert((row.id.to_owned(), row.item.unwrap_or_default().to_owned()));
        Ok(())
    }

    fn reject(&mut self, reject: Reject) -> std::io::Result<()> {
        self.rejects.push(reject);
        Ok(())
    }

    fn progress(&mut self, _read: u64, _total: u64) {}
}

fn read(path: &Path) -> (Recognised, Counts, Folded) {
    let open =
        || formats::open(path, formats::Limits::default()).unwrap_or_else(|refusal| panic!("{refusal}")).remove(0).1;
    let recognised =
        crate::recognise(open().as_mut(), path, &Options::default()).unwrap_or_else(|refusal| panic!("{refusal}"));
    let mapping = recognised.settled(path).unwrap_or_else(|refusal| panic!("{refusal}"));
    let mut folded = Folded::default();
    let counts =
        crate::read(open().as_mut(), mapping, &context(), &mut folded).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(counts.read, counts.accepted + counts.rejected);
    (recognised, counts, folded)
}

#[test]
fn the_log_of_the_uci_repository() {
    let Some(path) = data("uci_servicenow/incident_event_log.csv.xz") else {
        return;
    };
    let (recognised, counts, folded) = read(&path);
    assert_eq!(recognised.profile.as_deref(), Some("servicenow-log"));
    assert_eq!((counts.read, counts.rejected, counts.events), (141_712, 0, 141_712));
    assert_eq!(folded.tickets.len(), 24_918);
    assert_eq!(folded.tickets.values().filter(|(reopened, ..)| reopened.is_some_and(|times| times > 0)).count(), 275);
    assert_eq!(folded.tickets.values().filter(|(_, times, _)| times.is_some_and(|times| times > 0)).count(), 11_369);
    assert_eq!(folded.tickets.values().filter(|(.., kept)| *kept == Some(false)).count(), 9_115);
}

#[test]
fn the_record_of_a_bank() {
    let Some(path) = data("bpi2014_slice/Detail_Incident.csv.xz") else {
        return;
    };
    let (recognised, counts, folded) = read(&path);
    assert_eq!(recognised.profile.as_deref(), Some("hp-service-manager-incidents"));
    assert_eq!((counts.read, counts.rejected, folded.tickets.len()), (17_884, 0, 17_884));
    let Some(path) = data("bpi2014_slice/Detail_Change.csv.xz") else {
        return;
    };
    let (recognised, counts, folded) = read(&path);
    assert_eq!(recognised.profile.as_deref(), Some("hp-service-manager-changes"));
    assert_eq!((counts.read, counts.rejected, counts.changes, folded.changes.len()), (13_756, 0, 13_756, 13_644));
    let Some(path) = data("bpi2014_slice/EventLog.csv.xz") else {
        return;
    };
    let (recognised, counts, folded) = read(&path);
    assert_eq!(recognised.profile.as_deref(), Some("hp-service-manager-activities"));
    assert_eq!((counts.read, counts.rejected, counts.events), (197_611, 0, 197_611));
    assert!(folded.tickets.keys().all(|id| id.starts_with("IM")), "a mark is glued to an id");
}

#[test]
fn the_logs_of_a_manufacturer_by_either_format() {
    for file in ["BPIC13_incidents.csv.xz", "BPIC13_incidents.xes.gz"] {
        let Some(path) = data("bpi2013_volvo").map(|folder| folder.join(file)) else {
            return;
        };
        let (recognised, counts, folded) = read(&path);
        assert_eq!(recognised.profile.as_deref(), Some("xes-incidents"), "{file}");
        assert_eq!((counts.read, counts.rejected, folded.tickets.len()), (65_533, 0, 7_554), "{file}");
        assert_eq!(folded.handovers, 9_454, "{file}");
        let mut hours: Vec<i64> = folded.span.values().map(|(first, last)| last - first).collect();
        hours.sort_unstable();
        let median = i64::midpoint(hours[3_776], hours[3_777]);
        assert_eq!(median / 36_000, 18_117, "median duration of 181.18 hours, {file}");
        assert_eq!(folded.closed.len(), 7_546, "{file}");
    }
    for (file, events) in [
        ("BPIC13_closed_problems.csv.xz", 6_660),
        ("BPIC13_closed_problems.xes.gz", 6_660),
        ("BPIC13_open_problems.csv.xz", 2_351),
        ("BPIC13_open_problems.xes.gz", 2_351),
    ] {
        let Some(path) = data("bpi2013_volvo").map(|folder| folder.join(file)) else {
            return;
        };
        let (recognised, counts, _) = read(&path);
        assert_eq!(recognised.profile.as_deref(), Some("xes-problems"), "{file}");
        assert_eq!((counts.read, counts.rejected), (events, 0), "{file}");
    }
}

#[test]
fn exports_and_bodies_of_other_tools() {
    let Some(beside) = data("importer_fixtures") else {
        return;
    };
    for (file, profile, tickets) in [
        ("servicenow_xml_json_csv/incident_list_66.csv", "servicenow-incident", 66),
        ("servicenow_xml_json_csv/incident_export_70.json", "servicenow-incident", 70),
        ("servicenow_xml_json_csv/incident_export_70.xml", "servicenow-incident", 70),
        ("servicenow_xml_json_csv/nyika_ExampleIncidentXML.xml", "servicenow-incident", 1),
        ("freshservice_api_v2/api_v2_tickets_per_page_100_page_1.json", "freshservice", 6),
        ("zammad_rest/api_ticket_index__00_response.json", "zammad", 2),
        ("zammad_rest/api_ticket_index__01_response.json", "zammad", 1),
        ("zammad_rest/api_ticket_index__03_response.json", "zammad", 1),
        ("github_issues/paginate-issues.normalized-fixture.json", "github-issues", 13),
        ("github_issues/search-issues.normalized-fixture.json", "github-issues", 2),
        ("dbt_seeds_jira/issue.csv", "jira", 4),
        ("dbt_seeds_servicenow/incident_data.csv", "servicenow-incident", 1),
        ("dbt_seeds_servicenow/task_data.csv", "servicenow-incident", 1),
        ("dbt_seeds_servicenow/problem_data.csv", "servicenow-problem", 1),
        ("dbt_seeds_servicenow/change_request_data.csv", "servicenow-change", 1),
        ("dbt_seeds_zendesk/ticket_data.csv", "zendesk", 10),
    ] {
        let path = beside.join(file);
        let (recognised, counts, folded) = read(&path);
        assert_eq!(recognised.profile.as_deref(), Some(profile), "{file}");
        assert_eq!(counts.accepted, tickets, "{file}: {:?}", folded.rejects);
        // Attachments and journals in an XML have no number of a ticket; nothing else is rejected.
        assert!(counts.rejected == 0 || file.contains("xml"), "{file}: {:?}", folded.rejects);
    }
}

#[test]
fn bodies_of_the_rest_interface_of_jira() {
    let Some(beside) = data("importer_fixtures") else {
        return;
    };
    let bodies = std::fs::read_dir(beside.join("jira_rest_v2_issue")).expect("a beside");
    for body in bodies {
        let path = body.expect("a file").path();
        let (recognised, counts, folded) = read(&path);
        assert_eq!(recognised.profile.as_deref(), Some("jira-rest"), "{}", path.display());
        assert_eq!((counts.accepted, folded.tickets.len()), (1, 1), "{}", path.display());
    }
}
