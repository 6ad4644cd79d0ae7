//! Whether a reader without IT words can read it in three minutes.

use std::fmt::Write;

use super::fixture::{Fixture, sample, value, with_changes};
use crate::content::{Brief, Piece};

fn syllables(word: &str) -> usize {
    let word: String = word.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let mut count = 0;
    let mut vowel_before = false;
    for c in word.chars() {
        let vowel = "aeiouy".contains(c);
        if vowel && !vowel_before {
            count += 1;
        }
        vowel_before = vowel;
    }
    if word.ends_with('e') && !word.ends_with("le") && count > 1 {
        count -= 1;
    }
    if word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded") && count > 1 {
        count -= 1;
    }
    count.max(1)
}

/// Flesch reading ease (Flesch 1948): 206.835 − 1.015 words a sentence − 84.6 syllables a word.
#[expect(clippy::cast_precision_loss, reason = "a page of words")]
fn flesch(text: &str) -> (f64, usize) {
    let sentences: Vec<&str> =
        text.split(['.', ':', ';', '?', '!']).filter(|s| s.split_whitespace().count() > 1).collect();
    let words: Vec<&str> = text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).collect();
    let total: usize = words.iter().map(|w| syllables(w)).sum();
    let n = words.len().max(1) as f64;
    (206.835 - 1.015 * n / sentences.len().max(1) as f64 - 84.6 * total as f64 / n, words.len())
}

fn all_briefs() -> Vec<Brief> {
    vec![sample().brief(), Fixture::poor().brief(), with_changes().brief()]
}

#[test]
fn it_reads_easily() {
    for brief in all_briefs() {
        let text: Vec<String> = brief.sentences().map(crate::Sentence::own_words).collect();
        let (ease, words) = flesch(&text.join(" "));
        assert!(ease >= 60.0, "Flesch reading ease {ease:.0}: plain English begins at 60");
        // 200 words a minute is slow reading; three minutes must do for all of it.
        assert!(words <= 600, "{words} words");
        for sentence in &text {
            let longest = sentence.split(['.', ';', ':']).map(|s| s.split_whitespace().count()).max().unwrap_or(0);
            assert!(longest <= 24, "{longest} words without a rest: {sentence}");
        }
    }
}

#[test]
fn sequence_is_never_called_cause() {
    for brief in all_briefs() {
        let mut ours: Vec<String> = brief.sentences().map(crate::Sentence::own_words).collect();
        ours.extend(brief.figures.iter().map(|f| f.meaning.clone()));
        ours.extend(brief.parts.iter().flat_map(|p| p.would_fill.clone()));
        ours.extend(brief.words.iter().map(|w| w.plain.clone()));
        for text in ours {
            let text = text.to_lowercase();
            for word in ["because", "caused", "due to", "thanks to", "led to", "as a result", "root cause"] {
                assert!(!text.contains(word), "“{word}” in: {text}");
            }
        }
    }
}

#[test]
fn six_parts_in_order_and_none_is_mute() {
    for brief in all_briefs() {
        let keys: Vec<&str> = brief.parts.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["comes_back", "coming", "promised", "unseen", "friction", "ask"]);
        for part in &brief.parts {
            assert!(!part.sentences.is_empty() || !part.would_fill.is_empty(), "{} says nothing", part.key);
        }
        assert!(brief.not_told.len() >= 3);
    }
}

#[test]
fn sentences_are_whole() {
    for brief in all_briefs() {
        for sentence in brief.sentences() {
            let joined: String = sentence
                .pieces
                .iter()
                .map(|p| match p {
                    Piece::Text(t) | Piece::Name(t) => t.clone(),
                    Piece::Figure(name) => {
                        brief.figure(name).unwrap_or_else(|| panic!("{name} is not on the sheet")).text.clone()
                    }
                })
                .collect();
            assert_eq!(joined, sentence.text);
            assert!(sentence.text.ends_with('.'), "{}", sentence.text);
            for bad in ["NaN", "null", "inf", "  ", "about about", "within less than", "about about"] {
                assert!(!sentence.text.contains(bad), "{bad}: {}", sentence.text);
            }
        }
    }
}

#[test]
fn every_figure_has_rows_and_a_meaning_and_estimates_have_intervals() {
    for brief in all_briefs() {
        for figure in &brief.figures {
            assert!(figure.rows.as_deref().is_some_and(|r| r.starts_with('/')), "{}", figure.name);
            assert!(!figure.meaning.is_empty() && figure.n.is_some() && !figure.unit.is_empty(), "{}", figure.name);
            if figure.unit == "EUR" {
                assert!(
                    figure.low.is_some() && figure.high.is_some() && !figure.steps.is_empty(),
                    "money without range: {}",
                    figure.name
                );
            }
        }
    }
}

