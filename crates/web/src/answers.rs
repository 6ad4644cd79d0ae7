//! Quick answers: the most alike tickets of the record and the problems that they belong to, for a text.
//!
//! The index is built in the background, once a generation of the record, and held in memory. It takes
//! tickets in the order in which they came; of a very large record only the latest [`MOST`].

use std::collections::BTreeMap;

use brief::analysis::{self, AnalysisError, Ruled};
use problems::similar::{Alike, Line, Look, Similar, Told, Weights};
use serde::Serialize;
use work::Record;

/// Most tickets that are held; of more than these the latest.
pub const MOST: usize = 2_000_000;
/// Most of the most alike that are told.
pub const MOST_TOLD: usize = 100;
/// Longest text that is looked at, in characters.
pub const LONGEST: usize = 20_000;
/// Tickets that are taken in between two words on progress.
const BLOCK: usize = 8_192;
/// Tickets by which problems are found, however few are told.
const DEEP: usize = 30;
/// Words in common that are told.
const WORDS: usize = 6;
/// What is told of an answer where the settings name a sentence model.
pub const BY_WORDS: &str = "Compared by words, letters, coded fields and time. The sentence model of the settings takes \
    longer for one text than a quick answer may; problems and themes rest on it, this list does not.";
/// Fields of a ticket that are known when it comes in.
const FIELDS: [&str; 7] = ["item", "service", "category", "symptom", "location", "department", "client"];

/// What is asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// Short description.
    pub title: String,
    /// Description.
    pub text: String,
    /// Coded fields by name, as the record calls them.
    pub fields: BTreeMap<String, String>,
    /// How many tickets to tell.
    pub k: usize,
}

/// What is answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Answer {
    /// The most alike tickets, the most alike first.
    pub tickets: Vec<Ticket>,
    /// The problems that they belong to, the most probable first.
    pub problems: Vec<Likely>,
    /// Tickets that were compared with.
    pub read: usize,
    /// What a reader should know about how they were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// A ticket that is alike.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Ticket {
    /// Where it came from.
    pub source: String,
    /// Its number there.
    pub id: String,
    /// Opened, in UTC.
    pub opened: Option<jiff::Timestamp>,
    /// Its short description, or the beginning of its text.
    pub title: String,
    /// Probability of one cause.
    pub probability: f32,
    /// Words in common, the rarest first.
    pub words: Vec<String>,
    /// The same with what each adds.
    pub terms: Vec<Term>,
    /// What each side adds to the log odds of one cause.
    pub why: Vec<Why>,
    /// Id of its problem, if any.
    pub problem: Option<String>,
}

/// One side of the comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Why {
    /// What it is about.
    pub about: &'static str,
    /// What it adds to the log odds.
    pub adds: f32,
}

/// A word in common.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Term {
    /// As it stands in what was asked.
    pub word: String,
    /// What it adds to the log odds: by how much they would fall if it were not in common.
    pub adds: f32,
}

/// A problem that a text may belong to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Likely {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Tickets that it has.
    pub tickets: u64,
    /// Probability of one cause with the most alike of its tickets.
    pub probability: f32,
    /// How many of the alike tickets are its own.
    pub alike: usize,
    /// Its page.
    pub page: String,
    /// Why people said that it is no problem, where they did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismissed: Option<String>,
}

/// Texts one after the other in one piece of memory.
#[derive(Debug, Default)]
struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    fn get(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(0) };
        self.ends.get(at).and_then(|to| self.all.get(from..*to)).unwrap_or("")
    }
}

/// The index.
pub struct Answers {
    similar: Similar,
    titles: Texts,
    opened: Vec<i64>,
    source_len: Vec<u32>,
    /// Names of problems, and the place of each ticket's in them.
    names: Vec<String>,
    problem: Vec<Option<u32>>,
    /// Tickets of the record before those that are held.
    left_out: usize,
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Answers").field("tickets", &self.len()).finish_non_exhaustive()
    }
}

