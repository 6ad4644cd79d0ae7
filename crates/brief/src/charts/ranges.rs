//! One range of money a group: a band from low to high with its middle.

use super::bars::labels;
use super::{ACCENT, Drawing, FILL, INK, Svg, num};
use crate::words;

/// The range of a group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reach {
    /// The group.
    pub label: String,
    /// Low.
    pub low: f64,
    /// Middle.
    pub mid: f64,
    /// High.
    pub high: f64,
    /// Tickets that it rests on.
    pub n: u64,
}

/// Draws ranges of money under each other. `None` where there is nothing to draw.
#[must_use]
pub fn ranges(title: &str, currency: &str, all: &[Reach], key: &str) -> Option<Drawing> {
    let first = all.first()?;
    let most = all.iter().map(|one| one.high).filter(|high| high.is_finite()).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let money = |one: &Reach| words::money_range(currency, one.low, one.high);
    let description = format!("Most: {} with {}, on {} tickets.", first.label, money(first), words::grouped(first.n));
    let (labels, left) = labels(&all.iter().map(|one| one.label.as_str()).collect::<Vec<_>>());
    let (right, row) = (322.0, 18.0);
    #[expect(clippy::cast_precision_loss, reason = "groups shown are few")]
    let height = 24.0 + row * all.len() as f64;
    let mut svg = Svg::open(330.0, height, key, title, &description);
    let x = |value: f64| left + (value / most).clamp(0.0, 1.0) * (right - left);
    let mut y = 2.0;
    for (one, label) in all.iter().zip(&labels) {
        svg.text(left - 7.0, y + 12.0, "end", "c-ink", label);
        svg.push(&format!(
            "<rect class=\"c-fill\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{FILL}\"/>",
            num(x(one.low)),
            num(y + 3.0),
            num((x(one.high) - x(one.low)).max(1.0)),
            num(row - 7.0)
        ));
        let middle = x(one.mid);
        svg.line("c-accent", ACCENT, 2.0, None, &[(middle, y + 1.0), (middle, y + row - 2.0)]);
        y += row;
    }
    svg.line("c-ink-line", INK, 1.0, None, &[(left, 0.0), (left, y)]);
    svg.text(left, y + 15.0, "start", "c-soft", "nothing");
    svg.text(right, y + 15.0, "end", "c-soft", &words::money_range(currency, most, most));
    Some(Drawing {
        svg: svg.close(),
        title: title.to_owned(),
        description,
        headings: ["Group", "Low", "Middle", "High", "Tickets"].map(str::to_owned).to_vec(),
        rows: all
            .iter()
            .map(|one| {
                let said = |value: f64| words::money_range(currency, value, value);
                vec![one.label.clone(), said(one.low), said(one.mid), said(one.high), words::grouped(one.n)]
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_band_with_its_middle_and_the_same_as_a_table() {
        let reach = |label: &str, scale: f64| Reach {
            label: label.to_owned(),
            low: 100.0 * scale,
            mid: 200.0 * scale,
            high: 400.0 * scale,
            n: 7,
        };
        let drawn = ranges("Lost", "EUR", &[reach("Sales", 2.0), reach("<b>", 1.0)], "lost").unwrap();
        assert_eq!(drawn.svg.matches("c-fill").count(), 2);
        assert!(drawn.svg.contains("&lt;b&gt;") && !drawn.svg.contains("<b>"));
        assert_eq!(drawn.rows[0], ["Sales", "€200", "€400", "€800", "7"]);
        assert!(drawn.description.contains("Sales") && drawn.description.contains("€200 to €800"));
        assert_eq!(ranges("Lost", "EUR", &[], "lost"), None);
        assert_eq!(ranges("Lost", "EUR", &[Reach::default()], "lost"), None);
    }
}
