//! Small bars beside words that say the same.

use maud::{Markup, html};

/// Length of a whole bar, in the units of the drawing.
const WHOLE: f64 = 60.0;

/// How a bar is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// What speaks for it.
    For,
    /// What speaks against it, or what it is compared with: told apart by the words too.
    Against,
}

/// One bar and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Share of the whole length, from 0 to 1.
    pub share: f64,
    /// How it is filled.
    pub ink: Ink,
    /// What it says.
    pub words: String,
}

/// What a side adds to the odds of one cause, the most telling first. Bars are as long as the share of the largest.
#[must_use]
pub fn adds(sides: &[(&str, f32)]) -> Vec<Bar> {
    let most = sides.iter().map(|(_, adds)| adds.abs()).fold(0.0_f32, f32::max).max(f32::MIN_POSITIVE);
    sides
        .iter()
        .map(|&(about, adds)| Bar {
            share: f64::from(adds.abs() / most),
            ink: if adds < 0.0 { Ink::Against } else { Ink::For },
            words: format!("{about}: × {}", times(adds)),
        })
        .collect()
}

/// By what odds are multiplied: three figures, and no more.
#[must_use]
pub fn times(adds: f32) -> String {
    let factor = f64::from(adds).exp();
    if factor >= 9_999.5 {
        "10,000 or more".to_owned()
    } else if factor < 0.005 {
        "less than 0.01".to_owned()
    } else {
        brief::words::decimal(
            factor,
            if factor >= 100.0 {
                0
            } else if factor >= 10.0 {
                1
            } else {
                2
            },
        )
    }
}

/// A list of bars. The drawing is for the eye; the words say all of it.
#[must_use]
pub fn list(bars: &[Bar]) -> Markup {
    html! {
        ul.bars { @for bar in bars { li {
            svg.chart aria-hidden="true" viewBox=(format!("0 0 {WHOLE} 8")) {
                rect class=(if bar.ink == Ink::For { "c-accent-fill" } else { "c-fan" }) x="0" y="0" height="8" width=(format!("{:.1}", (WHOLE * bar.share.clamp(0.0, 1.0)).max(0.5))) {}
            }
            span { (bar.words) }
        } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_side_adds_is_drawn_and_said() {
        let bars = adds(&[("words", 2.0), ("time", -1.0), ("title", 0.1)]);
        let said: Vec<&str> = bars.iter().map(|bar| bar.words.as_str()).collect();
        assert_eq!(said, ["words: × 7.39", "time: × 0.37", "title: × 1.11"]);
        assert_eq!((bars[0].share, bars[1].share, bars[1].ink), (1.0, 0.5, Ink::Against));
        assert_eq!((times(20.0), times(-20.0)), ("10,000 or more".into(), "less than 0.01".into()));
        let shown = list(&bars).into_string();
        assert_eq!(shown.matches("<rect").count(), 3);
        assert!(shown.contains("width=\"60.0\"") && shown.contains("aria-hidden") && !shown.contains("style="));
        assert!(list(&adds(&[])).into_string().contains("<ul"));
    }
}
