//! What follows from states, teams and events; what is refused.

use std::fs;

use exports::Stage;
use serde_json::{Value, json};

use crate::rows::{Happened, Row, Ticket, ask, import, import_with, now, one, whole};

const HOUR: i64 = 3_600_000;

fn version(id: &str, as_of: Option<i64>, state: &str, team: &str) -> Row {
    Row::Ticket(Ticket {
        id: id.into(),
        as_of,
        opened: Some(HOUR),
        state: Some(state.into()),
        team: Some(team.into()),
        ..Ticket::default()
    })
}

fn logged(id: &str, when: i64, revision: Option<i64>, state: &str, means: Stage, team: Option<&str>) -> Row {
    Row::Log(
        Ticket {
            id: id.into(),
            as_of: Some(when),
            revision,
            state: Some(state.into()),
            stage: Some(means),
            team: team.map(Into::into),
            ..Ticket::default()
        },
        Happened {
            ticket: id.into(),
            when: Some(when),
            revision,
            what: "update".into(),
            to: Some(state.into()),
            team: team.map(Into::into),
        },
    )
}

#[test]
fn an_older_export_does_not_win_and_a_newer_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let old = [version("A", Some(2 * HOUR), "New", "T1"), version("B", Some(2 * HOUR), "New", "T1")];
    let new = [version("A", Some(9 * HOUR), "Closed", "T2"), version("B", Some(2 * HOUR), "New", "T1")];
    let report = import(folder.path(), "old", &old);
    assert_eq!((report.files[0].kept, report.tickets, report.events), (2, 2, 0));
    let report = import(folder.path(), "new", &new);
    assert_eq!((report.files[0].kept, report.files[0].updated, report.files[0].unchanged), (0, 1, 1));
    let after = whole(folder.path());
    let report = import(folder.path(), "old", &old);
    assert!(!report.changed, "the older export wins nothing");
    assert_eq!(report.files[0].unchanged, 2);
    assert_eq!(whole(folder.path()), after);
    assert_eq!(one(folder.path(), "select state from tickets where id = 'A'"), json!("Closed"));

    // The newer one first gives the same, history included.
    let other = tempfile::tempdir().unwrap();
    import(other.path(), "new", &new);
    import(other.path(), "old", &old);
    assert_eq!(whole(other.path()), after);
}

#[test]
fn a_state_that_changes_between_two_exports_adds_an_event() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), "1", &[version("A", Some(2 * HOUR), "New", "T1")]);
    import(folder.path(), "2", &[version("A", Some(5 * HOUR), "Active", "T1")]);
    import(folder.path(), "3", &[version("A", Some(7 * HOUR), "Active", "T1")]);
    import(folder.path(), "4", &[version("A", Some(9 * HOUR), "Closed", "T2")]);
    let events = ask(
        folder.path(),
        "select what, \"from\", \"to\", arrow_cast(\"when\", 'Int64') / 3600000 as hour, position from events order by position",
    );
    assert_eq!(
        events,
        [
            json!({"what": "state", "from": "New", "to": "Active", "hour": 5, "position": 0}),
            json!({"what": "group", "from": "T1", "to": "T2", "hour": 9, "position": 1}),
            json!({"what": "state", "from": "Active", "to": "Closed", "hour": 9, "position": 2}),
        ]
    );
    assert_eq!(one(folder.path(), "select hops from tickets"), json!(1));
}

#[test]
fn exports_without_an_instant_count_as_old_as_what_they_know() {
    let folder = tempfile::tempdir().unwrap();
    let open = Ticket { id: "A".into(), opened: Some(HOUR), state: Some("Open".into()), ..Ticket::default() };
    let closed = Ticket { closed: Some(5 * HOUR), state: Some("Closed".into()), ..open.clone() };
    let later = Ticket { id: "B".into(), opened: Some(8 * HOUR), state: Some("Open".into()), ..Ticket::default() };
    import(folder.path(), "new", &[Row::Ticket(closed.clone()), Row::Ticket(later)]);
    let report = import(folder.path(), "old", &[Row::Ticket(open)]);
    assert_eq!(report.events, 1, "what the older export shows is history");
    assert_eq!(one(folder.path(), "select state from tickets where id = 'A'"), json!("Closed"));
    // A correction of one ticket knows as much as the record and comes later.
    let corrected = Ticket { team: Some("T9".into()), state: Some("Withdrawn".into()), ..closed };
    let report = import(folder.path(), "correction", &[Row::Ticket(corrected)]);
    assert_eq!(report.files[0].updated, 1);
    assert_eq!(one(folder.path(), "select state from tickets where id = 'A'"), json!("Withdrawn"));
}

