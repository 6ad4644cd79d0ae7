//! Teams of made-up weeks: a planted change is called one, no change is not, and what is missing is said.

use jiff::civil::date;
use measures::stats::wilson;

use super::*;

/// Days of a team that opens and finishes so many tickets on the Monday of each week.
fn days(weeks: &[u32]) -> Days {
    let list: Vec<u32> = weeks.iter().flat_map(|count| [*count, 0, 0, 0, 0, 0, 0]).collect();
    let none = vec![0; list.len()];
    Days {
        arrivals: list.clone(),
        completions: list,
        ages: [none.clone(), none.clone(), none.clone(), none],
        ..Days::default()
    }
}

/// The past from Monday, 6 January 2025 of teams with as many weeks.
fn series(teams: &[(&str, Vec<u32>)]) -> Series {
    let weeks = teams.first().map_or(0, |(_, weeks)| weeks.len());
    let all: Vec<u32> = (0..weeks).map(|week| teams.iter().map(|(_, counts)| counts[week]).sum()).collect();
    let start = date(2025, 1, 6);
    let last = start + Span::new().days(i64::try_from(7 * weeks).unwrap() - 1);
    Series {
        start,
        whole: (start, last),
        end_ms: 0,
        all: days(&all),
        urgent: None,
        teams: teams.iter().map(|(name, counts)| ((*name).to_owned(), days(counts))).collect(),
        hours: [[0; 24]; 7],
    }
}

/// Weeks around 20 that lean nowhere.
const STEADY: [u32; 13] = [20, 23, 18, 21, 19, 22, 20, 17, 24, 20, 19, 21, 18];

/// Three quarters of steady weeks, and a fourth with so many times as much.
fn year(factor: u32) -> Vec<u32> {
    [STEADY, STEADY, STEADY, STEADY.map(|count| count * factor)].concat()
}

fn share(team: &str, kind: Kind, count: u32, n: u32) -> MeasureValue {
    let (name, statistic) = kind.measure();
    let (low, high) = wilson(u64::from(count), u64::from(n)).unwrap();
    MeasureValue {
        name,
        statistic,
        group: Some(team.to_owned()),
        value: Some(f64::from(count) / f64::from(n)),
        unit: "share",
        n: u64::from(n),
        low: Some(low),
        high: Some(high),
    }
}

fn flow_of(series: &Series, measured: &Measured) -> Flow {
    let whole = series.whole_weeks(&series.all);
    let weeks = WEEKS.min(whole.len() / 2);
    told(series, bounds(&whole, weeks).unwrap(), weeks, measured)
}

fn change(flow: &Flow, team: &str, kind: Kind) -> Change {
    let team = flow.teams.iter().find(|one| one.name == team).unwrap();
    team.figures.iter().find(|figure| figure.kind == kind).unwrap().change
}

#[test]
fn a_planted_change_is_found_and_no_change_is_not() {
    let series = series(&[("fast", year(2)), ("steady", year(1)), ("small", vec![0; 52])]);
    let measured = Measured {
        over: [
            vec![share("fast", Kind::Reopened, 90, 300), share("steady", Kind::Reopened, 31, 300)],
            vec![share("fast", Kind::Reopened, 30, 300), share("steady", Kind::Reopened, 30, 300)],
        ],
        open: [
            vec![share("fast", Kind::Old, 10, 200), share("steady", Kind::Old, 50, 100)],
            vec![share("fast", Kind::Old, 100, 200), share("steady", Kind::Old, 48, 100)],
        ],
        ..Measured::default()
    };
    let flow = flow_of(&series, &measured);
    assert_eq!(flow.bounds, [date(2025, 7, 7), date(2025, 10, 6), date(2026, 1, 5)]);
    assert_eq!((flow.weeks, flow.whole, flow.comparisons), (13, 52, 6));
    let names: Vec<&str> = flow.teams.iter().map(|team| team.name.as_str()).collect();
    assert_eq!(names, ["fast", "steady", "small"], "in the order of the series");
    assert_eq!(change(&flow, "fast", Kind::Finished), Change::More);
    assert_eq!(change(&flow, "fast", Kind::Reopened), Change::More);
    assert_eq!(change(&flow, "fast", Kind::Old), Change::Less);
    for kind in [Kind::Finished, Kind::Reopened, Kind::Old] {
        assert_eq!(change(&flow, "steady", kind), Change::Same, "{kind:?}");
    }
    let fast = &flow.teams[0];
    assert_eq!((fast.finished, fast.weeks.len()), (u64::from(STEADY.iter().sum::<u32>()) * 3, 26));
    let finished = fast.figures[0];
    assert_eq!((finished.later.n, finished.earlier.n), (524, 262));
    assert_eq!(finished.later.estimate.value, Some(524.0 / 13.0));
    // What no source tells has no line, a small team no figure.
    assert!(fast.figures.iter().all(|figure| !matches!(figure.kind, Kind::PingPong | Kind::Waiting | Kind::Resolve)));
    assert!(flow.teams[2].figures.is_empty());
}

