//! Identifiers: a UUID version 7 in a type of its own per noun, so that a promise's is never taken for a
//! person's. They sort by the moment in which they were made.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The identifier of a noun `T`.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new one: 48 bits of the instant in milliseconds, 74 random bits from `random` (the first 10 bytes).
    #[must_use]
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(), PhantomData)
    }
}

// Written by hand: a derive would ask the same of `T`, which is only a name.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// What was given is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no identifier")]
pub struct NoId;

impl<T> FromStr for Id<T> {
    type Err = NoId;

    fn from_str(text: &str) -> Result<Self, NoId> {
        Uuid::try_parse(text).map(|uuid| Self(uuid, PhantomData)).map_err(|_| NoId)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Names of nouns, for the type of their identifiers only.
pub mod noun {
    macro_rules! nouns {
        ($($(#[doc = $doc:literal])* $noun:ident => $id:ident),* $(,)?) => {$(
            $(#[doc = $doc])*
            #[derive(Debug)]
            pub enum $noun {}
            $(#[doc = $doc])*
            pub type $id = super::Id<$noun>;
        )*};
    }
    nouns! {
        /// A person.
        Person => PersonId,
        /// A circle.
        Circle => CircleId,
        /// An aim.
        Aim => AimId,
        /// A decision.
        Decision => DecisionId,
        /// A promise.
        Promise => PromiseId,
        /// Something told to an audience that was frozen when it was told.
        Notice => NoticeId,
        /// An event of the chain.
        Event => EventId,
        /// A link that carries its own key.
        Link => LinkId,
        /// Something that somebody asks of somebody.
        Request => RequestId,
        /// Something that broke in while something else was in hand.
        Interruption => InterruptionId,
        /// A wave of ratings.
        Wave => WaveId,
        /// The place of one rater of one person in a wave.
        Seat => SeatId,
        /// The pulse of a circle.
        Pulse => PulseId,
        /// One round of a pulse.
        Round => RoundId,
    }
}
pub use noun::AimId;
pub use noun::CircleId;
pub use noun::DecisionId;
pub use noun::EventId;
pub use noun::InterruptionId;
pub use noun::LinkId;
pub use noun::NoticeId;
pub use noun::PersonId;
pub use noun::PromiseId;
pub use noun::PulseId;
pub use noun::RequestId;
pub use noun::RoundId;
pub use noun::SeatId;
pub use noun::WaveId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_by_the_moment_and_come_back_from_text() {
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let later = Timestamp::from_second(1_700_000_001).unwrap();
        let (first, second) = (PersonId::new(at, [255; 10]), PersonId::new(later, [0; 10]));
        assert!(first < second);
        assert_eq!(first.to_string().parse::<PersonId>(), Ok(first));
        assert_eq!(serde_json::from_str::<PersonId>(&serde_json::to_string(&first).unwrap()).unwrap(), first);
        assert!("12".parse::<PersonId>().is_err());
    }
}