#[test]
fn events_give_what_the_source_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        logged("A", HOUR, None, "Queued", Stage::New, Some("T1")),
        logged("A", 2 * HOUR, None, "Accepted", Stage::Active, Some("T2")),
        logged("A", 3 * HOUR, None, "Completed", Stage::Resolved, None),
        logged("A", 4 * HOUR, None, "Accepted", Stage::Active, Some("T1")),
        logged("A", 6 * HOUR, None, "Completed", Stage::Resolved, Some("T1")),
        logged("A", 7 * HOUR, None, "Completed", Stage::Closed, Some("T1")),
        logged("B", HOUR, None, "Accepted", Stage::Active, None),
        logged("B", HOUR, None, "Accepted", Stage::Active, None),
    ];
    let report = import(folder.path(), "log", &rows);
    assert_eq!(report.events, 8, "two rows alike within one log both count");
    assert_eq!((report.files[0].kept, report.files[0].updated), (2, 6));
    let tickets = ask(
        folder.path(),
        "select id, arrow_cast(opened, 'Int64') / 3600000 as opened, arrow_cast(first_response, 'Int64') / 3600000 as response, \
         arrow_cast(resolved, 'Int64') / 3600000 as resolved, arrow_cast(closed, 'Int64') / 3600000 as closed, reopened, \
         reassignments, hops, ping_pong from tickets order by id",
    );
    assert_eq!(
        tickets,
        [
            json!({"id": "A", "opened": 1, "response": 2, "resolved": 6, "closed": 7, "reopened": 1,
                "reassignments": 2, "hops": 2, "ping_pong": true}),
            json!({"id": "B", "opened": 1, "response": 1, "resolved": null, "closed": null, "reopened": 0,
                "reassignments": null, "hops": 0, "ping_pong": false}),
        ]
    );
    let again = import(folder.path(), "log", &rows);
    assert_eq!((again.changed, again.files[0].unchanged), (false, 8));
    let froms = ask(folder.path(), "select \"from\" from events where ticket = 'A' order by position");
    assert_eq!(
        froms.iter().map(|row| row["from"].clone()).collect::<Vec<_>>(),
        [Value::Null, json!("Queued"), json!("Accepted"), json!("Completed"), json!("Accepted"), json!("Completed"),]
    );

    // Once the source itself says when a ticket was closed, its silence about another one counts.
    let closed = Ticket {
        id: "C".into(),
        as_of: Some(8 * HOUR),
        opened: Some(HOUR),
        closed: Some(8 * HOUR),
        ..Ticket::default()
    };
    import(folder.path(), "tickets", &[Row::Ticket(closed)]);
    assert_eq!(one(folder.path(), "select count(closed) from tickets where id = 'A'"), json!(0));
}

#[test]
fn the_revision_decides_the_order_of_events() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        logged("A", 5 * HOUR, Some(3), "Active", Stage::Active, Some("T1")),
        logged("A", 4 * HOUR, Some(4), "Active", Stage::Active, Some("T2")),
        logged("A", 4 * HOUR, Some(2), "Active", Stage::Active, Some("T1")),
    ];
    import(folder.path(), "log", &rows);
    let order = ask(folder.path(), "select revision from events order by position");
    assert_eq!(order.iter().map(|row| row["revision"].as_i64().unwrap()).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(one(folder.path(), "select hops from tickets"), json!(1));
}

#[test]
fn rows_of_one_change_and_item_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let change = |risk: &str, closed| Row::Change {
        id: "C1".into(),
        item: Some("I1".into()),
        risk: Some(risk.into()),
        opened: Some(HOUR),
        closed: Some(closed),
    };
    let none = Row::Change { id: "C1".into(), item: None, risk: None, opened: Some(HOUR), closed: None };
    let rows = [change("low", 5 * HOUR), change("low", 7 * HOUR), change("low", 7 * HOUR), none];
    let report = import(folder.path(), "changes", &rows);
    assert_eq!((report.changes, report.files[0].kept, report.files[0].unchanged), (3, 3, 1));
    assert!(!import(folder.path(), "changes", &rows).changed);
    let updated = [change("high", 5 * HOUR), change("low", 7 * HOUR)];
    let report = import(folder.path(), "changes", &updated);
    assert_eq!((report.changes, report.files[0].updated, report.files[0].unchanged), (3, 1, 1));
}

