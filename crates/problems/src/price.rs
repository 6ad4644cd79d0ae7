//! What a problem costs, as a range whose arithmetic can be opened.
//!
//! Money is decimal. Every step is rounded to the cent (half away from zero) before it is added, so
//! the sum on the page is the sum of the lines above it.

use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::model::Problem;

/// A low, a middle and a high value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// Low.
    pub low: Decimal,
    /// Middle.
    pub mid: Decimal,
    /// High.
    pub high: Decimal,
}

impl Range {
    /// A range of whole numbers.
    #[must_use]
    pub fn whole(low: u32, mid: u32, high: u32) -> Self {
        Self { low: low.into(), mid: mid.into(), high: high.into() }
    }

    /// One value without doubt.
    #[must_use]
    pub fn exact(value: Decimal) -> Self {
        Self { low: value, mid: value, high: value }
    }

    /// Whether low ≤ mid ≤ high and none is negative.
    #[must_use]
    pub fn is_ordered(&self) -> bool {
        self.low >= Decimal::ZERO && self.low <= self.mid && self.mid <= self.high
    }

    fn with(self, other: Self, each: impl Fn(Decimal, Decimal) -> Option<Decimal>) -> Self {
        let each = |a, b| each(a, b).unwrap_or(Decimal::MAX);
        Self { low: each(self.low, other.low), mid: each(self.mid, other.mid), high: each(self.high, other.high) }
    }

    /// Sum, held at the largest decimal rather than overflowing.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.with(other, Decimal::checked_add)
    }

    /// Product, held at the largest decimal rather than overflowing.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        self.with(other, Decimal::checked_mul)
    }

    fn words(&self) -> String {
        if self.low == self.high {
            self.mid.normalize().to_string()
        } else {
            format!("{}–{}–{}", self.low.normalize(), self.mid.normalize(), self.high.normalize())
        }
    }

    fn cents(self) -> Self {
        let round = |d: Decimal| d.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        Self { low: round(self.low), mid: round(self.mid), high: round(self.high) }
    }
}

/// What an hour costs and how long things take where the record does not say. Asked of the owner once.
///
/// The defaults are an assumption, not a finding: a wide range that holds for many desks in Europe and
/// North America, loaded (salary, on-costs, workplace). A page that uses them must say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rates {
    /// ISO 4217 code.
    pub currency: String,
    /// Cost of an hour of IT staff.
    pub staff_hour: Range,
    /// Cost of an hour of the people whom IT serves.
    pub people_hour: Range,
    /// Minutes of work on a ticket where none are booked.
    pub touch_minutes: Range,
    /// Working minutes that an affected person loses.
    pub lost_minutes: Range,
    /// People affected by a ticket that does not tell who asked.
    pub people_a_ticket: Range,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            currency: "EUR".to_owned(),
            staff_hour: Range::whole(40, 60, 90),
            people_hour: Range::whole(30, 50, 80),
            touch_minutes: Range::whole(10, 25, 60),
            lost_minutes: Range::whole(10, 30, 90),
            // Two tickets may be of one person, or one ticket speak for a colleague.
            people_a_ticket: Range { low: Decimal::new(5, 1), mid: Decimal::ONE, high: Decimal::TWO },
        }
    }
}

/// What is known of some tickets that bears on what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Tally {
    /// Tickets.
    pub tickets: u64,
    /// Minutes of work booked, and on how many of the tickets.
    pub touch_minutes: Option<(f64, u64)>,
    /// Known people affected.
    pub people: u64,
    /// Tickets that tell who asked.
    pub named: u64,
}

/// Whose hour it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// IT staff.
    Staff,
    /// The people whom IT serves.
    People,
}

/// One line of the arithmetic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// Whose time it is.
    pub who: Who,
    /// How it is reckoned, in words and numbers.
    pub formula: String,
    /// Low.
    pub low: Decimal,
    /// Middle.
    pub mid: Decimal,
    /// High.
    pub high: Decimal,
}

impl Step {
    /// What it comes to.
    #[must_use]
    pub fn range(&self) -> Range {
        Range { low: self.low, mid: self.mid, high: self.high }
    }
}

/// A price and how it came about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Priced {
    /// ISO 4217 code.
    pub currency: String,
    /// Low.
    pub low: Decimal,
    /// Middle.
    pub mid: Decimal,
    /// High.
    pub high: Decimal,
    /// The lines that add up to it.
    pub steps: Vec<Step>,
}

impl Priced {
    fn of(currency: &str, steps: Vec<Step>) -> Self {
        let total = steps.iter().fold(Range::default(), |sum, step| sum.plus(step.range()));
        Self { currency: currency.to_owned(), low: total.low, mid: total.mid, high: total.high, steps }
    }
}

