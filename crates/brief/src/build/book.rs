//! Measures looked up by name and put into words by their unit.

use std::fmt::Write;

use measures::{By, MeasureValue};

use super::Inputs;
use crate::content::Figure;
use crate::sheet::figure;
use crate::words;

/// The measures of one record.
pub(crate) struct Book<'a> {
    inputs: &'a Inputs<'a>,
}

impl<'a> Book<'a> {
    pub(crate) fn new(inputs: &'a Inputs<'a>) -> Self {
        Self { inputs }
    }

    /// The measure, when there is enough to say.
    pub(crate) fn get(&self, name: &str, statistic: &str) -> Option<&'a MeasureValue> {
        self.inputs
            .measures
            .iter()
            .find(|m| m.name == name && m.statistic == statistic && m.group.is_none())
            .filter(|m| m.value.is_some_and(f64::is_finite))
    }

    /// A figure of it, when there is enough to say.
    pub(crate) fn figure(&self, name: &str, statistic: &str) -> Option<Figure> {
        let measure = self.get(name, statistic)?;
        Some(self.of(measure, None))
    }

    /// A figure of a measure, named by its group when it has one.
    pub(crate) fn of(&self, measure: &MeasureValue, by: Option<By>) -> Figure {
        let value = measure.value.unwrap_or(f64::NAN);
        let mut name = format!("{}.{}", measure.name, measure.statistic);
        let mut rows = format!("/rows?measure={}", measure.name);
        if let Some(group) = &measure.group {
            name = format!("{name}.{group}");
            if let Some(column) = by.and_then(column) {
                rows = format!("{rows}&{column}={}", encode(group));
            }
        }
        let unit = if measure.statistic == "share" { "share" } else { measure.unit };
        figure(name, said(value, unit), value, unit, self.meaning(measure))
            .on(measure.n)
            .within(measure.low, measure.high, "95% interval")
            .rows(rows)
    }

    fn meaning(&self, measure: &MeasureValue) -> String {
        let statistic = match measure.statistic {
            "p50" | "median_completed" => "Half lie at or below. ",
            "p85" => "85 of 100 lie at or below. ",
            "p90" | "p90_completed" => "90 of 100 lie at or below. ",
            "p95" => "95 of 100 lie at or below. ",
            _ => "",
        };
        let plain = self
            .inputs
            .definitions
            .iter()
            .find(|d| d.name == measure.name)
            .map_or_else(|| measure.name.replace('_', " "), |d| d.plain.to_owned());
        format!("{statistic}{plain}")
    }

    /// Time from opening to solving (else to closing) by this statistic of all tickets, open ones
    /// counted in; where that cannot be said, of those that ended.
    pub(crate) fn solve_time(&self, statistic: &str) -> Option<Figure> {
        let completed = match statistic {
            "p50" => "median_completed",
            "p95" => "p90_completed",
            _ => statistic,
        };
        ["opened_to_resolved_hours", "opened_to_closed_hours"]
            .iter()
            .find_map(|name| self.figure(name, statistic).or_else(|| self.figure(name, completed)))
    }

    /// Share of tickets solved in the promised time.
    pub(crate) fn promise_kept(&self) -> Option<Figure> {
        if let Some(figure) = self.figure("sla_kept", "share") {
            return Some(figure);
        }
        let missed = self.get("sla_missed", "share")?;
        let value = 1.0 - missed.value?;
        Some(
            figure("sla_kept.share", words::share(value), value, "share", "Tickets whose promised time was kept.")
                .on(missed.n)
                .within(missed.high.map(|v| 1.0 - v), missed.low.map(|v| 1.0 - v), "95% interval")
                .rows("/rows?measure=sla_missed"),
        )
    }
}

/// A value in the words of its unit.
pub(crate) fn said(value: f64, unit: &str) -> String {
    match unit {
        "hours" => words::hours(value),
        "minutes" => words::hours(value / 60.0),
        "share" => words::share(value),
        _ => words::count(value),
    }
}

/// Column of the record that a dimension splits by.
pub(crate) fn column(by: By) -> Option<&'static str> {
    Some(match by {
        By::Service => "service",
        By::Item => "item",
        By::Category => "category",
        By::Group => "team",
        By::Location => "location",
        By::Department => "department",
        By::Client => "client",
        By::Kind => "kind",
        By::Class => "class",
        By::Priority => "priority",
        By::Channel => "channel",
        By::Month => return None,
    })
}

/// Percent-encodes a value for the query part of an address.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_foreign_text_safely() {
        assert_eq!(encode("A & B=\"ü\""), "A%20%26%20B%3D%22%C3%BC%22");
    }
}