#[test]
fn a_file_larger_than_memory_gives_the_same_record() {
    let rows: Vec<Row> = (0..5000)
        .map(|row: i64| {
            logged(
                &format!("T{}", row % 900),
                row * 1000,
                Some(row),
                "Active",
                Stage::Active,
                Some(["a", "b"][usize::try_from(row / 900 % 2).unwrap()]),
            )
        })
        .collect();
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    import(one.path(), "f", &rows);
    import_with(other.path(), "f", &rows, 4096);
    assert_eq!(whole(one.path()), whole(other.path()));
    assert_eq!(ask(one.path(), "select id from tickets").len(), 900);
}

#[test]
fn rejected_rows_are_shown_and_go_with_the_next_import() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [version("A", None, "New", "T1"), Row::Reject];
    let report = import(folder.path(), "we,ird.csv", &rows);
    assert_eq!((report.files[0].rows, report.files[0].kept, report.files[0].rejected), (2, 1, 1));
    let text = fs::read_to_string(report.rejects.unwrap()).unwrap();
    assert_eq!(text, "file,row,column,reason,raw\n\"we,ird.csv\",2,opened,\"no date, \"\"really\"\"\",\"a,b\nc\"\n");
    let report = import(folder.path(), "good", &rows[..1]);
    assert_eq!(report.rejects, None);
    assert!(!folder.path().join("rejects.csv").exists());
}

#[test]
fn a_question_that_takes_too_much_memory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), "f", &[version("A", None, "New", "T1")]);
    let session = work::Record::open(folder.path()).unwrap().session().unwrap().within(1_000_000).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = |text: &str| runtime.block_on(session.ask(text, 10));
    assert_eq!(ask("select count(*) from tickets").unwrap().rows, 1);
    let ten = "(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))";
    let many = format!(
        "select a.column1 + 10 * b.column1 + 100 * c.column1 + 1000 * d.column1 + 10000 * e.column1 as n \
         from {ten} a, {ten} b, {ten} c, {ten} d, {ten} e"
    );
    let refused =
        ask(&format!("select count(*) from ({many}) one join ({many}) other on one.n = other.n")).unwrap_err();
    assert!(refused.to_string().contains("more memory than a question may"), "{refused}");
}

#[test]
fn only_reading_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), "f", &[version("A", None, "New", "T1")]);
    let record = work::Record::open(folder.path()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ask = |text: &str| runtime.block_on(work::sql(&record, text, 10));
    for text in [
        "drop table tickets",
        "create table t as select 1",
        "create external table t stored as csv location '/etc/passwd'",
        "insert into tickets select * from tickets",
        "delete from tickets",
        "update tickets set id = '1'",
        "copy tickets to 'x.csv'",
        "set datafusion.execution.batch_size = 1",
        "select 1; select 2",
        "explain analyze insert into tickets select * from tickets",
        "prepare p as select 1",
        "select * from '/etc/passwd'",
        "begin",
        "",
    ] {
        assert!(ask(text).is_err(), "{text}");
    }
    for text in [
        "select count(*) from tickets",
        "with t as (select * from tickets) select id from t",
        "explain select * from tickets",
        "show tables",
        "describe tickets",
    ] {
        assert!(ask(text).is_ok(), "{text}: {:?}", ask(text).err());
    }
    let cut = ask("select * from generate_series(1, 100)")
        .or_else(|_| ask("select a.id from tickets a, (values (1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11)) v"))
        .unwrap();
    assert_eq!((cut.rows, cut.cut), (10, true));
    let text = ask("select id, opened, reopened from tickets").unwrap().to_text().unwrap();
    assert!(text.starts_with("id  opened"), "{text}");
    // A name twice hides no value, and what a terminal would act upon is shown.
    let twice =
        ask("select a.id, b.state as id_2, b.id from tickets a cross join tickets b").unwrap().to_json().unwrap();
    assert_eq!(twice["columns"], json!(["id", "id_2", "id_3"]), "{twice}");
    assert_eq!(twice["rows"][0].as_object().map(serde_json::Map::len), Some(3), "{twice}");
    let bell = ask("select chr(27) || '[2J' as x from tickets").unwrap().to_text().unwrap();
    assert!(bell.contains("\u{fffd}[2J") && !bell.contains('\u{1b}'), "{bell:?}");
}

