//! Charts as SVG, drawn once and used by page and PDF alike.
//!
//! Inks are attributes (the PDF sees only them); every element carries a class too, so that a page's
//! style sheet can turn them for dark mode. They are told apart by lightness, dash and label, never by
//! hue alone. Each has a title, a description, and the same as a table.

mod ages;
mod axis;
mod bars;
mod hours;
mod ranges;
mod weeks;

pub use ages::{AgeWeek, ages};
pub use ranges::{Reach, ranges};

use std::fmt::Write;

use crate::content::{Chart, Weeks};

/// A chart that was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The picture.
    pub svg: String,
    /// What it shows.
    pub title: String,
    /// What there is to see, for those who do not see it.
    pub description: String,
    /// Headings of the same as a table.
    pub headings: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// Dark ink.
pub(crate) const INK: &str = "#1c1b19";
/// Softer ink for axes and notes.
pub(crate) const SOFT: &str = "#5b5954";
/// Hair lines.
pub(crate) const HAIR: &str = "#d6d3cc";
/// Fill of columns.
pub(crate) const FILL: &str = "#c4c9cf";
/// The one accent.
pub(crate) const ACCENT: &str = "#1b4b72";
/// Fill of the range to come.
pub(crate) const FAN: &str = "#d3dde7";

/// Draws a chart. `key` makes the ids unique on the page. `None` when there is nothing to draw.
#[must_use]
pub fn draw(chart: &Chart, key: &str) -> Option<Drawing> {
    match chart {
        Chart::Flow { weeks } => weeks::flow(weeks, key),
        Chart::Backlog { past, coming } => weeks::backlog(past, coming, key),
        Chart::Hours { grid, zone } => hours::grid(grid, zone, key),
        Chart::Bars { title, unit, bars, overall } => bars::bars(title, unit, bars, *overall, key),
    }
}

/// Draws calls a week as small columns. `None` without weeks.
#[must_use]
pub fn spark(weeks: &Weeks, key: &str) -> Option<Drawing> {
    spark_of("Calls each week", weeks, key)
}

/// Draws counts a week as small columns under a title of their own. `None` without weeks.
#[must_use]
pub fn spark_of(title: &str, weeks: &Weeks, key: &str) -> Option<Drawing> {
    let most = weeks.counts.iter().copied().max()?;
    let (width, height, gap) = (104.0, 20.0, 1.0);
    #[expect(clippy::cast_precision_loss, reason = "at most 26 weeks")]
    let step = width / (weeks.counts.len().max(13) as f64);
    let mut svg = Svg::open(width, height, key, title, &weeks.words);
    svg.push(&format!(
        "<path class=\"c-hair\" d=\"M0 {y}H{width}\" stroke=\"{HAIR}\" stroke-width=\"1\" fill=\"none\"/>",
        y = height - 0.5
    ));
    let mut x = 0.0;
    for count in &weeks.counts {
        let h = if *count == 0 { 0.0 } else { (f64::from(*count) / f64::from(most.max(1)) * (height - 2.0)).max(1.5) };
        if h > 0.0 {
            svg.push(&format!(
                "<rect class=\"c-accent-fill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{ACCENT}\"/>",
                num(x),
                num(height - 1.0 - h),
                num((step - gap).max(0.6)),
                num(h)
            ));
        }
        x += step;
    }
    Some(Drawing {
        svg: svg.close(),
        title: title.to_owned(),
        description: weeks.words.clone(),
        headings: vec!["Week".to_owned(), "Calls".to_owned()],
        rows: weeks.counts.iter().enumerate().map(|(i, c)| vec![(i + 1).to_string(), c.to_string()]).collect(),
    })
}

/// A picture being written.
pub(crate) struct Svg {
    out: String,
}

impl Svg {
    pub(crate) fn open(width: f64, height: f64, key: &str, title: &str, description: &str) -> Self {
        let key: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        Self {
            out: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-labelledby=\"{key}-t {key}-d\" font-family=\"Libertinus Serif, Georgia, serif\" font-size=\"12\"><title id=\"{key}-t\">{t}</title><desc id=\"{key}-d\">{d}</desc>",
                w = num(width),
                h = num(height),
                t = escape(title),
                d = escape(description)
            ),
        }
    }

    pub(crate) fn push(&mut self, element: &str) {
        self.out.push_str(element);
    }

    /// Text at a place; `anchor` is start, middle or end; `class` also picks the ink.
    pub(crate) fn text(&mut self, x: f64, y: f64, anchor: &str, class: &str, text: &str) {
        let ink = match class {
            "c-soft" => SOFT,
            "c-accent-fill" => ACCENT,
            _ => INK,
        };
        // A halo of paper keeps the word legible on lines and fills.
        self.push(&format!(
            "<text class=\"{class} c-halo\" stroke=\"#ffffff\" stroke-width=\"2.5\" stroke-linejoin=\"round\" paint-order=\"stroke\" x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" fill=\"{ink}\">{}</text>",
            num(x),
            num(y),
            escape(text)
        ));
    }

    /// A line from point to point.
    pub(crate) fn line(&mut self, class: &str, ink: &str, width: f64, dash: Option<&str>, points: &[(f64, f64)]) {
        let mut d = String::new();
        for (i, (x, y)) in points.iter().enumerate() {
            d.push_str(if i == 0 { "M" } else { "L" });
            let _ = write!(d, "{} {}", num(*x), num(*y));
        }
        let dash = dash.map_or_else(String::new, |d| format!(" stroke-dasharray=\"{d}\""));
        self.push(&format!(
            "<path class=\"{class}\" d=\"{d}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}/>",
            num(width)
        ));
    }

    pub(crate) fn close(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}

/// A coordinate with at most one decimal.
pub(crate) fn num(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let rounded = (value * 10.0).round() / 10.0;
    let rounded = if rounded == 0.0 { 0.0 } else { rounded };
    format!("{rounded}")
}

/// Text made safe for XML; characters that XML forbids are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
