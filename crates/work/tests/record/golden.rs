//! The truth about the data beside the project.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use work::{ImportOptions, ImportReport};

use crate::rows::{bytes, now, one};

fn beside(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(name);
    if !path.exists() {
        println!("skipped: {name} is not beside the project");
        return None;
    }
    Some(path)
}

fn import(data: &Path, files: &[PathBuf]) -> ImportReport {
    let report = work::import(data, files, &ImportOptions::default(), now(), [7; 32], &mut |_| {}).unwrap();
    for file in &report.files {
        assert_eq!(file.rows, file.kept + file.updated + file.unchanged + file.rejected, "{file:?}");
    }
    report
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn the_servicenow_log() {
    let Some(folder) = beside("uci_servicenow") else { return };
    let file = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|extension| extension != "txt" && extension != "md"))
        .unwrap();
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let report = import(data, std::slice::from_ref(&file));
    assert_eq!((report.files[0].rows, report.files[0].rejected), (141_712, 0), "{report:?}");
    assert_eq!((report.tickets, report.events), (24_918, 141_712));
    let hours = |to: &str| {
        number(&one(
            data,
            &format!(
                "select median((arrow_cast({to}, 'Int64') - arrow_cast(opened, 'Int64')) / 3600000.0) from tickets where {to} is not null"
            ),
        ))
    };
    assert!((hours("closed") - 145.87).abs() < 0.005);
    assert!((hours("resolved") - 22.10).abs() < 0.005);
    for (query, value) in [
        ("select count(resolved) from tickets", 23_362),
        ("select count(*) from tickets where reopened > 0", 275),
        ("select count(*) from tickets where reassignments > 0", 11_369),
        ("select count(*) from tickets where not sla_kept", 9_115),
        ("select sum(hops) from tickets", 19_088),
        ("select count(*) from tickets where ping_pong", 2_629),
        ("select count(*) from tickets where hops is null", 0),
        // A request that a later row no longer names was taken away: 179 were ever linked.
        ("select count(linked_change) from tickets", 176),
        ("select count(linked_problem) from tickets", 380),
    ] {
        assert_eq!(one(data, query), json!(value), "{query}");
    }
    let before = bytes(data);
    let again = import(data, std::slice::from_ref(&file));
    assert_eq!((again.changed, again.files[0].unchanged), (false, 141_712));
    assert_eq!(before, bytes(data));
}

#[test]
fn the_manufacturers_log() {
    let Some(folder) = beside("bpi2013_volvo") else { return };
    for file in ["BPIC13_incidents.csv.xz", "BPIC13_incidents.xes.gz"] {
        let data = tempfile::tempdir().unwrap();
        let data = data.path();
        let report = import(data, &[folder.join(file)]);
        assert_eq!((report.tickets, report.events), (7_554, 65_533), "{file}");
        assert_eq!(report.files[0].rejected, 0);
        assert_eq!(one(data, "select sum(hops) from tickets"), json!(9_454), "{file}");
        // Eight of them were still open when the log ends; without those the median is 181.19.
        let last = "select median((arrow_cast(last_event, 'Int64') - arrow_cast(first_event, 'Int64')) / 3600000.0) from tickets";
        assert!((number(&one(data, last)) - 181.18).abs() < 0.005, "{file}");
        let closed =
            "select median((arrow_cast(closed, 'Int64') - arrow_cast(opened, 'Int64')) / 3600000.0) from tickets";
        assert!((number(&one(data, closed)) - 181.19).abs() < 0.005, "{file}");
        assert_eq!(one(data, "select count(*) from tickets where closed is null"), json!(8), "{file}");
        assert!(!import(data, &[folder.join(file)]).changed, "{file}");
    }
}

#[test]
fn the_banks_record() {
    let Some(folder) = beside("bpi2014_slice") else { return };
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let files = ["Detail_Incident.csv.xz", "Detail_Change.csv.xz"].map(|name| folder.join(name));
    let report = import(data, &files);
    assert_eq!((report.tickets, report.changes), (17_884, 13_756), "{report:?}");
    assert_eq!(report.files.iter().map(|file| file.rejected).sum::<u64>(), 0, "{report:?}");
    assert!(!import(data, &files).changed);
    assert!(!import(data, &files[..1]).changed);
}
