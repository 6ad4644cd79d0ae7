//! Rows that tests make, feed and read back.

use std::io;
use std::path::Path;

use exports::{ChangeRow, EventRow, Reject, Sink, Stage, TicketRow};
use jiff::Timestamp;
use serde_json::Value;
use work::{ImportReport, Record};

/// An instant that all imports of tests happen at, later than any in their rows.
pub(crate) fn now() -> Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ticket {
    pub(crate) id: String,
    pub(crate) as_of: Option<i64>,
    pub(crate) revision: Option<i64>,
    pub(crate) opened: Option<i64>,
    pub(crate) resolved: Option<i64>,
    pub(crate) closed: Option<i64>,
    pub(crate) state: Option<String>,
    pub(crate) stage: Option<Stage>,
    pub(crate) team: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) reassignments: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Happened {
    pub(crate) ticket: String,
    pub(crate) when: Option<i64>,
    pub(crate) revision: Option<i64>,
    pub(crate) what: String,
    pub(crate) to: Option<String>,
    pub(crate) team: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Row {
    Ticket(Ticket),
    Event(Happened),
    Change {
        id: String,
        item: Option<String>,
        risk: Option<String>,
        opened: Option<i64>,
        closed: Option<i64>,
    },
    /// A row of a log: a version and an event.
    Log(Ticket, Happened),
    Reject,
}

pub(crate) const SOURCE: &str = "desk";

pub(crate) fn feed(rows: &[Row], sink: &mut dyn Sink) -> io::Result<u64> {
    for (row, number) in rows.iter().zip(1..) {
        let ticket = |ticket: &Ticket, sink: &mut dyn Sink| {
            sink.ticket(&TicketRow {
                source: SOURCE,
                id: &ticket.id,
                as_of: ticket.as_of,
                revision: ticket.revision,
                opened: ticket.opened,
                resolved: ticket.resolved,
                closed: ticket.closed,
                state: ticket.state.as_deref(),
                stage: ticket.stage,
                group: ticket.team.as_deref(),
                title: ticket.title.as_deref(),
                class: ticket.class.as_deref(),
                reassignments: ticket.reassignments,
                row: number,
                ..TicketRow::default()
            })
        };
        let event = |event: &Happened, sink: &mut dyn Sink| {
            sink.event(&EventRow {
                source: SOURCE,
                ticket: &event.ticket,
                when: event.when,
                revision: event.revision,
                what: &event.what,
                from: None,
                to: event.to.as_deref(),
                group: event.team.as_deref(),
                row: number,
            })
        };
        match row {
            Row::Ticket(row) => ticket(row, sink)?,
            Row::Event(row) => event(row, sink)?,
            Row::Log(version, happened) => {
                ticket(version, sink)?;
                event(happened, sink)?;
            }
            Row::Change { id, item, risk, opened, closed } => sink.change(&ChangeRow {
                source: SOURCE,
                id,
                item: item.as_deref(),
                risk: risk.as_deref(),
                opened: *opened,
                closed: *closed,
                row: number,
                ..ChangeRow::default()
            })?,
            Row::Reject => {
                sink.reject(Reject {
                    row: number,
                    column: "opened".into(),
                    reason: "no date, \"really\"".into(),
                    raw: "a,b\nc".into(),
                })?;
                continue;
            }
        }
        sink.row_done(number)?;
    }
    Ok(rows.len() as u64)
}

pub(crate) fn import_with(data: &Path, name: &str, rows: &[Row], memory: usize) -> ImportReport {
    work::import_rows(data, name, memory, now(), &mut |_| {}, &mut |sink| feed(rows, sink)).unwrap()
}

pub(crate) fn import(data: &Path, name: &str, rows: &[Row]) -> ImportReport {
    import_with(data, name, rows, 64 << 20)
}

/// The rows of a query, as JSON objects.
pub(crate) fn ask(data: &Path, query: &str) -> Vec<Value> {
    let record = Record::open(data).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let answer = runtime.block_on(work::sql(&record, query, 1_000_000)).unwrap().to_json().unwrap();
    answer["rows"].as_array().unwrap().clone()
}

/// The single value of a query.
pub(crate) fn one(data: &Path, query: &str) -> Value {
    let rows = ask(data, query);
    assert_eq!(rows.len(), 1, "{query}");
    rows[0].as_object().unwrap().values().next().unwrap().clone()
}

/// All of the record but where its rows came from, in an order that does not depend on files.
pub(crate) fn whole(data: &Path) -> Vec<Vec<Value>> {
    vec![
        ask(data, "select * except (import, row) from tickets order by source, id"),
        ask(data, "select * except (import, row) from events order by source, ticket, position"),
        ask(data, "select * except (import, row) from changes order by source, id, item, closed, risk, opened"),
    ]
}

/// Names and bytes of everything below a folder.
pub(crate) fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

/// Numbers that look random and are always the same.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}
