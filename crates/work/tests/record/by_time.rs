//! Tickets in order of time: the same rows, the latest first, made once a generation.

use query::ByPlace;
use serde_json::Value;
use work::Record;

use crate::rows::{Dice, Row, Ticket, ask, import};

const HOUR: i64 = 3_600_000;

/// What a table of tickets says, in the order in which it lies on the disk.
fn read(data: &std::path::Path, query: &str) -> Vec<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let record = Record::open(data).unwrap();
        let session = record.session().unwrap().apart(&[]).await.unwrap();
        session.add_table(work::by_time(&record).await.unwrap().table()).unwrap();
        session.ask(query, 1_000_000).await.unwrap().to_json().unwrap()["rows"].as_array().unwrap().clone()
    })
}

#[test]
fn tickets_lie_by_time_in_one_file_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(7);
    let ticket = |n: u64, opened: Option<i64>| {
        let title = Some(format!("Printer {}", n % 50));
        Row::Ticket(Ticket { id: format!("T{n}"), opened, title, ..Ticket::default() })
    };
    // More than are put in order at once, before 1970 too, many at the same instant, some that nobody dated.
    let rows: Vec<Row> = (0..150_000)
        .map(|n| {
            let hour = i64::try_from(dice.below(9_000)).unwrap() - 3_000;
            ticket(n, (n % 997 != 0).then_some(hour * HOUR))
        })
        .collect();
    import(folder.path(), "all", &rows);
    let by_key = |what: &str| format!("select {what} from tickets order by source, id");
    assert_eq!(read(folder.path(), &by_key("* exclude (place)")), ask(folder.path(), &by_key("*")));
    let places = read(folder.path(), "select place from tickets order by opened desc nulls last, source, id");
    assert!(places.iter().zip(0_u64..).all(|(row, place)| row["place"] == place), "each row tells where it lies");

    let file = work_file(folder.path());
    let reader = std::fs::File::open(&file).unwrap();
    let reader =
        parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(reader).unwrap().build().unwrap();
    let mut lie: Vec<(Option<i64>, String)> = Vec::new();
    for batch in reader {
        use arrow::array::AsArray;
        let batch = batch.unwrap();
        let opened = batch.column_by_name("opened").unwrap();
        let opened = opened.as_primitive::<arrow::datatypes::TimestampMillisecondType>();
        let id = batch.column_by_name("id").unwrap().as_string::<i32>();
        lie.extend(opened.iter().zip(id).map(|(at, id)| (at, id.unwrap().to_owned())));
    }
    assert_eq!(lie.len(), 150_000);
    assert!(lie.is_sorted_by_key(|(at, id)| (at.is_none(), std::cmp::Reverse(*at), id.clone())));

    // Made once.
    let made = std::fs::metadata(&file).unwrap().modified().unwrap();
    assert_eq!(read(folder.path(), "select count(*) as n from tickets")[0]["n"], 150_000);
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), made);

    // Of another generation another.
    import(folder.path(), "one more", &[ticket(150_000, Some(9_999 * HOUR))]);
    assert_eq!(read(folder.path(), "select count(*) as n from tickets")[0]["n"], 150_001);
    assert_ne!(work_file(folder.path()), file);
}

/// The newest such file.
fn work_file(data: &std::path::Path) -> std::path::PathBuf {
    Record::open(data).unwrap().derived_dir().unwrap().join("by-time").join("tickets.parquet")
}

#[test]
fn an_empty_record_has_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    import(
        folder.path(),
        "none",
        &[Row::Change { id: "C".into(), item: None, risk: None, opened: None, closed: None }],
    );
    assert_eq!(read(folder.path(), "select count(*) as n from tickets")[0]["n"], 0);
}

#[test]
fn two_who_ask_at_once_get_the_same_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let rows: Vec<Row> = (0..20_000)
        .map(|n| Row::Ticket(Ticket { id: format!("T{n}"), opened: Some(n * HOUR), ..Ticket::default() }))
        .collect();
    import(folder.path(), "all", &rows);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let record = Record::open(folder.path()).unwrap();
    let made: Vec<_> = (0..4)
        .map(|_| {
            let record = record.clone();
            runtime.spawn(async move { work::by_time(&record).await.unwrap().table().files })
        })
        .collect();
    for made in made {
        assert_eq!(runtime.block_on(made).unwrap(), [work_file(folder.path())]);
    }
    assert_eq!(read(folder.path(), "select count(*) as n from tickets")[0]["n"], 20_000);
    let left = std::fs::read_dir(record.derived_dir().unwrap()).unwrap().count();
    assert_eq!(left, 1, "nothing half written stays");
}

/// A record of some tickets with a title each, by time.
fn laid(folder: &std::path::Path, titles: &[Option<&str>]) -> work::ByTime {
    let row = |(title, n): (Option<&str>, i64)| {
        let title = title.map(str::to_owned);
        Row::Ticket(Ticket { id: format!("T{n}"), opened: Some(-n * HOUR), title, ..Ticket::default() })
    };
    import(folder, "all", &titles.iter().copied().zip(0..).map(row).collect::<Vec<_>>());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work::by_time(&Record::open(folder).unwrap())).unwrap()
}

#[test]
fn words_are_found_within_a_text_and_not_over_its_end() {
    let folder = tempfile::tempdir().unwrap();
    // More than a block of them, so that places are counted over its end.
    let mut titles = vec![Some("Printer on fire"); 3_000];
    titles.splice(1_000..1_004, [None, Some("ΟΔΟΣ"), Some("İstanbul"), Some("")]);
    let tickets = laid(folder.path(), &titles);
    let found = |words: &str| tickets.holding(words).unwrap().iter().collect::<Vec<_>>();
    assert_eq!(found("printer").len(), 2_996);
    assert_eq!(found("T1000"), [1_000], "the number is a text of its own, found without a title too");
    assert_eq!(found("t1003"), [1_003]);
    assert_eq!(found("οδος"), [1_001], "folded as a whole word");
    assert_eq!(found("İ"), [1_002]);
    assert_eq!(found("2999"), [2_999]);
    assert_eq!(found("0printer").len() + found("fire1").len() + found("\u{fffd}").len(), 0);
}

#[test]
fn words_that_were_cut_off_are_told_as_damage() {
    let folder = tempfile::tempdir().unwrap();
    laid(folder.path(), &[Some("a"), Some("b")]);
    let record = Record::open(folder.path()).unwrap();
    let file = record.derived_dir().unwrap().join("by-time").join("words");
    let whole = std::fs::read(&file).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for length in [4, whole.len() - 9] {
        std::fs::write(&file, &whole[..length]).unwrap();
        assert!(runtime.block_on(work::by_time(&record)).is_err(), "{length} bytes are no whole file");
    }
}