#[test]
fn a_full_count_has_no_verdict_and_a_withheld_one_neither() {
    let series = series(&[("one", year(1))]);
    let age = |value| MeasureValue { value, low: None, high: None, unit: "hours", ..share("one", Kind::Age, 1, 30) };
    let told = |now, before| {
        let measured = Measured { open: [vec![age(now)], vec![age(before)]], ..Measured::default() };
        change(&flow_of(&series, &measured), "one", Kind::Age)
    };
    assert_eq!(told(Some(30.0), Some(300.0)), Change::Counted);
    assert_eq!(told(Some(30.0), None), Change::NotEnough);
    // Only the states of today are known.
    let now = Measured { waiting: [vec![share("one", Kind::Waiting, 8, 40)], Vec::new()], ..Measured::default() };
    assert_eq!(change(&flow_of(&series, &now), "one", Kind::Waiting), Change::NotEnough);
}

/// A figure that lies so many standard errors from zero.
fn far(z: f64) -> Figure {
    let difference = Difference { value: z, low: z - 1.96, high: z + 1.96, z };
    let side = Side { estimate: Estimate { value: Some(1.0), low: None, high: None }, n: 50 };
    Figure { kind: Kind::Waiting, later: side, earlier: side, difference: Some(difference), change: Change::NotEnough }
}

#[test]
fn among_many_comparisons_a_doubtful_one_may_be_chance() {
    let judged = |zs: &[f64]| {
        let mut figures: Vec<Figure> = zs.iter().map(|z| far(*z)).collect();
        assert_eq!(judge(figures.iter_mut().collect(), |_| false), zs.len());
        figures.into_iter().map(|figure| figure.change).collect::<Vec<_>>()
    };
    assert_eq!(judged(&[2.1]), [Change::More], "alone");
    assert_eq!(judged(&[2.1, 0.1, -0.4, 0.9]), [Change::Chance, Change::Same, Change::Same, Change::Same]);
    assert_eq!(judged(&[-5.0, 0.1, -0.4, 0.9])[0], Change::Less, "far enough among any");
    assert_eq!(judged(&[]), []);
}

#[test]
fn what_the_record_alone_would_look_like_is_no_change() {
    // Half a year: of what was open before it began nothing is known.
    let series = series(&[("fast", year(2)[26..].to_vec())]);
    let sides = |kind, now, before| [vec![share("fast", kind, now, 300)], vec![share("fast", kind, before, 300)]];
    let told = |now, before| {
        let (over, open) = (sides(Kind::Reopened, now, before), sides(Kind::Old, now, before));
        flow_of(&series, &Measured { over, open, ..Measured::default() })
    };
    let more = told(90, 30);
    assert!(more.begins_late(Kind::Finished) && more.begins_late(Kind::Old) && !more.begins_late(Kind::Resolve));
    assert_eq!(change(&more, "fast", Kind::Finished), Change::Unsure, "the first weeks lack what was opened before");
    assert_eq!(change(&more, "fast", Kind::Old), Change::Unsure);
    assert_eq!(change(&more, "fast", Kind::Reopened), Change::More, "in spite of less time to come back");
    let less = told(30, 90);
    assert_eq!(change(&less, "fast", Kind::Old), Change::Less, "in spite of a longer past");
    assert_eq!(change(&less, "fast", Kind::Reopened), Change::Unsure);
}

#[test]
fn one_great_week_makes_no_change() {
    let mut weeks = year(1);
    weeks.iter_mut().skip(39).for_each(|count| *count -= 8);
    weeks[45] = 900;
    let flow = flow_of(&series(&[("one", weeks)]), &Measured::default());
    let finished = flow.teams[0].figures[0];
    let difference = finished.difference.unwrap();
    assert!(difference.value > 50.0 && difference.high < 0.0, "the mean went up, the weeks went down: {difference:?}");
    assert_eq!(finished.change, Change::Same);
}

#[test]
fn a_short_record_is_halved() {
    let series = series(&[("one", vec![5; 15])]);
    let flow = flow_of(&series, &Measured::default());
    assert_eq!((flow.weeks, flow.whole), (7, 15));
    // The last fourteen weeks: from the second Monday on.
    assert_eq!(flow.bounds, [date(2025, 1, 13), date(2025, 3, 3), date(2025, 4, 21)]);
    assert_eq!(flow.teams[0].finished, 70);
    assert_eq!(flow.teams[0].figures[0].change, Change::Same);
}
