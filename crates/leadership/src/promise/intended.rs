//! A promise as it is written beside something else, such as a decision: to be made when that is.

use serde::{Deserialize, Serialize};

use crate::text;
use crate::wrong::Wrongs;

/// Most promises that are written beside one thing at once.
pub const MOST: usize = 12;

/// A promise that is to be made, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Intended {
    /// Who promises, by name, address or identifier; empty for who writes it.
    pub from: String,
    /// To whom, in the same ways, or the name of a circle.
    pub to: String,
    /// What, in one line.
    pub what: String,
    /// By when.
    pub due: String,
    /// How it will be known.
    pub known: String,
}

/// The name of a field of a row, from 1, as messages and the ids of a form use it.
#[must_use]
pub fn field(name: &str, row: usize) -> String {
    format!("promise_{name}-{row}")
}

impl Intended {
    /// Whether nothing was typed that could be promised: a side alone is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        [&self.what, &self.due, &self.known].iter().all(|text| text.trim().is_empty())
    }

    /// Rows from columns of a form, which have a place for each row.
    #[must_use]
    pub fn rows(from: &[String], to: &[String], what: &[String], due: &[String], known: &[String]) -> Vec<Self> {
        let all = [from, to, what, due, known];
        let at = |column: &[String], row: usize| column.get(row).cloned().unwrap_or_default();
        (0..all.iter().map(|column| column.len()).max().unwrap_or_default())
            .map(|row| Self {
                from: at(from, row),
                to: at(to, row),
                what: at(what, row),
                due: at(due, row),
                known: at(known, row),
            })
            .collect()
    }

    /// Checks the rows as far as they can be without knowing anybody, and leaves empty ones out.
    ///
    /// # Errors
    /// Row by row, as [`field`] names them: what cannot be kept.
    pub fn read(rows: &[Self]) -> Result<Vec<Self>, Wrongs> {
        let mut wrongs = Wrongs::default();
        let mut out = Vec::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            let name = |name: &str| field(name, at + 1);
            let mut line = |of: &str, typed: &str| wrongs.take(text::line_or_none(&name(of), typed));
            let (from, to, what) = (line("from", &row.from), line("to", &row.to), line("what", &row.what));
            let due = wrongs.take(text::day_or_none(&name("due"), &row.due));
            out.push(Self {
                from: from.unwrap_or_default(),
                to: to.unwrap_or_default(),
                what: what.unwrap_or_default(),
                due: due.map(|day| day.to_string()).unwrap_or_default(),
                known: wrongs.take(text::prose_or_empty(&name("known"), &row.known)),
            });
        }
        if out.len() > MOST {
            wrongs.add(&field("what", 1), format!("At most {MOST} at once; make the others afterwards."));
        }
        wrongs.or(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_from_columns_and_empty_ones_go() {
        let some = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let rows = Intended::rows(
            &some(&["", "Bo", ""]),
            &some(&["Cy", "", "Cy"]),
            &some(&[" Order it ", "", ""]),
            &some(&["2026-03-09"]),
            &some(&["", "", "The phone rings"]),
        );
        assert_eq!(rows.len(), 3);
        let read = Intended::read(&rows).unwrap();
        assert_eq!(read.len(), 2, "a side alone promises nothing");
        assert_eq!(
            (read[0].what.as_str(), read[0].to.as_str(), read[0].due.as_str()),
            ("Order it", "Cy", "2026-03-09")
        );
        assert_eq!(
            (read[1].what.as_str(), read[1].known.as_str()),
            ("", "The phone rings"),
            "a draft may be unfinished"
        );
        // What is wrong stands at the row as it was typed.
        let mut wrong = rows.clone();
        wrong[2].due = "2026-02-30".to_owned();
        wrong[0].what = "x".repeat(text::LINE + 1);
        let wrongs = Intended::read(&wrong).unwrap_err();
        assert!(wrongs.of("promise_due-3").is_some() && wrongs.of("promise_what-1").is_some(), "{wrongs}");
        let many = vec![rows[0].clone(); MOST + 1];
        assert!(Intended::read(&many).unwrap_err().of("promise_what-1").is_some());
    }
}
