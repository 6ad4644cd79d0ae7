//! From measures, problems and forecast to a brief: a pure function, every sentence chosen by a rule.
//!
//! A rule says only what its figures bear: below its minimum a figure is left out and the part says
//! what would fill it; a difference is named only when its interval is clear of chance; things that
//! follow one another are told as sequence and nothing more.

mod ask;
mod book;
mod classes;
mod comes_back;
mod coming;
mod friction;
mod not_told;
mod promised;
mod unseen;

use jiff::civil::Date;
use measures::{By, Definition, MeasureValue};
use pipeline::Forecast;
use problems::Problem;

use crate::content::{Brief, FlowWeek, OpenWeek, Piece, Sentence, Word};
use crate::sheet::{Sheet, figure, line};
use crate::words;

pub(crate) use book::{Book, said};
pub use classes::{about, is_asked};
pub use comes_back::{recurs, recurs_said, together, weekly_within, weeks_of};
pub(crate) use friction::ORDER as FRICTION_ORDER;

/// What is known of the record itself.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Tickets in the record.
    pub tickets: u64,
    /// Changes in the record.
    pub changes: u64,
    /// Systems that the tickets came from.
    pub sources: Vec<String>,
    /// Day of the first ticket opened.
    pub first: Option<Date>,
    /// Day of the last ticket opened.
    pub last: Option<Date>,
    /// The weeks in which the record is full: from this Monday …
    pub full_from: Option<Date>,
    /// … to the end of the week before this Monday. After it tickets only trickle in.
    pub full_to: Option<Date>,
    /// Whether tickets go on after the full weeks, too thinly to be the desk.
    pub thins_out: bool,
    /// Tickets opened within the full weeks.
    pub full_tickets: u64,
    /// Tickets open at `full_to`; `None` when the record does not tell when tickets end.
    pub open_at_end: Option<u64>,
    /// The full weeks: opened and finished.
    pub weekly: Vec<FlowWeek>,
    /// The full weeks: open at the end of each.
    pub open: Vec<OpenWeek>,
    /// Tickets opened by weekday (Monday first) and hour of the zone.
    pub hours: Vec<Vec<u32>>,
    /// Zone of `hours`.
    pub zone: String,
    /// What was assumed of office hours, where nobody said them.
    pub calendar_assumed: Option<String>,
    /// Columns and the share of tickets for which each is known.
    pub known: Vec<(String, f64)>,
    /// Generation of the record, as text.
    pub generation: String,
}

impl Facts {
    /// Whether at least half of the tickets tell one of these columns: what is there is not asked for.
    fn tells(&self, columns: &[&str]) -> bool {
        self.known.iter().any(|(column, share)| columns.contains(&column.as_str()) && *share >= 0.5)
    }
}

/// A problem and what it took.
#[derive(Debug, Clone)]
pub struct Priced<'a> {
    /// The problem.
    pub problem: &'a Problem,
    /// Its price, where it can be priced.
    pub price: Option<Price>,
}

/// Money with its arithmetic.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// Low end.
    pub low: f64,
    /// Middle.
    pub mid: f64,
    /// High end.
    pub high: f64,
    /// Its arithmetic, one step a line.
    pub steps: Vec<String>,
}

/// The rates, as far as the brief must tell them.
#[derive(Debug, Clone)]
pub struct RatesSaid {
    /// Currency, an ISO 4217 code.
    pub currency: String,
    /// Cost of an hour of the desk, low and high.
    pub hour: (f64, f64),
    /// Minutes of work on a ticket where none are booked, low and high.
    pub touch_minutes: (f64, f64),
    /// Minutes that the people behind a ticket lose together, low and high.
    pub lost_minutes: (f64, f64),
    /// Whether they are defaults that nobody confirmed.
    pub assumed: bool,
    /// The rates in words, one line each.
    pub lines: Vec<String>,
}

/// All that a brief is made from. Nothing else is read: no clock, no file.
#[derive(Debug, Clone)]
pub struct Inputs<'a> {
    /// The day the brief speaks of.
    pub as_of: Date,
    /// Whose record it is.
    pub organisation: Option<&'a str>,
    /// The record.
    pub facts: &'a Facts,
    /// Measures over the whole record.
    pub measures: &'a [MeasureValue],
    /// Their definitions.
    pub definitions: &'a [Definition],
    /// Measures by month of opening.
    pub by_month: &'a [MeasureValue],
    /// Measures by groups: each dimension with its own values.
    pub by: &'a [(By, Vec<MeasureValue>)],
    /// Problems, priced.
    pub problems: &'a [Priced<'a>],
    /// What is coming.
    pub forecast: Option<&'a Forecast>,
    /// What was seen after changes, beside the same search on other dates.
    pub changes: Option<&'a measures::ChangeEffect>,
    /// Rates.
    pub rates: &'a RatesSaid,
}

