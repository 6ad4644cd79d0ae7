//! What rows are asked for, checked and in SQL: names of columns come from an allow list, values are quoted.

use jiff::Timestamp;
use query::literal;

use super::Opened;
use crate::definitions::{definition, open};
use crate::derived::{self, JOB_RUNS};
use crate::error::{MeasureError, Result};
use crate::value::{Dated, Rows};

/// Columns of tickets in the order in which they are shown.
const TICKETS: &[&str] = &[
    "id",
    "opened",
    "title",
    "state",
    "priority",
    "service",
    "item",
    "category",
    "symptom",
    "team",
    "location",
    "department",
    "client",
    "first_response",
    "resolved",
    "closed",
    "resolution",
    "sla_kept",
    "reassignments",
    "hops",
    "reopened",
    "touch_minutes",
    "kind",
    "class",
    "impact",
    "urgency",
    "channel",
    "stage",
    "priority_rank",
    "due",
    "linked_change",
    "linked_problem",
    "linked_incident",
    "knowledge",
    "source",
];
const CHANGES: &[&str] = &[
    "id",
    "item",
    "service",
    "kind",
    "class",
    "risk",
    "emergency",
    "approval",
    "planned_start",
    "planned_end",
    "actual_start",
    "actual_end",
    "downtime_start",
    "downtime_end",
    "opened",
    "closed",
    "source",
];
const DAYS: &[&str] = &["day", "opened", "priority_1", "urgent"];
const JOBS: &[&str] = &["ran", "job", "class", "outcome", "told"];

/// From an instant on, and until before another, where they are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
}

/// A request, checked and in SQL.
pub(super) struct Asked {
    pub(super) table: &'static str,
    pub(super) columns: &'static [&'static str],
    /// What holds of every row: the condition of the measure, that of the problem, all others.
    pub(super) conditions: Vec<String>,
    /// What a ticket must say, as it was typed.
    pub(super) words: Option<String>,
    /// Between which instants a ticket must have been finished.
    pub(super) finished: Option<Span>,
    /// Column to sort by, and whether descending; `None` for the order of the table.
    pub(super) sort: Option<(&'static str, bool)>,
    pub(super) order: String,
}

impl Asked {
    /// Whether the rows come as tickets lie by their places: the latest first, then by key.
    pub(super) fn in_place_order(&self) -> bool {
        matches!(self.sort, None | Some(("opened", true)))
    }

    /// What follows `from`, all conditions in it. Changes are kept one row a change and item; shown is one row a change,
    /// the first of those that fulfil the condition.
    pub(super) fn source(&self) -> String {
        let said = self.words.as_ref().map(|words| {
            let like = literal(&format!(
                "%{}%",
                words.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
            ));
            // What is not told is not like anything: a null among these is no match.
            format!("(lower(title) like {like} or lower(text) like {like} or lower(id) like {like})")
        });
        let finished = self.finished.map(finished_in);
        let conditions: Vec<&str> = self.conditions.iter().chain(&said).chain(&finished).map(String::as_str).collect();
        let condition = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" and ") };
        match self.table {
            "changes" => format!(
                "(select * from (select *, row_number() over (partition by source, id order by coalesce(item, '')) as place \
                 from changes where {condition}) as numbered where place = 1) as changes"
            ),
            table => format!("{table} where {condition}"),
        }
    }
}

pub(crate) fn instant(at: Timestamp) -> String {
    format!("arrow_cast({}, 'Timestamp(Millisecond, Some(\"UTC\"))')", at.as_millisecond())
}

/// When the ticket ended, as the series of days counts it: closed where the state says that it is open, else resolved, else
/// closed, else as of the last version where only the state says that it is done.
macro_rules! ended {
    () => {
        "(case when stage in ('new', 'active', 'waiting') then closed when stage is null then coalesce(resolved, closed) \
         else coalesce(resolved, closed, as_of, opened) end)"
    };
}

/// Places of the finished tickets and when each was finished. An end before the opening is a slip: the ticket ended when it
/// was opened.
pub(super) const FINISHED: &str = concat!(
    "select place, greatest(opened, ",
    ended!(),
    ") as finished from tickets where opened is not null and ",
    ended!(),
    " is not null"
);

/// The condition that a ticket was finished in a time, of tickets as they are kept. Its first part can be told from the
/// least and greatest values of a page of the file, so that most pages are not read.
fn finished_in(Span { from, to }: Span) -> String {
    let mut told = Vec::new();
    if let Some(at) = from.map(instant) {
        told.push(format!("(resolved >= {at} or closed >= {at} or as_of >= {at} or opened >= {at})"));
        told.push(format!("(opened >= {at} or {} >= {at})", ended!()));
    }
    if let Some(at) = to.map(instant) {
        told.push(format!("opened < {at} and {} < {at}", ended!()));
    }
    format!("{} and opened is not null and {} is not null", told.join(" and "), ended!())
}

