//! Concerns in confidence. Receipts travel in forms only, never in an address; nothing of a concern stands in
//! a page of anybody but its raiser and its confidants.

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::concern::{CONFIDANTS, LEAST, Stage};
use leadership::{PersonId, Wrongs};
use ledger::concerns::{self, AddConfidant, Close, Concern, ConcernId, Raise, Reply, Say, TakeUp};
use ledger::people::Begin;
use ledger::{Tx, asks};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{HERE, button, id, name, names, pairs};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick::{self, Pick};
use crate::route::{Guard, Route};
use crate::show;

/// Who sees a page about a concern.
const SEALED: &str = "Who can see this: whoever raised it and the confidants whom they chose. Nobody else: not whom it is about, and no administrator.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/concerns", Guard::Signed, get(list)),
        Route::form("/concerns/new", Guard::Signed, get(ask_raise).post(raise)),
        // Who is signed in is not looked at: the receipt alone opens its concern.
        Route::form("/concerns/follow", Guard::Signed, get(ask_follow).post(follow)),
        Route::act("/concerns/reply", Guard::Signed, post(reply)),
        Route::act("/concerns/also", Guard::Signed, post(also)),
        Route::form("/concerns/{id}", Guard::Signed, get(page).post(say)),
        Route::act("/concerns/{id}/take", Guard::Signed, post(take)),
    ]
}

/// `GET /concerns`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let confidants = concerns::confidants(&mut tx, &me.actor).await?;
    let addressed = concerns::addressed(&mut tx, &me.actor).await?;
    let mine = concerns::mine(&mut tx, &me.actor).await?;
    let counts = concerns::counts(&mut tx, &me.actor).await?;
    let circles = super::circles(&mut tx, |circle| me.actor.sight.sees(circle)).await?;
    drop(tx);
    let circle = |id| circles.iter().find(|circle| circle.id == id).map_or("above you", |circle| circle.name.as_str());
    let body = html! {
        (look::head("Concerns in confidence", &html! { p { "Something about a person or a matter that must be said, and that whom it is about must not read. You choose the confidant; you choose whether your name goes with it." } }))
        div.acts { a.button.primary href="/concerns/new" { "Raise a concern" } a href="/concerns/follow" { "Follow one by its receipt" } }
        @if !addressed.is_empty() {
            h2 { "Raised with you" }
            ul.lines { @for one in &addressed { li { a href=(format!("/concerns/{}", one.id)) { "Raised on " (one.raised) } ": " (one.stage.shown()) } } }
        }
        @if !mine.is_empty() {
            h2 { "Raised by you, under your name" }
            @for one in &mine { details { summary { (one.matter) " · " (one.stage.shown()) } (words_view(one, None)) } }
        }
        h2 { "Confidants" }
        @if confidants.is_empty() { p { "Nobody is named yet. Whoever leads a circle names at least two, so that whom it is about can be avoided." } }
        ul { @for one in &confidants { li { (one.name) " " span.soft { "for " (circle(one.circle)) } } } }
        @if !me.actor.sight.leads.is_empty() { div.acts { a href="/concerns/confidants" { "Name confidants" } } }
        @if me.actor.sight.is_inside() {
            h2 { "How many" }
            @if counts.is_empty() { p { "Not enough to say: a circle's count is shown from " (LEAST) " on." } }
            ul { @for one in &counts { li { (circle(one.circle)) ": " (one.raised) " raised, " (one.closed) " of them closed" } } }
            p.soft { "Whole months only, up to the end of last month." }
        }
        h2 { "How it is kept" }
        p { "Sealed for the confidants whom you choose and for your receipt. Raising writes no entry in the record and no time of day. Without your name, nothing that is kept leads to you: keep the receipt, it is shown once. Whoever runs the machine and holds the whole database with its keys could open what confidants can." }
    };
    let audience = "Who can see this: you alone. Counts are of circles that you belong to.";
    Ok(show::page(&show::shell(&me, "Concerns in confidence", HERE, audience), &body))
}