/// Makes the brief.
#[must_use]
pub fn build(inputs: &Inputs<'_>) -> Brief {
    let book = Book::new(inputs);
    let mut sheet = Sheet::default();
    let lead = lead(inputs, &book, &mut sheet);
    let parts = vec![
        comes_back::part(inputs, &book, &mut sheet),
        coming::part(inputs, &mut sheet),
        promised::part(inputs, &book, &mut sheet),
        unseen::part(inputs, &book, &mut sheet),
        friction::part(inputs, &book, &mut sheet),
        ask::part(inputs, &mut sheet),
    ];
    let not_told = not_told::sentences(inputs);
    let mut brief = Brief {
        title: "IT in three minutes".to_owned(),
        organisation: inputs.organisation.map(|o| words::clean(o, 80)).filter(|o| !o.is_empty()),
        language: "en".to_owned(),
        as_of: inputs.as_of.to_string(),
        period: period(inputs.facts),
        lead,
        parts,
        not_told,
        figures: Vec::new(),
        rates: inputs.rates.lines.clone(),
        rates_assumed: inputs.rates.assumed,
        words: glossary(),
        made_from: format!("record {}, Plumb {}", inputs.facts.generation, env!("CARGO_PKG_VERSION")),
    };
    let said = names_said(&brief);
    let mut figures = sheet.into_figures();
    figures.retain(|f| said.contains(&f.name));
    figures.sort_by_key(|f| said.iter().position(|name| *name == f.name));
    brief.figures = figures;
    brief
}

/// Names of all figures that are said, in the order of saying.
fn names_said(brief: &Brief) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut take = |sentence: &Sentence| {
        for piece in &sentence.pieces {
            if let Piece::Figure(name) = piece
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
    };
    brief.lead.iter().for_each(&mut take);
    for part in &brief.parts {
        part.sentences.iter().for_each(&mut take);
        for row in part.table.iter().flat_map(|t| &t.rows) {
            for cell in &row.cells {
                if let crate::content::Cell::Words(sentence) = cell {
                    take(sentence);
                }
            }
        }
    }
    brief.not_told.iter().for_each(&mut take);
    names
}

fn period(facts: &Facts) -> String {
    match (facts.first, facts.last) {
        (Some(first), Some(last)) if first == last => words::date(first),
        (Some(first), Some(last)) => format!("{} to {}", words::date(first), words::date(last)),
        _ => "no dates in the record".to_owned(),
    }
}

fn lead(inputs: &Inputs<'_>, book: &Book<'_>, sheet: &mut Sheet) -> Vec<Sentence> {
    let facts = inputs.facts;
    let mut out = Vec::new();
    if facts.tickets == 0 {
        out.push(without_tickets(book, sheet));
        return out;
    }
    let tickets = sheet.put(tickets_figure(facts));
    let calls = if facts.tickets == 1 { " call for help." } else { " calls for help." };
    out.push(match (facts.first, facts.last) {
        (Some(first), Some(last)) if first != last => line()
            .text("From ")
            .text(&words::date(first))
            .text(" to ")
            .text(&words::date(last))
            .text(", the service desk recorded ")
            .figure(&tickets)
            .text(calls)
            .end(),
        _ => line().text("The service desk recorded ").figure(&tickets).text(calls).end(),
    });
    let solved = book.solve_time("p50").map(|f| sheet.put(f));
    let kept = book.promise_kept().map(|f| sheet.put(f));
    match (solved, kept) {
        (Some(solved), Some(kept)) => out.push(
            line()
                .text("Half were solved within ")
                .figure(&solved)
                .text(", and ")
                .figure(&kept)
                .text(" were solved within the time that was promised.")
                .end(),
        ),
        (Some(solved), None) => out.push(line().text("Half were solved within ").figure(&solved).text(".").end()),
        (None, Some(kept)) => {
            out.push(line().figure(&kept).text(" were solved within the time that was promised.").end());
        }
        (None, None) => {}
    }
    out
}

/// What a record without a ticket holds, and what would fill the page.
fn without_tickets(book: &Book<'_>, sheet: &mut Sheet) -> Sentence {
    let held =
        [("changes", " change to systems", " changes to systems"), ("job_runs", " run of a job", " runs of jobs")];
    for (name, one, many) in held {
        let Some(figure) = book.figure(name, "count").filter(|figure| figure.value > 0.0) else { continue };
        let held = if figure.value < 1.5 { one } else { many };
        let count = sheet.put(figure);
        return line()
            .text("The record holds ")
            .figure(&count)
            .text(held)
            .text(", and no calls for help. Import an export of tickets to fill this page.")
            .end();
    }
    line().text("The record is empty. Import an export of your service desk to fill this page.").end()
}

pub(crate) fn tickets_figure(facts: &Facts) -> crate::content::Figure {
    #[expect(clippy::cast_precision_loss, reason = "counts of tickets stay far below 2^52")]
    let value = facts.tickets as f64;
    figure("tickets", words::count(value), value, "tickets", "Tickets in the record, each counted once.")
        .on(facts.tickets)
        .rows("/rows?measure=tickets")
}

fn glossary() -> Vec<Word> {
    [
        ("ticket", "one call for help, kept by the service desk from the first word to the end"),
        ("backlog", "calls that are still open"),
        ("service level (SLA)", "the time within which the desk promised to solve a call"),
        ("reopened", "called solved, then opened again"),
        ("reassigned", "handed from one team to another"),
        ("ping-pong", "came back to a team that had already handed it on"),
        ("first-contact resolution", "solved by the first who took it, without a hand-over"),
        ("configuration item", "a single system or device that the desk looks after"),
    ]
    .into_iter()
    .map(|(term, plain)| Word { term: term.to_owned(), plain: plain.to_owned() })
    .collect()
}
