//! What people said of tickets. It stands above every score, in every later run.

use serde::{Deserialize, Serialize};

/// What people said, by the keys of tickets (`source/id`; in a batch their ids). Undoing a verdict is
/// leaving it out.
///
/// A verdict follows its tickets, not the id of a problem: whatever later runs make of the record, it
/// applies to the problem that holds most of them (of several the heavier one). Keys that the record does
/// not hold are passed over. As JSON:
///
/// ```json
/// {"together": [["desk/1", "desk/2"]],
///  "apart": [[["desk/7"], ["desk/8", "desk/9"]]],
///  "named": [[["desk/1", "desk/2"], "Labels come out blank"]],
///  "dismissed": [[["desk/4", "desk/5"], "a test of the monitoring"]]}
/// ```
///
/// Every list may be left out. Where `together` and `apart` contradict each other, `apart` wins: whoever
/// keeps verdicts takes out what a later act overrules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdicts {
    /// Tickets that are one problem: give the members of both when two are merged. A problem comes along
    /// whole where at least half of it is listed, or where it holds at least a tenth of the list.
    pub together: Vec<Vec<String>>,
    /// Tickets that were split off (first) from others (second): no problem holds both.
    pub apart: Vec<(Vec<String>, Vec<String>)>,
    /// A problem, by its members at that time, and the title that people gave it; of several the last counts.
    pub named: Vec<(Vec<String>, String)>,
    /// A problem, by its members at that time, that is none, and why. It is kept and marked, so that it
    /// does not come back under another name.
    pub dismissed: Vec<(Vec<String>, String)>,
}

impl Verdicts {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.together.is_empty() && self.apart.is_empty() && self.named.is_empty() && self.dismissed.is_empty()
    }
}
