//! What people write on problems of the work record. Pure, but for the file of earlier versions ([`Earlier`]).
//!
//! An [`Entry`] is one act of a person: two problems are one, these tickets do not belong, another title,
//! no problem at all, a version of the [`Canvas`], marked as fixed, opened by hand, opened to a circle for options, an earlier entry undone. Entries are
//! only ever added, and undoing is an entry too; the ledger keeps them.
//!
//! [`apply`] replays the entries over groups of tickets and gives the groups as people see them;
//! [`verdicts`] sums the entries up for the next search. An entry names the tickets that it was made on and
//! follows those: ids of problems may change from one search to the next, tickets stay.

mod apply;
mod canvas;
mod chosen;
mod closings;
mod earlier;
mod entry;
mod judged;
mod verdicts;

pub use apply::{Applied, Chain, Fixed, Group, Learned, Part, apply, apply_learned, lives};
pub use canvas::{Canvas, Choice, Hypothesis, MOST, Money, Trial};
pub use chosen::Chosen;
pub use closings::{Closing, closings, on_the_symptom, opened_by_hand};
pub use earlier::{Earlier, EarlierError, FILE, TAKEN, TORN};
pub use entry::{Act, Entry, SAMPLE, Side, sample};
pub use judged::{Judged, Stage};
pub use verdicts::{Verdicts, verdicts};
