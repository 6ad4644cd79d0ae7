//! One promise: what was agreed, what may be done about it, and all that happened.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::promise::{Act as Do, Side, To};
use leadership::{PromiseId, Wrongs};
use ledger::decisions::Link;
use ledger::promises::{self, EndSeries, Names, Promise, Take};
use ledger::{Event, Tx};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::source::{self, Source};
use super::{time_passes, words};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::show;

/// What a page of one promise shows.
pub(super) struct Shown {
    pub(super) promise: Promise,
    pub(super) names: Names,
    pub(super) side: Option<Side>,
    pub(super) events: Vec<Event>,
    /// What it comes from, where this person sees that.
    source: Option<Source>,
    /// Decisions that name it.
    decided: Vec<Link>,
    /// What day it is for who promises: the rules go by it.
    pub(super) today: Date,
}

impl Shown {
    /// A promise as an actor sees it.
    pub(super) async fn of(tx: &mut Tx, actor: &leadership::circle::Actor, id: &str) -> Result<Self, Failure> {
        let id: PromiseId = id.parse().map_err(|_| Failure::NotFound)?;
        let promise = promises::get(tx, actor, id).await?.ok_or(Failure::NotFound)?;
        let mut names = Names::of(tx, std::slice::from_ref(&promise)).await?;
        let events = tx.history("promise", id).await?;
        let actors: Vec<_> = events.iter().filter_map(|event| event.actor).collect();
        for person in ledger::people::named(tx, &actors).await? {
            names.people.insert(person.id, person.name);
        }
        let side = promises::side(tx, actor, &promise).await?;
        let today = promises::today(tx, promise.from).await?;
        let source = source::of(tx, actor, &promise).await?;
        let decided = source::decided(tx, actor, &promise).await?;
        Ok(Self { promise, names, side, events, source, decided, today })
    }

    fn allows(&self, act: Do) -> bool {
        self.side.is_some_and(|side| self.promise.terms.allows(side, act, self.today))
    }

    /// Who can see it, in one line.
    fn audience(&self) -> String {
        let promise = &self.promise;
        let circle = self.names.circle(promise.circle);
        if promise.only_sides {
            format!("Who can see this: {} and {}, nobody else.", self.names.from(promise), self.names.to(promise))
        } else if promise.shared {
            format!(
                "Who can see this: its two sides, whoever of ours sees {circle}, and {circle}'s own people; no other client."
            )
        } else {
            format!("Who can see this: its two sides and whoever of ours sees {circle}.")
        }
    }
}

/// Acts that are one press; the others ask for words or a day on a page of their own.
fn is_one_press(act: Do) -> bool {
    matches!(act, Do::Accept | Do::Claim | Do::Agree | Do::Keep | Do::KeepLate | Do::NotYet)
}

/// The acts that are possible, the likeliest first. `base` is the address under which they are done.
pub(super) fn acts(shown: &Shown, base: &str) -> Markup {
    let order = [
        Do::Accept,
        Do::Agree,
        Do::Keep,
        Do::KeepLate,
        Do::Claim,
        Do::NotYet,
        Do::Stay,
        Do::AskDay,
        Do::Warn,
        Do::Break,
        Do::Release,
        Do::Decline,
    ];
    let possible: Vec<Do> = order.into_iter().filter(|act| shown.allows(*act)).collect();
    let first = possible.first().copied();
    html! {
        @if !possible.is_empty() {
            div.acts.promise-acts {
                @for act in possible {
                    @let label = if act == Do::Release && shown.promise.terms.state == leadership::promise::State::Proposed { "Withdraw it" } else { act.shown() };
                    @if is_one_press(act) {
                        form method="post" action=(format!("{base}/{}", act.name())) {
                            button.primary[Some(act) == first] type="submit" { (label) }
                        }
                    } @else { a href=(format!("{base}/{}", act.name())) { (label) } }
                }
                @if shown.allows(Do::Claim) { a href=(format!("{base}/claim")) { "It was done before today" } }
            }
        }
    }
}

/// What was agreed.
pub(super) fn facts(shown: &Shown) -> Markup {
    let (promise, names) = (&shown.promise, &shown.names);
    let terms = &promise.terms;
    html! {
        dl.facts.agreed {
            div { dt { "From" } dd.said { (names.from(promise)) } }
            div { dt { "To" } dd.said { (names.to(promise)) } }
            div { dt { "By" } dd.said {
                (words::day(terms.due))
                @if terms.first_due != terms.due { small { "first " (words::day(terms.first_due)) ", renegotiated " (if terms.renegotiated == 1 { "once".to_owned() } else { format!("{} times", terms.renegotiated) }) } }
                @if let Some(every) = promise.every { small { (every.shown()) } }
            } }
            div { dt { "Stands" } dd.said { (terms.state.shown()) small { (words::standing(terms, shown.today)) } } }
        }
        @if !promise.known.is_empty() {
            h2 { "How it will be known" }
            p.written { (promise.known) }
        }
        @if let Some(lead) = terms.lead_days.filter(|lead| *lead > 0) {
            p.early { "That the day would not hold was told " (lead) (if lead == 1 { " day" } else { " days" }) " before it." }
        }
    }
}

