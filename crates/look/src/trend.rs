//! A figure over rounds as a picture: a dot with its interval for each, where one is told. Read in grey as in colour:
//! nothing is told by an ink alone. Inks are attributes, so that a print has them.

use std::fmt::Write as _;

use maud::PreEscaped;

/// One round.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Under it, short: a day.
    pub label: String,
    /// Where the dot is, with the ends of its interval; nothing where it is not enough to say.
    pub told: Option<(f64, (f64, f64))>,
}

const SOFT: &str = "#5b5954";
const HAIR: &str = "#d6d3cc";
const ACCENT: &str = "#1b4b72";
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 18.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 24.0;
/// What a label takes.
const ROOM: f64 = 62.0;

fn num(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{rounded}") } else { "0".to_owned() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn height(value: f64, scale: u8) -> f64 {
    let share = (value - 1.0) / (f64::from(scale) - 1.0);
    HEIGHT - BOTTOM - share.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM)
}

/// Draws rounds from left to right on a scale from 1 to `scale`; `words` say the same to those who do not see it.
#[must_use]
pub fn trend(points: &[Point], scale: u8, words: &str) -> PreEscaped<String> {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" role=\"img\" aria-label=\"{}\" font-size=\"11\">",
        escaped(words)
    );
    for point in 1..=scale {
        let y = height(f64::from(point), scale);
        let _ = write!(
            out,
            "<path class=\"c-hair\" d=\"M{LEFT} {0}H{1}\" stroke=\"{HAIR}\" stroke-width=\"1\"/>\
             <text class=\"c-soft\" x=\"{2}\" y=\"{3}\" text-anchor=\"end\" fill=\"{SOFT}\">{point}</text>",
            num(y),
            num(WIDTH - RIGHT),
            num(LEFT - 5.0),
            num(y + 4.0)
        );
    }
    let count = u32::try_from(points.len().max(1)).unwrap_or(u32::MAX);
    let step = (WIDTH - LEFT - RIGHT) / f64::from(count);
    // Labels are written where there is room for them, the last one always.
    let every = (1..=count).find(|n| f64::from(*n) * step >= ROOM).unwrap_or(count);
    let mut at = LEFT + step / 2.0;
    for (point, left) in points.iter().zip((0..count).rev()) {
        match point.told {
            Some((mean, (low, high))) => {
                let _ = write!(
                    out,
                    "<path class=\"c-soft-line\" d=\"M{0} {1}V{2}\" stroke=\"{SOFT}\" stroke-width=\"2\"/>\
                     <circle class=\"c-accent-fill\" cx=\"{0}\" cy=\"{3}\" r=\"4.5\" fill=\"{ACCENT}\"/>",
                    num(at),
                    num(height(low, scale)),
                    num(height(high, scale)),
                    num(height(mean, scale))
                );
            }
            None => {
                let _ = write!(
                    out,
                    "<text class=\"c-soft\" x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{SOFT}\">–</text>",
                    num(at),
                    num(height(1.0, scale) - 4.0)
                );
            }
        }
        if left % every == 0 {
            let last = left == 0 && points.len() > 1;
            let (x, anchor) = if last { (WIDTH - RIGHT, "end") } else { (at, "middle") };
            let _ = write!(
                out,
                "<text class=\"c-soft\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{SOFT}\">{}</text>",
                num(x),
                num(HEIGHT - 6.0),
                escaped(&point.label)
            );
        }
        at += step;
    }
    out.push_str("</svg>");
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_that_is_not_told_has_a_dash_and_no_dot() {
        let point = |told| Point { label: "2 Mar".into(), told };
        let svg = trend(&[point(Some((3.0, (2.0, 4.0)))), point(None), point(Some((5.0, (4.5, 5.0))))], 5, "a < b").0;
        assert_eq!((svg.matches("<circle").count(), svg.matches(">–<").count()), (2, 1), "{svg}");
        // The middle of the scale is the middle of the picture.
        assert!(svg.contains("cy=\"67\"") && svg.contains("aria-label=\"a &lt; b\""), "{svg}");
        assert_eq!(trend(&[], 5, "").0.matches("c-hair").count(), 5);
    }
}
