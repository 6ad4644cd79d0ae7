//! Promises that are written beside something else: rows of a form, and the list of what came of it.

use leadership::Wrongs;
use leadership::circle::Actor;
use leadership::promise::Intended;
use leadership::promise::Origin;
use leadership::promise::intended::field;
use ledger::promises::{self, Names, Promise};
use ledger::{LedgerError, Tx};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::cell::Cell;

/// The columns as a form sends them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Rows {
    promise_from: Vec<String>,
    promise_to: Vec<String>,
    promise_what: Vec<String>,
    promise_due: Vec<String>,
    promise_known: Vec<String>,
}

impl Rows {
    pub(crate) fn read(&self) -> Vec<Intended> {
        Intended::rows(&self.promise_from, &self.promise_to, &self.promise_what, &self.promise_due, &self.promise_known)
    }
}

/// Whether something is wrong in one of the rows, so that they are to be seen.
fn wrong(wrongs: &Wrongs) -> bool {
    wrongs.0.iter().any(|wrong| wrong.field.starts_with("promise_"))
}

/// The rows, and one more to fill: folded away while there are none. `to` stands in the row to fill, where there is
/// somebody whom it will mostly be.
pub(crate) fn rows(typed: &[Intended], to: &str, lead: &str, wrongs: &Wrongs) -> Markup {
    let mut all: Vec<Intended> = typed.to_vec();
    while all.last().is_some_and(Intended::is_empty) {
        all.pop();
    }
    let filled = all.len();
    all.push(Intended { to: to.to_owned(), ..Intended::default() });
    html! {
        details.promised open[filled > 0 || wrong(wrongs)] {
            summary { "Promise something with it" }
            p.hint { (lead) }
            @for (at, row) in all.iter().enumerate() {
                @let cell = |name: &'static str, label: &str, value: &str, kind: &'static str| {
                    Cell { id: field(name, at + 1), name: &format!("promise_{name}"), label: label.to_owned(), value, kind, quiet: false }.show(wrongs)
                };
                fieldset.sub {
                    legend { "Promise " (at + 1) }
                    (cell("what", "What is promised", &row.what, "text"))
                    div.two {
                        (cell("from", "Who promises (empty: you)", &row.from, "text"))
                        (cell("to", "To whom", &row.to, "text"))
                    }
                    div.two {
                        (cell("due", "By when", &row.due, "date"))
                        (cell("known", "How it will be known", &row.known, "text"))
                    }
                }
            }
            p.hint { "Names as they stand in People, or addresses for mail; to whom may be a circle. Somebody else’s promise waits until they accept it." }
            button type="submit" name="more" value="promise" formnovalidate { "Another promise" }
        }
    }
}

/// The promises that come from a thing, as far as its reader sees them, with the names that they need.
#[derive(Debug, Default)]
pub(crate) struct Came {
    promises: Vec<Promise>,
    names: Names,
}

impl Came {
    pub(crate) async fn of(tx: &mut Tx, actor: &Actor, origin: Origin, id: &str) -> Result<Self, LedgerError> {
        let promises = promises::of_origin(tx, actor, origin, id).await?;
        let names = if promises.is_empty() { Names::default() } else { Names::of(tx, &promises).await? };
        Ok(Self { promises, names })
    }

    /// The list under a heading; nothing where there are none.
    pub(crate) fn show(&self, heading: &str, today: jiff::civil::Date) -> Markup {
        html! {
            @if !self.promises.is_empty() {
                h2 { (heading) }
                (words::list(&self.promises, &self.names, today, &|promise| Some(format!("/promises/{}", promise.id))))
            }
        }
    }
}
