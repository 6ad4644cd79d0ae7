//! Writes the fixture's brief for human eyes: `BRIEF_OUT=folder cargo test -p brief show -- --ignored`.

use super::fixture::{Fixture, sample};
use crate::{Links, Paper, document_html, pdf};

#[test]
#[ignore = "for human eyes"]
fn show() {
    let Ok(out) = std::env::var("BRIEF_OUT") else { return };
    let out = std::path::Path::new(&out);
    for (name, brief) in [("sample", sample().brief()), ("poor", Fixture::poor().brief())] {
        std::fs::write(out.join(format!("{name}.html")), document_html(&brief, Links::File)).unwrap();
        std::fs::write(out.join(format!("{name}.json")), brief.to_json().unwrap()).unwrap();
        for (suffix, paper) in [("", Paper::A4), ("-letter", Paper::Letter)] {
            let set = pdf(&brief, paper).unwrap();
            println!("{name}{suffix}: {} pages, accessible {}, {} bytes", set.pages, set.accessible, set.bytes.len());
            std::fs::write(out.join(format!("{name}{suffix}.pdf")), set.bytes).unwrap();
        }
    }
}

/// Makes the brief of the record in `BRIEF_DATA`, for measuring: `time BRIEF_DATA=… cargo test … remake`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "for measuring"]
async fn remake() {
    let Ok(data) = std::env::var("BRIEF_DATA") else { return };
    let record = work::Record::open(std::path::Path::new(&data)).unwrap();
    let brief = crate::analysis::brief(&record, &crate::Settings::default(), &[], None, std::sync::Arc::new(|_| ()))
        .await
        .unwrap();
    if std::env::var("BRIEF_PDF").is_ok() {
        println!("{} pages", pdf(&brief, Paper::A4).unwrap().pages);
    }
}