/// What the form of a concern sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct NewConcern {
    to: Vec<String>,
    about: String,
    matter: String,
    words: String,
    named: String,
}

async fn raise_page(tx: &mut Tx, me: &Me, typed: &NewConcern, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut confidants = concerns::confidants(tx, &me.actor).await?;
    let mut met = std::collections::BTreeSet::new();
    confidants.retain(|one| one.person != me.actor.person && met.insert(one.person));
    let people = asks::reachable(tx, &me.actor).await?;
    let people = Pick::of(people.iter().map(|(person, _)| person));
    Ok(html! {
        (look::head("Raise a concern", &html! { p { "Only the confidants whom you choose here read it. After sending you are shown a receipt, once: with it you follow what becomes of it." } }))
        (look::wrongs(wrongs))
        form method="post" action="/concerns/new" autocomplete="off" {
            (Field::new("matter", "What it is about, in one line", &typed.matter, wrongs).line())
            (people.field(&Field::new("about", "Whom it is about", &typed.about, wrongs).optional().hint("They can never read it, nor be chosen to. Left empty where it is about a matter.")))
            (Field::new("words", "What happened", &typed.words, wrongs).hint("What you saw or heard yourself, when, and what you would want done.").area())
            fieldset {
                legend { "Who shall read it" }
                @if let Some(wrong) = wrongs.of("to") { p.wrong { (wrong) } }
                @if confidants.is_empty() { p { "Nobody can be chosen yet: whoever leads a circle names at least " (CONFIDANTS) " confidants." } }
                @for (at, one) in confidants.iter().enumerate() {
                    @let field = if at == 0 { "to".to_owned() } else { format!("to-{at}") };
                    div.check {
                        input type="checkbox" id=(field) name="to" value=(one.person) checked[typed.to.contains(&one.person.to_string())];
                        label for=(field) { (one.name) }
                    }
                }
            }
            (look::form::check("named", "My name goes with it: the confidants see who raises it", typed.named == "true"))
            p.soft { "Without your name nothing is kept that leads to you, so nobody can answer you but through the receipt." }
            div.acts { button.primary type="submit" { "Seal and send" } a href="/concerns" { "Back" } }
        }
    })
}

/// `GET /concerns/new`.
async fn ask_raise(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = raise_page(&mut app.ledger().read().await?, &me, &NewConcern::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Raise a concern", HERE, SEALED), &body))
}

/// `POST /concerns/new`.
async fn raise(State(app): State<App>, me: Me, Form(typed): Form<NewConcern>) -> Result<Response, Failure> {
    let to = typed.to.iter().map(|person| id(person)).collect::<Result<Vec<PersonId>, _>>()?;
    let about = pick::reached(&app, &me, &typed.about).await?;
    if about.is_none() && !typed.about.trim().is_empty() {
        // Nobody may be left out of what is sealed because a name was not found.
        let wrongs = Wrongs::one("about", "Nobody of that name alone is here. Choose one who fits, or leave it empty.");
        let body = raise_page(&mut app.ledger().read().await?, &me, &typed, &wrongs).await?;
        return Ok(show::again(&show::shell(&me, "Raise a concern", HERE, SEALED), &body));
    }
    let named = typed.named == "true";
    let act = Raise { to, about, matter: typed.matter.clone(), words: typed.words.clone(), named };
    match app.ledger().perform(&me.actor, &act).await {
        // No redirect: the receipt must stand in no address.
        Ok(receipt) => {
            let body = html! {
                (look::head("Sealed and sent", &html! { p { "This is your receipt. It is shown this once and kept nowhere: write it down where only you look." } }))
                p.receipt { code { (receipt) } }
                p { "With it you follow your concern, answer questions, and send it to another confidant. That it was you is not kept." }
                div.acts { a.button href="/concerns/follow" { "Follow it" } a href="/concerns" { "To the concerns" } }
            };
            Ok(show::page(&show::shell(&me, "Sealed and sent", HERE, SEALED), &body))
        }
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let body = raise_page(&mut app.ledger().read().await?, &me, &typed, &wrongs).await?;
            Ok(show::again(&show::shell(&me, "Raise a concern", HERE, SEALED), &body))
        }
    }
}

