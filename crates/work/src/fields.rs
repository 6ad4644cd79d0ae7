//! The fields of tickets and changes that versions are folded over.
//!
//! A field's number is its place in these tables and is written into the record (see
//! [`crate::fold`]): numbers are never given to another field, new ones are added at the end.

/// How a field's value is kept in its eight bytes while a bucket is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Place of the text in the bucket's bytes.
    Text,
    /// Milliseconds since 1970.
    Instant,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 8 bits.
    Small,
    /// The bits of a 64-bit float.
    Float,
    /// 0 or 1.
    Flag,
    /// What a state means, by number (see [`stage_name`]).
    Stage,
}

/// A field: its column's name and kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldOf {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

const fn field(name: &'static str, kind: Kind) -> FieldOf {
    FieldOf { name, kind }
}

/// Numbers of the ticket fields that code asks for by name.
pub(crate) mod ticket {
    pub(crate) const KIND: usize = 0;
    pub(crate) const OPENED: usize = 1;
    pub(crate) const FIRST_RESPONSE: usize = 2;
    pub(crate) const RESOLVED: usize = 3;
    pub(crate) const CLOSED: usize = 4;
    pub(crate) const AS_OF: usize = 5;
    pub(crate) const REOPENED: usize = 6;
    pub(crate) const STATE: usize = 7;
    pub(crate) const STAGE: usize = 8;
    pub(crate) const PRIORITY: usize = 9;
    pub(crate) const PRIORITY_RANK: usize = 10;
    pub(crate) const IMPACT: usize = 11;
    pub(crate) const URGENCY: usize = 12;
    pub(crate) const SERVICE: usize = 13;
    pub(crate) const ITEM: usize = 14;
    pub(crate) const CATEGORY: usize = 15;
    pub(crate) const SYMPTOM: usize = 16;
    pub(crate) const TEAM: usize = 17;
    pub(crate) const LOCATION: usize = 18;
    pub(crate) const DEPARTMENT: usize = 19;
    pub(crate) const CLIENT: usize = 20;
    pub(crate) const REQUESTER: usize = 21;
    pub(crate) const CHANNEL: usize = 22;
    pub(crate) const DUE: usize = 23;
    pub(crate) const SLA_KEPT: usize = 24;
    pub(crate) const REASSIGNMENTS: usize = 25;
    pub(crate) const TOUCH_MINUTES: usize = 26;
    pub(crate) const TITLE: usize = 27;
    pub(crate) const TEXT: usize = 28;
    pub(crate) const RESOLUTION: usize = 29;
    pub(crate) const LINKED_CHANGE: usize = 30;
    pub(crate) const LINKED_PROBLEM: usize = 31;
    pub(crate) const LINKED_INCIDENT: usize = 32;
    pub(crate) const KNOWLEDGE: usize = 33;
    pub(crate) const CLASS: usize = 34;
}

/// The fields of a ticket.
pub(crate) const TICKET: [FieldOf; 35] = [
    field("kind", Kind::Text),
    field("opened", Kind::Instant),
    field("first_response", Kind::Instant),
    field("resolved", Kind::Instant),
    field("closed", Kind::Instant),
    field("as_of", Kind::Instant),
    field("reopened", Kind::Int),
    field("state", Kind::Text),
    field("stage", Kind::Stage),
    field("priority", Kind::Text),
    field("priority_rank", Kind::Small),
    field("impact", Kind::Text),
    field("urgency", Kind::Text),
    field("service", Kind::Text),
    field("item", Kind::Text),
    field("category", Kind::Text),
    field("symptom", Kind::Text),
    field("team", Kind::Text),
    field("location", Kind::Text),
    field("department", Kind::Text),
    field("client", Kind::Text),
    field("requester", Kind::Text),
    field("channel", Kind::Text),
    field("due", Kind::Instant),
    field("sla_kept", Kind::Flag),
    field("reassignments", Kind::Int),
    field("touch_minutes", Kind::Float),
    field("title", Kind::Text),
    field("text", Kind::Text),
    field("resolution", Kind::Text),
    field("linked_change", Kind::Text),
    field("linked_problem", Kind::Text),
    field("linked_incident", Kind::Text),
    field("knowledge", Kind::Text),
    field("class", Kind::Text),
];

