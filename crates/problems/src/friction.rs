//! What tickets cost each client, department or service: where the friction is, never who.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::Symptoms;
use crate::price::{Priced, Rates, price_tickets};

/// Fewest tickets of a value; below it a department may be one person.
pub const FEWEST: u64 = 5;

/// Tickets of one client, department or service and their price.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Friction {
    /// The client, department or service.
    pub value: String,
    /// Tickets.
    pub tickets: u64,
    /// Distinct known requesters, where requesters are known.
    pub people: Option<u64>,
    /// Sum of hours open over the tickets that ended.
    pub hours_open: f64,
    /// The price with its arithmetic. Where requesters are not known only the work is priced.
    pub cost: Priced,
}

/// Splits tickets (indices; those of a problem, or all) by a coded field such as `client`, `department` or
/// `service`; the dearest first. Values with fewer than [`FEWEST`] tickets are not told; the second number is
/// how many tickets that leaves out, together with those that name none.
#[must_use]
pub fn friction(symptoms: &Symptoms, tickets: &[u32], field: &str, rates: &Rates) -> (Vec<Friction>, u64) {
    let Some(field) = symptoms.fields.iter().find(|known| known.name == field) else {
        return (Vec::new(), tickets.len() as u64);
    };
    let mut by_value: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &ticket in tickets {
        by_value.entry(field.value(field.code(ticket as usize))).or_default().push(ticket as usize);
    }
    let mut left_out = 0;
    let mut out = Vec::new();
    for (value, tickets) in by_value {
        let n = tickets.len() as u64;
        if value.is_empty() || n < FEWEST {
            left_out += n;
            continue;
        }
        let people: BTreeSet<u32> =
            tickets.iter().filter_map(|&t| symptoms.requester.get(t).copied()).filter(|&who| who != 0).collect();
        let sum = |values: &[f32]| {
            let known = tickets.iter().filter_map(|&t| values.get(t).copied()).filter(|v| v.is_finite() && *v >= 0.0);
            known.fold((0.0, 0_u64), |(sum, n), value| (sum + f64::from(value), n + 1))
        };
        let people = (!people.is_empty()).then_some(people.len() as u64);
        let touch = Some(sum(&symptoms.touch_minutes)).filter(|(_, booked)| *booked > 0);
        out.push(Friction {
            value: value.to_owned(),
            tickets: n,
            people,
            hours_open: sum(&symptoms.hours_open).0,
            cost: price_tickets(n, touch, people, rates),
        });
    }
    out.sort_by(|a, b| b.cost.mid.cmp(&a.cost.mid).then(b.tickets.cmp(&a.tickets)).then_with(|| a.value.cmp(&b.value)));
    (out, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    #[test]
    fn the_dearest_department_comes_first_and_small_ones_stay_unnamed() {
        let codes: Vec<u32> = [vec![1; 6], vec![2; 9], vec![3; 2], vec![0; 3]].concat();
        let count = codes.len();
        let symptoms = Symptoms {
            keys: vec![String::new(); count],
            opened: vec![0; count],
            hours_open: vec![1.0; count],
            touch_minutes: (0..count).map(|t| if t < 6 { 600.0 } else { f32::NAN }).collect(),
            requester: (0..count).map(|t| u32::try_from(t).unwrap() % 3 + 1).collect(),
            fields: vec![Field {
                name: "department",
                values: ["", "Sales", "Store", "Legal"].map(str::to_owned).to_vec(),
                codes,
            }],
            ..Symptoms::default()
        };
        let all: Vec<u32> = (0..u32::try_from(count).unwrap()).collect();
        let (found, left_out) = friction(&symptoms, &all, "department", &Rates::default());
        let names: Vec<&str> = found.iter().map(|one| one.value.as_str()).collect();
        assert_eq!((names, left_out), (vec!["Sales", "Store"], 5));
        assert_eq!((found[0].tickets, found[0].people), (6, Some(3)));
        let sum: rust_decimal::Decimal = found[0].cost.steps.iter().map(|step| step.mid).sum();
        assert_eq!(sum, found[0].cost.mid);
        assert_eq!(friction(&symptoms, &all, "client", &Rates::default()), (Vec::new(), 20));
    }
}
