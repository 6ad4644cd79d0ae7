//! The canonical rows: what every export becomes, whatever tool wrote it.
//!
//! Instants are milliseconds since 1970-01-01T00:00:00Z. A field that the export does not have, or
//! that it spells as missing (`?`, `#N/B`, `NULL`, `-`, empty), is `None`.

/// An instant in milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// One version of a ticket as one source row tells it.
///
/// A ticket-grain export gives one such row a ticket. A log (one row an update) gives many: the
/// record folds them in the order of `(as_of, revision, row)`, the latest present value wins. A text that
/// is there and empty says that there is none any more: so a log tells that a link was taken away.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TicketRow<'a> {
    /// Which system it came from, such as `servicenow`; with `id` the key of the ticket.
    pub source: &'a str,
    /// The ticket's own number in its source.
    pub id: &'a str,
    /// incident, request, problem, change, question …, as the source says, lower-cased.
    pub kind: Option<&'a str>,
    /// What sort of work it is, by a column or by the words of kind, category and title: security, onboarding …
    pub class: Option<&'a str>,
    /// When it was opened.
    pub opened: Option<Millis>,
    /// When somebody first answered.
    pub first_response: Option<Millis>,
    /// When it was (last) resolved.
    pub resolved: Option<Millis>,
    /// When it was closed.
    pub closed: Option<Millis>,
    /// The instant at which this version was true (the source's "updated").
    pub as_of: Option<Millis>,
    /// The source's own revision counter, where it has one (ServiceNow `sys_mod_count`).
    pub revision: Option<i64>,
    /// Times reopened.
    pub reopened: Option<u32>,
    /// State in the source's words.
    pub state: Option<&'a str>,
    /// What the state means.
    pub stage: Option<Stage>,
    /// Priority in the source's words.
    pub priority: Option<&'a str>,
    /// Priority as a rank, 1 the most urgent.
    pub priority_rank: Option<u8>,
    /// Impact in the source's words.
    pub impact: Option<&'a str>,
    /// Urgency in the source's words.
    pub urgency: Option<&'a str>,
    /// Business service or project or product.
    pub service: Option<&'a str>,
    /// Configuration item.
    pub item: Option<&'a str>,
    /// Category path, levels joined by ` > `.
    pub category: Option<&'a str>,
    /// Symptom code, where the source has one.
    pub symptom: Option<&'a str>,
    /// Team that holds it.
    pub group: Option<&'a str>,
    /// Place.
    pub location: Option<&'a str>,
    /// Department of the requester.
    pub department: Option<&'a str>,
    /// Client or company of the requester.
    pub client: Option<&'a str>,
    /// Pseudonym of the requester; never a name unless the owner asked for names.
    pub requester: Option<&'a str>,
    /// How it came in: phone, mail, portal …
    pub channel: Option<&'a str>,
    /// When it is due.
    pub due: Option<Millis>,
    /// Whether the service level was kept, where the source says so.
    pub sla_kept: Option<bool>,
    /// Reassignments as the source counts them.
    pub reassignments: Option<u32>,
    /// Minutes of work booked on it (touch time), where the source has them.
    pub touch_minutes: Option<f64>,
    /// Short description.
    pub title: Option<&'a str>,
    /// Description.
    pub text: Option<&'a str>,
    /// Resolution code or words.
    pub resolution: Option<&'a str>,
    /// Change that this ticket is linked to.
    pub linked_change: Option<&'a str>,
    /// Problem record that it is linked to.
    pub linked_problem: Option<&'a str>,
    /// Incident that it is linked to (parent, duplicate).
    pub linked_incident: Option<&'a str>,
    /// Knowledge article.
    pub knowledge: Option<&'a str>,
    /// Row number in its file, 1 the first row of data.
    pub row: u64,
}

/// What a state means, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Nobody works on it yet.
    New,
    /// Being worked on.
    Active,
    /// Waiting for somebody outside the team.
    Waiting,
    /// Solved, may come back.
    Resolved,
    /// Finished.
    Closed,
    /// Withdrawn.
    Cancelled,
}

impl Stage {
    /// Lower-case name, as it is kept in the record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Something that happened to a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EventRow<'a> {
    /// Which system it came from.
    pub source: &'a str,
    /// The ticket it happened to.
    pub ticket: &'a str,
    /// When.
    pub when: Option<Millis>,
    /// The source's own order of updates, where it has one; before `row` in the order of events.
    pub revision: Option<i64>,
    /// What happened: `update`, `state`, `group`, or the source's own activity name.
    pub what: &'a str,
    /// State or value before, where the source says; else the record fills it from the event before.
    pub from: Option<&'a str>,
    /// State or value after.
    pub to: Option<&'a str>,
    /// Team that held the ticket at this event.
    pub group: Option<&'a str>,
    /// Row number in its file.
    pub row: u64,
}

/// A change as one source row tells it: key `(source, id, item)`, because a change may touch many items.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ChangeRow<'a> {
    /// Which system it came from.
    pub source: &'a str,
    /// The change's own number.
    pub id: &'a str,
    /// Configuration item touched.
    pub item: Option<&'a str>,
    /// Service touched.
    pub service: Option<&'a str>,
    /// Type of change, as the source says.
    pub kind: Option<&'a str>,
    /// What sort of work it is, as of a ticket.
    pub class: Option<&'a str>,
    /// Risk, as the source says.
    pub risk: Option<&'a str>,
    /// Emergency change.
    pub emergency: Option<bool>,
    /// Approval by a board needed or given.
    pub approval: Option<bool>,
    /// Planned start.
    pub planned_start: Option<Millis>,
    /// Planned end.
    pub planned_end: Option<Millis>,
    /// Actual start.
    pub actual_start: Option<Millis>,
    /// Actual end.
    pub actual_end: Option<Millis>,
    /// Scheduled downtime start.
    pub downtime_start: Option<Millis>,
    /// Scheduled downtime end.
    pub downtime_end: Option<Millis>,
    /// When the record was opened.
    pub opened: Option<Millis>,
    /// When the record was closed.
    pub closed: Option<Millis>,
    /// Row number in its file.
    pub row: u64,
}

/// A row that could not be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Row number in its file, 1 the first row of data.
    pub row: u64,
    /// Column that was at fault, in the source's words; empty when the whole row was.
    pub column: String,
    /// Why, and what would mend it.
    pub reason: String,
    /// The row as it was read.
    pub raw: String,
}

/// Where rows go. Every source row ends in exactly one call of `row_done` or `reject`, after the
/// zero or more canonical rows that it gave.
pub trait Sink {
    /// A version of a ticket.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn ticket(&mut self, row: &TicketRow<'_>) -> std::io::Result<()>;
    /// An event.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn event(&mut self, row: &EventRow<'_>) -> std::io::Result<()>;
    /// A change.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn change(&mut self, row: &ChangeRow<'_>) -> std::io::Result<()>;
    /// A source row that could not be kept.
    ///
    /// # Errors
    /// When it cannot be written down.
    fn reject(&mut self, reject: Reject) -> std::io::Result<()>;
    /// All canonical rows of this source row were given.
    ///
    /// # Errors
    /// When they cannot be written down.
    fn row_done(&mut self, row: u64) -> std::io::Result<()> {
        let _ = row;
        Ok(())
    }
    /// Progress: bytes of the file as it lies on disk that were read so far, of how many.
    fn progress(&mut self, read: u64, total: u64);
}