fn body(shown: &Shown, me: &Me) -> Markup {
    let promise = &shown.promise;
    let base = format!("/promises/{}", promise.id);
    let other = if promise.from == me.actor.person {
        match promise.to {
            To::Person(person) => Some(person),
            To::Circle(_) => None,
        }
    } else {
        (promise.to == To::Person(me.actor.person)).then_some(promise.from)
    };
    html! {
        (look::head(&promise.what, &html! { p {
            (shown.names.from(promise)) @if promise.terms.state == leadership::promise::State::Proposed { " is asked to promise it to " } @else { " promised it to " }
            (shown.names.to(promise)) "."
        } }))
        (acts(shown, &base))
        @if shown.side == Some(Side::Promiser) && promise.terms.state.is_open() { p.soft { "The other side closes it: say that it is done, or early that it will not be." } }
        (facts(shown))
        (source::shown(promise.origin, shown.source.as_ref()))
        (source::named_by(&shown.decided))
        h2 { "What happened" }
        (words::history(&shown.events, promise, &shown.names, &me.time_zone()))
        div.acts {
            @if promise.every.is_some() && promise.terms.state.is_live() && shown.side.is_some() {
                form method="post" action=(format!("{base}/end_series")) { button type="submit" { "None after this one" } }
            }
            @if let Some(other) = other { a href=(format!("/promises/with/{other}")) { "All between the two of you" } }
            a href=(format!("/promises/circle/{}", promise.circle)) { "Promises of " (shown.names.circle(promise.circle)) }
            a href="/promises" { "Back to promises" }
        }
    }
}

/// `GET /promises/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    time_passes(&app, &me.actor).await?;
    let shown = Shown::of(&mut app.ledger().read().await?, &me.actor, &id).await?;
    let shell = show::shell(&me, &shown.promise.what, "/promises", &shown.audience());
    Ok(show::page(&shell, &body(&shown, &me)))
}

/// What the form of an act sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub(super) day: String,
    pub(super) why: String,
}

/// The page of one act: what it means, and the words or the day that it needs.
pub(super) fn act_view(shown: &Shown, act: Do, base: &str, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let promise = &shown.promise;
    let lead = match act {
        Do::Warn => {
            "Early bad news is good: the other side can still plan. How many days before the day it was told is kept."
        }
        Do::AskDay => {
            "Asked before the day has passed, this is honourable. Until the other side agrees, the day holds."
        }
        Do::Break => "Say it when the day has passed and it was not kept. Who promised sees your words.",
        Do::Release => "You need it no more. It counts neither as kept nor as broken.",
        Do::Decline => "You do not promise it. Who asked is told.",
        Do::Stay => "The day that was promised holds.",
        Do::Claim => "The other side then says whether it was kept.",
        _ => "It is written into the history of this promise.",
    };
    let title = format!("{}: {}", act.shown(), promise.what);
    html! {
        (look::head(&title, &html! { p { (lead) } }))
        (look::wrongs(wrongs))
        form method="post" action=(format!("{base}/{}", act.name())) {
            @if act == Do::AskDay { (Field::new("day", "Which day instead", &typed.day, wrongs).hint(&format!("It is due on {}.", words::day(promise.terms.due))).day()) }
            @if act == Do::Claim { (Field::new("day", "On which day was it done", &typed.day, wrongs).optional().hint("Empty for today.").day()) }
            @if matches!(act, Do::AskDay | Do::Warn) { (Field::new("why", "What stands in the way", &typed.why, wrongs).area()) }
            @else { (Field::new("why", "A word about it", &typed.why, wrongs).optional().hint("In your own words; it goes with you if you are erased.").area()) }
            div.acts { button.primary type="submit" { (act.shown()) } a href=(base) { "Back" } }
        }
    }
}

/// `GET /promises/{id}/{act}`.
pub(super) async fn ask(
    State(app): State<App>,
    me: Me,
    Path((id, act)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let act = Do::from_name(&act).ok_or(Failure::NotFound)?;
    let shown = Shown::of(&mut app.ledger().read().await?, &me.actor, &id).await?;
    let base = format!("/promises/{}", shown.promise.id);
    if !shown.allows(act) {
        // Things moved on meanwhile: the promise's own page says how it stands.
        return Ok(show::to(&base));
    }
    let shell = show::shell(&me, act.shown(), "/promises", &shown.audience());
    Ok(show::page(&shell, &act_view(&shown, act, &base, &Typed::default(), &Wrongs::default())))
}

/// `POST /promises/{id}/{act}`.
pub(super) async fn take(
    State(app): State<App>,
    me: Me,
    Path((id, act)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let promise: PromiseId = id.parse().map_err(|_| Failure::NotFound)?;
    let base = format!("/promises/{promise}");
    if act == "end_series" {
        app.ledger().perform(&me.actor, &EndSeries { promise }).await?;
        return Ok(show::to(&base));
    }
    let act = Do::from_name(&act).ok_or(Failure::NotFound)?;
    let take = Take { promise, act, day: typed.day.clone(), why: typed.why.clone() };
    match app.ledger().perform(&me.actor, &take).await {
        Ok(_) => Ok(show::to(&base)),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let shown = Shown::of(&mut app.ledger().read().await?, &me.actor, &id).await?;
            let shell = show::shell(&me, act.shown(), "/promises", &shown.audience());
            Ok(show::again(&shell, &act_view(&shown, act, &base, &typed, &wrongs)))
        }
    }
}
