//! The page of one problem, and the frame of every page on one.

use ::acts::Me;
use axum::extract::{Extension, Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use casebook::{Part, lives};
use jiff::civil::Date;
use maud::Markup;
use problems::Problem;
use serde::Deserialize;

use brief::words;

use super::{dated, done, line, money, newest, theme_of};
use crate::acts::{about, opened, options};
use crate::casework::{Held, person};
use crate::desk::{self, Given, Known, PATIENCE, Reading};
use crate::effects::effects;
use crate::failure::Failure;
use crate::layout::{self, Here};
use crate::pages::{self, canvas, history, problem};
use crate::routes::{Signed, full};
use crate::server::Server;

/// Other problems that are offered as perhaps the same.
const NEAR: usize = 3;
/// Below this probability a problem is not offered as perhaps the same.
pub(crate) const NEAR_LEAST: f32 = 0.02;
/// Signs of a problem that are told.
const SIGNS: usize = 6;

/// The arithmetic of a price, line by line.
pub(crate) fn sums(price: &problems::Priced) -> Vec<problem::Sum> {
    let sum = |step: &problems::Step| problem::Sum {
        label: step.label.clone(),
        formula: step.formula.clone(),
        money: money(&price.currency, step.low, step.high).unwrap_or_else(|| "nothing".to_owned()),
    };
    price.steps.iter().map(sum).collect()
}

/// A page on one problem, which may have another id by now. `below` is the rest of the address.
pub(crate) async fn on(
    server: &Server,
    signed: Signed,
    id: &str,
    below: &str,
    show: impl AsyncFnOnce(&Known, &Held, &Problem) -> Result<Markup, Failure>,
) -> Result<Response, Failure> {
    let me = person(&signed).cloned();
    let shell = |title: &str| server.shell(title, Here::Problems, signed.map(|Extension(signed)| signed));
    match server.desk().known(PATIENCE).await? {
        Given::Empty => Err(Failure::NotFound),
        Given::Working(receiver) => {
            let mut shell = shell("Problem");
            shell.refresh = Some(2);
            let told = match &*receiver.borrow() {
                desk::State::Working(told) => told.clone(),
                _ => String::new(),
            };
            Ok(Html(layout::page(&shell, &pages::brief::working(&told)).into_string()).into_response())
        }
        Given::Ready(known) => {
            let held = known.held_for(me.as_ref()).await?;
            let found = held.find(id)?;
            if found.moved {
                let to = format!("/problems/{}{below}", crate::address::escaped(&found.problem.id));
                return Ok(Redirect::to(&to).into_response());
            }
            let body = show(&known, &held, found.problem).await?;
            Ok(Html(layout::page(&shell(&found.problem.title), &body).into_string()).into_response())
        }
    }
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    done: Option<u64>,
}

/// `GET /problems/{id}`.
pub(crate) async fn problem(
    State(server): State<Server>,
    Path(id): Path<String>,
    Query(landing): Query<Done>,
    signed: Signed,
) -> Result<Response, Failure> {
    let below = landing.done.map(|entry| format!("?done={entry}")).unwrap_or_default();
    let me = person(&signed).cloned();
    on(&server, signed, &id, &below, async |known, held, found| {
        let hand = opened::told(known, held, me.as_ref(), &found.id).await?;
        if held.ruled.by_hand.iter().any(|one| one.id == found.id) {
            let canvas = canvases(known, held, me.as_ref(), found).await?;
            let part = held.ruled.parts.get(&found.id);
            let fixed = part.and_then(|part| part.fixed.as_ref()).map(|fixed| (fixed.on, fixed.team.clone()));
            let history = part.map(|part| lines(held, part)).unwrap_or_default();
            return Ok(pages::opened::by_hand(&about(found), &hand, &canvas, fixed, &history));
        }
        let mut one = one(&server, (known, held, me.as_ref()), found).await?;
        one.hand = hand;
        one.done = landing
            .done
            .and_then(|entry| done(held, entry, &format!("/problems/{}", crate::address::escaped(&found.id))));
        Ok(problem::one(&one))
    })
    .await
}

/// Its weeks within the full weeks of the record; all of its own where it was not seen in those.
fn over_time(known: &Known, problem: &Problem) -> Vec<(Date, u32)> {
    let (from, to) = full(known);
    let within = brief::weekly_within(problem, from, to);
    if within.iter().any(|week| week.1 > 0) {
        return within;
    }
    let all = brief::weekly_within(problem, None, None);
    let first = all.iter().position(|week| week.1 > 0).unwrap_or(0);
    let end = all.iter().rposition(|week| week.1 > 0).map_or(0, |at| at + 1);
    all.get(first..end).unwrap_or_default().to_vec()
}

/// What the tickets of a problem share, as it stands in them: the words that tell it from others, coded words.
fn marks(held: &Held, problem: &Problem) -> Vec<String> {
    let mut out: Vec<String> = problem.shared.iter().map(|(_, value)| value.clone()).collect();
    out.extend(held.ruled.words_of(problem).into_iter().map(str::to_owned));
    out
}

async fn one(
    server: &Server,
    (known, held, me): (&Known, &Held, Option<&Me>),
    found: &Problem,
) -> Result<problem::One, Failure> {
    let price = problems::price(found, &known.settings.rates);
    let trend = &found.trend;
    let keys: Vec<(String, String)> = match held.ruled.found.examples_of(&found.id) {
        [] => {
            held.ruled.tickets(&known.record, &found.id).await.map_err(Failure::inside)?.into_iter().take(6).collect()
        }
        some => some.to_vec(),
    };
    let examples = crate::rows::examples(known, &keys).await?;
    let texts: Vec<String> = examples.iter().map(|example| example.words.clone()).collect();
    Ok(problem::One {
        line: line(known, held, found),
        // A theme of one problem is named after it and tells nothing more.
        theme: theme_of(held, found).filter(|(_, title)| *title != found.title),
        // The first reason of a group of codes counts those too that belong to a more specific problem; that
        // number is told where it is explained.
        why: std::iter::once(brief::together(found)).chain(found.why.iter().skip(1).cloned()).collect(),
        marks: marks(held, found),
        hours_open: (found.hours_open, found.hours_open_n),
        touch: found.touch_minutes.filter(|(_, n)| *n > 0),
        recurs: recurs(found),
        bursts: bursts(found),
        signs: signs(found),
        ratio: trend.ratio.map(|ratio| (ratio, trend.low, trend.high)),
        weekly: over_time(known, found),
        examples,
        sums: sums(&price),
        by_words: found.basis == problems::Basis::Text,
        assumed: !known.settings.rates_given,
        ended: found.ended.as_ref().and_then(dated),
        effect: effects(known, held, me, found).await?,
        canvas: canvases(known, held, me, found).await?,
        near: near(server, known, held, found, &texts),
        history: held.ruled.parts.get(&found.id).map(|part| lines(held, part)).unwrap_or_default(),
        dismissed: held.ruled.dismissed(&found.id).map(|dismissed| (dismissed.reason.clone(), dismissed.entry)),
        done: None,
        hand: Vec::new(),
    })
}

/// How often it comes back: with its interval where that was looked for.
fn recurs(problem: &Problem) -> Option<problem::Recurs> {
    let told = problem.recurrence.map(|found| (found.days, found.low.zip(found.high), found.n));
    told.or_else(|| problem.recurrence_days.map(|days| (days, None, problem.n.saturating_sub(1))))
}

fn bursts(problem: &Problem) -> Vec<problem::Burst> {
    let told = |day: &str| day.parse().map_or_else(|_| day.to_owned(), words::date);
    let bursts = problem.bursts.iter().map(|burst| problem::Burst {
        days: (told(&burst.from), told(&burst.to)),
        tickets: burst.tickets,
        expected: burst.expected,
    });
    bursts.collect()
}

fn signs(found: &Problem) -> Vec<problem::Sign> {
    let signs = found.signs.iter().take(SIGNS).map(|sign| problem::Sign {
        kind: sign.kind.clone(),
        value: words::clean(&sign.value, 80),
        shares: (sign.share_in, sign.share_out),
    });
    signs.collect()
}

async fn canvases(known: &Known, held: &Held, me: Option<&Me>, found: &Problem) -> Result<problem::Written, Failure> {
    let asked = options::asked(known, held, me, &found.id).await?;
    let around = problem::Written { asked, may_ask: me.is_some(), ..problem::Written::default() };
    let Some((first, others)) = held.ruled.parts.get(&found.id).and_then(|part| part.canvases.split_first()) else {
        return Ok(around);
    };
    let at = |number: u64| format!("/problems/{}/canvas/{number}", crate::address::escaped(&found.id));
    Ok(problem::Written {
        newest: newest(held, &first.versions)
            .map(|(_, written)| canvas::show(written, &held.tied(written), &known.settings.rates.currency)),
        when: newest(held, &first.versions)
            .map(|(entry, _)| history::when(entry.at, held.by(entry)))
            .unwrap_or_default(),
        versions: first.versions.len(),
        others: others.iter().filter_map(|chain| Some((chain.title.clone(), at(*chain.versions.last()?)))).collect(),
        ..around
    })
}

/// Other problems with alike tickets, once the index is there.
fn near(server: &Server, known: &Known, held: &Held, found: &Problem, texts: &[String]) -> Vec<crate::answers::Likely> {
    match server.desk().answers(known) {
        Some(Reading::Ready(answers)) if found.basis == problems::Basis::Text => answers
            .near(texts, &found.id, &held.ruled)
            .into_iter()
            .filter(|likely| likely.probability >= NEAR_LEAST)
            .take(NEAR)
            .collect(),
        _ => Vec::new(),
    }
}

/// The entries about a problem, the newest first.
fn lines(held: &Held, part: &Part) -> Vec<history::Line> {
    let lives = lives(&held.entries);
    let of = held.entries.iter().rev().filter(|entry| part.entries.contains(&entry.number));
    of.map(|entry| history::Line {
        number: entry.number,
        when: history::when(entry.at, held.by(entry)),
        told: history::told(entry, &held.entries),
        holds: lives.get(&entry.number) == Some(&true),
        canvas: entry
            .act
            .canvas()
            .map(|_| format!("/problems/{}/canvas/{}", crate::address::escaped(&part.id), entry.number)),
        of: None,
    })
    .collect()
}