fn hourly(rates: &Rates, who: Who) -> (Range, &'static str) {
    match who {
        Who::Staff => (rates.staff_hour, "IT"),
        Who::People => (rates.people_hour, "the people served"),
    }
}

/// Minutes times the cost of an hour, over sixty. Multiplied first, divided once: no rounding before the cent.
fn cost(minutes: Range, hour: Range) -> Range {
    let product = minutes.times(hour);
    let sixty = Decimal::from(60);
    let over = |d: Decimal| d.checked_div(sixty).unwrap_or(Decimal::MAX);
    Range { low: over(product.low), mid: over(product.mid), high: over(product.high) }.cents()
}

fn step(label: String, who: Who, formula: String, money: Range) -> Step {
    Step { label, who, formula, low: money.low, mid: money.mid, high: money.high }
}

/// Booked minutes as a decimal of a tenth of a minute; negative and absurd values count as none.
fn minutes(value: f64) -> Decimal {
    Decimal::from_f64(value).map_or(Decimal::ZERO, |d| d.max(Decimal::ZERO).round_dp(1))
}

/// Prices something that happened `n` times and takes some minutes each time: a reassignment, a
/// repeated explanation. `what` is the noun in the plural, such as `moves between teams`.
#[must_use]
pub fn price_times(what: &str, n: u64, each: Range, who: Who, rates: &Rates) -> Priced {
    let (hour, name) = hourly(rates, who);
    let total = Range::exact(n.into()).times(each);
    let formula =
        format!("{n} {what} × {} min ÷ 60 × {} {} an hour of {name}", each.words(), hour.words(), rates.currency);
    Priced::of(&rates.currency, vec![step(capital(what), who, formula, cost(total, hour))])
}

/// Prices tickets: the work on them, by the booked minutes where some are booked and by the owner's range for the
/// rest; and the time that people lost, by those who are known and by the owner's range for tickets that do not
/// tell who asked. `people` says in words who they are.
#[must_use]
pub fn price_tickets(tally: &Tally, people: &str, rates: &Rates) -> Priced {
    let n = tally.tickets;
    let mut steps = Vec::new();
    let (booked, on) = tally.touch_minutes.map_or((Decimal::ZERO, 0), |(m, on)| (minutes(m), on.min(n)));
    let hour = rates.staff_hour;
    if on > 0 {
        let formula = format!(
            "{} min booked on {on} {} ÷ 60 × {} {} an hour of IT",
            booked.normalize(),
            tickets(on),
            hour.words(),
            rates.currency
        );
        steps.push(step("Work booked".to_owned(), Who::Staff, formula, cost(Range::exact(booked), hour)));
    }
    let rest = n - on;
    if rest > 0 {
        let each = rates.touch_minutes;
        let formula = format!(
            "{rest} {} without booked time × {} min (assumed) ÷ 60 × {} {} an hour of IT",
            tickets(rest),
            each.words(),
            hour.words(),
            rates.currency
        );
        steps.push(step(
            "Work not booked".to_owned(),
            Who::Staff,
            formula,
            cost(Range::exact(rest.into()).times(each), hour),
        ));
    }
    if tally.people > 0 {
        steps.extend(price_times(people, tally.people, rates.lost_minutes, Who::People, rates).steps);
    }
    let unnamed = n.saturating_sub(tally.named);
    if unnamed > 0 {
        let (hour, name) = hourly(rates, Who::People);
        let formula = format!(
            "{unnamed} {} that {} not tell who asked × {} people a ticket (assumed) × {} min ÷ 60 × {} {} an hour of {name}",
            tickets(unnamed),
            if unnamed == 1 { "does" } else { "do" },
            rates.people_a_ticket.words(),
            rates.lost_minutes.words(),
            hour.words(),
            rates.currency
        );
        let lost = Range::exact(unnamed.into()).times(rates.people_a_ticket).times(rates.lost_minutes);
        steps.push(step("People affected, not named".to_owned(), Who::People, formula, cost(lost, hour)));
    }
    Priced::of(&rates.currency, steps)
}

fn tickets(n: u64) -> &'static str {
    if n == 1 { "ticket" } else { "tickets" }
}

