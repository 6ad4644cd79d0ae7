//! What the record shows of a person's own acts, question by question, each with its rows. Never what others did,
//! never how much anybody did. One statement for any number of people.

mod questions;

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::profile::{Direction, Evidence, Row, Unit};
use model::EvidenceSpec;
use sqlx::AssertSqlSafe;

use crate::error::LedgerError;
use crate::store::Arg;
use crate::tx::Tx;
use questions::{QUESTIONS, Question};

/// Days that evidence looks back.
pub const LOOKS_BACK_DAYS: i32 = 365;
/// Rows that are kept with a figure; its n counts all.
pub const ROWS: usize = 12;
/// People that one statement asks for.
const AT_ONCE: usize = 400;
/// Days within which an aim counts as explained.
const EXPLAINED_DAYS: i32 = 91;

/// What one question gave, before anybody says how much is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What is counted, in words.
    pub words: &'static str,
    /// What the figure is.
    pub unit: Unit,
    /// How many are so.
    pub so: u64,
    /// Of how many.
    pub n: u64,
    /// The newest rows, newest first; none where they are confidential.
    pub rows: Vec<Row>,
    first: Option<Date>,
    last: Option<Date>,
    confidential: bool,
}

/// Fewest concerns of which a number is told, as everywhere in the record.
const FEWEST_CONCERNS: u64 = 5;

impl Found {
    fn none(question: &Question) -> Self {
        Self {
            words: question.words,
            unit: question.unit,
            so: 0,
            n: 0,
            rows: Vec::new(),
            first: None,
            last: None,
            confidential: question.confidential,
        }
    }

    /// With what the model says of how much is enough and which way is better.
    #[must_use]
    pub fn held_to(&self, spec: &EvidenceSpec) -> Evidence {
        let minimum = u64::from(spec.minimum.max(1));
        let minimum = if self.confidential { minimum.max(FEWEST_CONCERNS) } else { minimum };
        // How many confidential ones there are is not told below the minimum either.
        let hidden = self.confidential && self.n < minimum;
        Evidence {
            query: spec.query.clone(),
            words: if spec.words.is_empty() { self.words.to_owned() } else { spec.words.clone() },
            unit: self.unit,
            so: if hidden { 0 } else { self.so },
            n: if hidden { 0 } else { self.n },
            minimum,
            direction: match spec.direction {
                model::Direction::HigherIsBetter => Direction::Higher,
                model::Direction::LowerIsBetter => Direction::Lower,
                model::Direction::Balance => Direction::Balance,
            },
            first: self.first.filter(|_| !self.confidential),
            last: self.last.filter(|_| !self.confidential),
            rows: self.rows.clone(),
        }
    }
}

/// What the record gives by the name of the question; all questions are there.
pub type Answers = BTreeMap<&'static str, Found>;

/// Names of the questions that the record answers.
pub fn names() -> impl Iterator<Item = &'static str> {
    QUESTIONS.iter().map(|question| question.name)
}

/// Answers every question for some people, over the days up to and with `until`; at most `most` rows each.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn gather(
    tx: &mut Tx,
    people: &[PersonId],
    until: Date,
    most: usize,
) -> Result<BTreeMap<PersonId, Answers>, LedgerError> {
    let nothing = || QUESTIONS.iter().map(|question| (question.name, Found::none(question))).collect::<Answers>();
    let mut out: BTreeMap<PersonId, Answers> = people.iter().map(|person| (*person, nothing())).collect();
    let from = until.saturating_sub(LOOKS_BACK_DAYS.days());
    let explained = until.saturating_sub(EXPLAINED_DAYS.days());
    for some in people.chunks(AT_ONCE) {
        let places = (7..7 + some.len()).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
        let parts: Vec<String> = QUESTIONS
            .iter()
            .enumerate()
            .map(|(at, question)| {
                format!(
                    "select '{}' as question, person, cast(so as bigint) as so, title, substr(at, 1, 10) as day, page, subject \
                     from ({}) q{at} where substr(at, 1, 10) >= $5 and substr(at, 1, 10) <= $6",
                    question.name,
                    question.over(&places)
                )
            })
            .collect();
        let sql = format!("{} order by 5 desc, 1, 7, 4", parts.join(" union all "));
        let mut args: Vec<Arg> = vec![
            explained.into(),
            until.into(),
            tx.now().into(),
            until.first_of_month().into(),
            from.into(),
            until.into(),
        ];
        args.extend(some.iter().map(|person| Arg::from(*person)));
        // Only texts of the program and numbered places go into the statement.
        for row in tx.rows(AssertSqlSafe(sql), &args).await? {
            let Some(answers) = out.get_mut(&row.id("person")?) else { continue };
            let name = row.text("question")?;
            let Some(found) = answers.get_mut(name.as_str()) else { continue };
            let (so, day) = (row.truth("so")?, row.day("day")?);
            found.n += 1;
            found.so += u64::from(so);
            found.last = found.last.or(Some(day));
            found.first = Some(day);
            if found.rows.len() < most && !found.confidential {
                let page = row.text("page")? + &row.text("subject")?;
                found.rows.push(Row { title: row.text("title")?, day, page, so });
            }
        }
    }
    Ok(out)
}
