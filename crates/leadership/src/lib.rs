//! The nouns of leading and their rules: who may see what, what a promise's states are, how a memory of a
//! goal fades, how a decider's percentages held. Pure: clock, randomness and data are handed in.

pub mod aim;
pub mod available;
pub mod calendar;
pub mod calibration;
pub mod circle;
pub mod code;
pub mod concern;
pub mod decision;
pub mod growth;
pub mod id;
pub mod idea;
pub mod measure;
pub mod memory;
pub mod message;
pub mod profile;
pub mod promise;
pub mod questionnaire;
pub mod recognition;
pub mod replan;
pub mod request;
pub mod share;
pub mod stance;
pub mod status;
pub mod talk;
pub mod teach;
pub mod text;
pub mod today;
pub mod wave;
mod words;
pub mod wrong;

pub use circle::{CircleKind, Role, Sight, Tree};
pub use id::AimId;
pub use id::CircleId;
pub use id::DecisionId;
pub use id::EventId;
pub use id::Id;
pub use id::InterruptionId;
pub use id::LinkId;
pub use id::NoticeId;
pub use id::PersonId;
pub use id::PromiseId;
pub use id::RequestId;
pub use id::SeatId;
pub use id::WaveId;
pub use wrong::{Wrong, Wrongs};
