//! Killed at any moment, the record is as before or as after.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::rows::{Dice, Happened, Row, Ticket, import, one};

const TICKETS: usize = 3000;
const KILLS: usize = 100;

/// Round after round every ticket goes to another state, its title and text are other ones, and an
/// event says so.
fn round(number: i64) -> Vec<Row> {
    (0..TICKETS)
        .map(|ticket| {
            let id = format!("T{ticket}");
            let when = Some(number * 1000);
            Row::Log(
                Ticket {
                    id: id.clone(),
                    as_of: when,
                    opened: Some(1),
                    state: Some(format!("s{number}")),
                    title: Some(format!("{number}-{ticket}")),
                    ..Ticket::default()
                },
                Happened {
                    ticket: id,
                    when,
                    what: "update".into(),
                    to: Some(format!("s{number}")),
                    ..Happened::default()
                },
            )
        })
        .collect()
}

/// The child: imports a round and goes.
#[test]
#[ignore = "run by the test that kills it"]
fn child() {
    let (Ok(data), Ok(number)) = (std::env::var("KILLED_DATA"), std::env::var("KILLED_ROUND")) else { return };
    import(Path::new(&data), "round", &round(number.parse().unwrap()));
}

fn start(data: &Path, number: i64) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::child", "--ignored", "--test-threads=1"])
        .env("KILLED_DATA", data)
        .env("KILLED_ROUND", number.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn killed_at_any_moment_the_record_is_as_before_or_as_after() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert!(start(data, 1).wait().unwrap().success());
    // How long to let them run at most, found on the way, so that the kills fall into all of it.
    let mut longest = 200_000;
    let mut dice = Dice(7);
    let mut reached = 1;
    let (mut before, mut after) = (0, 0);
    for _ in 0..KILLS {
        let next = reached + 1;
        let mut running = start(data, next);
        sleep(Duration::from_micros(dice.below(longest)));
        longest = if running.try_wait().unwrap().is_some() { longest * 8 / 10 } else { longest * 104 / 100 };
        let _ = running.kill();
        let _ = running.wait();

        let state = one(data, "select min(state) from tickets");
        if state == json!(format!("s{next}")) {
            reached = next;
            after += 1;
        } else {
            assert_eq!(state, json!(format!("s{reached}")));
            before += 1;
        }
        // All of it: every column of every row of one and the same round.
        let all = one(
            data,
            "select concat_ws('/', count(*), count(distinct id), count(distinct state), \
             sum(case when title = concat(substr(state, 2), '-', substr(id, 2)) then 1 else 0 end)) from tickets",
        );
        assert_eq!(all, json!(format!("{TICKETS}/{TICKETS}/1/{TICKETS}")));
        let events = one(data, "select concat_ws('/', count(*), count(distinct \"to\"), max(position)) from events");
        assert_eq!(events, json!(format!("{}/{reached}/{}", i64::try_from(TICKETS).unwrap() * reached, reached - 1)));
    }
    println!("{KILLS} kills: {before} left the record as before, {after} as after");
    // Whatever was left lying about is gone after the next import.
    import(data, "last", &round(reached + 1));
    let named = std::fs::read_dir(data.join("tickets")).unwrap().count();
    assert!(named <= 2, "{named} files for one bucket: this generation's and the one's before");
    assert!(!data.join("staging").exists());
}
