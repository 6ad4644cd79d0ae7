//! Scales and ticks.

use jiff::civil::Date;

use super::{HAIR, Svg};
use crate::words;

/// A vertical scale from 0 to a round top.
pub(crate) struct Scale {
    /// Highest tick.
    pub top: f64,
    /// Distance of ticks.
    pub step: f64,
    /// Where the value 0 lies.
    pub zero: f64,
    /// Where `top` lies.
    pub peak: f64,
}

impl Scale {
    /// A scale that holds `most`, with about `ticks` round steps, drawn from `zero` up to `peak`.
    pub(crate) fn new(most: f64, ticks: f64, zero: f64, peak: f64) -> Self {
        let most = if most.is_finite() && most > 0.0 { most } else { 1.0 };
        let rough = most / ticks;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(10.0 * power);
        // Counts have no half tickets.
        let step = step.max(1.0);
        let top = (most / step).ceil().max(1.0) * step;
        Self { top, step, zero, peak }
    }

    /// Where a value lies.
    pub(crate) fn at(&self, value: f64) -> f64 {
        let share = (value / self.top).clamp(0.0, 1.0);
        self.zero - share * (self.zero - self.peak)
    }

    /// Draws hair lines and their numbers, left of `left`.
    pub(crate) fn draw(&self, svg: &mut Svg, left: f64, right: f64) {
        let mut value = 0.0;
        while value <= self.top + self.step / 2.0 {
            let y = self.at(value);
            svg.line("c-hair", HAIR, 1.0, None, &[(left, y), (right, y)]);
            svg.text(left - 5.0, y + 4.0, "end", "c-soft", &words::count_short(value));
            value += self.step;
        }
    }
}

/// Weeks to be labelled: the first whose days hold the first of a month, as `(index, label)`.
/// Few weeks are labelled by their days instead.
pub(crate) fn week_labels(starts: &[Date]) -> Vec<(usize, String)> {
    const SHORT: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let name = |date: Date| usize::try_from(date.month() - 1).ok().and_then(|m| SHORT.get(m)).copied().unwrap_or("");
    let mut labels: Vec<(usize, String)> = Vec::new();
    for (i, start) in starts.iter().enumerate() {
        // The month that most of the week's days lie in begins the label.
        let thursday = start.checked_add(jiff::Span::new().days(3)).unwrap_or(*start);
        let before = thursday.checked_sub(jiff::Span::new().days(7)).unwrap_or(thursday);
        if before.month() != thursday.month() {
            let label = if labels.is_empty() || thursday.month() == 1 {
                format!("{} {}", name(thursday), thursday.year())
            } else {
                name(thursday).to_owned()
            };
            labels.push((i, label));
        }
    }
    if labels.len() < 2 {
        let short = |date: &Date| format!("{} {}", date.day(), name(*date));
        let mut few: Vec<(usize, String)> = starts.first().map(|d| (0, short(d))).into_iter().collect();
        if let Some(last) = starts.last()
            && starts.len() > 3
        {
            few.push((starts.len() - 1, short(last)));
        }
        return few;
    }
    let every = labels.len().div_ceil(5);
    labels.into_iter().enumerate().filter(|(i, _)| i % every == 0).map(|(_, l)| l).collect()
}

/// Moves labels apart so that none lies within `gap` of the next; keeps their order and holds them
/// between `least` and `most`.
pub(crate) fn apart(mut wanted: Vec<f64>, gap: f64, least: f64, most: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| {
        let at = |i: usize| wanted.get(i).copied().unwrap_or(0.0);
        at(*a).total_cmp(&at(*b)).then(a.cmp(b))
    });
    let mut floor = least;
    for i in &order {
        if let Some(y) = wanted.get_mut(*i) {
            *y = y.max(floor);
            floor = *y + gap;
        }
    }
    let mut ceiling = most;
    for i in order.iter().rev() {
        if let Some(y) = wanted.get_mut(*i) {
            *y = y.min(ceiling);
            ceiling = *y - gap;
        }
    }
    wanted
}
