//! The schema of the record: three tables, kept as Parquet, the same names in SQL.
//!
//! Instants are `Timestamp(Millisecond, "UTC")`.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn key(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

fn instant(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())), true)
}

/// One row a ticket, key `(source, id)`.
#[must_use]
pub fn tickets() -> SchemaRef {
    Arc::new(Schema::new(vec![
        key("source"),
        key("id"),
        text("kind"),
        instant("opened"),
        instant("first_response"),
        instant("resolved"),
        instant("closed"),
        instant("as_of"),
        Field::new("reopened", DataType::Int32, true),
        text("state"),
        text("stage"),
        text("priority"),
        Field::new("priority_rank", DataType::Int8, true),
        text("impact"),
        text("urgency"),
        text("service"),
        text("item"),
        text("category"),
        text("symptom"),
        text("team"),
        text("location"),
        text("department"),
        text("client"),
        text("requester"),
        text("channel"),
        instant("due"),
        Field::new("sla_kept", DataType::Boolean, true),
        // As the source counts them, else counted from the events.
        Field::new("reassignments", DataType::Int32, true),
        // From the events: moves between two known teams, and whether it came back to a team it had left.
        Field::new("hops", DataType::Int32, true),
        Field::new("ping_pong", DataType::Boolean, true),
        Field::new("touch_minutes", DataType::Float64, true),
        text("title"),
        text("text"),
        text("resolution"),
        text("linked_change"),
        text("linked_problem"),
        text("linked_incident"),
        text("knowledge"),
        // What sort of work it is: security, onboarding, patching …
        text("class"),
        // When the first and the last of its events were, where there are events.
        instant("first_event"),
        instant("last_event"),
        // Where it was read: index of the file in the record's list of imports, row in that file.
        Field::new("import", DataType::Int32, false),
        Field::new("row", DataType::Int64, false),
    ]))
}

/// One row an event. `position` is its place among the events of its ticket: by the source's own
/// revision counter where it has one, else by when it happened, then by row.
#[must_use]
pub fn events() -> SchemaRef {
    Arc::new(Schema::new(vec![
        key("source"),
        key("ticket"),
        instant("when"),
        Field::new("revision", DataType::Int64, true),
        key("what"),
        text("from"),
        text("to"),
        text("team"),
        // What the state after it means, where that is known: new, active, waiting, resolved, closed, cancelled.
        text("stage"),
        // Place in the order of the ticket's events, from 0.
        Field::new("position", DataType::Int32, false),
        Field::new("import", DataType::Int32, false),
        Field::new("row", DataType::Int64, false),
    ]))
}

/// One row a change and item, key `(source, id, item)`; a source that lists the same change and item
/// several times with different content keeps several rows.
#[must_use]
pub fn changes() -> SchemaRef {
    Arc::new(Schema::new(vec![
        key("source"),
        key("id"),
        text("item"),
        text("service"),
        text("kind"),
        text("risk"),
        Field::new("emergency", DataType::Boolean, true),
        Field::new("approval", DataType::Boolean, true),
        instant("planned_start"),
        instant("planned_end"),
        instant("actual_start"),
        instant("actual_end"),
        instant("downtime_start"),
        instant("downtime_end"),
        instant("opened"),
        instant("closed"),
        text("class"),
        Field::new("import", DataType::Int32, false),
        Field::new("row", DataType::Int64, false),
    ]))
}

/// The columns of [`tickets`] and those that only the record itself reads: the instant and rank of
/// the version that won, and which fields come from an older version.
#[must_use]
pub(crate) fn ticket_file() -> SchemaRef {
    with_hidden(&tickets(), version_fields())
}

/// The columns of [`events`] and those that only the record itself reads.
#[must_use]
pub(crate) fn event_file() -> SchemaRef {
    with_hidden(&events(), vec![Field::new("_flags", DataType::Int8, false), instant("_prior")])
}

/// The columns of [`changes`] and those that only the record itself reads.
#[must_use]
pub(crate) fn change_file() -> SchemaRef {
    let mut fields = version_fields();
    fields.push(Field::new("_copy", DataType::Int32, false));
    with_hidden(&changes(), fields)
}

fn version_fields() -> Vec<Field> {
    vec![
        Field::new("_at", DataType::Int64, true),
        Field::new("_rank", DataType::Int64, true),
        Field::new("_older", DataType::Binary, true),
    ]
}

fn with_hidden(shown: &Schema, hidden: Vec<Field>) -> SchemaRef {
    let mut fields: Vec<Field> = shown.fields().iter().map(|field| field.as_ref().clone()).collect();
    fields.extend(hidden);
    Arc::new(Schema::new(fields))
}
