//! Ratings in words: what waves tell of a plan and of their questions, and the gap between how one sees oneself and how
//! others do.

use acts::tested;
use jiff::civil::date;
use leadership::Id;
use leadership::profile::{Change, Figure, Measured, MedianAgreement, OwnQuality, Range};
use ledger::growth::{Retest, Retested};

fn retest(change: Option<(f64, f64, f64)>) -> Retest {
    let figure = Figure {
        n: 9,
        mean: 3.8,
        development: Range { low: 3.5, high: 4.1 },
        decision_mean: None,
        decision: None,
        agreement: None,
    };
    let change = change.map(|(by, low, high)| Change {
        since: date(2026, 3, 2),
        by,
        interval: Range { low, high },
        same_questions: true,
    });
    Retest {
        report: Id::new(jiff::Timestamp::UNIX_EPOCH, [1; 10]),
        title: "Autumn".into(),
        closed_on: date(2026, 9, 1),
        told: Some(vec![("truth".into(), Retested::Told(figure, change)), ("humour".into(), Retested::NotTold)]),
    }
}

#[test]
fn a_change_is_told_with_its_interval_and_named_only_where_that_excludes_zero() {
    let sure = tested::retests(&[retest(Some((0.5, 0.1, 0.9)))]);
    assert!(sure.contains("3.8 (development 3.5 to 4.1; n = 9)"), "{sure}");
    assert!(sure.contains("<strong>+0.5</strong> (90 % interval +0.1 to +0.9)"), "{sure}");
    assert!(!sure.contains("cannot be told from no change") && sure.contains("not enough to say"), "{sure}");
    let unsure = tested::retests(&[retest(Some((0.2, -0.2, 0.6)))]);
    assert!(unsure.contains("cannot be told from no change"), "{unsure}");
    assert!(tested::retests(&[retest(None)]).contains("no wave before that it can be held against"));
    let closed = Retest { told: None, ..retest(None) };
    let closed = tested::retests(&[closed]);
    assert!(closed.contains("Rate yourself first") && !closed.contains("3.8"), "{closed}");
    assert_eq!(tested::retests(&[]), "");
}

fn measured() -> Measured {
    Measured {
        quality: "truth".into(),
        questions: 3,
        forms: 240,
        people: 24,
        alpha: Some(0.812),
        omega: None,
        icc1: Some(0.2),
        icc2: Some(0.71),
        agreement: Some(MedianAgreement { people: 19, uniform: 0.93, slight_skew: 0.85 }),
    }
}

#[test]
fn each_figure_stands_with_its_n_and_a_dash_where_there_is_none() {
    let told = tested::measured("Spring", &[measured()]);
    for cell in ["240", "24", "0.81", "–", "0.20", "0.71", "0.93", "0.85", "19"] {
        assert!(told.contains(&format!("<td class=\"n\">{cell}</td>")), "{cell}: {told}");
    }
    assert!(told.contains("strong agreement") && !told.contains("are told from"), "{told}");
    let few = Measured { icc1: None, icc2: None, agreement: None, ..measured() };
    let told = tested::measured("Spring", &[few]);
    assert!(told.contains("not enough to say") && told.contains("from 10 people rated on"), "{told}");
    assert!(tested::measured("Spring", &[]).contains("from 100 forms on"));
}

#[test]
fn how_to_read_names_every_column() {
    let words = tested::how_to_read();
    for figure in ["Alpha", "omega", "ICC(1)", "ICC(2)", "r_wg(j)"] {
        assert!(words.contains(figure), "{figure}");
    }
}

fn gap(gap: f64, probability: Option<f64>) -> OwnQuality {
    let interval = probability.map(|_| Range { low: gap - 0.4, high: gap + 0.4 });
    OwnQuality { seen: 4.0, gap, interval, probability, pattern: 0.1, pattern_interval: None }
}

#[test]
fn the_probability_that_a_gap_is_real_is_told_beside_its_interval_and_never_as_certain() {
    for (own_gap, probability, words) in [
        (
            0.9,
            0.934,
            "a gap of +0.9 (90 % interval +0.5 to +1.3). That the gap is real, more than half a point either way: 93 %.",
        ),
        (
            -1.2,
            1.0,
            "a gap of −1.2 (90 % interval −1.6 to −0.8). That the gap is real, more than half a point either way: more than 99 %.",
        ),
        (
            0.0,
            0.0,
            "a gap of 0.0 (90 % interval −0.4 to +0.4). That the gap is real, more than half a point either way: less than 1 %.",
        ),
    ] {
        let told = tested::gap(gap(own_gap, Some(probability)));
        assert!(told.contains(&format!("You see yourself at 4.0, {words}")), "{told}");
    }
}

#[test]
fn a_self_rating_after_the_wave_has_no_probability() {
    let told = tested::gap(gap(0.9, None));
    assert!(told.contains("a gap of +0.9. You rated yourself after the wave, so the gap has no interval."), "{told}");
    assert!(!told.contains("real") && !told.contains("interval +"), "{told}");
}

#[test]
fn a_gap_stands_out_only_where_the_interval_of_its_pattern_excludes_zero() {
    let with = |low, high| OwnQuality { pattern_interval: Some(Range { low, high }), ..gap(0.9, Some(0.9)) };
    assert!(tested::gap(with(0.1, 0.8)).contains("it stands out by +0.1"));
    assert!(!tested::gap(with(-0.1, 0.8)).contains("stands out"));
}

#[test]
fn an_address_adds_no_field_to_the_mail_that_is_written_to_it() {
    assert_eq!(tested::mailto("ida@example.com"), "mailto:ida@example.com");
    assert_eq!(tested::mailto("ida?cc=x%40y.org@example.com"), "mailto:ida%3Fcc%3Dx%2540y.org@example.com");
    assert_eq!(tested::mailto("ida@example.com?body=a&bcc=b"), "mailto:ida@example.com%3Fbody%3Da%26bcc%3Db");
}
