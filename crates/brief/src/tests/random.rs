//! Whatever the record holds, there is a brief, and its PDF has at most two pages.

use proptest::prelude::*;

use super::fixture::{Fixture, problem, value, with_changes};
use crate::build::Price;
use crate::{Links, Paper, document_html, pdf};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0..1e6f64,
        2 => 0.0..1.0f64,
        1 => Just(0.0),
        1 => Just(1.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => 1e6..1e15f64,
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[A-Za-z ]{0,40}",
        2 => "\\PC{0,300}",
        1 => "[a-z]{200,300}",
        1 => "[#$*_\\\\\\[\\](){}<>\"'&@%`~=/-]{0,80}",
    ]
}

prop_compose! {
    fn fixture()(
        keep in prop::collection::vec(any::<bool>(), 40),
        numbers in prop::collection::vec(number(), 40),
        problems in prop::collection::vec((name(), 0u64..1_000_000, prop::option::of(0u64..1_000_000), prop::collection::vec(0u32..5000, 0..60), prop::option::of((0.0..1e9f64, 1.0..30.0f64))), 0..12),
        organisation in prop::option::of(name()),
        groups in prop::collection::vec(name(), 6),
        counts in prop::collection::vec(0u32..4_000_000, 13),
        no_forecast in any::<bool>(),
        no_groups in any::<bool>(),
        tickets in prop_oneof![Just(0u64), 1u64..100, 1u64..50_000_000],
    ) -> Fixture {
        let mut fixture = with_changes();
        fixture.facts.tickets = tickets;
        let mut kept = keep.iter().cycle();
        let mut numbers = numbers.into_iter().cycle();
        fixture.measures.retain(|_| *kept.next().unwrap());
        for measure in &mut fixture.measures {
            let mut v = numbers.next().unwrap();
            if measure.unit == "share" && v.is_finite() {
                v = v.fract();
            }
            measure.value = Some(v).filter(|v| !v.is_nan());
        }
        fixture.measures.push(value("opened_to_closed_hours", "p50", "hours", numbers.next().unwrap(), tickets, None));
        fixture.problems = problems
            .into_iter()
            .enumerate()
            .map(|(i, (title, n, people, weekly, price))| {
                let price = price.map(|(low, times)| Price { low, mid: low * times.sqrt(), high: low * times, steps: vec![format!("{title} × 2"); 3] });
                (problem(&format!("p{i}"), &title, n, people, &weekly), price)
            })
            .collect();
        fixture.organisation = organisation;
        for (_, values) in &mut fixture.by {
            for value in values.iter_mut() {
                let at = value.group.as_ref().map_or(0, String::len) + usize::try_from(value.n).unwrap();
                value.group = groups.get(at % groups.len()).cloned();
            }
        }
        for (week, count) in fixture.facts.open.iter_mut().zip(&counts) {
            week.open = *count;
        }
        fixture.facts.open_at_end = fixture.facts.open.last().map(|w| u64::from(w.open));
        if no_forecast { fixture.forecast = None; }
        if no_groups { fixture.by.clear(); }
        fixture
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_record_makes_a_brief_of_at_most_two_pages(fixture in fixture()) {
        let brief = fixture.brief();
        let json = brief.to_json().unwrap();
        prop_assert_eq!(&serde_json::from_str::<crate::Brief>(&json).unwrap(), &brief);
        let html = document_html(&brief, Links::File);
        prop_assert!(!html.contains("NaN") && !html.contains("<script"));
        for sentence in brief.sentences() {
            prop_assert!(!sentence.own_words().contains("NaN") && sentence.text.ends_with('.'), "{}", sentence.text);
        }
        for paper in [Paper::A4, Paper::Letter] {
            let set = pdf(&brief, paper).unwrap();
            prop_assert!(set.pages <= 2, "{} pages", set.pages);
        }
    }
}
