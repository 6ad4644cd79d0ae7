//! The weeks before and after a fix: the problem above, what it is compared with below, the day of the fix between.

use std::fmt::Write as _;

use brief::words;
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};
use problems::verify::{Side, Week};

use super::{LEFT, WIDTH};

/// Top and floor of a panel, in the units of the drawing.
type Panel = (f64, f64);
const PROBLEM: Panel = (18.0, 110.0);
const OTHERS: Panel = (128.0, 186.0);
const HEIGHT: f64 = 206.0;

/// Draws the weeks, with the same as a table. `on` is the day of the fix.
#[must_use]
pub fn weeks(on: Date, weeks: &[Week]) -> Markup {
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else {
        return html! { p.soft { "No whole week lies around the fix: there is nothing to draw." } };
    };
    let description = described(on, weeks);
    html! {
        figure {
            figcaption {
                "Tickets each week, counted from the day of the fix: those of the problem above, the desk's other tickets, which it is compared with, below. The line marks the day of the fix"
                @if weeks.iter().any(|week| week.side == Side::LeftOut) { "; pale columns are its worst weeks before, which do not count" }
                "."
            }
            svg.chart.weekly role="img" aria-label=(description) viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) {
                (PreEscaped(drawn(weeks, &day(&first.from), &day(&last.from))))
            }
            details {
                summary { "The same as a table" }
                (crate::layout::scroll("Weeks before and after the fix", &html! {
                    table {
                        caption { (description) }
                        thead { tr { th scope="col" { "Week from" } th.n scope="col" { "Tickets" } th.n scope="col" { "Desk's other tickets" } th scope="col" { "Counts as" } } }
                        tbody { @for week in weeks { tr {
                            th scope="row" { (day(&week.from)) } td.n { (words::grouped(week.tickets)) } td.n { (words::grouped(week.others)) } td { (side(week.side)) }
                        } } }
                    }
                }))
            }
        }
    }
}

fn day(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), words::date)
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Before => "before",
        Side::LeftOut => "left out: a worst week",
        Side::After => "after",
    }
}

fn described(on: Date, weeks: &[Week]) -> String {
    let sum = |after: bool| {
        let of = weeks.iter().filter(|week| (week.side == Side::After) == after);
        of.fold((0_u64, 0_u64, 0_u64), |sum, week| (sum.0 + 1, sum.1 + week.tickets, sum.2 + week.others))
    };
    let (before, after) = (sum(false), sum(true));
    let told = |(n, tickets, others): (u64, u64, u64)| {
        format!("{} tickets and {} others in {n} weeks", words::grouped(tickets), words::grouped(others))
    };
    format!("Before the fix on {}: {}. After it: {}.", words::date(on), told(before), told(after))
}

fn drawn(weeks: &[Week], first: &str, last: &str) -> String {
    let step = (WIDTH - LEFT) / f64::from(u32::try_from(weeks.len()).unwrap_or(u32::MAX));
    let mut svg = String::new();
    columns(&mut svg, PROBLEM, step, weeks.iter().map(|week| (week.tickets, class(week.side))));
    columns(&mut svg, OTHERS, step, weeks.iter().map(|week| (week.others, "c-soft")));
    if let Some(at) = weeks.iter().position(|week| week.side == Side::After) {
        let x = LEFT + step * f64::from(u32::try_from(at).unwrap_or(u32::MAX));
        let anchor = if x > WIDTH / 2.0 { "end" } else { "start" };
        let _ = write!(
            svg,
            r#"<line class="c-ink-line" x1="{x:.1}" x2="{x:.1}" y1="14" y2="{}" stroke-width="1.5" stroke-dasharray="4 3"/><text class="c-ink" x="{x:.1}" y="10" font-size="12" text-anchor="{anchor}">day of the fix</text>"#,
            OTHERS.1
        );
    }
    let _ = write!(
        svg,
        r#"<text class="c-soft" x="{LEFT}" y="{0}" font-size="12">{first}</text><text class="c-soft" x="{WIDTH}" y="{0}" font-size="12" text-anchor="end">{last}</text>"#,
        HEIGHT - 5.0
    );
    svg
}

fn class(side: Side) -> &'static str {
    if side == Side::LeftOut { "c-fan" } else { "c-accent-fill" }
}

fn columns(
    svg: &mut String,
    (top, floor): Panel,
    step: f64,
    values: impl Iterator<Item = (u64, &'static str)> + Clone,
) {
    let most = values.clone().map(|(n, _)| n).max().unwrap_or(0).max(1);
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let height = |n: u64| (floor - top) * n as f64 / most as f64;
    let gap = if step > 4.0 { 1.0 } else { 0.0 };
    for (at, (n, class)) in (0_u32..).zip(values).filter(|(_, (n, _))| *n > 0) {
        let (x, high) = (LEFT + step * f64::from(at), height(n));
        let _ = write!(
            svg,
            r#"<rect class="{class}" x="{x:.1}" y="{:.1}" width="{:.1}" height="{high:.1}"/>"#,
            floor - high,
            (step - gap).max(0.5)
        );
    }
    let _ = write!(
        svg,
        r#"<line class="c-soft-line" x1="{LEFT}" x2="{WIDTH}" y1="{floor}" y2="{floor}" stroke-width="1"/><text class="c-soft" x="{0}" y="{1}" font-size="12" text-anchor="end">{2}</text>"#,
        LEFT - 6.0,
        top + 8.0,
        words::grouped(most)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_series_and_the_day_of_the_fix_are_drawn_and_told() {
        let week = |from: &str, tickets, others, side| Week { from: from.into(), tickets, others, side };
        let all = [
            week("2026-02-16", 9, 40, Side::LeftOut),
            week("2026-02-23", 4, 30, Side::Before),
            week("2026-03-02", 0, 35, Side::After),
            week("2026-03-09", 1, 0, Side::After),
        ];
        let shown = weeks(jiff::civil::date(2026, 3, 2), &all).into_string();
        assert_eq!(shown.matches("<rect").count(), 3 + 3, "every week with tickets, of both");
        for part in [
            "Before the fix on 2 March 2026: 13 tickets and 70 others in 2 weeks. After it: 1 tickets and 35 others in 2 weeks.",
            "day of the fix",
            "left out: a worst week",
            "c-fan",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("style="));
        assert!(weeks(jiff::civil::date(2026, 3, 2), &[]).into_string().contains("nothing to draw"));
    }
}
