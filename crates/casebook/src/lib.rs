//! What people write on problems, kept beside the record until the ledger is there.
//!
//! An [`Entry`] is one act of a person: two problems are one, these tickets do not belong, another title,
//! no problem at all, a version of the [`Canvas`], marked as fixed, an earlier entry undone. Entries are
//! only ever added ([`Book`], one JSON object a line); undoing is an entry too.
//!
//! [`apply`] replays the entries over groups of tickets and gives the groups as people see them;
//! [`verdicts`] sums the entries up for the next search. Both are pure. An entry names the tickets that it
//! was made on and follows those: ids of problems may change from one search to the next, tickets stay.

mod apply;
mod canvas;
mod entry;
mod file;
mod verdicts;

pub use apply::{Applied, Chain, Fixed, Group, Part, apply, lives};
pub use canvas::{Canvas, Choice, Hypothesis, MOST, Money, Trial};
pub use entry::{Act, Entry, SAMPLE, Side, VERSION, sample};
pub use file::{Book, BookError, FILE, TORN, Writer};
pub use verdicts::verdicts;
