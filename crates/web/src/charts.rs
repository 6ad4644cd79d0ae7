//! Charts that the brief has no use for: tickets a week of a single problem, weeks around a fix, small bars.
//! Inks are classes of the sheet; there is no inline style, which the content policy forbids.

pub mod bars;
pub mod fix;

use std::fmt::Write as _;

use brief::words;
use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 36.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;

/// Columns, one a week, with the same as a table. `weeks` are Mondays and counts, none left out.
#[must_use]
pub fn weekly(weeks: &[(Date, u32)]) -> Markup {
    let (Some((first, _)), Some((last, _))) = (weeks.first(), weeks.last()) else {
        return html! { p.soft { "Not enough to say." } };
    };
    let most = weeks.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let top = ceiling(most);
    let count = u32::try_from(weeks.len()).unwrap_or(u32::MAX);
    let step = (WIDTH - LEFT) / f64::from(count);
    let floor = HEIGHT - BOTTOM;
    let y = |n: u32| floor - (floor - TOP) * f64::from(n) / f64::from(top);
    let mut svg = String::new();
    for n in [top / 2, top] {
        let _ = write!(
            svg,
            r#"<line class="c-hair" x1="{LEFT}" x2="{WIDTH}" y1="{0:.1}" y2="{0:.1}" stroke-width="1"/><text class="c-soft" x="{1}" y="{2:.1}" font-size="12" text-anchor="end">{n}</text>"#,
            y(n),
            LEFT - 6.0,
            y(n) + 4.0
        );
    }
    let gap = if step > 4.0 { 1.0 } else { 0.0 };
    for (at, (_, n)) in (0_u32..).zip(weeks) {
        if *n > 0 {
            let x = LEFT + step * f64::from(at);
            let _ = write!(
                svg,
                r#"<rect class="c-accent-fill" x="{x:.1}" y="{:.1}" width="{:.1}" height="{:.1}"/>"#,
                y(*n),
                (step - gap).max(0.5),
                floor - y(*n)
            );
        }
    }
    let _ = write!(
        svg,
        r#"<line class="c-soft-line" x1="{LEFT}" x2="{WIDTH}" y1="{floor}" y2="{floor}" stroke-width="1"/><text class="c-soft" x="{LEFT}" y="{0}" font-size="12">{1}</text><text class="c-soft" x="{WIDTH}" y="{0}" font-size="12" text-anchor="end">{2}</text>"#,
        HEIGHT - 7.0,
        words::date(*first),
        words::date(*last)
    );
    let total: u64 = weeks.iter().map(|(_, n)| u64::from(*n)).sum();
    let description = format!(
        "{} tickets in {} weeks from {} to {}; most in one week: {most}.",
        words::grouped(total),
        weeks.len(),
        words::date(*first),
        words::date(*last)
    );
    html! {
        figure {
            figcaption { "Tickets opened each week" }
            svg.chart.weekly role="img" aria-label=(description) viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) { (PreEscaped(svg)) }
            details {
                summary { "The same as a table" }
                (crate::layout::scroll("Tickets opened each week", &html! {
                    table {
                        caption { (description) }
                        thead { tr { th scope="col" { "Week of" } th.n scope="col" { "Tickets" } } }
                        tbody { @for (monday, n) in weeks { tr { th scope="row" { (words::date(*monday)) } td.n { (n) } } } }
                    }
                }))
            }
        }
    }
}

/// The next round number that has a whole half.
fn ceiling(most: u32) -> u32 {
    let mut power = 1_u32;
    loop {
        for tenths in [10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100] {
            let Some(value) = power.checked_mul(tenths) else { return most };
            let value = value / 10;
            if value >= most && value.is_multiple_of(2) {
                return value;
            }
        }
        let Some(next) = power.checked_mul(10) else { return most };
        power = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_a_round_number_not_below() {
        for (most, round) in
            [(1, 2), (2, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (41, 50), (201, 240), (999, 1000)]
        {
            assert_eq!(ceiling(most), round);
        }
        assert_eq!(ceiling(u32::MAX), u32::MAX);
    }

    #[test]
    fn every_week_with_tickets_has_a_column() {
        let day = |d| Date::new(2026, 1, d).unwrap();
        let drawn = weekly(&[(day(5), 3), (day(12), 0), (day(19), 1)]).into_string();
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(drawn.contains("4 tickets in 3 weeks") && !drawn.contains("style="));
        assert!(weekly(&[]).into_string().contains("Not enough to say"));
    }
}