/// What was said in a concern. `people` holds names where the reader may learn them.
fn words_view(concern: &Concern, people: Option<&std::collections::BTreeMap<PersonId, String>>) -> Markup {
    html! {
        ol.said {
            @for word in &concern.said {
                li {
                    p.of { (word.day) " · " @match (word.confidant, people) {
                        (Some(by), Some(people)) => (name(people, by)),
                        (Some(_), None) => "the confidant",
                        (None, _) => "whoever raised it",
                    } }
                    p.written { (word.words) }
                }
            }
        }
    }
}

/// `GET /concerns/{id}`.
async fn page(State(app): State<App>, me: Me, Path(concern): Path<String>) -> Result<Response, Failure> {
    confidant_page(&app, &me, id(&concern)?, "", &Wrongs::default()).await
}

async fn confidant_page(
    app: &App,
    me: &Me,
    concern: ConcernId,
    typed: &str,
    wrongs: &Wrongs,
) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let concern = concerns::read(&mut tx, &me.actor, concern).await?.ok_or(Failure::NotFound)?;
    let ids = concern.to.iter().copied().chain(concern.about).chain(concern.raiser);
    let people = names(&mut tx, ids).await?;
    drop(tx);
    let body = html! {
        (look::head(&concern.matter, &html! {
            p { (concern.stage.shown()) ". "
                @match concern.about { Some(about) => { "About " (name(&people, about)) ". " }, None => { "About a matter. " } }
                @match concern.raiser { Some(raiser) => { "Raised by " (name(&people, raiser)) "." }, None => { "Raised without a name." } } }
        }))
        (words_view(&concern, Some(&people)))
        @if concern.stage == Stage::Raised { div.acts { (button(&format!("/concerns/{}/take", concern.id), "Take it up", "")) } }
        @if concern.stage != Stage::Closed {
            (look::wrongs(wrongs))
            form method="post" action=(format!("/concerns/{}", concern.id)) autocomplete="off" {
                (Field::new("words", "To whoever raised it", typed, wrongs).hint("They read it with their receipt.").area())
                div.acts {
                    button type="submit" name="act" value="say" { "Ask or tell" }
                    button.primary type="submit" name="act" value="close" { "Close with this answer" }
                }
            }
        }
    };
    let shell = show::shell(me, "A concern in confidence", HERE, SEALED);
    Ok(if wrongs.0.is_empty() { show::page(&shell, &body) } else { show::again(&shell, &body) })
}

/// What a confidant sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Said {
    act: String,
    words: String,
}

/// `POST /concerns/{id}`.
async fn say(
    State(app): State<App>,
    me: Me,
    Path(concern): Path<String>,
    Form(typed): Form<Said>,
) -> Result<Response, Failure> {
    let concern: ConcernId = id(&concern)?;
    let words = typed.words.clone();
    let done = if typed.act == "close" {
        app.ledger().perform(&me.actor, &Close { concern, words }).await
    } else {
        app.ledger().perform(&me.actor, &Say { concern, words }).await
    };
    match done {
        Ok(()) => Ok(show::to(&format!("/concerns/{concern}"))),
        Err(refused) => confidant_page(&app, &me, concern, &typed.words, &show::wrongs(refused)?).await,
    }
}

/// `POST /concerns/{id}/take`.
async fn take(State(app): State<App>, me: Me, Path(concern): Path<String>) -> Result<Response, Failure> {
    let concern = id(&concern)?;
    app.ledger().perform(&me.actor, &TakeUp { concern }).await?;
    Ok(show::to(&format!("/concerns/{concern}")))
}

/// What whoever holds a receipt sends.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Held {
    receipt: String,
    words: String,
    to: String,
}

