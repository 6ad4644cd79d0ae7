//! The nouns of leading and their rules: who may see what, what a promise's states are, how a memory of a
//! goal fades, how a decider's percentages held. Pure: clock, randomness and data are handed in.

pub mod calendar;
pub mod circle;
pub mod id;
pub mod request;
pub mod text;
pub mod today;
pub mod wrong;

pub use circle::{CircleKind, Role, Sight, Tree};
pub use id::{AimId, CircleId, DecisionId, EventId, Id, InterruptionId, NoticeId, PersonId, PromiseId, RequestId};
pub use wrong::{Wrong, Wrongs};
