//! Do decisions go together? Those marked as conflicting, pairs that somebody should look at, and what was settled.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use leadership::decision::State as Progress;
use leadership::{DecisionId, Wrongs};
use ledger::aims;
use ledger::decisions::conflicts::{self, Conflict, MarkConflict, Pair, SettleConflict, may_settle};
use ledger::decisions::{self, Filter};
use look::{Field, address};
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, Names};
use crate::app::App;
use crate::conflicts::{Place, Settled, again, beside};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day_of, id, radios};
use crate::show;

const SEEN: &str =
    "Who can see this: you. Two decisions stand here only where you see both; whoever sees both sees the same.";

/// What marking, or saying that they go together, sends; and what an address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Marked {
    decision: String,
    other: String,
    together: String,
    why: String,
}

/// Conflicts of decisions.
const CONFLICTS: Place =
    Place { of: "decisions", list: "/decisions/conflicts#conflicts", action: "/decisions/conflicts/settle" };

/// Everything that the page shows.
struct View {
    all: Vec<Conflict>,
    /// Which of them, by their places, this person may settle.
    mine: Vec<bool>,
    pairs: Vec<(Pair, String)>,
    names: Names,
    /// Decisions to choose from.
    choices: Vec<(String, String)>,
}

/// Which decisions can be chosen: the last changed of those that hold, and those that are asked for.
async fn choices(tx: &mut ledger::Tx, me: &Me, asked: &Marked) -> Result<Vec<(String, String)>, Failure> {
    let mut out = BTreeMap::new();
    for state in [Progress::Decided, Progress::Reviewed] {
        let (found, _) = decisions::list(tx, &me.actor, &Filter { state: Some(state), ..Filter::default() }).await?;
        out.extend(found.into_iter().map(|decision| (decision.id, decision.form.question)));
    }
    let named: Vec<DecisionId> = [&asked.decision, &asked.other].into_iter().filter_map(|id| id.parse().ok()).collect();
    for (id, (question, _)) in decisions::questions(tx, &me.actor, &named).await? {
        out.insert(id, question);
    }
    let mut out: Vec<(String, String)> = out.into_iter().map(|(id, question)| (id.to_string(), question)).collect();
    out.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    Ok(out)
}

async fn gather(app: &App, me: &Me, asked: &Marked) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let all = conflicts::conflicts(&mut tx, &me.actor, None).await?;
    let mut mine = Vec::with_capacity(all.len());
    for conflict in &all {
        let mut may = false;
        if conflict.stands() {
            for id in [conflict.one.0, conflict.other.0] {
                may |= decisions::get(&mut tx, &me.actor, id).await?.is_some_and(|found| may_settle(&me.actor, &found));
            }
        }
        mine.push(may);
    }
    let mut pairs = Vec::new();
    for pair in conflicts::pairs(&mut tx, &me.actor).await? {
        let (noun, subject) = &pair.touches;
        let title = match (noun.as_str(), subject.parse()) {
            ("aim", Ok(id)) => aims::get(&mut tx, &me.actor, id).await?.map(|aim| format!("the aim “{}”", aim.title)),
            _ => None,
        };
        let title =
            title.unwrap_or_else(|| if noun == "promise" { "a promise".to_owned() } else { "an aim".to_owned() });
        pairs.push((pair, title));
    }
    let names = Names::of(&mut tx, all.iter().map(|conflict| conflict.by)).await?;
    let choices = choices(&mut tx, me, asked).await?;
    Ok(View { all, mine, pairs, names, choices })
}

fn named((id, question, state): &(DecisionId, String, Progress)) -> Markup {
    html! { a href=(format!("/decisions/{id}")) { (question) } @if *state == Progress::Superseded { " " span.no-longer { "no longer holds" } } }
}

fn standing(me: &Me, view: &View) -> Markup {
    let standing: Vec<_> = view.all.iter().enumerate().filter(|(_, conflict)| conflict.stands()).collect();
    html! {
        h2 #conflicts { "In conflict" }
        @if standing.is_empty() { p { "No two decisions that hold are marked as conflicting." } }
        @for (at, conflict) in standing {
            section.answer {
                p { (named(&conflict.one)) " and " (named(&conflict.other)) ": " span.written { (conflict.why) } " "
                    span.soft { (view.names.person(conflict.by)) ", " (day_of(me, conflict.at)) } }
                @if view.mine.get(at) == Some(&true) {
                    (beside(&CONFLICTS, (&conflict.one.0.to_string(), &conflict.other.0.to_string()), at))
                }
            }
        }
    }
}

