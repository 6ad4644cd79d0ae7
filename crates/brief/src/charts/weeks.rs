//! Charts over weeks: what came and went, and how the pile grows.

use std::fmt::Write;

use jiff::civil::Date;

use super::axis::{Scale, apart, week_labels};
use super::{ACCENT, Drawing, FAN, FILL, INK, SOFT, Svg, num};
use crate::content::{FanWeek, FlowWeek, OpenWeek};
use crate::words;

pub(super) const WIDTH: f64 = 330.0;
const HEIGHT: f64 = 142.0;
pub(super) const LEFT: f64 = 38.0;
pub(super) const RIGHT: f64 = 262.0;
pub(super) const TOP: f64 = 12.0;
pub(super) const FLOOR: f64 = 118.0;

#[expect(clippy::cast_precision_loss, reason = "weeks are few")]
pub(super) fn at(index: usize, of: usize) -> (f64, f64) {
    let step = (RIGHT - LEFT) / (of.max(1) as f64);
    (LEFT + step * index as f64, step)
}

pub(super) fn week_axis(svg: &mut Svg, starts: &[Date]) {
    for (i, label) in week_labels(starts) {
        let (x, step) = at(i, starts.len());
        let x = x + step / 2.0;
        svg.line("c-soft-line", SOFT, 1.0, None, &[(x, FLOOR), (x, FLOOR + 4.0)]);
        svg.text(x, FLOOR + 17.0, "middle", "c-soft", &label);
    }
}

/// Opened as columns, finished as a line.
pub(crate) fn flow(weeks: &[FlowWeek], key: &str) -> Option<Drawing> {
    let (first, last) = (weeks.first()?, weeks.last()?);
    let most = weeks.iter().map(|w| w.opened.max(w.finished)).max()?;
    // Where no end is known at all, none is drawn.
    let ends = weeks.iter().any(|w| w.finished > 0);
    let title = if ends { "Calls opened and solved each week" } else { "Calls opened each week" }.to_owned();
    let total = |pick: fn(&FlowWeek) -> u32| weeks.iter().map(|w| u64::from(pick(w))).sum::<u64>();
    let mut description = format!(
        "{} weeks from {}. Opened: {} in all, between {} and {} a week.",
        weeks.len(),
        words::date(first.start),
        words::grouped(total(|w| w.opened)),
        words::grouped(weeks.iter().map(|w| u64::from(w.opened)).min()?),
        words::grouped(weeks.iter().map(|w| u64::from(w.opened)).max()?),
    );
    if ends {
        let _ = write!(description, " Solved: {} in all.", words::grouped(total(|w| w.finished)));
    }
    let mut svg = Svg::open(WIDTH, HEIGHT, key, &title, &description);
    let scale = Scale::new(f64::from(most), 3.0, FLOOR, TOP);
    scale.draw(&mut svg, LEFT, RIGHT);
    let mut points = Vec::new();
    for (i, week) in weeks.iter().enumerate() {
        let (x, step) = at(i, weeks.len());
        let y = scale.at(f64::from(week.opened));
        svg.push(&format!(
            "<rect class=\"c-fill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{FILL}\"/>",
            num(x + step * 0.1),
            num(y),
            num(step * 0.8),
            num(FLOOR - y)
        ));
        points.push((x + step / 2.0, scale.at(f64::from(week.finished))));
    }
    if ends {
        svg.line("c-accent", ACCENT, 2.0, None, &points);
    }
    svg.line("c-soft-line", SOFT, 1.0, None, &[(LEFT, FLOOR), (RIGHT, FLOOR)]);
    week_axis(&mut svg, &weeks.iter().map(|w| w.start).collect::<Vec<_>>());
    let labels = apart(vec![scale.at(f64::from(last.opened)), scale.at(f64::from(last.finished))], 13.0, TOP, FLOOR);
    for (y, (class, text)) in
        labels.iter().zip([("c-ink", "opened"), ("c-accent-fill", "solved")]).take(if ends { 2 } else { 1 })
    {
        svg.text(RIGHT + 6.0, y + 4.0, "start", class, text);
    }
    Some(Drawing {
        svg: svg.close(),
        title,
        description,
        headings: vec!["Week of".to_owned(), "Opened".to_owned(), "Solved".to_owned()],
        rows: weeks
            .iter()
            .map(|w| vec![words::date(w.start), words::grouped(w.opened.into()), words::grouped(w.finished.into())])
            .collect(),
    })
}

