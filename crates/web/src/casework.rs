//! What people did with problems, beside what was worked out: the entries of the ledger, and problems as they
//! say, worked out anew whenever somebody has acted.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::acts::Me;
use axum::extract::Extension;
use brief::analysis::{self, Ruled};
use casebook::{Act, Canvas, Entry, Side};
use leadership::decision::State;
use leadership::{DecisionId, PersonId};
use ledger::people::Begin;
use ledger::{Refused, casework, decisions};
use measures::Opened;
use problems::Problem;

use crate::desk::{Desk, Known};
use crate::failure::Failure;
use crate::guard::SignedIn;
use crate::pages::canvas::Tied;
use crate::routes::Signed;

/// Problems at one state of the casebook.
#[derive(Clone)]
pub(crate) struct Seen {
    ruled: Arc<Ruled>,
    entries: Arc<Vec<Entry>>,
    /// What the entries were read at: words go out of them when a person is erased.
    version: (u64, i64),
    /// Rows of the problems that people have acted on.
    pub(crate) acted: Option<Arc<Opened>>,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Seen").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// Problems as people see them now, with what one page needs to know of who did what.
#[derive(Debug)]
pub struct Held {
    /// Problems, with what was written on them.
    pub ruled: Arc<Ruled>,
    /// All entries of the casebook, in order.
    pub entries: Arc<Vec<Entry>>,
    acted: Option<Arc<Opened>>,
    /// Names of persons who wrote entries or answer for problems.
    names: BTreeMap<PersonId, String>,
    /// Decisions that canvases link to, as far as who asks sees them.
    decisions: BTreeMap<DecisionId, (String, State)>,
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
        let place = self.entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        self.entries.get(place)
    }

    /// Who wrote an entry; empty where nobody said.
    #[must_use]
    pub fn by<'a>(&'a self, entry: &'a Entry) -> &'a str {
        let person = entry.person.and_then(|person| self.names.get(&person));
        person.map_or(entry.by.as_str(), String::as_str)
    }

    /// What a canvas is tied to, as who asks may see it.
    #[must_use]
    pub fn tied(&self, canvas: &Canvas) -> Tied {
        let owner = canvas.owner_person.and_then(|person| self.names.get(&person)).unwrap_or(&canvas.owner).clone();
        let decision = canvas.decision_of.and_then(|id| self.decisions.get(&id).map(|found| (id, found)));
        Tied {
            owner,
            by: canvas.options.iter().map(|option| self.named(&option.by)).collect(),
            decision: decision
                .map(|(id, (question, state))| (format!("/decisions/{id}"), question.clone(), state.shown())),
        }
    }

    /// The names of some persons who wrote here, in one line.
    #[must_use]
    pub fn named(&self, persons: &[PersonId]) -> String {
        let names: Vec<&str> = persons.iter().filter_map(|person| self.names.get(person)).map(String::as_str).collect();
        names.join(", ")
    }

    /// The entries about a problem that hold, in order.
    pub fn living(&self, problem: &str) -> impl Iterator<Item = &Entry> {
        let lives = casebook::lives(&self.entries);
        let part = self.ruled.parts.get(problem);
        let numbers = part.into_iter().flat_map(|part| part.entries.iter().copied());
        numbers.filter(move |number| lives.get(number) == Some(&true)).filter_map(|number| self.entry(number))
    }

    /// Asks for options on a problem that hold, by the number of their entry.
    #[must_use]
    pub fn asks(&self, problem: &str) -> Vec<u64> {
        let asks = self.living(problem).filter(|entry| matches!(entry.act, Act::Ask { .. }));
        asks.map(|entry| entry.number).collect()
    }

    /// Entries by which a problem was opened by hand.
    #[must_use]
    pub fn opens(&self, problem: &str) -> &[u64] {
        self.ruled.parts.get(problem).map_or(&[], |part| part.opened.as_slice())
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
            _ => known.rows(),
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

/// The person who asks, where people sign in.
pub(crate) fn person(signed: &Signed) -> Option<&Me> {
    signed.as_ref().and_then(|Extension(SignedIn(me))| me.as_ref())
}

impl Desk {
    /// Writes an act down: of the person who is signed in, or where nobody can be, under the name that was typed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) async fn act(&self, me: Option<&Me>, by: &str, act: Act) -> Result<u64, Failure> {
        Ok(self.write(me, by, act, Vec::new()).await?)
    }

    /// As [`Desk::act`]; it answers these asks for options, where they were put to who does it.
    ///
    /// # Errors
    /// When it cannot be written; what is wrong, field by field.
    pub(crate) async fn write(&self, me: Option<&Me>, by: &str, act: Act, asks: Vec<u64>) -> Result<u64, Refused> {
        let actor = me.map_or_else(Begin::nobody, |me| me.actor.clone());
        let number = self.ledger().perform(&actor, &casework::Write { act, by: by.to_owned(), asks }).await?;
        self.renew();
        Ok(number)
    }

    /// All entries, in order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) async fn entries(&self) -> Result<Vec<Entry>, Failure> {
        Ok(casework::entries(&mut self.ledger().read().await?).await?)
    }
}

