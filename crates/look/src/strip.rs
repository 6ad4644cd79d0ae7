//! One row of a profile as a picture: a dot with its intervals on the scale of the answers. Inks are attributes, so
//! that a print has them; every element carries a class too, so that the sheet can turn them for dark pages.

use std::fmt::Write as _;

use maud::PreEscaped;

/// What a row shows. All values are on the scale.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Strip {
    /// Where the dot is.
    pub mean: Option<f64>,
    /// The ends of the thick bar: the development interval.
    pub thick: Option<(f64, f64)>,
    /// The ends of the thin line: the decision interval.
    pub thin: Option<(f64, f64)>,
    /// Where the hollow diamond is: oneself.
    pub own: Option<f64>,
    /// The same in words, for those who do not see it.
    pub words: String,
}

const INK: &str = "#1c1b19";
const SOFT: &str = "#5b5954";
const HAIR: &str = "#d6d3cc";
const ACCENT: &str = "#1b4b72";
const FAN: &str = "#b9cadb";

/// Size of a row, and what is left free at both ends.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 26.0;
const EDGE: f64 = 10.0;

fn num(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{rounded}") } else { "0".to_owned() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn place(value: f64, scale: u8) -> f64 {
    let share = (value - 1.0) / (f64::from(scale) - 1.0);
    EDGE + share.clamp(0.0, 1.0) * (WIDTH - 2.0 * EDGE)
}

/// Draws a row on a scale from 1 to `scale`.
#[must_use]
pub fn strip(row: &Strip, scale: u8) -> PreEscaped<String> {
    let x = |value: f64| num(place(value, scale));
    let middle = HEIGHT / 2.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart strip\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" role=\"img\" aria-label=\"{}\">",
        escaped(&row.words)
    );
    for point in 1..=scale {
        let at = x(f64::from(point));
        let _ =
            write!(out, "<path class=\"c-hair\" d=\"M{at} 2V{}\" stroke=\"{HAIR}\" stroke-width=\"1\"/>", HEIGHT - 2.0);
    }
    if let Some((low, high)) = row.thin {
        let _ = write!(
            out,
            "<path class=\"c-soft-line\" d=\"M{} {middle}H{}\" stroke=\"{SOFT}\" stroke-width=\"1.5\"/>",
            x(low),
            x(high)
        );
    }
    if let Some((low, high)) = row.thick {
        let (from, to) = (place(low, scale), place(high, scale));
        let _ = write!(
            out,
            "<rect class=\"c-bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"9\" rx=\"2\" fill=\"{FAN}\"/>",
            num(from),
            num(middle - 4.5),
            num((to - from).max(1.0))
        );
    }
    if let Some(own) = row.own {
        let at = place(own, scale);
        let _ = write!(
            out,
            "<path class=\"c-own\" d=\"M{} {middle}L{} {}L{} {middle}L{} {}Z\" fill=\"#ffffff\" stroke=\"{INK}\" stroke-width=\"1.5\"/>",
            num(at - 6.0),
            num(at),
            num(middle - 6.0),
            num(at + 6.0),
            num(at),
            num(middle + 6.0)
        );
    }
    if let Some(mean) = row.mean {
        let _ = write!(
            out,
            "<circle class=\"c-accent-fill\" cx=\"{}\" cy=\"{middle}\" r=\"5\" fill=\"{ACCENT}\"/>",
            x(mean)
        );
    }
    out.push_str("</svg>");
    PreEscaped(out)
}

/// The numbers of the scale, to stand above rows; for the eyes only, since every row says its numbers.
#[must_use]
pub fn axis(scale: u8, words: (&str, &str)) -> PreEscaped<String> {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart strip\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" aria-hidden=\"true\" font-size=\"11\">"
    );
    for point in 1..=scale {
        let (anchor, word) = match point {
            1 => ("start", words.0),
            _ if point == scale => ("end", words.1),
            _ => ("middle", ""),
        };
        let at = match point {
            1 => 4.0,
            _ if point == scale => WIDTH - 4.0,
            _ => place(f64::from(point), scale),
        };
        let word = if word.is_empty() { point.to_string() } else { format!("{point} {}", escaped(word)) };
        let _ = write!(
            out,
            "<text class=\"c-soft\" x=\"{}\" y=\"18\" text-anchor=\"{anchor}\" fill=\"{SOFT}\">{word}</text>",
            num(at)
        );
    }
    out.push_str("</svg>");
    PreEscaped(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_its_marks_where_the_numbers_say() {
        let row = Strip {
            mean: Some(3.0),
            thick: Some((2.0, 4.0)),
            thin: Some((1.0, 5.0)),
            own: Some(5.0),
            words: "a < b".into(),
        };
        let svg = strip(&row, 5).0;
        // The middle of the scale is the middle of the row.
        assert!(svg.contains("cx=\"150\""), "{svg}");
        assert!(svg.contains("x=\"80\"") && svg.contains("width=\"140\" height=\"9\""), "{svg}");
        assert!(svg.contains("M10 13H290") && svg.contains("aria-label=\"a &lt; b\""), "{svg}");
        assert_eq!(strip(&Strip::default(), 5).0.matches("c-hair").count(), 5);
        assert!(!strip(&Strip::default(), 5).0.contains("circle"));
    }
}
