//! The nouns of leading and their rules: who may see what, what a promise's states are, how a memory of a
//! goal fades, how a decider's percentages held. Pure: clock, randomness and data are handed in.

pub mod available;
pub mod aim;
pub mod calendar;
pub mod circle;
pub mod code;
pub mod concern;
pub mod id;
pub mod share;
pub mod status;
pub mod measure;
pub mod memory;
pub mod replan;
pub mod stance;
pub mod teach;
pub mod calibration;
pub mod decision;
pub mod message;
pub mod promise;
pub mod request;
pub mod text;
pub mod today;
pub mod wrong;

pub use circle::{CircleKind, Role, Sight, Tree};
pub use id::{AimId, CircleId, DecisionId, EventId, Id, LinkId, NoticeId, PersonId, PromiseId};
pub use id::{AimId, CircleId, DecisionId, EventId, Id, InterruptionId, NoticeId, PersonId, PromiseId, RequestId};
pub use wrong::{Wrong, Wrongs};