impl Known {
    /// Problems as people see them now, for somebody who sees no decision.
    ///
    /// # Errors
    /// When ledger or record cannot be read.
    pub async fn held(&self) -> Result<Held, Failure> {
        self.held_for(None).await
    }

    /// Problems as people see them now, with the decisions that who asks may see.
    ///
    /// # Errors
    /// When ledger or record cannot be read.
    pub async fn held_for(&self, me: Option<&Me>) -> Result<Held, Failure> {
        let seen = self.newest().await?;
        let (mut names, mut decisions) = (BTreeMap::new(), BTreeMap::new());
        if !seen.entries.is_empty() {
            let mut tx = self.ledger.read().await?;
            names = casework::names(&mut tx).await?;
            if let Some(me) = me {
                decisions = decisions::questions(&mut tx, &me.actor, &linked(&seen.entries)).await?;
            }
        }
        Ok(Held { ruled: seen.ruled, entries: seen.entries, acted: seen.acted, names, decisions })
    }

    /// Problems at the newest state of the casebook. Nobody who waits for another to work it out holds the ledger.
    async fn newest(&self) -> Result<Seen, Failure> {
        let now = casework::version(&mut self.ledger.read().await?).await?;
        let mut ruled = self.ruled.lock().await;
        // Both only grow: what was read by somebody who came later is newer.
        let newer = |seen: &&Seen| seen.version.0 >= now.0 && seen.version.1 >= now.1;
        if let Some(known) = ruled.as_ref().filter(newer) {
            return Ok(known.clone());
        }
        let mut tx = self.ledger.read().await?;
        let (version, entries) = (casework::version(&mut tx).await?, casework::entries(&mut tx).await?);
        drop(tx);
        Ok(ruled.insert(self.seen(version, entries).await?).clone())
    }

    async fn seen(&self, version: (u64, i64), entries: Vec<Entry>) -> Result<Seen, Failure> {
        let ruled = analysis::ruled(&self.record, &self.found, &entries).await.map_err(Failure::inside)?;
        let acted = if ruled.parts.is_empty() {
            None
        } else {
            let session = ruled.session(&self.record).await.map_err(Failure::inside)?;
            let opened = match self.rows().tickets() {
                Some(tickets) => Opened::with_tickets(&session, &self.calendar, tickets).await,
                None => Opened::new(&session, &self.calendar).await,
            };
            Some(Arc::new(opened.map_err(Failure::inside)?))
        };
        Ok(Seen { ruled: Arc::new(ruled), entries: Arc::new(entries), version, acted })
    }

    /// Keeps in the ledger what the record shows of the fixes that people marked.
    ///
    /// # Errors
    /// When record or ledger cannot be read, or the verdicts cannot be kept.
    pub async fn judge(&self) -> Result<usize, Failure> {
        let held = self.held().await?;
        let any = held.ruled.parts.values().any(|part| part.fixed.is_some());
        let all = if any { self.opened().await.map_err(Failure::inside)? } else { Arc::default() };
        let zone = self.calendar.zone();
        let fixes = analysis::fixes(&self.record, &held.ruled, &held.entries, &all, zone).await;
        let last = held.entries.last().map_or(0, |entry| entry.number);
        Ok(casework::judge(&self.ledger, &fixes.map_err(Failure::inside)?, last).await?)
    }

    pub(crate) async fn judge_or_warn(&self) {
        if let Err(cause) = self.judge().await {
            tracing::warn!(?cause, "what the record shows of fixes could not be kept");
        }
    }
}

/// The decisions that canvases link to.
fn linked(entries: &[Entry]) -> Vec<DecisionId> {
    let mut all: Vec<DecisionId> = entries
        .iter()
        .filter_map(|entry| match &entry.act {
            Act::Canvas { canvas, .. } => canvas.decision_of,
            _ => None,
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}
