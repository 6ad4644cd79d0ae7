//! Page, PDF and JSON say the same, and foreign text does no harm.

use std::process::Command;

use super::fixture::{Fixture, problem, sample, with_changes};
use crate::content::Brief;
use crate::{Links, Paper, document_html, pdf};

fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    squeeze(&out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text of a PDF by `pdftotext`; `None` where that is not installed.
fn pdf_text(bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.pdf");
    std::fs::write(&path, bytes).unwrap();
    let Ok(out) = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output() else {
        println!("skipped: pdftotext is not installed");
        return None;
    };
    assert!(out.status.success());
    Some(squeeze(&String::from_utf8_lossy(&out.stdout)))
}

/// What `pdfinfo` complains of must be nothing, where that is installed.
fn no_fault(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.pdf");
    std::fs::write(&path, bytes).unwrap();
    let Ok(out) = Command::new("pdfinfo").arg(&path).output() else {
        println!("skipped: pdfinfo is not installed");
        return;
    };
    assert!(out.status.success() && out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(String::from_utf8_lossy(&out.stdout).contains("Tagged:          yes"), "it is tagged still");
}

fn hostile() -> Fixture {
    let mut fixture = sample();
    let title =
        "#panic(\"x\") </style><script>alert(1)</script> *b* _i_ $x$ \\ @a <b> \u{202E}txt 中文 🙂 \u{0}\u{7} %{q}";
    let (p, price) = fixture.problems.remove(0);
    fixture
        .problems
        .push((problem("p/../1?&\"", title, p.n, p.people, &p.weekly.iter().map(|w| w.1).collect::<Vec<_>>()), price));
    fixture.organisation = Some("A </title><img src=x onerror=1> & \"Sons\" #let x = 1".to_owned());
    for (_, values) in &mut fixture.by {
        for value in values {
            value.group = value.group.as_ref().map(|g| format!("{g} <i>#a[</i>\"'&"));
        }
    }
    fixture
}

#[test]
fn every_figure_is_said_alike_in_all_three() {
    for fixture in [sample(), Fixture::poor(), with_changes(), hostile()] {
        let brief = fixture.brief();
        let json: Brief = serde_json::from_str(&brief.to_json().unwrap()).unwrap();
        assert_eq!(json, brief);
        let html = document_html(&brief, Links::Server);
        let text = plain(&html);
        let set = pdf(&brief, Paper::A4).unwrap();
        let print = pdf_text(&set.bytes);
        for figure in &json.figures {
            let anchor = format!(
                "data-figure=\"{}\"",
                figure.name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
            );
            let at = html.find(&anchor).unwrap_or_else(|| panic!("{} is not on the page", figure.name));
            let shown = html[at..].split('>').nth(1).unwrap().split('<').next().unwrap();
            assert_eq!(shown, figure.text, "{}", figure.name);
            if let Some(print) = &print {
                assert!(print.contains(&figure.text), "{} “{}” is not in the PDF", figure.name, figure.text);
            }
        }
        for sentence in brief.sentences() {
            assert!(
                text.replace(' ', "").contains(&squeeze(&sentence.text).replace(' ', "")),
                "not on the page: {}",
                sentence.text
            );
        }
        for bad in ["NaN", "null", "undefined", "{}"] {
            assert!(!text.contains(bad), "{bad} on the page");
            assert!(!print.as_deref().unwrap_or_default().contains(bad), "{bad} in the PDF");
        }
    }
}

#[test]
fn foreign_text_stays_text() {
    let brief = hostile().brief();
    for links in [Links::Server, Links::File, Links::Address("https://plumb.example/")] {
        let html = document_html(&brief, links);
        assert!(
            !html.contains("<script") && !html.contains("<img") && !html.contains("<i>#a"),
            "foreign markup on the page"
        );
        assert_eq!(html.matches("</style>").count(), 1);
        assert!(html.contains("&lt;script&gt;"));
    }
    let set = pdf(&brief, Paper::A4).unwrap();
    assert!(set.accessible, "characters without a shape must not cost the tags");
    if let Some(text) = pdf_text(&set.bytes) {
        assert!(text.contains("#panic(\"x\")"), "{text}");
    }
}

#[test]
fn the_file_asks_for_nothing_and_has_one_heading_of_each_first_kind() {
    let html = document_html(&sample().brief(), Links::File);
    for request in ["src=", "<link", "@import", "url(", "http://", "https://"] {
        let rest = html.replace("http://www.w3.org/2000/svg", "");
        assert!(!rest.contains(request), "{request}");
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(html.matches("<main").count(), 1);
    assert_eq!(html.matches("<h2").count(), 8);
    assert!(!html.contains("style=\""), "inline style");
    // Every link within the file leads somewhere.
    for part in html.split("href=\"#").skip(1) {
        let id = part.split('"').next().unwrap();
        assert!(html.contains(&format!("id=\"{id}\"")), "#{id} leads nowhere");
    }
    let ids: Vec<&str> = html.split(" id=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "an id twice");
}

#[test]
fn the_pdf_is_short_tagged_and_the_same_each_time() {
    let brief = sample().brief();
    for paper in [Paper::A4, Paper::Letter] {
        let one = pdf(&brief, paper).unwrap();
        let two = pdf(&brief, paper).unwrap();
        assert_eq!(one.bytes, two.bytes);
        assert!(one.pages <= 2 && one.accessible);
        let raw = String::from_utf8_lossy(&one.bytes);
        assert!(raw.starts_with("%PDF-1.7"));
        assert!(raw.contains("/MarkInfo") && raw.contains("/StructTreeRoot"));
        assert!(!raw.contains("/Suspects"), "Poppler reports a syntax error where it says false");
        no_fault(&one.bytes);
    }
    assert_ne!(pdf(&brief, Paper::A4).unwrap().bytes, pdf(&brief, Paper::Letter).unwrap().bytes);
}

#[test]
fn an_empty_record_still_makes_a_page() {
    let mut fixture = Fixture::poor();
    fixture.facts = crate::Facts::default();
    fixture.measures.clear();
    let brief = fixture.brief();
    assert!(brief.lead[0].text.contains("Import"));
    assert!(pdf(&brief, Paper::A4).unwrap().pages <= 2);
}
