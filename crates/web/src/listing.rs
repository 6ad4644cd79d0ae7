//! The handlers of the list of problems, of one problem ([`one`]) and of what people did with them.

mod one;

use ::acts::Me;
use axum::extract::{Query, State};
use axum::response::Response;
use casebook::{Act, Entry, Part, lives};
use jiff::civil::Date;
use maud::{Markup, html};
use problems::Problem;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Deserialize;

use brief::words;
use ledger::people;

pub(crate) use one::{NEAR_LEAST, on, problem, sums};

use crate::acts::about;
use crate::casework::{Held, person};
use crate::desk::Known;
use crate::effects::together;
use crate::failure::Failure;
use crate::layout::Here;
use crate::pages::problems::{ByHand, DISMISSED, Line, List, RECURRING, Theme, Which};
use crate::pages::{self, effect, history};
use crate::routes::{Signed, full, over};
use crate::server::Server;

/// Problems on a page of the list.
const PER_PAGE: usize = 50;
/// Themes above the list.
const THEMES: usize = 10;
/// Problems that a theme shows when it is opened.
const OPENED: usize = 5;
/// Entries on a page of the casebook.
const ENTRIES: usize = 100;

/// Which part of the list, and what was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Paged {
    page: usize,
    seen: String,
    theme: String,
    done: Option<u64>,
}

/// `GET /problems`.
pub(crate) async fn problems(
    State(server): State<Server>,
    Query(paged): Query<Paged>,
    signed: Signed,
) -> Result<Response, Failure> {
    let fill = "An export of tickets fills it: problems are found from their words and coded fields, priced and dated.";
    let me = person(&signed).cloned();
    over(&server, signed, "Problems", Here::Problems, fill, async |known| {
        let held = known.held_for(me.as_ref()).await?;
        Ok(pages::problems::list(&list(known, &held, me.is_some(), &paged)?))
    })
    .await
}

/// The theme of a problem: its kind of demand, as an id and a title.
fn theme_of(held: &Held, problem: &Problem) -> Option<(String, String)> {
    let theme = held.ruled.found.theme(problem.theme.as_deref()?)?;
    Some((theme.id.clone(), theme.title.clone()))
}

/// Themes of at least two problems, the heaviest first.
fn themes(known: &Known, held: &Held) -> Vec<Theme> {
    let mut by: std::collections::BTreeMap<String, (String, Vec<&Problem>)> = std::collections::BTreeMap::new();
    for problem in &held.ruled.found.problems {
        if let Some((id, title)) = theme_of(held, problem) {
            by.entry(id).or_insert_with(|| (title, Vec::new())).1.push(problem);
        }
    }
    let mut all: Vec<(String, (String, Vec<&Problem>))> =
        by.into_iter().filter(|(_, theme)| theme.1.len() > 1).collect();
    let weight = |problems: &[&Problem]| problems.iter().map(|problem| problem.weight).sum::<f64>();
    all.sort_by(|a, b| weight(&b.1.1).total_cmp(&weight(&a.1.1)).then_with(|| a.0.cmp(&b.0)));
    // One theme tells nothing apart.
    if all.len() < 2 {
        return Vec::new();
    }
    let (from, to) = full(known);
    let shown = all.into_iter().take(THEMES);
    shown
        .map(|(id, (title, problems))| {
            let mut whole = Problem::default();
            let (mut low, mut high) = (Decimal::ZERO, Decimal::ZERO);
            for problem in &problems {
                let price = problems::price(problem, &known.settings.rates);
                (low, high) = (low + price.low, high + price.high);
                whole.n += problem.n;
                if whole.weekly.is_empty() {
                    whole.weekly.clone_from(&problem.weekly);
                } else {
                    whole.weekly.iter_mut().zip(&problem.weekly).for_each(|(sum, week)| sum.1 += week.1);
                }
            }
            Theme {
                id,
                title,
                lines: problems.iter().take(OPENED).map(|problem| line(known, held, problem)).collect(),
                problems: problems.len(),
                n: whole.n,
                money: money(&known.settings.rates.currency, low, high),
                weeks: brief::weeks_of(&whole, from, to),
            }
        })
        .collect()
}

/// What was opened by hand and has no tickets.
fn by_hand(held: &Held) -> Vec<ByHand> {
    let shown = held.ruled.by_hand.iter().filter_map(|problem| Some((problem, held.ruled.parts.get(&problem.id)?)));
    let shown = shown.filter(|(_, part)| part.dismissed.is_none()).map(|(problem, part)| ByHand {
        page: about(problem).path(""),
        title: problem.title.clone(),
        written: written(held, part),
    });
    shown.collect()
}

