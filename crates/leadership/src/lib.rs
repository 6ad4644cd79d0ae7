//! The nouns of leading and their rules: who may see what, what a promise's states are, how a memory of a
//! goal fades, how a decider's percentages held. Pure: clock, randomness and data are handed in.

pub mod circle;
pub mod id;
pub mod promise;
pub mod text;
pub mod today;
pub mod wrong;

pub use circle::{CircleKind, Role, Sight, Tree};
pub use id::{AimId, CircleId, DecisionId, EventId, Id, LinkId, NoticeId, PersonId, PromiseId};
pub use wrong::{Wrong, Wrongs};
