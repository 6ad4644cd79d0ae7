//! Rows of tickets that lie by their places: which of them fulfil each condition is found once and kept as a set, sets
//! are put together, and only the rows that are shown are read.
//!
//! A set takes a bit a ticket, and when each was finished eight bytes. Sets of measures are kept for good, so that a filter
//! or an order of theirs need not work the measure's condition out again; of all others the last few.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use arrow::array::AsArray;
use arrow::datatypes::{TimestampMillisecondType, UInt32Type};
use jiff::Timestamp;
use query::{ByPlace, PLACE, Places, QueryError};
use tokio::sync::OnceCell;

use super::condition::{Asked, FINISHED, Span};
use super::{Opened, Page, cells, locked, write_lines};
use crate::definitions::definitions;
use crate::error::{MeasureError, Result};
use crate::value::Rows;

/// Most sets that are kept beside those of measures: at a million tickets 8 MB.
const KEPT: usize = 64;
/// Rows of an export that are read at once.
const STRETCH: usize = 8192;

/// Tickets by their places, and the sets of them that were found.
pub(super) struct Placed {
    tickets: Arc<dyn ByPlace>,
    found: Mutex<HashMap<String, Arc<Places>>>,
    /// When each was finished, milliseconds since 1970 or [`NEVER`].
    finished: OnceCell<Vec<i64>>,
}

/// Not finished, or nobody knows when it was opened.
const NEVER: i64 = i64::MIN;

impl Placed {
    pub(super) fn new(tickets: Arc<dyn ByPlace>) -> Self {
        Self { tickets, found: Mutex::default(), finished: OnceCell::new() }
    }

    pub(super) fn tickets(&self) -> Arc<dyn ByPlace> {
        Arc::clone(&self.tickets)
    }

    fn known(&self, condition: &str) -> Option<Arc<Places>> {
        locked(&self.found).get(condition).cloned()
    }

    fn keep(&self, condition: String, places: &Arc<Places>) {
        let of_measure = |condition: &String| {
            definitions().iter().any(|definition| {
                condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) == Some(definition.rows)
            })
        };
        let mut found = locked(&self.found);
        if found.len() >= KEPT + definitions().len() {
            found.retain(|condition, _| of_measure(condition));
        }
        found.insert(condition, Arc::clone(places));
    }
}

/// Works on a thread of its own, for as long as reading takes.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, QueryError> + Send + 'static,
) -> Result<T> {
    Ok(tokio::task::spawn_blocking(work).await??)
}

impl Opened {
    /// The tickets by their places, where rows of tickets are asked for and they lie so.
    pub(super) fn placed_for(&self, sql: &Asked) -> Option<&Placed> {
        self.placed.as_ref().filter(|_| sql.table == "tickets")
    }

    pub(super) async fn page_by_place(&self, placed: &Placed, asked: &Rows, sql: &Asked) -> Result<Page> {
        let columns = self.filled(sql).await?;
        let among = self.among(placed, sql).await?;
        let total = among.count();
        let start = asked.page.saturating_mul(asked.per_page);
        let stretch = start..start.saturating_add(asked.per_page.clamp(1, 1000));
        let by = sql.sort.filter(|_| !sql.in_place_order());
        let (tickets, shown) = (Arc::clone(&placed.tickets), columns.clone());
        let rows = apart(move || tickets.read(&tickets.ordered(&among, by, stretch)?, &shown)).await?;
        Ok(Page { columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows: cells(&rows)?, total })
    }

    /// Writes rows in the order of their places, read a stretch at a time.
    pub(super) async fn export_by_place(
        &self,
        placed: &Placed,
        sql: &Asked,
        columns: &[&'static str],
        out: &mut (dyn Write + Send),
    ) -> Result<u64> {
        let places: Vec<u32> = self.among(placed, sql).await?.iter().collect();
        let mut count = 0;
        for stretch in places.chunks(STRETCH) {
            let (tickets, stretch, columns) = (Arc::clone(&placed.tickets), stretch.to_vec(), columns.to_vec());
            count += write_lines(&apart(move || tickets.read(&stretch, &columns)).await?, out)?;
        }
        Ok(count)
    }

    /// The tickets of which all conditions hold and that say the words.
    async fn among(&self, placed: &Placed, sql: &Asked) -> Result<Arc<Places>> {
        let mut among: Option<Places> = None;
        let mut meet = |places: Arc<Places>| match &mut among {
            Some(among) => among.intersect(&places),
            None => among = Some(Arc::unwrap_or_clone(places)),
        };
        let mut unknown: Vec<&str> = Vec::new();
        for condition in &sql.conditions {
            match placed.known(condition) {
                Some(places) => meet(places),
                None => unknown.push(condition),
            }
        }
        if !unknown.is_empty() {
            // In one query: what one condition leaves out, the others need not look at.
            let condition = unknown.join(" and ");
            let places = Arc::new(self.fulfilling(placed, &condition).await?);
            placed.keep(condition, &places);
            meet(places);
        }
        if let Some(words) = &sql.words {
            let said = format!("said: {words}");
            let places = if let Some(places) = placed.known(&said) {
                places
            } else {
                let (tickets, words) = (Arc::clone(&placed.tickets), words.clone());
                let places = Arc::new(apart(move || tickets.holding(&words)).await?);
                placed.keep(said, &places);
                places
            };
            meet(places);
        }
        if let Some(span) = sql.finished {
            let asked = format!("finished: {span:?}");
            let places = if let Some(places) = placed.known(&asked) {
                places
            } else {
                let places = Arc::new(self.finished_in(placed, span).await?);
                placed.keep(asked, &places);
                places
            };
            meet(places);
        }
        Ok(Arc::new(among.unwrap_or_else(|| Places::all(placed.tickets.rows()))))
    }

    async fn fulfilling(&self, placed: &Placed, condition: &str) -> Result<Places> {
        let mut places = Places::none(placed.tickets.rows());
        for batch in self.session.batches(&format!("select {PLACE} from tickets where {condition}")).await? {
            let found = batch.column(0).as_primitive_opt::<UInt32Type>();
            let found = found.ok_or_else(|| MeasureError::Request("a place of a ticket is no number".to_owned()))?;
            for place in found.values() {
                places.insert(*place);
            }
        }
        Ok(places)
    }

    /// The tickets that were finished in a time. When each of them was is worked out once, for all.
    async fn finished_in(&self, placed: &Placed, Span { from, to }: Span) -> Result<Places> {
        let all = placed.finished.get_or_try_init(|| self.finished(placed.tickets.rows())).await?;
        let from = from.map_or(NEVER + 1, Timestamp::as_millisecond);
        let to = to.map_or(i64::MAX, Timestamp::as_millisecond);
        let mut places = Places::none(all.len());
        for (place, at) in (0..).zip(all) {
            if (from..to).contains(at) {
                places.insert(place);
            }
        }
        Ok(places)
    }

    async fn finished(&self, rows: usize) -> Result<Vec<i64>> {
        let mut finished = vec![NEVER; rows];
        for batch in self.session.batches(FINISHED).await? {
            let places = batch.column(0).as_primitive_opt::<UInt32Type>();
            let ends = batch.column(1).as_primitive_opt::<TimestampMillisecondType>();
            let (places, ends) = places
                .zip(ends)
                .ok_or_else(|| MeasureError::Request("a place or an end of a ticket is no number".to_owned()))?;
            for (place, end) in places.values().iter().zip(ends.values()) {
                if let Some(at) = finished.get_mut(*place as usize) {
                    *at = *end;
                }
            }
        }
        Ok(finished)
    }
}