/// Open tickets, and the range of the weeks to come.
pub(crate) fn backlog(past: &[OpenWeek], coming: &[FanWeek], key: &str) -> Option<Drawing> {
    let (now, last) = (past.last()?, coming.last()?);
    let most = past.iter().map(|w| f64::from(w.open)).chain(coming.iter().map(|w| w.p85)).fold(0.0, f64::max);
    let title = "Calls still open, and the weeks to come".to_owned();
    let rounded = |v: f64| words::count_short(v.round());
    let description = format!(
        "{} open at the end of the week of {}. In {} weeks {} are as likely as not, most likely between {} and {}.",
        words::grouped(now.open.into()),
        words::date(now.start),
        coming.len(),
        rounded(last.p50),
        rounded(last.p15),
        rounded(last.p85),
    );
    let mut svg = Svg::open(WIDTH, HEIGHT, key, &title, &description);
    let scale = Scale::new(most, 3.0, FLOOR, TOP);
    let starts: Vec<Date> = past.iter().map(|w| w.start).chain(coming.iter().map(|w| w.start)).collect();
    let middle = |i: usize| {
        let (x, step) = at(i, starts.len());
        x + step / 2.0
    };
    let from = (middle(past.len() - 1), scale.at(f64::from(now.open)));
    // The fan lies under the hair lines so that both can be read.
    let upper = coming.iter().enumerate().map(|(i, w)| (middle(past.len() + i), scale.at(w.p85)));
    let lower = coming.iter().enumerate().map(|(i, w)| (middle(past.len() + i), scale.at(w.p15)));
    let mut outline = vec![from];
    outline.extend(upper);
    let mut back: Vec<_> = lower.collect();
    back.reverse();
    outline.extend(back);
    let points: Vec<String> = outline.iter().map(|(x, y)| format!("{},{}", num(*x), num(*y))).collect();
    svg.push(&format!("<polygon class=\"c-fan\" points=\"{}\" fill=\"{FAN}\"/>", points.join(" ")));
    scale.draw(&mut svg, LEFT, RIGHT);
    let line: Vec<_> = past.iter().enumerate().map(|(i, w)| (middle(i), scale.at(f64::from(w.open)))).collect();
    svg.line("c-ink-line", INK, 1.8, None, &line);
    let mut dashed = vec![from];
    dashed.extend(coming.iter().enumerate().map(|(i, w)| (middle(past.len() + i), scale.at(w.p50))));
    svg.line("c-accent", ACCENT, 1.8, Some("4 3"), &dashed);
    svg.push(&format!(
        "<circle class=\"c-ink\" cx=\"{}\" cy=\"{}\" r=\"2.6\" fill=\"{INK}\"/>",
        num(from.0),
        num(from.1)
    ));
    // The word stands on the side of the line that is emptier.
    let y = if from.1 > f64::midpoint(TOP, FLOOR) { from.1 - 8.0 } else { from.1 + 16.0 };
    svg.text(from.0, y, "end", "c-ink", &format!("{} now", rounded(f64::from(now.open))));
    svg.line("c-soft-line", SOFT, 1.0, None, &[(LEFT, FLOOR), (RIGHT, FLOOR)]);
    week_axis(&mut svg, &starts);
    let wanted = vec![scale.at(last.p85), scale.at(last.p50), scale.at(last.p15)];
    let texts = [
        ("c-soft", format!("{} high", rounded(last.p85))),
        ("c-accent-fill", format!("{} likely", rounded(last.p50))),
        ("c-soft", format!("{} low", rounded(last.p15))),
    ];
    for (y, (class, text)) in apart(wanted, 13.0, TOP, FLOOR).iter().zip(&texts) {
        svg.text(RIGHT - 3.0, y + 4.0, "start", class, text);
    }
    let mut rows: Vec<Vec<String>> = past
        .iter()
        .map(|w| vec![words::date(w.start), words::grouped(w.open.into()), String::new(), String::new()])
        .collect();
    rows.extend(coming.iter().map(|w| vec![words::date(w.start), rounded(w.p50), rounded(w.p15), rounded(w.p85)]));
    Some(Drawing {
        svg: svg.close(),
        title,
        description,
        headings: ["Week of", "Open at its end", "Low", "High"].map(str::to_owned).to_vec(),
        rows,
    })
}
