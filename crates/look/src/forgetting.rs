//! How the memory of a circle fades, as a picture: the share that still knows it over the days since it was explained,
//! with its 90 % interval as a band. Inks are attributes, so that a print has them.

use std::fmt::Write as _;

use leadership::memory::Curve;
use maud::PreEscaped;

use crate::charts::Drawing;

const INK: &str = "#1c1b19";
const SOFT: &str = "#5b5954";
const HAIR: &str = "#d6d3cc";
const FAN: &str = "#dfe7ee";
const ACCENT: &str = "#1b4b72";
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 40.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 40.0;
/// Days that the picture reaches, and that its table tells.
const DAYS: u32 = 120;
const TOLD: [u32; 5] = [7, 30, 60, 90, 120];

fn num(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{rounded}") } else { "0".to_owned() }
}

fn x(day: u32) -> f64 {
    LEFT + f64::from(day) / f64::from(DAYS) * (WIDTH - LEFT - RIGHT)
}

fn y(share: f64) -> f64 {
    TOP + (1.0 - share) * (HEIGHT - TOP - BOTTOM)
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A path through some points.
fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (at, (x, y)) in points.enumerate() {
        let _ = write!(out, "{}{} {}", if at == 0 { 'M' } else { 'L' }, num(x), num(y));
    }
    out
}

/// Draws the curve over 120 days. The line across stands where it is proposed to explain again, at `again` of 1. `key`
/// makes the ids unique on the page.
#[must_use]
pub fn forgetting(curve: &Curve, again: f64, key: usize) -> Drawing {
    let title = "How it fades after an explanation".to_owned();
    let told = |day: u32| {
        let (known, (low, high)) = curve.known_after(f64::from(day));
        [day.to_string(), percent(known), format!("{} to {}", percent(low), percent(high))]
    };
    let words: Vec<String> = TOLD.iter().map(|day| format!("after {day} days {}", told(*day)[1])).collect();
    let description =
        format!("Share that still knows it: {}. From {} answers, {} right.", words.join(", "), curve.n, curve.right);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" role=\"img\" aria-labelledby=\"fade-{key}-t fade-{key}-d\" font-size=\"11\">\
         <title id=\"fade-{key}-t\">{title}</title><desc id=\"fade-{key}-d\">{description}</desc>"
    );
    let days = || (0..=DAYS).step_by(2);
    let at = |day: u32| curve.known_after(f64::from(day));
    let (low, high): (Vec<_>, Vec<_>) =
        (days().map(|day| (x(day), y(at(day).1.0))).collect(), days().map(|day| (x(day), y(at(day).1.1))).collect());
    let _ = write!(
        out,
        "<path class=\"c-fan\" d=\"{}Z\" fill=\"{FAN}\"/>",
        path(high.into_iter().chain(low.into_iter().rev()))
    );
    for share in [0.0, 0.5, 1.0] {
        let _ = write!(
            out,
            "<path class=\"c-hair\" d=\"M{LEFT} {0}H{1}\" stroke=\"{HAIR}\" stroke-width=\"1\"/>\
             <text class=\"c-soft\" x=\"{2}\" y=\"{3}\" text-anchor=\"end\" fill=\"{SOFT}\">{4}</text>",
            num(y(share)),
            num(WIDTH - RIGHT),
            num(LEFT - 5.0),
            num(y(share) + 4.0),
            percent(share)
        );
    }
    let _ = write!(
        out,
        "<path class=\"c-soft-line\" d=\"M{LEFT} {0}H{1}\" stroke=\"{SOFT}\" stroke-width=\"1\" stroke-dasharray=\"4 3\"/>\
         <path class=\"c-accent\" d=\"{2}\" fill=\"none\" stroke=\"{ACCENT}\" stroke-width=\"2\"/>",
        num(y(again)),
        num(WIDTH - RIGHT),
        path(days().map(|day| (x(day), y(at(day).0))))
    );
    for day in [0, 30, 60, 90, 120] {
        let anchor = if day == DAYS { "end" } else { "middle" };
        let _ = write!(
            out,
            "<text class=\"c-soft\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{SOFT}\">{day}</text>",
            num(x(day)),
            num(y(0.0) + 15.0)
        );
    }
    let _ = write!(
        out,
        "<text class=\"c-ink\" x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{INK}\">days since it was explained</text></svg>",
        num(x(DAYS / 2)),
        num(HEIGHT - 6.0)
    );
    Drawing {
        svg: PreEscaped(out),
        title,
        description,
        headings: vec!["Days", "Still known", "90 % interval"],
        rows: TOLD.iter().map(|day| told(*day).to_vec()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_at_a_half_after_the_half_life_and_the_table_says_the_same() {
        let curve = Curve { half_life: 60.0, interval: (30.0, 120.0), n: 12, right: 9 };
        let drawing = forgetting(&curve, 0.7, 3);
        // Half of 140 below the top, in the middle of the 310 that are 120 days.
        assert!(drawing.svg.0.contains("L195 80"), "{}", drawing.svg.0);
        // The band at its end: 2^(−4) and 2^(−1).
        assert!(drawing.svg.0.contains("L350 141.3") && drawing.svg.0.contains("L350 80"), "{}", drawing.svg.0);
        assert_eq!(drawing.rows[2], ["60", "50 %", "25 % to 71 %"]);
        assert!(
            drawing.description.contains("after 60 days 50 %") && drawing.description.contains("12 answers, 9 right")
        );
        assert!(drawing.svg.0.contains("fade-3-t"));
    }
}
