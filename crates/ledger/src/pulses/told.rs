//! Whether a round may be told, decided from who belongs to its circle, before anybody is asked.

use std::collections::{BTreeMap, BTreeSet};

use leadership::PersonId;
use leadership::pulse::Why;
use rating::disclosure::{Ledger, Policy, Reason};
use serde_json::json;

use crate::error::LedgerError;

/// People, as a set.
pub(crate) type Set = BTreeSet<PersonId>;

/// Those of the sets that hang together with this one by people that they share, at whatever distance: no others can
/// tell anything about its people.
fn connected<'a>(people: &Set, before: &'a [Set]) -> Vec<&'a Set> {
    let mut reached = people.clone();
    let mut rest: Vec<&Set> = before.iter().collect();
    let mut out = Vec::new();
    loop {
        let (near, far): (Vec<&Set>, Vec<&Set>) = rest.into_iter().partition(|set| !set.is_disjoint(&reached));
        if near.is_empty() {
            return out;
        }
        reached.extend(near.iter().flat_map(|set| set.iter().copied()));
        out.extend(near);
        rest = far;
    }
}

fn audit(people: &Set, before: &[Set], policy: &Policy) -> Result<Result<(), Reason>, LedgerError> {
    let mut numbers: BTreeMap<PersonId, u32> = BTreeMap::new();
    let mut set = |people: &Set| -> BTreeSet<u32> {
        people
            .iter()
            .map(|person| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(*person).or_insert(next)
            })
            .collect()
    };
    let now = set(people);
    let released: BTreeSet<BTreeSet<u32>> = connected(people, before).into_iter().map(&mut set).collect();
    // What was released is taken as it is: it passed its own audit then.
    let ledger: Ledger = serde_json::from_value(json!({ "released": released, "named": [] }))?;
    Ok(ledger.audit(&now, policy))
}

/// Who is asked in a round, or why it is not asked. `people` belong to the circle today, `last` were asked in the last
/// round of this pulse that is open or told, `before` are the people of every such round of all pulses of its kind.
///
/// All of them, where that may be told. Else those of the last round who are still here: who came since is asked again
/// once so many came that they hide each other. Else nobody.
pub(crate) fn choose(
    people: &Set,
    last: Option<&Set>,
    before: &[Set],
    policy: &Policy,
) -> Result<Result<Set, Why>, LedgerError> {
    let why = match audit(people, before, policy)? {
        Ok(()) => return Ok(Ok(people.clone())),
        Err(Reason::TooFew) => Why::TooFew,
        Err(Reason::TooMany) => Why::TooMany,
        Err(Reason::Determined | Reason::Pinned) => Why::Apart,
    };
    let stayed: Set = last.map(|last| last.intersection(people).copied().collect()).unwrap_or_default();
    if stayed.len() < people.len() && audit(&stayed, before, policy)?.is_ok() {
        return Ok(Ok(stayed));
    }
    Ok(Err(why))
}

/// Into which parts the people of a round fall: as few as keep each at forty or so, all about equally large. An answer
/// writes its whole part anew; of a thousand people that would be too much.
pub(super) fn parts(people: usize) -> usize {
    people.div_ceil(MOST_OF_A_PART).max(1)
}

/// Most people of one part.
const MOST_OF_A_PART: usize = 40;
