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
