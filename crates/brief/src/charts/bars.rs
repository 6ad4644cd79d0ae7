//! One bar a group, the whole as a dashed line.

use super::{ACCENT, Drawing, FILL, INK, SOFT, Svg, num};
use crate::build::said;
use crate::content::Bar;
use crate::words;

/// A label cut to so many characters. Of a path (`Hardware > Printer > Jam`) the end tells more than
/// the beginning.
fn short(label: &str, longest: usize) -> String {
    let last = label.rsplit(" > ").next().unwrap_or(label);
    if label.chars().count() <= longest || last == label {
        words::clean(label, longest)
    } else {
        words::clean(&format!("… {last}"), longest)
    }
}

/// The labels and the room that they take: cut where that keeps them apart, whole where it does not.
pub(super) fn labels(whole: &[&str]) -> (Vec<String>, f64) {
    let cut: Vec<String> = whole.iter().map(|label| short(label, 19)).collect();
    let apart = (1..cut.len()).all(|at| !cut.iter().take(at).any(|before| Some(before) == cut.get(at)));
    if apart { (cut, 112.0) } else { (whole.iter().map(|label| words::clean(label, 30)).collect(), 172.0) }
}

pub(crate) fn bars(title: &str, unit: &str, bars: &[Bar], overall: f64, key: &str) -> Option<Drawing> {
    let first = bars.first()?;
    let most = bars.iter().map(|b| b.value).chain([overall]).filter(|v| v.is_finite()).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let description = format!(
        "Longest: {} with {}, on {} calls. Overall: {}.",
        first.label,
        said(first.value, unit),
        words::grouped(first.n),
        said(overall, unit)
    );
    let (labels, left) = labels(&bars.iter().map(|bar| bar.label.as_str()).collect::<Vec<_>>());
    let (right, row) = (262.0, 18.0);
    #[expect(clippy::cast_precision_loss, reason = "bars are few")]
    let height = 24.0 + row * bars.len() as f64 + 4.0;
    let mut svg = Svg::open(330.0, height, key, title, &description);
    let x = |value: f64| left + (value / most).clamp(0.0, 1.0) * (right - left);
    let mut y = 22.0;
    for (bar, label) in bars.iter().zip(&labels) {
        svg.text(left - 7.0, y + 12.0, "end", "c-ink", label);
        svg.push(&format!(
            "<rect class=\"c-fill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{FILL}\"/>",
            num(left),
            num(y + 2.0),
            num((x(bar.value) - left).max(1.0)),
            num(row - 5.0)
        ));
        if let (Some(low), Some(high)) = (bar.low, bar.high) {
            let middle = y + row / 2.0 - 1.0;
            svg.line("c-soft-line", SOFT, 1.2, None, &[(x(low), middle), (x(high), middle)]);
        }
        svg.text(right + 6.0, y + 12.0, "start", "c-ink", &said(bar.value, unit));
        y += row;
    }
    let whole = x(overall);
    svg.line("c-accent", ACCENT, 1.4, Some("4 3"), &[(whole, 16.0), (whole, y)]);
    svg.line("c-ink-line", INK, 1.0, None, &[(left, 20.0), (left, y)]);
    let anchor = if whole > f64::midpoint(left, right) { "end" } else { "start" };
    svg.text(whole, 12.0, anchor, "c-accent-fill", &format!("overall {}", said(overall, unit)));
    Some(Drawing {
        svg: svg.close(),
        title: title.to_owned(),
        description,
        headings: vec!["Group".to_owned(), "Value".to_owned(), "Calls".to_owned()],
        rows: bars.iter().map(|b| vec![b.label.clone(), said(b.value, unit), words::grouped(b.n)]).collect(),
    })
}
