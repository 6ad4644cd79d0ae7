//! Parts of the program that no command shows by themselves. They are compiled into these tests: the program once more as a
//! test of itself takes minutes.

use leadership::circle::Actor;
use leadership::{PersonId, Role};
use ledger::notices::{self, Telling};
use ledger::people::{self, AddPerson, Begin};
use ledger::testing::{Clock, sqlite};
use ledger::{Act, Refused, Tx};

use self::hour::hour;
use self::shape::{csv_line, harmless, number, table};
use crate::support::Folder;

#[path = "../../src/commands/tend/hour.rs"]
mod hour;
#[path = "../../src/commands/output/shape.rs"]
mod shape;

#[test]
fn a_terminal_is_told_nothing_by_a_ticket() {
    assert_eq!(harmless("a\u{1b}]0;x\u{7}\n\tb\u{9b}2J\r"), "a\u{fffd}]0;x\u{fffd}\n\tb\u{fffd}2J\u{fffd}");
    assert_eq!(harmless("Drücker\n"), "Drücker\n");
}

#[test]
fn a_line_is_quoted_and_runs_no_formula() {
    assert_eq!(csv_line(&mut ["a,b", "\"", "=1+1", "-5"].into_iter()), "\"a,b\",\"\"\"\",'=1+1,-5\n");
}

#[test]
fn numbers_are_grouped() {
    assert_eq!(number(24_918.0), "24,918");
    assert_eq!(number(178.171), "178.17");
    assert_eq!(number(-1_000_000.5), "-1,000,000.5");
    assert_eq!(number(0.0), "0");
}

#[test]
fn tables_line_up() {
    let text = table(&["a", "n"], &[vec!["xyz".into(), "5".into()], vec!["ä".into(), "12".into()]], &[1]);
    assert_eq!(text, "a     n\n---  --\nxyz   5\nä    12\n");
}

#[test]
fn scales_are_read_or_refused() {
    let folder = Folder::new();
    folder.write("forms.csv", "team,x\na,1\na,2\nb,9\nb,10\n");
    let asked = |scale: &str| {
        folder.run(&format!("rating agreement forms.csv --group team --items x --format json --scale {scale}"))
    };
    assert_eq!(asked("0-10").done().json()["scale"], serde_json::json!([0.0, 10.0]));
    for scale in ["5-1", "five", "1"] {
        let ran = asked(scale);
        assert!(ran.code == 2 && ran.err.contains("is no scale"), "{scale}: {}", ran.err);
    }
}

#[test]
fn ranges_are_read_or_refused() {
    let folder = Folder::new();
    let asked = |range: &str| folder.run_with(&["rates", "--format", "json", "--staff-hour", range], b"");
    let hour = |range: &str| asked(range).done().json()["rates"]["staff_hour"].clone();
    assert_eq!(hour("40-90")["mid"], "65");
    assert_eq!(hour("40 - 60 - 90")["high"], "90");
    for range in ["90-40", "much"] {
        let ran = asked(range);
        assert!(ran.code == 2 && ran.err.contains("is no range"), "{range}: {}", ran.err);
    }
}

/// Tells somebody something, as every room does.
struct Tell(PersonId);

#[ledger::act]
impl Act for Tell {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let telling = Telling {
            noun: "decision",
            subject: "019cad8f-ac00-730d-8586-c23079b56243".to_owned(),
            version: 1,
            circle: people::root(tx).await?,
            title: "Decided: two screens",
            words: "From May on.",
        };
        notices::tell(tx, actor, &telling, &[self.0]).await.map(drop)
    }
}

#[tokio::test]
async fn who_has_not_seen_a_notice_is_reminded_once_without_any_mail() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let mut tx = ledger.read().await.unwrap();
    let top = people::root(&mut tx).await.unwrap();
    let ann = people::actor(&mut tx, ann).await.unwrap().unwrap();
    drop(tx);
    let bo = AddPerson { name: "Bo Kim".into(), email: String::new(), circle: top, role: Role::Member };
    let bo = ledger.perform(&ann, &bo).await.unwrap();
    ledger.perform(&ann, &Tell(bo)).await.unwrap();
    let reminded = async || {
        let waiting = notices::waiting(&mut ledger.read().await.unwrap(), bo).await.unwrap();
        assert_eq!(waiting.len(), 1);
        waiting[0].chased_at
    };
    clock.days(3);
    hour(&ledger).await;
    assert_eq!(reminded().await, None, "three days are no silence yet");
    clock.days(1);
    hour(&ledger).await;
    let at = reminded().await;
    assert_eq!(at, Some(clock.now()));
    clock.days(1);
    hour(&ledger).await;
    assert_eq!(reminded().await, at, "once");
    ledger.close().await;
}