fn list(known: &Known, held: &Held, may_open: bool, paged: &Paged) -> Result<List, Failure> {
    let found = &held.ruled.found;
    let recurring: Vec<&Problem> = found.problems.iter().filter(|problem| brief::recurs(problem)).collect();
    let (recur, recur_tickets) = (recurring.len(), recurring.iter().map(|problem| problem.n).sum());
    let all = || found.problems.iter();
    let (which, shown): (Which, Vec<&Problem>) = if paged.seen == RECURRING {
        (Which::Recurring, recurring)
    } else if paged.seen == DISMISSED {
        (Which::Dismissed, held.ruled.dismissed.iter().map(|dismissed| &dismissed.problem).collect())
    } else if paged.theme.is_empty() {
        (Which::All, all().collect())
    } else {
        let of = |problem: &&Problem| theme_of(held, problem).is_some_and(|(id, _)| id == paged.theme);
        let shown: Vec<&Problem> = all().filter(of).collect();
        let (id, title) = shown.first().and_then(|problem| theme_of(held, problem)).ok_or(Failure::NotFound)?;
        (Which::Theme(id, title), shown)
    };
    let pages = shown.len().div_ceil(PER_PAGE).max(1);
    let page = paged.page.min(pages - 1);
    let (full_from, full_to) = full(known);
    let mut lines: Vec<Line> =
        shown.iter().skip(page * PER_PAGE).take(PER_PAGE).map(|problem| line(known, held, problem)).collect();
    if which == Which::Dismissed {
        for line in &mut lines {
            line.why = held.ruled.dismissed(&line.id).map(|dismissed| dismissed.reason.clone()).unwrap_or_default();
        }
    }
    Ok(List {
        lines,
        first: page * PER_PAGE,
        all: found.problems.len(),
        recurring: recur,
        recurring_tickets: recur_tickets,
        recurs_said: brief::recurs_said(&found.problems),
        themes: if page == 0 && which == Which::All { themes(known, held) } else { Vec::new() },
        dismissed: held.ruled.dismissed.len(),
        entries: held.entries.len(),
        may_open,
        by_hand: if which == Which::All && page == 0 { by_hand(held) } else { Vec::new() },
        done: paged.done.and_then(|entry| done(held, entry, "/problems")),
        tickets: found.tickets,
        noise: found.noise,
        full: full_from.zip(full_to.and_then(|day| day.yesterday().ok())),
        notes: if which == Which::All { found.notes.clone() } else { Vec::new() },
        pooled: if which == Which::All && page == 0 { together(&found.pooled) } else { Vec::new() },
        assumed: !known.settings.rates_given,
        page: (page, pages),
        which,
    })
}