/// Prices a problem: the work on its tickets, and the time lost by the people whom it touched. Somebody whom it
/// hits several times counts once.
#[must_use]
pub fn price(problem: &Problem, rates: &Rates) -> Priced {
    let tally = Tally {
        tickets: problem.n,
        touch_minutes: problem.touch_minutes,
        people: problem.people.unwrap_or(0),
        named: problem.named_tickets,
    };
    price_tickets(&tally, "people affected", rates)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        Rates {
            currency: "CHF".to_owned(),
            staff_hour: Range::whole(60, 90, 120),
            people_hour: Range::whole(30, 60, 90),
            touch_minutes: Range::whole(10, 20, 30),
            lost_minutes: Range::whole(5, 10, 20),
            people_a_ticket: Range { low: dec("0.5"), mid: dec("1"), high: dec("3") },
        }
    }

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn arithmetic_is_exact_and_adds_up() {
        let problem = Problem {
            n: 10,
            people: Some(7),
            named_tickets: 10,
            touch_minutes: Some((100.1, 4)),
            ..Problem::default()
        };
        let priced = price(&problem, &rates());
        // booked 100.1 min; 6 tickets not booked; 7 people.
        assert_eq!(priced.steps.len(), 3);
        assert_eq!(
            (priced.steps[0].low, priced.steps[0].mid, priced.steps[0].high),
            (dec("100.10"), dec("150.15"), dec("200.20"))
        );
        assert_eq!(
            (priced.steps[1].low, priced.steps[1].mid, priced.steps[1].high),
            (dec("60"), dec("180"), dec("360"))
        );
        // 7 × 5 min × 30 / 60 = 17.50; 7 × 10 × 60 / 60 = 70; 7 × 20 × 90 / 60 = 210
        assert_eq!(
            (priced.steps[2].low, priced.steps[2].mid, priced.steps[2].high),
            (dec("17.50"), dec("70"), dec("210"))
        );
        assert_eq!((priced.low, priced.mid, priced.high), (dec("177.60"), dec("400.15"), dec("770.20")));
        assert_eq!(priced.currency, "CHF");
        assert!(priced.steps[1].formula.contains("6 tickets") && priced.steps[1].formula.contains("assumed"));
    }

    #[test]
    fn thirds_of_a_cent_are_rounded_once() {
        let rates = Rates { staff_hour: Range::whole(50, 50, 50), ..rates() };
        let priced = price_times("moves", 1, Range::whole(1, 1, 1), Who::Staff, &rates);
        assert_eq!(priced.mid, dec("0.83"));
        let many = price_times("moves", 3, Range::whole(1, 1, 1), Who::Staff, &rates);
        assert_eq!(many.mid, dec("2.50"));
    }

    #[test]
    fn where_nobody_is_named_the_owners_range_of_people_counts() {
        let priced = price(&Problem { n: 6, ..Problem::default() }, &rates());
        let last = priced.steps.last().unwrap();
        // 6 × 0.5 × 5 × 30 / 60 = 7.50; 6 × 1 × 10 × 60 / 60 = 60; 6 × 3 × 20 × 90 / 60 = 540
        assert_eq!((last.low, last.mid, last.high), (dec("7.50"), dec("60"), dec("540")));
        assert!(last.formula.contains("6 tickets that do not tell who asked × 0.5–1–3 people a ticket"));
        // Two people are known on four tickets, two tickets name nobody.
        let some = price(&Problem { n: 6, people: Some(2), named_tickets: 4, ..Problem::default() }, &rates());
        let people: Vec<Decimal> = some.steps.iter().skip(1).map(|step| step.mid).collect();
        assert_eq!(people, [dec("20"), dec("20")]);
        assert!(some.steps.iter().all(|step| step.low <= step.mid && step.mid <= step.high));
        assert_eq!(price(&Problem::default(), &rates()).mid, Decimal::ZERO);
    }

    #[test]
    fn absurd_minutes_do_no_harm() {
        for bad in [f64::NAN, f64::INFINITY, -5.0, 1e300] {
            let priced = price_tickets(
                &Tally { tickets: 2, touch_minutes: Some((bad, 2)), people: 1, named: 2 },
                "people affected",
                &rates(),
            );
            assert!(priced.low >= Decimal::ZERO && priced.high >= priced.low);
        }
        let huge = price_times("tickets", u64::MAX, Range::exact(Decimal::MAX), Who::Staff, &rates());
        assert!(huge.high > Decimal::ZERO);
    }

    #[test]
    fn rates_default_is_ordered_and_a_partial_file_is_filled() {
        let default = Rates::default();
        for range in [
            default.staff_hour,
            default.people_hour,
            default.touch_minutes,
            default.lost_minutes,
            default.people_a_ticket,
        ] {
            assert!(range.is_ordered());
        }
        let partial: Rates =
            serde_json::from_str(r#"{"currency": "USD", "staff_hour": {"low": "50", "mid": "75.50", "high": 110}}"#)
                .unwrap();
        assert_eq!(partial.staff_hour.mid, dec("75.50"));
        assert_eq!(partial.lost_minutes, default.lost_minutes);
        let written = serde_json::to_string(&partial).unwrap();
        assert_eq!(serde_json::from_str::<Rates>(&written).unwrap(), partial);
    }
}
