//! What people wrote, beside what was worked out: the casebook of the data folder, and problems as it
//! says, worked out anew whenever somebody has acted.

use std::sync::Arc;

use brief::analysis::{self, Ruled};
use casebook::{Act, Book, BookError, Entry, Side};
use measures::Opened;
use problems::Problem;

use crate::desk::{Desk, Known};
use crate::failure::Failure;

/// Problems as people see them at one state of the casebook.
pub struct Held {
    /// Problems, with what was written on them.
    pub ruled: Ruled,
    /// All entries of the casebook, in order.
    pub entries: Arc<Vec<Entry>>,
    /// What a reader should know about the casebook.
    pub notes: Vec<String>,
    /// Rows of the problems that people have acted on.
    acted: Option<Opened>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Held").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A problem that was asked for by an id which may be an old one.
#[derive(Debug, Clone, Copy)]
pub struct Resolved<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// Whether it has another id by now.
    pub moved: bool,
}

impl Held {
    /// The entry of this number.
    #[must_use]
    pub fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.number == number)
    }

    /// The id that a problem has now.
    #[must_use]
    pub fn now<'a>(&'a self, id: &'a str) -> &'a str {
        self.ruled.moved.get(id).map_or(id, String::as_str)
    }

    /// A problem by an id that it has or had.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, id: &str) -> Result<Resolved<'_>, Failure> {
        if let Some(problem) = self.ruled.problem(id) {
            return Ok(Resolved { problem, moved: false });
        }
        let problem = self.ruled.moved.get(id).and_then(|id| self.ruled.problem(id)).ok_or(Failure::NotFound)?;
        Ok(Resolved { problem, moved: true })
    }

    /// Where the rows of a request are found: those of problems that people have acted on lie apart.
    #[must_use]
    pub fn opened<'a>(&'a self, known: &'a Known, rows: &measures::Rows) -> &'a Opened {
        match (&self.acted, &rows.problem) {
            (Some(opened), Some(problem)) if self.ruled.holds(problem) => opened,
            _ => &known.rows,
        }
    }

    /// A problem as an entry names it.
    ///
    /// # Errors
    /// When the record cannot be asked.
    pub async fn side(&self, known: &Known, problem: &Problem) -> Result<Side, Failure> {
        let tickets = self.ruled.tickets(&known.record, &problem.id).await.map_err(Failure::inside)?;
        let keys: Vec<String> = tickets.iter().map(|(source, id)| format!("{source}/{id}")).collect();
        let n = keys.len() as u64;
        Ok(Side { id: problem.id.clone(), title: problem.title.clone(), n, tickets: casebook::sample(&keys) })
    }
}

/// A casebook that cannot be used, as a page with its remedy.
pub(crate) fn refused(error: &BookError) -> Failure {
    match error {
        BookError::Io { .. } => Failure::refused(
            error.to_string(),
            "Check that the data folder may be written and that there is room on the disk. Nothing was changed.",
        ),
        BookError::Line { .. } | BookError::Later { .. } => {
            Failure::refused(error.to_string(), "Until then problems cannot be shown as people left them.")
        }
    }
}

impl Desk {
    /// Does something with the casebook, read up to its end.
    ///
    /// # Errors
    /// When it cannot be read, or what is done fails.
    pub fn casebook<T>(&self, each: impl FnOnce(&mut Book) -> Result<T, BookError>) -> Result<T, Failure> {
        let mut held = self.book();
        let book = match held.as_mut() {
            Some(book) => book,
            None => held.insert(Book::open(self.data()).map_err(|error| refused(&error))?),
        };
        book.refresh().and_then(|()| each(book)).map_err(|error| refused(&error))
    }

    /// Writes an act down. `at` is now.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn act(&self, at: jiff::Timestamp, by: &str, act: Act) -> Result<u64, Failure> {
        let number = self.casebook(|book| book.writer()?.add(at, by, act))?;
        self.renew();
        Ok(number)
    }
}

impl Known {
    /// Problems as people see them now.
    ///
    /// # Errors
    /// When the casebook or the record cannot be read.
    pub async fn held(&self, desk: &Desk) -> Result<Arc<Held>, Failure> {
        let mut held = self.held.lock().await;
        let (last, notes) = desk.casebook(|book| Ok((book.last(), book.notes().to_vec())))?;
        if let Some(held) = held.as_ref()
            && held.entries.last().map_or(0, |entry| entry.number) == last
        {
            return Ok(Arc::clone(held));
        }
        let entries = desk.casebook(|book| Ok(Arc::new(book.entries().to_vec())))?;
        let ruled = analysis::ruled(&self.record, &self.found, &entries).await.map_err(Failure::inside)?;
        let acted = if ruled.parts.is_empty() {
            None
        } else {
            let session = ruled.session(&self.record).await.map_err(Failure::inside)?;
            Some(Opened::new(&session, &self.calendar).await.map_err(Failure::inside)?)
        };
        let fresh = Arc::new(Held { ruled, entries, notes, acted });
        *held = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
