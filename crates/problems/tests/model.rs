//! A sentence model that is handed in: it finds what shares no word, and changes nothing about how tickets come.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use problems::similar::group::{Grouping, group};
use problems::similar::{Line, Look, Model, Similar, Weights};
use problems::{Comparisons, Memory, Settings, Symptoms, Verdicts, find_under};

/// A model that knows three things by any of their words.
fn model() -> Model {
    let things = [["printer", "druckt", "labels"], ["tunnel", "vpn", "remote"], ["payslip", "salary", "wages"]];
    Model::new(move |text| {
        let text = text.to_lowercase();
        let mut vector: Vec<f32> =
            things.iter().map(|words| if words.iter().any(|w| text.contains(w)) { 1.0 } else { 0.05 }).collect();
        // A little of its own, so that two texts are never the same.
        vector.extend((0_u8..4).map(|n| f32::from(u8::try_from(text.len() % 7).unwrap_or(0) + n) / 60.0));
        vector
    })
}

fn record() -> Vec<Line> {
    let titles = [
        "The printer jams on every page",
        "No tunnel from the hotel",
        "Where is the payslip of May",
        "Labels come out blank",
        "Remote access is gone",
        "Wages are wrong again",
    ];
    let line = |n: usize| Line {
        id: format!("t{n}"),
        opened: 1_700_000_000 + 7_200 * i64::try_from(n).unwrap(),
        title: format!("{} {}", titles[n % 6], ["today", "please", "urgent", "since noon"][n * 5 % 4]),
        ..Line::default()
    };
    (0..1_300).map(line).collect()
}

fn with_model() -> Similar {
    Similar::with_model(Weights::shipped_for(true), Look::default(), Some(model()))
}

#[test]
fn what_shares_no_word_is_found_by_its_meaning() {
    let lines = record();
    let (mut with, mut without) = (with_model(), Similar::new(Weights::shipped(), Look::default()));
    with.extend(&lines, 1);
    without.extend(&lines, 1);
    let asked =
        Line { id: "new".into(), opened: 1_710_000_000, title: "Der Toner druckt nicht".into(), ..Line::default() };
    let right = |similar: &Similar| similar.ask(&asked, 10).iter().filter(|a| a.other.is_multiple_of(3)).count();
    assert!(right(&with) >= 9 && right(&without) < 9, "{} {}", right(&with), right(&without));
    let best = with.ask(&asked, 1)[0].other;
    assert!(with.why(&asked, best).0.iter().any(|reason| reason.about == "meaning" && reason.adds > 0.0));
}

#[test]
fn at_once_one_by_one_and_on_one_thread_are_the_same_with_a_model_too() {
    let lines = record();
    let at_once = with_model().extend(&lines, 5);
    let mut similar = with_model();
    let one_by_one: Vec<_> = lines.iter().map(|line| similar.add(line, 5)).collect();
    assert_eq!(at_once, one_by_one);
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(at_once, single.install(|| with_model().extend(&lines, 5)));
}

#[test]
fn a_model_is_asked_for_new_texts_only_where_an_earlier_search_kept_its_vectors() {
    let symptoms = |lines: &[Line]| Symptoms {
        keys: lines.iter().map(|line| line.id.clone()).collect(),
        opened: lines.iter().map(|line| line.opened).collect(),
        title: lines.iter().map(|line| line.title.clone()).collect(),
        ..Symptoms::default()
    };
    let asked = Arc::new(AtomicUsize::new(0));
    let (counted, plain) = (Arc::clone(&asked), model());
    let counting = Model::new(move |text| {
        counted.fetch_add(1, Ordering::Relaxed);
        plain.vector(text)
    });
    let search = |lines: &[Line], kept: &[u8]| {
        let (before, mut out) = (asked.load(Ordering::Relaxed), Vec::new());
        let keep = &mut |all: &Comparisons, _: Option<&[u8]>| all.write(&mut out).unwrap();
        let earlier = Comparisons::read(kept);
        let memory = Memory { earlier, checkpoint: Vec::new(), rests_on: "three things", keep };
        let (none, how) = (Verdicts::default(), Settings::default());
        let found = find_under(&symptoms(lines), &none, &how, Some(&counting), Some(memory), &|_| ());
        (found, out, asked.load(Ordering::Relaxed) - before)
    };
    let mut lines = record();
    let new = lines.split_off(1_200);
    let (_, kept, first) = search(&lines, &[]);
    // A text that came while its twin was computed may have been computed twice.
    assert!(first >= 12, "{first}");
    let texts: BTreeSet<&str> = lines.iter().map(|line| line.title.as_str()).collect();
    let unknown = new.iter().filter(|line| !texts.contains(line.title.as_str())).count();
    assert_eq!(unknown, 0, "the new tickets say what others said before");
    let mut all = [lines.clone(), new].concat();
    let fresh = Line { id: "new".into(), title: "Salary is missing".into(), ..all[1_299].clone() };
    all.push(fresh);
    let (grown, _, asked_again) = search(&all, &kept);
    let (anew, ..) = search(&all, &[]);
    assert!(asked_again == 1 && grown == anew, "{asked_again}");
}

#[test]
fn themes_follow_the_meaning() {
    let lines = record();
    let weights = Weights::shipped_for(true);
    let groups = group(&lines, &weights, Some(&model()), &Verdicts::default(), &Grouping::default());
    let theme = |n: usize| groups.theme[n];
    assert!((0..60).all(|n| theme(n).is_some() && theme(n) == theme(n % 3)), "{:?}", &groups.theme[..6]);
    assert!(theme(0) != theme(1) && theme(1) != theme(2) && theme(0) != theme(2));
    for problem in &groups.problems {
        assert!(problem.tickets.iter().all(|&t| theme(t as usize) == theme(problem.tickets[0] as usize)));
    }
}
