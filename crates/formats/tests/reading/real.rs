//! The real files beside the project, where they are.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use formats::{Limits, Record, open};

fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if !path.exists() {
        println!("skipped: {name} is not beside the project");
        return None;
    }
    Some(path)
}

/// Records, distinct values of a column, notes.
fn count(path: &Path, column: &str) -> (u64, usize, Vec<String>) {
    let (mut rows, mut keys, mut notes) = (0, HashSet::new(), Vec::new());
    for (_, mut reader) in open(path, Limits::default()).unwrap() {
        let mut record = Record::default();
        while let Some(row) = reader.next(&mut record).unwrap() {
            row.unwrap();
            rows += 1;
            let at = reader.columns().iter().position(|name| name == column);
            if let Some(key) = at.and_then(|at| record.get(at)) {
                keys.insert(key.to_owned());
            }
        }
        assert_eq!(reader.bytes_read().min(reader.bytes_total()), reader.bytes_total());
        notes.extend(reader.notes().to_vec());
    }
    (rows, keys.len(), notes)
}

#[test]
fn the_bundled_sample() {
    let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz"));
    let (rows, tickets, _) = count(sample, "number");
    assert_eq!((rows, tickets), (141_712, 24_918));
}

#[test]
fn the_banks_slice() {
    let Some(incidents) = data("bpi2014_slice/Detail_Incident.csv.xz") else {
        return;
    };
    assert_eq!(count(&incidents, "Incident ID").0, 17_884);
    assert_eq!(count(&data("bpi2014_slice/Detail_Change.csv.xz").unwrap(), "Change ID").0, 13_756);
    let (rows, incidents, notes) = count(&data("bpi2014_slice/EventLog.csv.xz").unwrap(), "Incident ID");
    assert_eq!(rows, 197_611);
    assert!(incidents > 10_000);
    assert!(notes.iter().any(|note| note.contains("byte-order marks inside values")), "{notes:?}");
}

#[test]
fn the_manufacturers_log_is_the_same_as_text_and_as_xes() {
    let Some(xes) = data("bpi2013_volvo/BPIC13_incidents.xes.gz") else {
        return;
    };
    let csv = data("bpi2013_volvo/BPIC13_incidents.csv.xz").unwrap();
    assert_eq!(count(&xes, "case:concept:name").0, 65_533);
    assert_eq!(count(&xes, "case:concept:name").1, 7_554);
    let (rows, cases, _) = count(&csv, "case");
    assert_eq!((rows, cases), (65_533, 7_554));
}

#[test]
fn fixtures_of_many_tools() {
    let Some(folder) = data("importer_fixtures") else {
        return;
    };
    let servicenow = folder.join("servicenow_xml_json_csv");
    assert_eq!(count(&servicenow.join("incident_export_70.xml"), "number").0, 70);
    assert_eq!(count(&servicenow.join("incident_export_70.json"), "number").0, 70);
    assert_eq!(count(&servicenow.join("incident_list_66.csv"), "number").0, 66);
    for entry in std::fs::read_dir(folder.join("jira_rest_v2_issue")).unwrap() {
        assert_eq!(count(&entry.unwrap().path(), "key").0, 1);
    }
    assert!(count(&folder.join("freshservice_api_v2/api_v2_tickets_per_page_100_page_1.json"), "id").0 >= 1);
    // A recorded conversation: issues three a page, one level down.
    assert_eq!(count(&folder.join("github_issues/paginate-issues.normalized-fixture.json"), "number").1, 13);
}
