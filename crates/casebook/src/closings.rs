//! Closings: problems that a team marked as fixed, and whether a cause had been looked for before.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::share::Share;

use crate::apply::{Part, lives};
use crate::entry::{Act, Entry};

/// A problem marked as fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The entry that marks it.
    pub entry: u64,
    /// The problem, by the id that it has now.
    pub problem: String,
    /// The day of the fix.
    pub on: Date,
    /// The team that made it.
    pub team: String,
    /// Whether a hypothesis had been tested by then, as the canvas of that time says. Where none was it is closed on the
    /// symptom.
    pub tested: bool,
}

/// Every closing of some problems that holds, by the number of its entry. A canvas that is written later changes nothing.
#[must_use]
pub fn closings<'a>(parts: impl IntoIterator<Item = &'a Part>, entries: &[Entry]) -> Vec<Closing> {
    let lives = lives(entries);
    let by_number: BTreeMap<u64, &Entry> = entries.iter().map(|entry| (entry.number, entry)).collect();
    let mut out = Vec::new();
    for part in parts {
        for number in part.entries.iter().filter(|number| lives.get(number) == Some(&true)) {
            let Some(Act::Fixed { on, team, .. }) = by_number.get(number).map(|entry| &entry.act) else { continue };
            let newest =
                part.canvases.iter().filter_map(|chain| chain.versions.iter().rfind(|version| *version < number));
            let tested =
                newest.filter_map(|version| by_number.get(version)?.act.canvas()).any(crate::Canvas::is_tested);
            let (problem, team) = (part.id.clone(), team.clone());
            out.push(Closing { entry: *number, problem, on: *on, team, tested });
        }
    }
    out.sort_by_key(|closing| closing.entry);
    out
}

/// Of the closings of each quarter, year and number, those on the symptom; the earliest first.
#[must_use]
pub fn on_the_symptom<'a>(closings: impl IntoIterator<Item = &'a Closing>) -> BTreeMap<(i16, i8), Share> {
    let mut out: BTreeMap<(i16, i8), Share> = BTreeMap::new();
    for closing in closings {
        let share = out.entry((closing.on.year(), (closing.on.month() - 1) / 3 + 1)).or_default();
        share.n += 1;
        share.so += u64::from(!closing.tested);
    }
    out
}

/// Problems that people opened by hand in each quarter, year and number, as far as the opening holds; the earliest first.
#[must_use]
pub fn opened_by_hand(entries: &[Entry]) -> BTreeMap<(i16, i8), u64> {
    let lives = lives(entries);
    let mut out: BTreeMap<(i16, i8), u64> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| lives.get(&entry.number) == Some(&true)) {
        if matches!(entry.act, Act::Open { .. }) {
            let on = entry.at.to_zoned(TimeZone::UTC).date();
            *out.entry((on.year(), (on.month() - 1) / 3 + 1)).or_default() += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::{Canvas, Hypothesis, Trial};
    use crate::entry::Side;
    use crate::{Group, apply};

    #[test]
    fn a_closing_without_a_test_that_said_something_is_on_the_symptom() {
        let group = Group { id: "a".into(), title: "A".into(), tickets: vec!["desk/1".into(), "desk/2".into()] };
        let of = Side { id: "a".into(), title: "A".into(), n: 2, tickets: group.tickets.clone() };
        let canvas = |result: &str| {
            let tests = vec![Trial { what: "Swap the cable".into(), result: result.into(), on: None }];
            let hypotheses = vec![Hypothesis { tests, ..Hypothesis::default() }];
            Act::Canvas { of: of.clone(), canvas: Box::new(Canvas { hypotheses, ..Canvas::default() }) }
        };
        let fixed = |on: &str| Act::Fixed {
            of: of.clone(),
            on: on.parse().unwrap(),
            team: "Print".into(),
            what: String::new(),
        };
        let acts = [
            fixed("2026-01-31"),
            canvas(" "),
            fixed("2026-03-31"),
            canvas("The same"),
            fixed("2026-04-01"),
            fixed("2026-06-30"),
            Act::Undo { entry: 6 },
        ];
        let at = jiff::Timestamp::UNIX_EPOCH;
        let entries: Vec<Entry> =
            (1..).zip(acts).map(|(number, act)| Entry { number, at, person: None, by: String::new(), act }).collect();
        let found = closings(&apply(&[group], &entries).parts, &entries);
        let told: Vec<_> = found.iter().map(|closing| (closing.entry, closing.tested)).collect();
        assert_eq!(told, [(1, false), (3, false), (5, true)]);
        let quarters: Vec<_> = on_the_symptom(&found).into_iter().collect();
        assert_eq!(quarters, [((2026, 1), Share { so: 2, n: 2 }), ((2026, 2), Share { so: 0, n: 1 })]);
    }

    #[test]
    fn what_people_opened_is_counted_by_quarter_as_long_as_it_holds() {
        let circle = leadership::CircleId::new(jiff::Timestamp::UNIX_EPOCH, [2; 10]);
        let open = || Act::Open { of: Side::default(), circle, canvas: Box::default() };
        let told =
            [("2026-03-31T23:00:00Z", open()), ("2026-04-01T00:00:00Z", open()), ("2026-05-01T00:00:00Z", open())];
        let told = told.into_iter().chain([("2026-05-02T00:00:00Z", Act::Undo { entry: 3 })]);
        let entries: Vec<Entry> = (1..)
            .zip(told)
            .map(|(number, (at, act))| Entry { number, at: at.parse().unwrap(), person: None, by: String::new(), act })
            .collect();
        assert_eq!(opened_by_hand(&entries).into_iter().collect::<Vec<_>>(), [((2026, 1), 1), ((2026, 2), 1)]);
    }
}