/// Numbers of the change fields.
pub(crate) mod change {
    pub(crate) const SERVICE: usize = 0;
    pub(crate) const KIND: usize = 1;
    pub(crate) const RISK: usize = 2;
    pub(crate) const EMERGENCY: usize = 3;
    pub(crate) const APPROVAL: usize = 4;
    pub(crate) const PLANNED_START: usize = 5;
    pub(crate) const PLANNED_END: usize = 6;
    pub(crate) const ACTUAL_START: usize = 7;
    pub(crate) const ACTUAL_END: usize = 8;
    pub(crate) const DOWNTIME_START: usize = 9;
    pub(crate) const DOWNTIME_END: usize = 10;
    pub(crate) const OPENED: usize = 11;
    pub(crate) const CLOSED: usize = 12;
    pub(crate) const CLASS: usize = 13;
}

/// The fields of a change; source, id and item are its key.
pub(crate) const CHANGE: [FieldOf; 14] = [
    field("service", Kind::Text),
    field("kind", Kind::Text),
    field("risk", Kind::Text),
    field("emergency", Kind::Flag),
    field("approval", Kind::Flag),
    field("planned_start", Kind::Instant),
    field("planned_end", Kind::Instant),
    field("actual_start", Kind::Instant),
    field("actual_end", Kind::Instant),
    field("downtime_start", Kind::Instant),
    field("downtime_end", Kind::Instant),
    field("opened", Kind::Instant),
    field("closed", Kind::Instant),
    field("class", Kind::Text),
];

/// Fields that were added after records had been written: their column may be missing in an older file.
pub(crate) const ADDED: [&str; 1] = ["class"];

/// Ticket fields that are counted from the events when their source never gives them; the bit of
/// each in a source's mask is its place here.
pub(crate) const DERIVABLE: [usize; 6] =
    [ticket::OPENED, ticket::FIRST_RESPONSE, ticket::RESOLVED, ticket::CLOSED, ticket::REOPENED, ticket::REASSIGNMENTS];

/// Stages by their number, the first number being 0.
const STAGES: [&str; 6] = ["new", "active", "waiting", "resolved", "closed", "cancelled"];

/// Number of a stage that is not known.
pub(crate) const NO_STAGE: u8 = u8::MAX;
/// Number of the first stage that is an end: resolved, closed, cancelled.
pub(crate) const RESOLVED: u8 = 3;
/// Number of the stage cancelled.
pub(crate) const CANCELLED: u8 = 5;

/// Number of a stage.
pub(crate) fn stage_number(stage: exports::Stage) -> u8 {
    match stage {
        exports::Stage::New => 0,
        exports::Stage::Active => 1,
        exports::Stage::Waiting => 2,
        exports::Stage::Resolved => RESOLVED,
        exports::Stage::Closed => 4,
        exports::Stage::Cancelled => CANCELLED,
    }
}

/// Name of a stage by its number; `None` when it is not known.
pub(crate) fn stage_name(number: u8) -> Option<&'static str> {
    STAGES.get(usize::from(number)).copied()
}

/// Number of a stage by its name, [`NO_STAGE`] when it is none.
pub(crate) fn stage_by_name(name: &str) -> u8 {
    STAGES.iter().zip(0..).find(|(stage, _)| **stage == name).map_or(NO_STAGE, |(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_a_column_and_numbers_are_places() {
        let tickets = crate::schema::tickets();
        for field in TICKET {
            assert!(tickets.field_with_name(field.name).is_ok(), "{}", field.name);
        }
        let changes = crate::schema::changes();
        for field in CHANGE {
            assert!(changes.field_with_name(field.name).is_ok(), "{}", field.name);
        }
        assert_eq!(TICKET[ticket::CLASS].name, "class");
        assert_eq!(TICKET[ticket::TEAM].name, "team");
        assert_eq!(CHANGE[change::CLASS].name, "class");
    }

    #[test]
    fn stages_have_the_names_that_exports_gives_them() {
        use exports::Stage::{Active, Cancelled, Closed, New, Resolved, Waiting};
        for stage in [New, Active, Waiting, Resolved, Closed, Cancelled] {
            assert_eq!(stage_name(stage_number(stage)), Some(stage.as_str()));
            assert_eq!(stage_by_name(stage.as_str()), stage_number(stage));
        }
    }
}
