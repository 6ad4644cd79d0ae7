//! Reports: what is told of a person who was rated, worked out once when a wave has closed, and kept. A page reads
//! only what is kept, and all that is kept has passed disclosure control.
//!
//! A report belongs to the person rated. They see it once they have rated themselves; others see the parts that the
//! person shared with them, and every look is noted. Use for pay needs their written consent, an event of its own.

mod belong;
mod made_up;
mod mine;
mod pay;
mod read;
mod said;
pub(crate) mod shown;
mod snapshot;
pub(crate) mod spent;
pub(crate) mod work;
pub(crate) mod work_out;

use leadership::Id;

pub use belong::{Open, OpenTo, Part, Reply, SeeYourself, Share, TakeBack};
pub use made_up::MadeUp;
pub(crate) use mine::MINE;
pub use mine::erase;
pub use pay::{Consent, ConsentId, Pay, WithdrawConsent, consents};
pub use read::{
    Eyes, Line, Seen, Shared, before_seeing, everybody, findings, get, latest, mine, open_to_all, shared_with, viewers,
    waiting,
};
pub use said::{Decide, Say, Saying, SayingId, sayings};
pub use work_out::{Done, Step, not_worked_out, work_out};

/// For the type of a report's identifier.
#[derive(Debug)]
pub enum ReportNoun {}
/// A report.
pub type ReportId = Id<ReportNoun>;

/// The noun of events.
pub const NOUN: &str = "report";