#[test]
fn the_whole_in_words() {
    let mut out = String::new();
    for brief in all_briefs() {
        for sentence in &brief.lead {
            out.push_str(&sentence.text);
            out.push('\n');
        }
        for part in &brief.parts {
            let _ = writeln!(out, "\n## {} ({})", part.title, part.technical);
            for sentence in &part.sentences {
                out.push_str(&sentence.text);
                out.push('\n');
            }
            for row in part.table.iter().flat_map(|t| &t.rows) {
                let cells: Vec<&str> = row
                    .cells
                    .iter()
                    .map(|c| match c {
                        crate::Cell::Words(s) => s.text.as_str(),
                        crate::Cell::Weeks(w) => w.words.as_str(),
                    })
                    .collect();
                let _ = writeln!(out, "| {}", cells.join(" | "));
            }
            for fill in &part.would_fill {
                let _ = writeln!(out, "? {fill}");
            }
        }
        out.push_str("\n## What this does not tell\n");
        for sentence in &brief.not_told {
            let _ = writeln!(out, "- {}", sentence.text);
        }
        out.push_str("\n----\n");
    }
    insta::assert_snapshot!(out);
}

#[test]
fn what_was_prevented_and_what_changes_took_are_told() {
    let mut fixture = with_changes();
    fixture.measures.extend([
        value("change_disruption_minutes", "sum", "minutes", 3_600.0, 1_020, Some((1_200.0, 9_000.0))),
        value("alerts_before_calls", "count", "tickets", 74.0, 96, None),
        value("alerts_nobody_felt", "count", "tickets", 51.0, 70, None),
    ]);
    let brief = fixture.brief();
    let said: Vec<&str> = brief.sentences().map(|sentence| sentence.text.as_str()).collect();
    for sentence in [
        "Held against what was planned and against the same hours of other weeks, changes took people 20 to 150 hours more, all added up.",
        "Monitoring told of trouble before anybody called 74 times of 96; 51 times it was dealt with before anybody called at all.",
    ] {
        assert!(said.contains(&sentence), "{sentence}\n{said:#?}");
    }
    let took = brief.figure("changes.disruption").unwrap();
    assert_eq!((took.low, took.high, took.n), (Some(20.0), Some(150.0), Some(1_020)));
    // A handful says nothing.
    for measure in &mut fixture.measures {
        measure.n = measure.n.min(9);
    }
    let brief = fixture.brief();
    assert!(brief.figure("changes.disruption").is_none() && brief.figure("alerts").is_none());
}

#[test]
fn classes_of_work_have_calls_shares_and_hours() {
    let brief = with_changes().brief();
    let unseen = brief.parts.iter().find(|part| part.key == "unseen").unwrap();
    let said: Vec<&str> = unseen.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    assert!(
        said.contains(&"Beside what people complained about, there were 2,480 calls about access and passwords, 812 about security and 590 about people who begin."),
        "{said:?}"
    );
    let rows: Vec<Vec<String>> = unseen
        .table
        .iter()
        .flat_map(|table| &table.rows)
        .map(|row| {
            let cell = |cell: &'_ crate::content::Cell| match cell {
                crate::content::Cell::Words(sentence) => sentence.text.clone(),
                crate::content::Cell::Weeks(_) => "weeks".to_owned(),
            };
            row.cells.iter().map(cell).collect()
        })
        .collect();
    // 812 calls of 10 to 60 minutes; of 590 a quarter (147) have 12.5 hours booked.
    assert_eq!(rows[1], ["security", "812", "3%", "31", "135 to 812"]);
    assert_eq!(rows[2], ["people who begin", "590", "2%", "0", "86 to 456"]);
    assert_eq!(rows.len(), 4, "work of no class, and what people asked for, is not told");
    let hours = brief.figure("class.hours.onboarding").unwrap();
    assert_eq!(hours.steps.len(), 2);
    assert_eq!(hours.rows.as_deref(), Some("/rows?measure=tickets&class=onboarding"));
    let lost = brief.figure("changes.hours_lost").unwrap();
    assert!(lost.low < lost.high && lost.steps.len() == 1 && lost.n == Some(1_020));
}
