//! From a real export to the brief, where the export lies beside the project.

#![expect(clippy::float_cmp, reason = "counts are whole numbers")]

use std::fmt::Write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use work::{ImportOptions, Record, import};

use crate::{Paper, Settings, analysis, pdf};

/// The bundled sample: the one real export that comes with the project.
fn sample() -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/uci_incident_event_log.csv.xz"));
    if !path.is_file() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path.to_owned())
}

/// A mapping for an export with nothing but numbers and dates.
const BARE: &str = r#"
name = "bare"
source = "bare"
grain = "ticket"
[fields]
id = { from = "number" }
opened = { from = "opened_at" }
"#;

fn imported(folder: &Path, file: PathBuf) -> Record {
    let mapping = (file.extension().is_some_and(|e| e == "csv")).then(|| exports::Mapping::from_toml(BARE).unwrap());
    let read = exports::Options { mapping, time_zone: Some("UTC".to_owned()), ..exports::Options::default() };
    let options = ImportOptions { read, ..ImportOptions::default() };
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    import(folder, &[file], &options, now, [7; 32], &mut |_| ()).unwrap();
    Record::open(folder).unwrap()
}

fn quiet() -> Arc<dyn Fn(problems::Progress) + Send + Sync> {
    Arc::new(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_becomes_a_brief_that_is_true() {
    let Some(file) = sample() else { return };
    let folder = tempfile::tempdir().unwrap();
    let record = imported(folder.path(), file);
    let settings = Settings::default();
    let brief = analysis::brief(&record, &settings, &[], None, quiet()).await.unwrap();

    // The published figures of the sample.
    assert_eq!(brief.figure("tickets").unwrap().value, 24_918.0);
    assert_eq!(brief.figure("reopened.count").unwrap().value, 275.0);
    assert_eq!(brief.figure("sla_missed.count").unwrap().value, 9_115.0);
    assert!((brief.figure("sla_kept.share").unwrap().value - 0.6342).abs() < 5e-5);
    assert_eq!(brief.figure("hops.sum").unwrap().value, 19_088.0);
    // The record thins out after May 2016; the brief speaks as of the last full week.
    assert_eq!(brief.as_of, "2016-05-29");
    assert!(brief.not_told.iter().any(|s| s.text.contains("29 May 2016")));
    assert!(brief.rates_assumed);
    for part in &brief.parts {
        assert!(!part.sentences.is_empty(), "{} says nothing on the sample", part.key);
    }

    // Asked again, by another process as it were, it is read and the same.
    let again = analysis::brief(&Record::open(folder.path()).unwrap(), &settings, &[], None, quiet()).await.unwrap();
    assert_eq!(again, brief);
    // Other rates, another brief.
    let told = Settings { rates_given: true, ..Settings::default() };
    assert!(!analysis::brief(&record, &told, &[], None, quiet()).await.unwrap().rates_assumed);
    assert!(pdf(&brief, Paper::A4).unwrap().pages <= 2);

    // Which ticket belongs to which problem is a table that SQL can join.
    let found = analysis::problems(&record, &[], quiet()).await.unwrap();
    let members: u64 = found.problems.iter().map(|p| p.n).sum();
    let answer = work::sql(&record, "select count(*) as n from problem_tickets join tickets using (source, id)", 10)
        .await
        .unwrap();
    assert_eq!(answer.to_json().unwrap()["rows"][0]["n"], members);
    if let Ok(out) = std::env::var("BRIEF_OUT") {
        let out = Path::new(&out);
        std::fs::write(out.join("real.html"), crate::document_html(&brief, crate::Links::File)).unwrap();
        std::fs::write(out.join("real.json"), brief.to_json().unwrap()).unwrap();
        std::fs::write(out.join("real.pdf"), pdf(&brief, Paper::A4).unwrap().bytes).unwrap();
        std::fs::write(out.join("real-letter.pdf"), pdf(&brief, Paper::Letter).unwrap().bytes).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_folder_makes_an_empty_brief() {
    let folder = tempfile::tempdir().unwrap();
    let record = Record::open(folder.path()).unwrap();
    let brief = analysis::brief(&record, &Settings::default(), &[], None, quiet()).await.unwrap();
    assert!(brief.lead[0].text.contains("empty"));
    assert!(
        analysis::days(&record, &analysis::calendar(&record, &Settings::default()).unwrap())
            .await
            .unwrap()
            .all
            .opened
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_and_dates_alone_are_enough_for_a_true_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bare.csv");
    let mut rows = String::from("number,opened_at\n");
    let start: jiff::civil::Date = "2026-01-05".parse().unwrap();
    for i in 0..1200i64 {
        let day = start.checked_add(jiff::Span::new().days(i / 10)).unwrap();
        let _ = writeln!(rows, "INC{i:07},{day} {:02}:{:02}:00", 8 + i % 9, i % 60);
    }
    std::fs::write(&file, rows).unwrap();
    let record = imported(&folder.path().join("data"), file);
    let brief = analysis::brief(&record, &Settings::default(), &[], None, quiet()).await.unwrap();
    assert_eq!(brief.figure("tickets").unwrap().value, 1200.0);
    let ask = brief.parts.last().unwrap();
    assert!(ask.sentences[0].text.starts_with("Ask for a fuller export"), "{}", ask.sentences[0].text);
    assert!(brief.parts.iter().filter(|p| !p.would_fill.is_empty()).count() >= 4);
    assert!(brief.figure("open_now").is_none(), "nobody knows how many are open");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_bank_are_told_as_sequence() {
    let beside = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/bpi2014_slice"));
    let files: Vec<PathBuf> = std::fs::read_dir(beside).map_or_else(
        |_| Vec::new(),
        |folder| {
            let mut files: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
            files.retain(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
                (name.contains("incident") && !name.contains("activity")) || name.contains("change")
            });
            files.sort();
            files
        },
    );
    if files.len() < 2 {
        println!("skipped: {} is not there", beside.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let read = exports::Options { time_zone: Some("Europe/Amsterdam".to_owned()), ..exports::Options::default() };
    let options = ImportOptions { read, ..ImportOptions::default() };
    import(folder.path(), &files, &options, "2026-11-22T00:00:00Z".parse().unwrap(), [7; 32], &mut |_| ()).unwrap();
    let record = Record::open(folder.path()).unwrap();
    let brief = analysis::brief(&record, &Settings::default(), &[], None, quiet()).await.unwrap();
    if let Ok(out) = std::env::var("BRIEF_OUT") {
        let out = Path::new(&out);
        std::fs::write(out.join("bank.html"), crate::document_html(&brief, crate::Links::File)).unwrap();
        std::fs::write(out.join("bank.json"), brief.to_json().unwrap()).unwrap();
        std::fs::write(out.join("bank.pdf"), pdf(&brief, Paper::A4).unwrap().bytes).unwrap();
    }
    assert!(brief.figure("changes.after").is_some() && brief.figure("changes.placebo").is_some());
    let unseen = brief.parts.iter().find(|p| p.key == "unseen").unwrap();
    assert!(unseen.sentences.iter().any(|s| s.text.contains("seen together")), "{:?}", unseen.sentences.last());
    assert!(pdf(&brief, Paper::A4).unwrap().pages <= 2);
}
