//! What a mean over a whole wave is made of. Which forms are in it hangs on who answered alone, and the value of each on
//! nothing but that form: only so does the noise that is laid on later cover what one rater can change.

use std::collections::BTreeMap;

use rating::model::Role;

use super::{Computed, HIDDEN, Input, SCALE, Snapshot};

/// The forms of a wave that may be told, for means over all of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Whole {
    /// The mean answer of each form, from 1; no number where a form says nothing.
    pub answers: Vec<f64>,
    /// The same without those that look as if filled without reading, where that may be told.
    pub unflagged: Option<Vec<f64>>,
    /// How many of the forms each rater filled in, under their stable name.
    pub raters: BTreeMap<String, usize>,
}

fn mean(answers: &[Option<u8>]) -> f64 {
    let said: Vec<f64> = answers
        .iter()
        .flatten()
        .filter(|answer| (1..=SCALE).contains(*answer))
        .map(|answer| f64::from(*answer))
        .collect();
    rating::num::mean(&said).unwrap_or(f64::NAN)
}

/// Gathers them. `told`: whether it is told how many forms are flagged, without which no second mean is told either.
pub(super) fn whole(snapshot: &Snapshot, input: &Input, computed: Option<&Computed>, told: bool) -> Whole {
    let mut out = Whole::default();
    let mut unflagged = Vec::new();
    for (place, (rated, shown)) in snapshot.rated.iter().zip(&input.shown).enumerate() {
        let tells = |role: Role| !HIDDEN.contains(&role) || shown.group_of(role).is_some();
        // The same forms in the same order as in the computation, but for those of whom nothing was said at all.
        let mut about = input.about(place);
        for form in rated.forms.iter().filter(|form| tells(form.role)) {
            let at = about.next();
            if form.role == Role::Own {
                continue;
            }
            let flagged =
                computed.zip(at).and_then(|(computed, at)| computed.signs.get(at)).is_some_and(|signs| signs.flagged);
            out.answers.push(mean(&form.answers));
            if !flagged {
                unflagged.push(mean(&form.answers));
            }
        }
        for (_, raters) in rated.members.iter().filter(|(role, _)| **role != Role::Own && tells(**role)) {
            for rater in raters {
                *out.raters.entry(rater.clone()).or_default() += 1;
            }
        }
    }
    // A form whose rater is not known could be anybody's: then nothing can be said of what anybody changes.
    if out.answers.len() > out.raters.values().sum() {
        return Whole::default();
    }
    let many = out.answers.len() - unflagged.len();
    out.unflagged = (told && many >= snapshot.policy.held().floor).then_some(unflagged);
    out
}
