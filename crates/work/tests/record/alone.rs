//! Two imports at once: the second says that it waits, and both are kept.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use work::Phase;

use crate::rows::{Row, Ticket, feed, now, one};

fn ticket(id: &str) -> Vec<Row> {
    vec![Row::Ticket(Ticket { id: id.into(), opened: Some(1), ..Ticket::default() })]
}

/// The child: begins an import and ends it when it is told to.
#[test]
#[ignore = "run by the test that waits for it"]
fn child() {
    let Ok(data) = std::env::var("ALONE_DATA") else { return };
    let data = Path::new(&data);
    work::import_rows(data, "child", 1 << 20, now(), &mut |_| {}, &mut |sink| {
        fs::write(data.join("begun"), "")?;
        while !data.join("go").exists() {
            sleep(Duration::from_millis(2));
        }
        feed(&ticket("child"), sink)
    })
    .unwrap();
}

#[test]
fn the_second_import_waits_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let mut other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "alone::child", "--ignored", "--test-threads=1"])
        .env("ALONE_DATA", data)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !data.join("begun").exists() {
        sleep(Duration::from_millis(2));
    }
    let mut phases = Vec::new();
    work::import_rows(
        data,
        "parent",
        1 << 20,
        now(),
        &mut |progress| {
            if progress.phase == Phase::Waiting {
                fs::write(data.join("go"), "").unwrap();
            }
            phases.push(progress.phase);
        },
        &mut |sink| feed(&ticket("parent"), sink),
    )
    .unwrap();
    assert!(other.wait().unwrap().success());
    assert_eq!(phases.first(), Some(&Phase::Waiting));
    assert_eq!(one(data, "select count(*) from tickets"), json!(2));
    assert_eq!(work::Record::open(data).unwrap().generation(), 2);
}
