//! Writes the fields of canonical rows down.

use exports::{ChangeRow, TicketRow};

use crate::bytes::{NONE, put_text, put_wide};
use crate::fields::{self, NO_STAGE, change, ticket};

/// Writes fields after a mask that says which are there.
struct Fields<'o> {
    out: &'o mut Vec<u8>,
    start: usize,
    mask: u64,
}

impl<'o> Fields<'o> {
    fn new(out: &'o mut Vec<u8>) -> Self {
        let start = out.len();
        put_wide(out, 0);
        Self { out, start, mask: 0 }
    }

    fn text(&mut self, field: usize, value: Option<&str>) {
        if let Some(value) = value {
            self.mask |= 1 << field;
            put_text(self.out, value);
        }
    }

    fn wide(&mut self, field: usize, value: Option<i64>) {
        if let Some(value) = value {
            self.mask |= 1 << field;
            put_wide(self.out, value);
        }
    }

    fn end(self) -> u64 {
        if let Some(place) = self.out.get_mut(self.start..self.start + 8) {
            place.copy_from_slice(&self.mask.to_le_bytes());
        }
        self.mask
    }
}

/// Writes the fields of a ticket in the order of their numbers; gives the mask of those that are there.
///
/// A ticket that is open is neither resolved nor closed whatever an older version said, so these two
/// are put down as missing on purpose rather than left out.
pub(crate) fn put_ticket(out: &mut Vec<u8>, row: &TicketRow<'_>, stage: u8) -> u64 {
    let open = stage < fields::RESOLVED;
    let ended = |value: Option<i64>| if open { Some(value.unwrap_or(NONE)) } else { value };
    let mut fields = Fields::new(out);
    fields.text(ticket::KIND, row.kind);
    fields.wide(ticket::OPENED, row.opened);
    fields.wide(ticket::FIRST_RESPONSE, row.first_response);
    fields.wide(ticket::RESOLVED, ended(row.resolved));
    fields.wide(ticket::CLOSED, ended(row.closed));
    fields.wide(ticket::AS_OF, row.as_of);
    fields.wide(ticket::REOPENED, row.reopened.map(i64::from));
    fields.text(ticket::STATE, row.state);
    fields.wide(ticket::STAGE, (stage != NO_STAGE).then_some(i64::from(stage)));
    fields.text(ticket::PRIORITY, row.priority);
    fields.wide(ticket::PRIORITY_RANK, row.priority_rank.map(i64::from));
    fields.text(ticket::IMPACT, row.impact);
    fields.text(ticket::URGENCY, row.urgency);
    fields.text(ticket::SERVICE, row.service);
    fields.text(ticket::ITEM, row.item);
    fields.text(ticket::CATEGORY, row.category);
    fields.text(ticket::SYMPTOM, row.symptom);
    fields.text(ticket::TEAM, row.group);
    fields.text(ticket::LOCATION, row.location);
    fields.text(ticket::DEPARTMENT, row.department);
    fields.text(ticket::CLIENT, row.client);
    fields.text(ticket::REQUESTER, row.requester);
    fields.text(ticket::CHANNEL, row.channel);
    fields.wide(ticket::DUE, row.due);
    fields.wide(ticket::SLA_KEPT, row.sla_kept.map(i64::from));
    fields.wide(ticket::REASSIGNMENTS, row.reassignments.map(i64::from));
    fields.wide(ticket::TOUCH_MINUTES, row.touch_minutes.map(|minutes| (minutes + 0.0).to_bits().cast_signed()));
    fields.text(ticket::TITLE, row.title);
    fields.text(ticket::TEXT, row.text);
    fields.text(ticket::RESOLUTION, row.resolution);
    fields.text(ticket::LINKED_CHANGE, row.linked_change);
    fields.text(ticket::LINKED_PROBLEM, row.linked_problem);
    fields.text(ticket::LINKED_INCIDENT, row.linked_incident);
    fields.text(ticket::KNOWLEDGE, row.knowledge);
    fields.text(ticket::CLASS, row.class);
    fields.end()
}

pub(crate) fn put_change(out: &mut Vec<u8>, row: &ChangeRow<'_>) {
    let mut fields = Fields::new(out);
    fields.text(change::SERVICE, row.service);
    fields.text(change::KIND, row.kind);
    fields.text(change::RISK, row.risk);
    fields.wide(change::EMERGENCY, row.emergency.map(i64::from));
    fields.wide(change::APPROVAL, row.approval.map(i64::from));
    fields.wide(change::PLANNED_START, row.planned_start);
    fields.wide(change::PLANNED_END, row.planned_end);
    fields.wide(change::ACTUAL_START, row.actual_start);
    fields.wide(change::ACTUAL_END, row.actual_end);
    fields.wide(change::DOWNTIME_START, row.downtime_start);
    fields.wide(change::DOWNTIME_END, row.downtime_end);
    fields.wide(change::OPENED, row.opened);
    fields.wide(change::CLOSED, row.closed);
    fields.text(change::CLASS, row.class);
    fields.end();
}
