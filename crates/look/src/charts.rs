//! Charts of what people record, as SVG. Inks are attributes, so that a print has them; every element carries
//! a class too, so that the sheet can turn them for dark pages. Each has a title, a description, and the same
//! as a table.

use std::fmt::Write as _;

use leadership::calibration::Calibration;
use maud::PreEscaped;

/// A chart that was drawn.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// The picture.
    pub svg: PreEscaped<String>,
    /// What it shows.
    pub title: String,
    /// What there is to see, for those who do not see it.
    pub description: String,
    /// Headings of the same as a table.
    pub headings: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

const INK: &str = "#1c1b19";
const SOFT: &str = "#5b5954";
const HAIR: &str = "#d6d3cc";
const ACCENT: &str = "#1b4b72";

/// Size of the picture, and where its square lies.
const SIDE: f64 = 330.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 12.0;
const SQUARE: f64 = 270.0;

/// A coordinate with at most one decimal.
fn num(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{rounded}") } else { "0".to_owned() }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn line(out: &mut String, class: &str, ink: &str, dash: &str, (from, to): ((f64, f64), (f64, f64))) {
    let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
    let _ = write!(
        out,
        "<path class=\"{class}\" d=\"M{} {}L{} {}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"1.2\"{dash}/>",
        num(from.0),
        num(from.1),
        num(to.0),
        num(to.1)
    );
}

fn text(out: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let _ = write!(
        out,
        "<text class=\"c-soft\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{SOFT}\">{words}</text>",
        num(x),
        num(y)
    );
}

/// A reliability diagram: what was said across, what came true upwards, on the diagonal where they agree. A
/// point stands for a bin, with its 90 % interval; a hollow one for fewer than five decisions. `key` makes the
/// ids unique on the page; `who` names the forecasts (`your gut`) and comes from the program, not from people.
#[must_use]
pub fn reliability(found: &Calibration, who: &'static str, key: &'static str) -> Drawing {
    let x = |share: f64| LEFT + share * SQUARE;
    let y = |share: f64| TOP + (1.0 - share) * SQUARE;
    let title = format!("What {who} said, and what came true");
    let parts: Vec<String> = found
        .bins
        .iter()
        .map(|bin| format!("of {} said at about {}, {} came true", bin.n, percent(bin.said), percent(bin.came)))
        .collect();
    let description = format!("{} judged decisions: {}.", found.n, parts.join("; "));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart reliability\" viewBox=\"0 0 {SIDE} {SIDE}\" width=\"{SIDE}\" \
         height=\"{SIDE}\" role=\"img\" aria-labelledby=\"{key}-t {key}-d\" font-size=\"12\"><title id=\"{key}-t\">{title}</title>\
         <desc id=\"{key}-d\">{description}</desc>"
    );
    for step in [0.0, 0.25, 0.5, 0.75, 1.0] {
        line(&mut out, "c-hair", HAIR, "", ((x(0.0), y(step)), (x(1.0), y(step))));
        line(&mut out, "c-hair", HAIR, "", ((x(step), y(0.0)), (x(step), y(1.0))));
        text(&mut out, (LEFT - 6.0, y(step) + 4.0), "end", &format!("{:.0}", step * 100.0));
        text(&mut out, (x(step), y(0.0) + 16.0), "middle", &format!("{:.0}", step * 100.0));
    }
    line(&mut out, "c-soft-line", SOFT, "4 3", ((x(0.0), y(0.0)), (x(1.0), y(1.0))));
    text(&mut out, (x(0.5), y(0.0) + 34.0), "middle", "said, in %");
    let _ = write!(
        out,
        "<text class=\"c-soft\" transform=\"translate(11 {}) rotate(-90)\" text-anchor=\"middle\" fill=\"{SOFT}\">came true, in %</text>",
        num(y(0.5))
    );
    for bin in &found.bins {
        line(&mut out, "c-accent", ACCENT, "", ((x(bin.said), y(bin.interval.0)), (x(bin.said), y(bin.interval.1))));
    }
    for bin in &found.bins {
        let (class, fill) = if bin.n < 5 { ("c-hollow", "#ffffff") } else { ("c-accent-fill", ACCENT) };
        let _ = write!(
            out,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{fill}\" stroke=\"{ACCENT}\" stroke-width=\"1.5\"/>",
            num(x(bin.said)),
            num(y(bin.came))
        );
        let _ = write!(
            out,
            "<text class=\"c-ink\" x=\"{}\" y=\"{}\" fill=\"{INK}\">{}</text>",
            num(x(bin.said) + 8.0),
            num(y(bin.came) + 4.0),
            bin.n
        );
    }
    out.push_str("</svg>");
    Drawing {
        svg: PreEscaped(out),
        title,
        description,
        headings: vec!["Said", "Decisions", "Said on average", "Came true", "90 % interval"],
        rows: found
            .bins
            .iter()
            .map(|bin| {
                vec![
                    format!("{:.0} to {:.0} %", bin.low * 100.0, bin.high * 100.0),
                    bin.n.to_string(),
                    percent(bin.said),
                    percent(bin.came),
                    format!("{} to {}", percent(bin.interval.0), percent(bin.interval.1)),
                ]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadership::calibration::{Judged, calibrate};

    #[test]
    fn each_bin_is_a_point_and_the_table_says_the_same() {
        let judged: Vec<_> = (0..12)
            .map(|at| Judged { said: if at < 8 { 0.8 } else { 0.3 }, came: if at % 4 == 0 { 0.0 } else { 1.0 } })
            .collect();
        let drawing = reliability(&calibrate(&judged).unwrap(), "your gut", "gut");
        assert_eq!(drawing.svg.0.matches("<circle").count(), 2);
        assert_eq!(drawing.svg.0.matches("c-hollow").count(), 1);
        assert_eq!(drawing.rows[1][..4], ["80 to 90 %", "8", "80 %", "75 %"]);
        assert!(drawing.description.contains("of 4 said at about 30 %, 75 % came true"), "{}", drawing.description);
        // 80 % said lies at 0.8 of the square, 75 % came at 0.25 from its top.
        assert!(drawing.svg.0.contains(&format!("cx=\"{}\" cy=\"{}\"", num(44.0 + 216.0), num(12.0 + 67.5))));
    }
}