#[test]
fn what_is_no_data_folder_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let failed = work::import_rows(&file, "f", 1 << 20, now(), &mut |_| {}, &mut |_| Ok(0)).unwrap_err();
    assert!(failed.to_string().contains("--data"), "{failed}");
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("record.json"), "{\"name\": \"other\"}").unwrap();
    let failed = work::import_rows(&foreign, "f", 1 << 20, now(), &mut |_| {}, &mut |_| Ok(0)).unwrap_err();
    assert!(failed.to_string().contains("not a record"), "{failed}");
    // Files that are not the record's own are left alone.
    let mixed = folder.path().join("mixed");
    fs::create_dir_all(mixed.join("tickets")).unwrap();
    fs::write(mixed.join("tickets").join("mine.parquet"), "x").unwrap();
    import(&mixed, "f", &[version("A", None, "New", "T1")]);
    assert!(mixed.join("tickets").join("mine.parquet").exists());
    assert_eq!(one(&mixed, "select count(*) from tickets"), json!(1));
    // An import that fails while it reads leaves nothing behind.
    let before = crate::rows::bytes(&mixed);
    let failed = work::import_rows(&mixed, "f", 1 << 20, now(), &mut |_| {}, &mut |_| {
        Err(std::io::ErrorKind::StorageFull.into())
    });
    assert!(failed.unwrap_err().to_string().contains("disk is full"));
    assert_eq!(before, crate::rows::bytes(&mixed));
    let missing = work::import(
        &mixed,
        &[folder.path().join("no.csv")],
        &work::ImportOptions::default(),
        now(),
        [0; 32],
        &mut |_| {},
    );
    assert!(missing.unwrap_err().to_string().contains("no.csv"));
}

#[test]
fn readers_of_the_generation_before_still_read_it() {
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), "1", &[version("A", Some(HOUR), "New", "T1")]);
    let record = work::Record::open(folder.path()).unwrap();
    import(folder.path(), "2", &[version("A", Some(2 * HOUR), "Closed", "T1")]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(work::sql(&record, "select state from tickets", 10)).unwrap();
    assert!(answer.to_text().unwrap().contains("New"));
    assert_eq!(record.refreshed().unwrap().generation(), 2);
    assert_eq!(record.refreshed().unwrap().imports().len(), 2);
    let two = record.refreshed().unwrap();
    let derived = two.derived_dir().unwrap();
    assert!(derived.ends_with("derived/g000002"));
    import(folder.path(), "3", &[version("A", Some(3 * HOUR), "New", "T1")]);
    import(folder.path(), "4", &[version("A", Some(4 * HOUR), "Closed", "T1")]);
    assert!(derived.exists(), "the latest results stay until there are later ones");
    let later = record.refreshed().unwrap().derived_dir().unwrap();
    import(folder.path(), "5", &[version("A", Some(5 * HOUR), "New", "T1")]);
    assert!(later.exists() && !derived.exists());
}

/// Writes the record's files anew without a column, as a version of Plumb before that column wrote them.
fn without(data: &std::path::Path, column: &str) {
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    for table in ["tickets", "changes"] {
        for file in fs::read_dir(data.join(table)).into_iter().flatten() {
            let path = file.unwrap().path();
            let reader =
                ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&path).unwrap()).unwrap().build().unwrap();
            let batches: Vec<_> = reader.map(|batch| batch.unwrap()).collect();
            let mut batches = batches.into_iter().map(|mut batch| {
                batch.remove_column(batch.schema().index_of(column).unwrap());
                batch
            });
            let first = batches.next().unwrap();
            let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), first.schema(), None).unwrap();
            for batch in std::iter::once(first).chain(batches) {
                writer.write(&batch).unwrap();
            }
            writer.close().unwrap();
        }
    }
}

#[test]
fn a_record_from_before_a_column_is_read_and_takes_it_with_the_next_import() {
    let folder = tempfile::tempdir().unwrap();
    let row = |id: &str, class: Option<&str>| {
        Row::Ticket(Ticket { id: id.into(), opened: Some(HOUR), class: class.map(Into::into), ..Ticket::default() })
    };
    let change = Row::Change { id: "C".into(), item: None, risk: None, opened: Some(HOUR), closed: None };
    import(folder.path(), "before", &[row("A", None), row("B", None), change]);
    without(folder.path(), "class");
    assert_eq!(one(folder.path(), "select count(*) from tickets where class is null"), json!(2));
    assert_eq!(one(folder.path(), "select count(*) from changes where class is null"), json!(1));
    // The same export, read by the words of today.
    let report = import(folder.path(), "again", &[row("A", Some("security")), row("B", None)]);
    assert_eq!((report.files[0].updated, report.files[0].unchanged), (1, 1));
    assert_eq!(one(folder.path(), "select class from tickets where id = 'A'"), json!("security"));
    assert_eq!(one(folder.path(), "select count(*) from changes"), json!(1));
}
