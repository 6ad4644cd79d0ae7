//! The canonical fields, by the names of the mapping file.

use serde::{Deserialize, Serialize};

/// A canonical field; the names are those of the mapping file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The ticket's or the change's own number.
    Id,
    /// incident, request, problem, …
    Kind,
    /// What sort of work it is: security, onboarding, patching …
    Class,
    /// When it was opened.
    Opened,
    /// When somebody first answered.
    FirstResponse,
    /// When it was resolved.
    Resolved,
    /// When it was closed.
    Closed,
    /// When this version was true.
    AsOf,
    /// The source's own revision counter.
    Revision,
    /// Times reopened.
    Reopened,
    /// State in the source's words.
    State,
    /// A second column that tells what the state means, when the state's word is not known.
    Stage,
    /// Priority in the source's words.
    Priority,
    /// Impact.
    Impact,
    /// Urgency.
    Urgency,
    /// Business service, project or product.
    Service,
    /// Configuration item.
    Item,
    /// Category path.
    Category,
    /// Symptom code.
    Symptom,
    /// Team that holds it.
    Group,
    /// Place.
    Location,
    /// Department of the requester.
    Department,
    /// Client or company of the requester.
    Client,
    /// Requester; becomes a pseudonym.
    Requester,
    /// How it came in.
    Channel,
    /// When it is due.
    Due,
    /// Whether the service level was kept.
    SlaKept,
    /// Reassignments as the source counts them.
    Reassignments,
    /// Minutes of work booked.
    TouchMinutes,
    /// Short description.
    Title,
    /// Description.
    Text,
    /// Resolution.
    Resolution,
    /// Change it is linked to.
    LinkedChange,
    /// Problem it is linked to.
    LinkedProblem,
    /// Incident it is linked to.
    LinkedIncident,
    /// Knowledge article.
    Knowledge,
    /// Log only: when the event happened.
    When,
    /// Log only: what happened; `update` when not mapped.
    What,
    /// Log only: state or value before.
    Before,
    /// Log only: state or value after; the state when not mapped.
    After,
    /// Change only: type of change.
    Type,
    /// Change only: risk.
    Risk,
    /// Change only: emergency change.
    Emergency,
    /// Change only: approval by a board.
    Approval,
    /// Change only: planned start.
    PlannedStart,
    /// Change only: planned end.
    PlannedEnd,
    /// Change only: actual start.
    ActualStart,
    /// Change only: actual end.
    ActualEnd,
    /// Change only: scheduled downtime start.
    DowntimeStart,
    /// Change only: scheduled downtime end.
    DowntimeEnd,
}

/// What sort of value a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Words.
    Text,
    /// An instant.
    Date,
    /// A number that is not negative.
    Number,
    /// Yes or no.
    Flag,
}

impl Field {
    /// How many fields there are.
    pub const COUNT: usize = 50;

    /// All fields, in the order of the mapping file.
    pub const ALL: [Self; Self::COUNT] = {
        use Field::{
            ActualEnd, ActualStart, After, Approval, AsOf, Before, Category, Channel, Class, Client, Closed,
            Department, DowntimeEnd, DowntimeStart, Due, Emergency, FirstResponse, Group, Id, Impact, Item, Kind,
            Knowledge, LinkedChange, LinkedIncident, LinkedProblem, Location, Opened, PlannedEnd, PlannedStart,
            Priority, Reassignments, Reopened, Requester, Resolution, Resolved, Revision, Risk, Service, SlaKept,
            Stage, State, Symptom, Text, Title, TouchMinutes, Type, Urgency, What, When,
        };
        [
            Id,
            Kind,
            Class,
            Opened,
            FirstResponse,
            Resolved,
            Closed,
            AsOf,
            Revision,
            Reopened,
            State,
            Stage,
            Priority,
            Impact,
            Urgency,
            Service,
            Item,
            Category,
            Symptom,
            Group,
            Location,
            Department,
            Client,
            Requester,
            Channel,
            Due,
            SlaKept,
            Reassignments,
            TouchMinutes,
            Title,
            Text,
            Resolution,
            LinkedChange,
            LinkedProblem,
            LinkedIncident,
            Knowledge,
            When,
            What,
            Before,
            After,
            Type,
            Risk,
            Emergency,
            Approval,
            PlannedStart,
            PlannedEnd,
            ActualStart,
            ActualEnd,
            DowntimeStart,
            DowntimeEnd,
        ]
    };

    /// The name in the mapping file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Kind => "kind",
            Self::Class => "class",
            Self::Opened => "opened",
            Self::FirstResponse => "first_response",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::AsOf => "as_of",
            Self::Revision => "revision",
            Self::Reopened => "reopened",
            Self::State => "state",
            Self::Stage => "stage",
            Self::Priority => "priority",
            Self::Impact => "impact",
            Self::Urgency => "urgency",
            Self::Service => "service",
            Self::Item => "item",
            Self::Category => "category",
            Self::Symptom => "symptom",
            Self::Group => "group",
            Self::Location => "location",
            Self::Department => "department",
            Self::Client => "client",
            Self::Requester => "requester",
            Self::Channel => "channel",
            Self::Due => "due",
            Self::SlaKept => "sla_kept",
            Self::Reassignments => "reassignments",
            Self::TouchMinutes => "touch_minutes",
            Self::Title => "title",
            Self::Text => "text",
            Self::Resolution => "resolution",
            Self::LinkedChange => "linked_change",
            Self::LinkedProblem => "linked_problem",
            Self::LinkedIncident => "linked_incident",
            Self::Knowledge => "knowledge",
            Self::When => "when",
            Self::What => "what",
            Self::Before => "before",
            Self::After => "after",
            Self::Type => "type",
            Self::Risk => "risk",
            Self::Emergency => "emergency",
            Self::Approval => "approval",
            Self::PlannedStart => "planned_start",
            Self::PlannedEnd => "planned_end",
            Self::ActualStart => "actual_start",
            Self::ActualEnd => "actual_end",
            Self::DowntimeStart => "downtime_start",
            Self::DowntimeEnd => "downtime_end",
        }
    }

    /// What sort of value it holds.
    #[must_use]
    pub fn sort(self) -> Sort {
        match self {
            Self::Opened
            | Self::FirstResponse
            | Self::Resolved
            | Self::Closed
            | Self::AsOf
            | Self::Due
            | Self::When
            | Self::PlannedStart
            | Self::PlannedEnd
            | Self::ActualStart
            | Self::ActualEnd
            | Self::DowntimeStart
            | Self::DowntimeEnd => Sort::Date,
            Self::Revision | Self::Reopened | Self::Reassignments | Self::TouchMinutes => Sort::Number,
            Self::SlaKept | Self::Emergency | Self::Approval => Sort::Flag,
            _ => Sort::Text,
        }
    }
}