fn follow_view(typed: &str, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Follow a concern", &html! { p { "By its receipt. That it was you who asked is not kept." } }))
        (look::wrongs(wrongs))
        form method="post" action="/concerns/follow" autocomplete="off" {
            (Field::new("receipt", "Receipt", typed, wrongs).hint("Five groups of five letters and digits.").line())
            div.acts { button.primary type="submit" { "Open it" } }
        }
    }
}

/// `GET /concerns/follow`.
async fn ask_follow(me: Me) -> Response {
    show::page(&show::shell(&me, "Follow a concern", HERE, SEALED), &follow_view("", &Wrongs::default()))
}

/// The page of a receipt's concern; asked for again where there is none.
async fn held_page(app: &App, me: &Me, typed: &Held, wrongs: &Wrongs) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let Some(concern) = concerns::by_receipt(&mut tx, &typed.receipt).await? else {
        let wrongs =
            Wrongs::one("receipt", "No concern has this receipt. It has five groups of five letters and digits.");
        return Ok(show::again(
            &show::shell(me, "Follow a concern", HERE, SEALED),
            &follow_view(&typed.receipt, &wrongs),
        ));
    };
    let others = concerns::others(&mut tx, &concern).await?;
    drop(tx);
    let others: Vec<(String, String)> = others.into_iter().map(|one| (one.person.to_string(), one.name)).collect();
    let body = html! {
        (look::head(&concern.matter, &html! { p { "This concern is " (concern.stage.shown()) "." } }))
        (words_view(&concern, None))
        @if concern.stage != Stage::Closed {
            (look::wrongs(wrongs))
            form method="post" action="/concerns/reply" autocomplete="off" {
                input type="hidden" name="receipt" value=(typed.receipt);
                (Field::new("words", "Say more", &typed.words, wrongs).area())
                div.acts { button.primary type="submit" { "Seal and send" } }
            }
            @if !others.is_empty() {
                form method="post" action="/concerns/also" autocomplete="off" {
                    input type="hidden" name="receipt" value=(typed.receipt);
                    (Field::new("to", "Let another confidant read it too", &typed.to, wrongs).hint("As when the first has left, or does not answer.").choice(&pairs(&others)))
                    div.acts { button type="submit" { "Let them read it" } }
                }
            }
        }
    };
    let shell = show::shell(me, "A concern in confidence", HERE, SEALED);
    Ok(if wrongs.0.is_empty() { show::page(&shell, &body) } else { show::again(&shell, &body) })
}

/// `POST /concerns/follow`.
async fn follow(State(app): State<App>, me: Me, Form(typed): Form<Held>) -> Result<Response, Failure> {
    held_page(&app, &me, &typed, &Wrongs::default()).await
}

/// `POST /concerns/reply`.
async fn reply(State(app): State<App>, me: Me, Form(typed): Form<Held>) -> Result<Response, Failure> {
    let act = Reply { receipt: typed.receipt.clone(), words: typed.words.clone() };
    match app.ledger().perform(&Begin::nobody(), &act).await {
        Ok(()) => held_page(&app, &me, &Held { receipt: typed.receipt, ..Held::default() }, &Wrongs::default()).await,
        Err(refused) => held_page(&app, &me, &typed, &show::wrongs(refused)?).await,
    }
}

/// `POST /concerns/also`.
async fn also(State(app): State<App>, me: Me, Form(typed): Form<Held>) -> Result<Response, Failure> {
    let done = match typed.to.parse() {
        Ok(to) => app.ledger().perform(&Begin::nobody(), &AddConfidant { receipt: typed.receipt.clone(), to }).await,
        Err(_) => Err(ledger::Refused::field("to", "Choose one of the other confidants.")),
    };
    match done {
        Ok(()) => held_page(&app, &me, &Held { receipt: typed.receipt, ..Held::default() }, &Wrongs::default()).await,
        Err(refused) => held_page(&app, &me, &typed, &show::wrongs(refused)?).await,
    }
}
