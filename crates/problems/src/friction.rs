//! What tickets cost each client, department or service: where the friction is, never who.

use serde::{Deserialize, Serialize};

use crate::price::{Priced, Range, Rates, Tally, price_tickets};

/// Fewest tickets of a value that is told.
pub const FEWEST: u64 = 5;
/// Fewest people behind a value that is told, where people are known: a department may be one person.
pub const FEWEST_PEOPLE: u64 = 3;

/// Tickets of one value, counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lot {
    /// The client, department or service; empty where the tickets name none.
    pub value: String,
    /// What bears on their cost. A person counts once for each problem, and for each ticket outside of any.
    pub tally: Tally,
    /// Distinct known people.
    pub people: u64,
    /// Tickets that belong to a problem.
    pub in_problems: u64,
    /// The problem with the most tickets here, by its id, and how many.
    pub heaviest: Option<(String, u64)>,
}

/// Tickets of one client, department or service and their price.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Friction {
    /// The client, department or service.
    pub value: String,
    /// Tickets.
    pub tickets: u64,
    /// Distinct known people, where people are known.
    pub people: Option<u64>,
    /// Tickets that belong to a problem.
    pub in_problems: u64,
    /// The problem with the most tickets here, by its id, and how many.
    pub heaviest: Option<(String, u64)>,
    /// The price with its arithmetic.
    pub cost: Priced,
}

/// Tickets by the values of one field.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Split {
    /// Values of which there is enough to say, the dearest first.
    pub told: Vec<Friction>,
    /// Values with fewer than [`FEWEST`] tickets or [`FEWEST_PEOPLE`] people, and their tickets.
    pub small: (u64, u64),
    /// Tickets that name no value.
    pub unnamed: u64,
    /// All tickets.
    pub tickets: u64,
    /// What all of them cost: the sum over all values, told or not, and over tickets that name none.
    pub total: Range,
}

/// Prices the tickets of each value of a field.
#[must_use]
pub fn friction(lots: Vec<Lot>, rates: &Rates) -> Split {
    let mut out = Split::default();
    for lot in lots {
        let n = lot.tally.tickets;
        let cost = price_tickets(&lot.tally, "people affected, each once a problem", rates);
        out.tickets += n;
        out.total = out.total.plus(Range { low: cost.low, mid: cost.mid, high: cost.high });
        let alone = lot.tally.named * 2 > n && lot.people < FEWEST_PEOPLE;
        if lot.value.is_empty() {
            out.unnamed += n;
        } else if n < FEWEST || alone {
            out.small = (out.small.0 + 1, out.small.1 + n);
        } else {
            out.told.push(Friction {
                value: lot.value,
                tickets: n,
                people: (lot.people > 0).then_some(lot.people),
                in_problems: lot.in_problems,
                heaviest: lot.heaviest,
                cost,
            });
        }
    }
    out.told.sort_by(|a, b| {
        b.cost.mid.cmp(&a.cost.mid).then(b.tickets.cmp(&a.tickets)).then_with(|| a.value.cmp(&b.value))
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::Decimal;

    fn lot(value: &str, tickets: u64, people: u64, booked: Option<(f64, u64)>) -> Lot {
        let tally = Tally { tickets, touch_minutes: booked, people, named: if people > 0 { tickets } else { 0 } };
        Lot { value: value.to_owned(), tally, people, ..Lot::default() }
    }

    #[test]
    fn the_dearest_department_comes_first_and_small_ones_stay_unnamed() {
        let lots = vec![
            lot("Store", 9, 3, None),
            lot("Sales", 6, 3, Some((3600.0, 6))),
            lot("Legal", 2, 2, None),
            lot("One person's own", 40, 1, None),
            lot("", 3, 0, None),
        ];
        let rates = Rates::default();
        let split = friction(lots, &rates);
        let names: Vec<&str> = split.told.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(names, ["Sales", "Store"]);
        assert_eq!((split.small, split.unnamed, split.tickets), ((2, 42), 3, 60));
        for one in &split.told {
            let sum: Decimal = one.cost.steps.iter().map(|step| step.mid).sum();
            assert_eq!(sum, one.cost.mid);
            assert_eq!(one.cost.steps.len(), 2, "the work, and the time of people");
        }
        // What is not told by name is in the sum: 42 and 3 tickets have a price too.
        let told: Decimal = split.told.iter().map(|one| one.cost.mid).sum();
        assert!(split.total.mid > told && split.total.low < split.total.mid && split.total.mid < split.total.high);
    }

    #[test]
    fn where_people_are_not_known_tickets_decide_alone() {
        let split = friction(vec![lot("Mail", 5, 0, None), lot("Print", 4, 0, None)], &Rates::default());
        assert_eq!(split.told.len(), 1);
        assert_eq!((split.told[0].people, split.small), (None, (1, 4)));
        assert!(split.told[0].cost.steps[1].formula.contains("do not tell who asked"));
    }
}