impl Answers {
    /// Reads the record; `weights` say how alike tickets of one cause are. `progress` is told how many tickets of how many are taken in. `None` where no
    /// ticket has words.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub async fn build(
        record: &Record,
        weights: Weights,
        progress: impl Fn(usize, usize) + Send + 'static,
    ) -> Result<Option<Self>, AnalysisError> {
        let read = analysis::symptoms(record).await?;
        let (names, problem) = analysis::assigned(record).await?;
        Ok(tokio::task::spawn_blocking(move || Self::index(&read, weights, names, &problem, &progress)).await?)
    }

    fn index(
        read: &analysis::SymptomTickets,
        weights: Weights,
        names: Vec<String>,
        problem: &[Option<u32>],
        progress: &dyn Fn(usize, usize),
    ) -> Option<Self> {
        let symptoms = &read.symptoms;
        let says = |text: &String| !text.trim().is_empty();
        if !symptoms.title.iter().any(says) && !symptoms.text.iter().any(says) {
            return None;
        }
        let left_out = symptoms.len().saturating_sub(MOST);
        let all = symptoms.len() - left_out;
        let mut out = Self {
            similar: Similar::new(weights, Look::default()),
            titles: Texts::default(),
            opened: symptoms.opened.get(left_out..).unwrap_or_default().to_vec(),
            source_len: Vec::with_capacity(all),
            names,
            problem: problem.get(left_out..).unwrap_or_default().to_vec(),
            left_out,
        };
        let fields: Vec<_> = symptoms.fields.iter().filter(|field| FIELDS.contains(&field.name)).collect();
        let mut block = Vec::with_capacity(BLOCK);
        for ticket in left_out..symptoms.len() {
            let (title, text) = (symptoms.title_of(ticket), symptoms.text_of(ticket));
            let source = u32::try_from(ticket).ok().and_then(|n| read.ticket(n)).map_or(0, |(source, _)| source.len());
            out.source_len.push(u32::try_from(source).unwrap_or(0));
            out.titles.push(&brief::words::clean(if title.trim().is_empty() { text } else { title }, 160));
            let coded = fields
                .iter()
                .map(|field| (field.name.to_owned(), field.value(field.code(ticket)).to_owned()))
                .filter(|(_, value)| !value.is_empty());
            block.push(Line {
                id: symptoms.keys.get(ticket).cloned().unwrap_or_default(),
                opened: symptoms.opened_at(ticket),
                title: title.to_owned(),
                text: text.chars().take(LONGEST).collect(),
                fields: coded.collect(),
            });
            if block.len() == BLOCK || ticket + 1 == symptoms.len() {
                out.similar.fill(&block);
                block.clear();
                progress(out.similar.len(), all);
            }
        }
        Some(out)
    }

    /// Tickets in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.similar.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.similar.is_empty()
    }

    /// Tickets of the record that came before those that are held.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    fn line(&self, asked: &Asked) -> Line {
        Line {
            id: String::new(),
            // As if it came right after the last one: a record that ended long ago is asked as of its end.
            opened: self.opened.last().copied().unwrap_or(0),
            title: asked.title.chars().take(LONGEST).collect(),
            text: asked.text.chars().take(LONGEST).collect(),
            fields: asked.fields.clone(),
        }
    }

    fn problem<'a>(&'a self, alike: &Alike, ruled: &'a Ruled) -> Option<&'a str> {
        let place = self.problem.get(alike.other as usize).copied().flatten();
        let searched = place.and_then(|place| self.names.get(place as usize)).map(String::as_str);
        ruled.problem_of(self.similar.id(alike.other), searched)
    }

    /// The most alike tickets and their problems.
    #[must_use]
    pub fn ask(&self, asked: &Asked, ruled: &Ruled) -> Answer {
        let line = self.line(asked);
        let k = asked.k.clamp(1, MOST_TOLD);
        let alike = self.similar.ask(&line, k.max(DEEP));
        let told: Vec<u32> = alike.iter().take(k).map(|alike| alike.other).collect();
        let whys = self.similar.whys(&line, &told);
        let tickets = alike.iter().zip(whys).map(|(alike, why)| self.ticket(alike, why, ruled)).collect();
        let mut problems = self.likely(&alike, ruled);
        problems.truncate(k);
        Answer { tickets, problems, read: self.len(), note: None }
    }

    /// As [`Answers::ask`]; the answer says so where the settings name a sentence model, which it does not rest on.
    #[must_use]
    pub fn ask_under(&self, asked: &Asked, ruled: &Ruled, settings: &brief::Settings) -> Answer {
        Answer { note: settings.model.is_some().then_some(BY_WORDS), ..self.ask(asked, ruled) }
    }

    fn ticket(&self, alike: &Alike, (reasons, words): Told, ruled: &Ruled) -> Ticket {
        let at = alike.other as usize;
        let key = self.similar.id(alike.other);
        let cut = self.source_len.get(at).map_or(0, |cut| *cut as usize);
        let mut why: Vec<Why> = reasons
            .iter()
            .map(|reason| Why { about: reason.about, adds: reason.adds })
            .filter(|why| why.adds.abs() >= 0.05)
            .collect();
        why.sort_by(|a, b| b.adds.abs().total_cmp(&a.adds.abs()).then(a.about.cmp(b.about)));
        Ticket {
            source: key.get(..cut).unwrap_or_default().to_owned(),
            id: key.get(cut + 1..).unwrap_or(key).to_owned(),
            opened: self.opened.get(at).and_then(|second| jiff::Timestamp::from_second(*second).ok()),
            title: self.titles.get(at).to_owned(),
            probability: alike.probability,
            words: words.iter().take(WORDS).map(|one| one.word.clone()).collect(),
            terms: words.into_iter().take(WORDS).map(|one| Term { word: one.word, adds: one.adds }).collect(),
            why,
            problem: self.problem(alike, ruled).map(str::to_owned),
        }
    }

    fn likely(&self, alike: &[Alike], ruled: &Ruled) -> Vec<Likely> {
        let mut by: BTreeMap<&str, (f32, usize)> = BTreeMap::new();
        for alike in alike {
            if let Some(id) = self.problem(alike, ruled) {
                let one = by.entry(id).or_default();
                *one = (one.0.max(alike.probability), one.1 + 1);
            }
        }
        let mut out: Vec<Likely> = by
            .into_iter()
            .filter_map(|(id, (probability, alike))| {
                let problem = ruled.problem(id)?;
                Some(Likely {
                    id: id.to_owned(),
                    title: problem.title.clone(),
                    tickets: problem.n,
                    probability,
                    alike,
                    page: format!("/problems/{}", crate::address::escaped(id)),
                    dismissed: ruled.dismissed(id).map(|dismissed| dismissed.reason.clone()),
                })
            })
            .collect();
        out.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(b.alike.cmp(&a.alike)).then(a.id.cmp(&b.id)));
        out
    }

    /// Other problems that some texts may belong to: the best probability of any, the most probable first.
    #[must_use]
    pub fn near(&self, texts: &[String], own: &str, ruled: &Ruled) -> Vec<Likely> {
        let mut best: BTreeMap<String, Likely> = BTreeMap::new();
        for text in texts {
            let asked = Asked { title: text.clone(), ..Asked::default() };
            let alike = self.similar.ask(&self.line(&asked), DEEP * 2);
            for likely in self.likely(&alike, ruled) {
                let pair = if likely.id.as_str() < own {
                    (likely.id.clone(), own.to_owned())
                } else {
                    (own.to_owned(), likely.id.clone())
                };
                if likely.id == own || likely.dismissed.is_some() || ruled.apart.contains(&pair) {
                    continue;
                }
                let known = best.entry(likely.id.clone()).or_insert_with(|| likely.clone());
                if likely.probability > known.probability {
                    *known = likely;
                }
            }
        }
        let mut out: Vec<Likely> = best.into_values().collect();
        out.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.id.cmp(&b.id)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_again() {
        let mut texts = Texts::default();
        for text in ["", "one", "", "zwölf"] {
            texts.push(text);
        }
        assert_eq!([0, 1, 2, 3, 4].map(|at| texts.get(at)), ["", "one", "", "zwölf", ""]);
    }
}