fn day(seconds: i64) -> Option<Date> {
    jiff::Timestamp::from_second(seconds).ok().map(|instant| instant.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// A day with its interval.
fn dated(onset: &problems::onset::Onset) -> Option<(Date, Date, Date)> {
    Some((onset.date.parse().ok()?, onset.low.parse().ok()?, onset.high.parse().ok()?))
}

fn line(known: &Known, held: &Held, problem: &Problem) -> Line {
    let price = problems::price(problem, &known.settings.rates);
    let (from, to) = full(known);
    Line {
        id: problem.id.clone(),
        title: problem.title.clone(),
        why: brief::together(problem),
        n: problem.n,
        people: problem.people,
        money: money(&price.currency, price.low, price.high),
        seen: day(problem.first_seen).zip(day(problem.last_seen)),
        since: problem.onset.as_ref().and_then(dated),
        trend: (problem.trend.direction != problems::Direction::NotEnough).then(|| problem.trend.direction.word()),
        weeks: brief::weeks_of(problem, from, to),
        beside: beside(problem).first().map(|seen| format!("{} {}", seen.kind, words::clean(&seen.value, 60))),
        written: held.ruled.parts.get(&problem.id).map(|part| written(held, part)).unwrap_or_default(),
    }
}

/// What was seen at the same time as a problem, the most striking first.
fn beside(problem: &Problem) -> Vec<effect::Together> {
    together(&problem.seen_together)
}

/// What people wrote on a problem, in a few words each.
fn written(held: &Held, part: &Part) -> Vec<String> {
    let mut out = Vec::new();
    if part.from.len() > 1 {
        out.push(format!("put together from {} by people", part.from.len()));
    }
    if !part.opened.is_empty() {
        out.push("opened by hand".to_owned());
    }
    if part.split.is_some() {
        out.push("split off by people".to_owned());
    }
    if let Some(canvas) =
        part.canvases.first().and_then(|chain| newest(held, &chain.versions)).map(|(_, canvas)| canvas)
    {
        let tied = held.tied(canvas);
        if !tied.owner.is_empty() {
            out.push(format!("owner: {}", words::clean(&tied.owner, 60)));
        }
        match tied.decision {
            Some((_, _, state)) => out.push(format!("decision {state}")),
            None if !canvas.decision.is_empty() => out.push("decision taken".to_owned()),
            None => {}
        }
    }
    if let Some(fixed) = &part.fixed {
        out.push(format!("marked as fixed on {} by {}", words::date(fixed.on), words::clean(&fixed.team, 60)));
    }
    out
}

/// The newest of some versions of a canvas.
pub(crate) fn newest<'a>(held: &'a Held, versions: &[u64]) -> Option<(&'a Entry, &'a casebook::Canvas)> {
    let entry = held.entry(*versions.last()?)?;
    Some((entry, entry.act.canvas()?))
}

pub(crate) fn money(currency: &str, low: Decimal, high: Decimal) -> Option<String> {
    let (low, high) = (low.to_f64()?, high.to_f64()?);
    (high > 0.0).then(|| words::money_range(currency, low, high))
}

/// What was just done, with a way to undo it.
fn done(held: &Held, number: u64, back: &str) -> Option<Markup> {
    let entry = held.entry(number)?;
    let told = history::told(entry, &held.entries);
    let undo = (lives(&held.entries).get(&number) == Some(&true) && !matches!(entry.act, Act::Undo { .. }))
        .then(|| history::turn(number, false, "Undo", &told, back));
    Some(html! { div.notice role="status" { p { (told) "." } @if let Some(undo) = undo { (undo) } } })
}

/// Problems opened by hand, and closings on the symptom by quarter: of all, and of each circle that who looks sees and
/// that has the name of a team.
/// Teams that are no circle are not told apart: what was typed as a team may be the name of a person.
async fn closed(known: &Known, held: &Held, me: Option<&Me>) -> Result<Markup, Failure> {
    let all = casebook::closings(held.ruled.parts.values(), &held.entries);
    let mut of: Vec<(String, Vec<&casebook::Closing>)> = vec![("All".to_owned(), all.iter().collect())];
    if let Some(me) = me {
        for circle in people::circles(&mut known.ledger.read().await?).await? {
            let name = circle.name.to_lowercase();
            let own: Vec<_> = all.iter().filter(|closing| closing.team.to_lowercase() == name).collect();
            if me.actor.sight.sees(circle.id) && !own.is_empty() {
                of.push((circle.name, own));
            }
        }
    }
    let told = of.into_iter().map(|(name, closings)| (name, casebook::on_the_symptom(closings))).collect::<Vec<_>>();
    let opened = history::opened(&casebook::opened_by_hand(&held.entries));
    Ok(html! { (opened) (history::closed(&told)) })
}

/// `GET /casebook`: everything that people did.
pub(crate) async fn casebook(
    State(server): State<Server>,
    Query(paged): Query<Paged>,
    signed: Signed,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    let fill = "What people say of problems fills it: put together, split, named, dismissed, fixed.";
    over(&server, signed, "What people did", Here::Problems, fill, async |known| {
        let held = known.held().await?;
        let closed = if paged.page == 0 {
            closed(known, &held, me.as_ref()).await?
        } else {
            html! {}
        };
        let lives = lives(&held.entries);
        let pages = held.entries.len().div_ceil(ENTRIES).max(1);
        let page = paged.page.min(pages - 1);
        let shown = held.entries.iter().rev().skip(page * ENTRIES).take(ENTRIES);
        let lines: Vec<history::Line> = shown
            .map(|entry| {
                let side = entry.act.sides().first().and_then(|side| held.find(&side.id).ok());
                history::Line {
                    number: entry.number,
                    when: history::when(entry.at, held.by(entry)),
                    told: history::told(entry, &held.entries),
                    holds: lives.get(&entry.number) == Some(&true),
                    canvas: None,
                    of: side.map(|found| (found.problem.id.clone(), found.problem.title.clone())),
                }
            })
            .collect();
        Ok(history::all(&lines, &closed, (page, pages)))
    })
    .await
}