fn to_look_at(view: &View) -> Markup {
    html! {
        h2 { "To look at" }
        @if view.pairs.is_empty() { p { "No two decisions that hold touch the same aim or promise without anybody having said whether they go together." } }
        @else { p.soft { "Both hold and touch the same, and the later one does not name the earlier. That alone is no conflict." } }
        @for (pair, touched) in &view.pairs {
            section.answer {
                p {
                    a href=(format!("/decisions/{}", pair.earlier.0)) { (pair.earlier.1) } ", then "
                    a href=(format!("/decisions/{}", pair.later.0)) { (pair.later.1) } " "
                    span.soft { "(both touch " (touched) ") " }
                    a href=(format!("{}#mark", address::with("/decisions/conflicts", &[("decision", &pair.earlier.0.to_string()), ("other", &pair.later.0.to_string())]))) { "Say whether they go together" }
                }
            }
        }
    }
}

fn settled(me: &Me, view: &View) -> Markup {
    let settled: Vec<_> = view.all.iter().filter_map(|one| Some((one, one.settled.as_ref()?))).collect();
    html! {
        @if !settled.is_empty() {
            details {
                summary { "Looked at and settled (" (settled.len()) ")" }
                @for (conflict, (at, words)) in settled {
                    p { (named(&conflict.one)) " and " (named(&conflict.other)) ": " span.written { (words) } " " span.soft { (day_of(me, *at)) } }
                }
            }
        }
    }
}

fn form(view: &View, typed: &Marked, wrongs: &Wrongs) -> Markup {
    let choices: Vec<(&str, &str)> =
        view.choices.iter().map(|(id, question)| (id.as_str(), question.as_str())).collect();
    html! {
        h2 #mark { "Do these two go together?" }
        @if choices.len() < 2 { p.soft { "It takes two decisions that were made and hold." } }
        @else {
            form method="post" action="/decisions/conflicts" {
                (Field::new("decision", "One decision", &typed.decision, wrongs).choice(&choices))
                (Field::new("other", "The other", &typed.other, wrongs).choice(&choices))
                (radios("together", "Do they?", &[("no", "They conflict"), ("yes", "They go together")], &typed.together, wrongs))
                (Field::new("why", "How", &typed.why, wrongs).hint("Which part of one stands against which part of the other; or why both can hold.").area())
                div.acts { button.primary type="submit" { "Put it on record" } }
            }
        }
    }
}

fn body(me: &Me, view: &View, typed: &Marked, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Do they go together?", &html! { p { "A team that hears one thing today and another tomorrow follows neither. Conflicts are marked in the open, and settled." } }))
        (look::wrongs(wrongs))
        (standing(me, view))
        (to_look_at(view))
        (form(view, typed, wrongs))
        (settled(me, view))
        div.acts { a href="/decisions" { "All decisions" } a href="/aims/changes#conflicts" { "Conflicts between aims" } }
    }
}

fn frame(me: &Me) -> look::Shell {
    show::shell(me, "Do they go together?", HERE, SEEN)
}

/// `GET /decisions/conflicts`.
pub(super) async fn page(State(app): State<App>, me: Me, Query(asked): Query<Marked>) -> Result<Response, Failure> {
    let view = gather(&app, &me, &asked).await?;
    Ok(show::page(&frame(&me), &body(&me, &view, &asked, &Wrongs::default())))
}

/// `POST /decisions/conflicts`.
pub(super) async fn mark(State(app): State<App>, me: Me, Form(typed): Form<Marked>) -> Result<Response, Failure> {
    let mut wrongs = Wrongs::default();
    let mut chosen = |name: &str, id: &str| {
        let id = id.parse::<DecisionId>().ok();
        if id.is_none() {
            wrongs.add(name, "Choose a decision of the list.");
        }
        id
    };
    let (decision, other) = (chosen("decision", &typed.decision), chosen("other", &typed.other));
    if !matches!(typed.together.as_str(), "yes" | "no") {
        wrongs.add("together", "Choose one of the two.");
    }
    let wrongs = match (decision, other) {
        (Some(decision), Some(other)) if wrongs.0.is_empty() => {
            let act = MarkConflict { decision, other, why: typed.why.clone(), together: typed.together == "yes" };
            match app.ledger().perform(&me.actor, &act).await {
                Ok(()) => return Ok(show::to(CONFLICTS.list)),
                Err(refused) => show::wrongs(refused)?,
            }
        }
        _ => wrongs,
    };
    let view = gather(&app, &me, &typed).await?;
    Ok(show::again(&frame(&me), &body(&me, &view, &typed, &wrongs)))
}

/// `POST /decisions/conflicts/settle`.
pub(super) async fn settle(State(app): State<App>, me: Me, Form(typed): Form<Settled>) -> Result<Response, Failure> {
    let (decision, other) = (id(&typed.one)?, id(&typed.other)?);
    match app.ledger().perform(&me.actor, &SettleConflict { decision, other, words: typed.words.clone() }).await {
        Ok(()) => Ok(show::to(CONFLICTS.list)),
        Err(refused) => {
            let body = again(&CONFLICTS, &typed, &show::wrongs(refused)?);
            Ok(show::again(&frame(&me), &body))
        }
    }
}
