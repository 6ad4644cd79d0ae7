//! Upward: who leads one, where they want to go and what of one's own serves it, and what each of the two waits for.
//! Nothing is kept here and nothing is counted: every line stands on a page of its own.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use leadership::decision::State as Stage;
use leadership::request::State as Stands;
use leadership::{AimId, PersonId};
use ledger::aims::resources::{self, Need};
use ledger::aims::{self, Aim, Aims};
use ledger::asks::{self, Ask};
use ledger::decisions::{self, Decision, Filter};
use ledger::promises::{self, Promise};
use ledger::requests::{self, Request};
use ledger::thanks::{self, Card};
use ledger::upward::{self, Above};
use ledger::{LedgerError, Tx};
use maud::{Markup, html};

use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, day_of};
use crate::route::{Guard, Route};
use crate::show;

const HERE: &str = "/people";
const ALONE: &str = "Who can see this: you. Each line stands on a page of its own, which says who sees that one.";
/// Lines that a list shows.
const ROWS: usize = 12;

pub(crate) fn routes() -> Vec<Route> {
    vec![Route::page("/upward", Guard::Inside, get(show))]
}

/// Something that one waits for of the other.
struct Line {
    page: String,
    title: String,
    of: String,
}

/// What lies open around an actor, whoever it is between.
struct Open {
    aims: Aims,
    needs: BTreeMap<AimId, Vec<Need>>,
    /// Asks of the actor, then those by them.
    asks: (Vec<Ask>, Vec<Ask>),
    /// Requests to the actor, then those by them.
    requests: (Vec<Request>, Vec<Request>),
    decisions: Vec<Decision>,
}

/// What is not decided yet and is seen, drafts of the actor's own too.
async fn undecided(tx: &mut Tx, me: &Me) -> Result<Vec<Decision>, LedgerError> {
    let mut out = Vec::new();
    for state in [Stage::Open, Stage::Draft] {
        let mut of_state = Vec::new();
        for page in 0.. {
            let (found, all) =
                decisions::list(tx, &me.actor, &Filter { state: Some(state), page, ..Filter::default() }).await?;
            let last = found.is_empty();
            of_state.extend(found);
            if last || i64::try_from(of_state.len()).is_ok_and(|got| got >= all) {
                break;
            }
        }
        out.append(&mut of_state);
    }
    Ok(out)
}

async fn open(tx: &mut Tx, me: &Me) -> Result<Open, LedgerError> {
    let aims = aims::seen(tx, &me.actor).await?;
    Ok(Open {
        needs: resources::all(tx, &aims).await?,
        aims,
        asks: asks::mine(tx, &me.actor).await?,
        requests: (requests::inbox(tx, &me.actor).await?, requests::asked(tx, &me.actor).await?),
        decisions: undecided(tx, me).await?,
    })
}

fn of_ask(one: &Ask, me: &Me) -> Line {
    Line {
        page: format!("/asks#ask-{}", one.id),
        title: one.words.clone(),
        of: format!("asked on {}", day_of(me, one.asked_at)),
    }
}

fn of_request(one: &Request, me: &Me) -> Line {
    let by = one.due.map(|due| format!(", by {}", day(due))).unwrap_or_default();
    Line {
        page: format!("/requests/{}", one.id),
        title: one.title.clone(),
        of: format!("request of {}{by}: {}", day_of(me, one.asked_at), one.state.shown()),
    }
}

fn of_need(one: &Need) -> Line {
    let by = one.needed_by.map(|needed| format!(", by {}", day(needed))).unwrap_or_default();
    Line { page: format!("/aims/{}", one.aim), title: one.what.clone(), of: format!("asked for an aim{by}") }
}

fn of_promise(one: &Promise) -> Line {
    Line {
        page: format!("/promises/{}", one.id),
        title: one.what.clone(),
        of: format!("promise by {}: {}", day(one.terms.due), one.terms.state.shown()),
    }
}

fn of_decision(one: &Decision) -> Line {
    let by = one.answer_by.map(|by| format!(", answers by {}", day(by))).unwrap_or_default();
    Line {
        page: format!("/decisions/{}", one.id),
        title: one.form.question.clone(),
        of: format!("decision, {}{by}", one.state.shown()),
    }
}

