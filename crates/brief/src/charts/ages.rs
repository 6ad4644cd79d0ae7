//! The backlog week by week, by how old its tickets are.

use jiff::civil::Date;

use super::axis::Scale;
use super::weeks::{FLOOR, LEFT, RIGHT, TOP, WIDTH, at, week_axis};
use super::{ACCENT, Drawing, SOFT, Svg, num};
use crate::words;

/// The end of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeWeek {
    /// Its Monday.
    pub start: Date,
    /// Open tickets by age: under 7 days, 7 to under 30, 30 to under 90, 90 and more.
    pub ages: [u32; 4],
}

/// Most weeks that are drawn, the latest.
const MOST: usize = 53;
const HEIGHT: f64 = 164.0;
const BANDS: [&str; 4] = ["under 7 days", "7 to 29 days", "30 to 89 days", "90 days or more"];
/// The same for the legend, and where each begins.
const LEGEND: [(&str, f64); 4] = [("under 7 days", 2.0), ("7–29", 94.0), ("30–89", 148.0), ("90 or more", 212.0)];
/// Told apart by lightness: the older, the darker.
const OPACITY: [&str; 4] = ["0.15", "0.4", "0.7", "1"];

/// Draws open tickets by age as stacked columns. `None` without weeks, or where none was ever open.
#[must_use]
pub fn ages(weeks: &[AgeWeek], key: &str) -> Option<Drawing> {
    let weeks = weeks.get(weeks.len().saturating_sub(MOST)..)?;
    let (first, last) = (weeks.first()?, weeks.last()?);
    let sum = |week: &AgeWeek| week.ages.iter().map(|n| u64::from(*n)).sum::<u64>();
    let most = weeks.iter().map(sum).max().filter(|most| *most > 0)?;
    let title = "Calls open at the end of each week, by age".to_owned();
    let description = format!(
        "{} weeks from {}. At the end of the last one {} were open: {}.",
        weeks.len(),
        words::date(first.start),
        words::grouped(sum(last)),
        last.ages
            .iter()
            .zip(BANDS)
            .map(|(n, band)| format!("{} {band}", words::grouped(u64::from(*n))))
            .collect::<Vec<_>>()
            .join(", ")
    );
    let mut svg = Svg::open(WIDTH, HEIGHT, key, &title, &description);
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let scale = Scale::new(most as f64, 3.0, FLOOR, TOP);
    scale.draw(&mut svg, LEFT, RIGHT);
    for (i, week) in weeks.iter().enumerate() {
        let (x, step) = at(i, weeks.len());
        let mut below = 0.0;
        // The oldest lie at the bottom, where they can be followed from week to week.
        for (count, opacity) in week.ages.iter().zip(OPACITY).rev() {
            let (from, to) = (scale.at(below), scale.at(below + f64::from(*count)));
            below += f64::from(*count);
            if *count > 0 {
                bar(&mut svg, (x + step * 0.08, to), (step * 0.84, from - to), opacity);
            }
        }
    }
    svg.line("c-soft-line", SOFT, 1.0, None, &[(LEFT, FLOOR), (RIGHT, FLOOR)]);
    week_axis(&mut svg, &weeks.iter().map(|week| week.start).collect::<Vec<_>>());
    for ((band, x), opacity) in LEGEND.into_iter().zip(OPACITY) {
        bar(&mut svg, (x, HEIGHT - 15.0), (9.0, 9.0), opacity);
        svg.text(x + 13.0, HEIGHT - 7.0, "start", "c-soft", band);
    }
    Some(Drawing {
        svg: svg.close(),
        title,
        description,
        headings: ["Week of", BANDS[0], BANDS[1], BANDS[2], BANDS[3], "All"].map(str::to_owned).to_vec(),
        rows: weeks
            .iter()
            .map(|week| {
                std::iter::once(words::date(week.start))
                    .chain(week.ages.iter().map(|n| words::grouped(u64::from(*n))))
                    .chain([words::grouped(sum(week))])
                    .collect()
            })
            .collect(),
    })
}

fn bar(svg: &mut Svg, (x, y): (f64, f64), (width, height): (f64, f64), opacity: &str) {
    svg.push(&format!(
        "<rect class=\"c-accent-fill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{ACCENT}\" fill-opacity=\"{opacity}\"/>",
        num(x),
        num(y),
        num(width),
        num(height)
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(day: i8, ages: [u32; 4]) -> AgeWeek {
        AgeWeek { start: jiff::civil::date(2026, 6, day), ages }
    }

    #[test]
    fn columns_stack_and_the_table_says_the_same() {
        let drawing = ages(&[week(1, [4, 3, 2, 1]), week(8, [0, 0, 5, 5])], "a").unwrap();
        // Six columns' parts and four of the legend.
        assert_eq!(drawing.svg.matches("<rect").count(), 10);
        assert_eq!(drawing.rows[1], ["8 June 2026", "0", "0", "5", "5", "10"]);
        assert!(
            drawing.description.contains("10 were open: 0 under 7 days, 0 7 to 29 days, 5 30"),
            "{}",
            drawing.description
        );
        // Both weeks have ten: their tops are the same.
        let tops: Vec<f64> = drawing
            .svg
            .split("<rect")
            .skip(1)
            .filter(|rect| rect.contains("fill-opacity=\"0.15\"") || rect.contains("fill-opacity=\"0.7\""))
            .map(|rect| rect.split("y=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap())
            .collect();
        assert!((tops[1] - tops[2]).abs() < 0.2, "{tops:?}");
    }

    #[test]
    fn nothing_open_is_nothing_to_draw() {
        assert!(ages(&[], "a").is_none());
        assert!(ages(&[week(1, [0; 4])], "a").is_none());
        let many: Vec<AgeWeek> = (0..80).map(|_| week(1, [1, 0, 0, 0])).collect();
        assert_eq!(ages(&many, "a").unwrap().rows.len(), MOST);
    }
}