/// The condition that a ticket was open at `to`, as `as_of` counts it, and that it was opened at or after `from`.
pub(crate) fn open_at(from: Option<Timestamp>, to: Option<Timestamp>) -> String {
    let from = from.map_or_else(String::new, |from| format!("opened >= {} and ", instant(from)));
    match to.map(instant) {
        Some(at) => format!("({from}opened < {at} and ({} or coalesce(resolved, closed) >= {at}))", open!()),
        None => format!("({from}{})", open!()),
    }
}

/// The condition that rows lie between the instants that were asked for.
fn between(table: &str, asked: &Rows) -> Result<Option<String>> {
    if (table, asked.dated) == ("tickets", Dated::Open) {
        return Ok(Some(open_at(asked.from, asked.to)));
    }
    if (table, asked.dated) == ("tickets", Dated::Finished) {
        // Apart from the others: it can be told sooner where tickets lie by their places.
        return Ok(None);
    }
    let time = match (table, asked.dated) {
        ("days", Dated::Opened) => "day",
        (JOB_RUNS, Dated::Opened) => "ran",
        (_, Dated::Opened) => "opened",
        ("tickets", Dated::Handed) => "\"when\"",
        ("changes", Dated::Begun) => "coalesce(actual_start, planned_start, opened)",
        (_, dated) => {
            let name = dated.name();
            return Err(MeasureError::Request(format!(
                "rows of `{table}` have no instant `{name}`; leave `dated` out"
            )));
        }
    };
    let from = asked.from.map(|from| format!("{time} >= {}", instant(from)));
    let to = asked.to.map(|to| format!("{time} < {}", instant(to)));
    let told: Vec<String> = from.into_iter().chain(to).collect();
    if asked.dated != Dated::Handed {
        return Ok((!told.is_empty()).then(|| told.join(" and ")));
    }
    // What follows from it and can be told from the least and greatest values of a page of the file, as above.
    let from = asked.from.map(|from| format!("last_event >= {} and ", instant(from)));
    let to = asked.to.map(|to| format!("first_event < {} and ", instant(to)));
    let also: String = from.into_iter().chain(to).collect();
    let within: String = told.iter().flat_map(|told| [" and ", told.as_str()]).collect();
    Ok(Some(format!(
        "{also}exists (select 1 from {moves} where {moves}.source = tickets.source and {moves}.ticket = tickets.id{within})",
        moves = derived::MOVES
    )))
}

impl Opened {
    pub(super) async fn prepare(&self, asked: &Rows) -> Result<Asked> {
        let unknown = |what: &str, name: &str| MeasureError::Request(format!("there is no {what} `{name}`"));
        let found = match &asked.measure {
            Some(name) => Some(definition(name).ok_or_else(|| unknown("measure", name))?),
            None => None,
        };
        let table = found.map_or("tickets", |definition| definition.table);
        let (columns, keys) = match table {
            "changes" => (CHANGES, "source, id"),
            "days" => (DAYS, "day"),
            JOB_RUNS => (JOBS, "job, ran"),
            _ => (TICKETS, "source, id"),
        };
        let mut conditions = vec![];
        if let Some(definition) = found {
            conditions.push(format!("({})", definition.rows));
            self.ready(definition.rows, table).await?;
        }
        if let Some(problem) = &asked.problem {
            conditions.push(format!(
                "exists (select 1 from problem_tickets where problem_tickets.source = tickets.source \
             and problem_tickets.id = tickets.id and problem_tickets.problem = {})",
                literal(problem)
            ));
        }
        let mut others = vec![];
        for (column, value) in &asked.filters {
            if column == "month" && table == "tickets" {
                others.push(format!("to_char(opened, '%Y-%m') = {}", literal(value)));
                continue;
            }
            if !columns.contains(&column.as_str()) {
                return Err(unknown("column", column));
            }
            others.push(if value.is_empty() {
                format!("{column} is null")
            } else {
                format!("cast({column} as varchar) = {}", literal(value))
            });
        }
        if let Some(between) = between(table, asked)? {
            self.ready(&between, table).await?;
            others.push(between);
        }
        if !others.is_empty() {
            conditions.push(others.join(" and "));
        }
        let finished = (table == "tickets" && asked.dated == Dated::Finished && (asked.from, asked.to) != (None, None))
            .then_some(Span { from: asked.from, to: asked.to });
        let words = asked.search.as_ref().map(|words| words.trim().to_owned());
        let words = words.filter(|words| !words.is_empty() && table == "tickets");
        let sort = match &asked.sort {
            Some((name, down)) => {
                let column = columns.iter().find(|column| *column == name).ok_or_else(|| unknown("column", name))?;
                Some((*column, *down))
            }
            None => None,
        };
        let order = match sort {
            Some((column, down)) => format!("{column} {} nulls last, {keys}", if down { "desc" } else { "asc" }),
            None if table == "days" => "day".to_owned(),
            None if table == JOB_RUNS => "ran desc, job".to_owned(),
            None => format!("opened desc nulls last, {keys}"),
        };
        Ok(Asked { table, columns, conditions, words, finished, sort, order })
    }
}