impl Open {
    /// What `waits` waits for of `other`; one of them is the actor.
    fn waits(&self, waits: PersonId, other: PersonId, promises: &[Promise], me: &Me) -> Vec<Line> {
        let by_me = waits == me.actor.person;
        let asks = if by_me { &self.asks.1 } else { &self.asks.0 };
        let asks = asks.iter().filter(|one| one.is_open() && one.asker == waits && one.asked == other);
        let requests = if by_me { &self.requests.1 } else { &self.requests.0 };
        let requests = requests.iter().filter(|one| {
            let waits_still = matches!(one.state, Stands::Open | Stands::Doing | Stands::Offered | Stands::Deferred);
            waits_still && one.asked_by == Some(waits) && one.owner == other
        });
        let needs = self.needs.values().flatten();
        let needs = needs.filter(|one| one.open && one.asked_by == waits && one.asked_of == other);
        let promises = promises.iter().filter(|one| one.from == other && one.terms.state.is_live());
        // What is open touches whoever sees it; a draft waits for who decides it.
        let decisions = self.decisions.iter().filter(|one| one.decider == other && (by_me || one.author == waits));
        let mut out: Vec<Line> = asks.map(|one| of_ask(one, me)).collect();
        out.extend(requests.map(|one| of_request(one, me)));
        out.extend(needs.map(of_need));
        out.extend(decisions.map(of_decision));
        out.extend(promises.map(of_promise));
        out
    }

    /// The aims that somebody answers for, with those of the actor that serve each.
    fn aims_of(&self, person: PersonId, me: &Me) -> Vec<(&Aim, Vec<&Aim>)> {
        let live = || self.aims.all.values().filter(|aim| aim.state.is_open());
        let served = |id: AimId| live().filter(move |aim| aim.owner == Some(me.actor.person) && aim.serves == Some(id));
        live().filter(|aim| aim.owner == Some(person)).map(|aim| (aim, served(aim.id).collect())).collect()
    }
}

fn lines(all: &[Line], none: &str) -> Markup {
    html! {
        @if all.is_empty() { p.soft { (none) } } @else {
            ul.lines { @for one in all.iter().take(ROWS) { li { a href=(one.page) { (one.title) } p.of { (one.of) } } } }
        }
        @if all.len() > ROWS { p.of { "The first " (ROWS) " of " (all.len()) "." } }
    }
}

fn directions(all: &[(&Aim, Vec<&Aim>)]) -> Markup {
    html! {
        @if all.is_empty() { p.soft { "They answer for no aim that you see. Ask them for the one that matters most to them." } } @else {
            ul.lines { @for (aim, mine) in all.iter().take(ROWS) { li {
                a href=(format!("/aims/{}", aim.id)) { (aim.title) }
                p.written { (aim.why) }
                p.of {
                    @if mine.is_empty() { "No aim of yours serves it." } @else {
                        "Of yours, served by: "
                        @for (at, one) in mine.iter().enumerate() { @if at > 0 { ", " } a href=(format!("/aims/{}", one.id)) { (one.title) } }
                    }
                }
            } } }
        }
        @if all.len() > ROWS { p.of { "The first " (ROWS) " of " (all.len()) "." } }
    }
}

fn ways(card: Option<&Card>) -> Markup {
    html! {
        @match card {
            Some(card) => (crate::thanks::of_card(card)),
            None => p.soft { "They have written nothing about it. Ask them how they want to hear from you." },
        }
    }
}

fn one(open: &Open, above: &Above, promises: &[Promise], card: Option<&Card>, me: &Me) -> Markup {
    let person = above.person;
    html! {
        h2 { a href=(format!("/people/{person}")) { (above.name) } }
        p.of { "By " (above.circle) }
        h3 { "Where they want to go" }
        (directions(&open.aims_of(person, me)))
        h3 { "What they wait for of you" }
        (lines(&open.waits(person, me.actor.person, promises, me), "Nothing that stands here."))
        h3 { "What you wait for of them" }
        (lines(&open.waits(me.actor.person, person, promises, me), "Nothing that stands here."))
        h3 { "How to work with them" }
        (ways(card))
    }
}

/// `GET /upward`.
async fn show(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let above = upward::above(&mut tx, &me.actor).await?;
    let open = open(&mut tx, &me).await?;
    let mut each = Vec::with_capacity(above.len());
    for one in &above {
        let promises = promises::between(&mut tx, &me.actor, one.person).await?;
        each.push((promises, thanks::card(&mut tx, &me.actor, one.person).await?));
    }
    drop(tx);
    let body = html! {
        (look::head("Who leads you", &html! { p { "What they want to reach, what each of you waits for, and how they like to work: to be of use to somebody, one has to know it." } }))
        div.acts { a.button.primary href="/asks/new" { "Ask for somebody" } a href="/promises/new" { "Promise something" } }
        @if above.is_empty() { p.soft { "The circles name nobody above you. Whom you lead see you here." } }
        @for (above, (promises, card)) in above.iter().zip(&each) { (one(&open, above, promises, card.as_ref(), &me)) }
    };
    Ok(show::page(&show::shell(&me, "Who leads you", HERE, ALONE), &body))
}
