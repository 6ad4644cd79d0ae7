//! The sentences that this organisation asks, and their versions. Its own people read them; who administers the
//! organisation adds, rewords and retires.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use jiff::tz::TimeZone;
use leadership::{PersonId, Wrongs};
use ledger::people;
use ledger::questionnaire::{self, Add, Asked, BringBack, Made, Questionnaire, Retire, Reword, TakeOver, Wording};
use look::Field;
use maud::{Markup, html};
use rating::model::Role;
use serde::Deserialize;

use super::{HERE, role, wordings};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

const AUDIENCE: &str = "Who can see this: the organisation's own people; who administers the organisation changes it.";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/model/items", Guard::Inside, get(list)),
        Route::form("/model/items/new", Guard::Inside, get(ask_new).post(new)),
        Route::act("/model/items/take-over", Guard::Inside, post(take_over)),
        Route::form("/model/items/{item}/reword", Guard::Inside, get(ask_reword).post(reword)),
        Route::form("/model/items/{item}/retire", Guard::Inside, get(ask_retire).post(retire)),
        Route::page("/model/versions/{number}", Guard::Inside, get(version)),
    ]
}

fn name(quality: &str) -> &str {
    model::shipped().name(quality).unwrap_or(quality)
}

fn address(item: &Asked, act: &str) -> String {
    format!("/model/items/{}/{act}", item.key)
}

/// An item in the list: one wording, and the rest behind it.
fn line(item: &Asked, owns: bool) -> Markup {
    let words = item.worded(Role::Peer);
    let more = || html! { span.visually-hidden { ": " (words) } };
    html! {
        li id=(item.key) {
            details { summary { (words) } (wordings(item)) }
            p.of {
                @if item.retired { "Retired" }
                @else if item.since > 0 { "Since version " (item.since) }
                @else { "As shipped" }
                @if owns && item.retired { " · " a href=(address(item, "retire")) { "Bring back" (more()) } }
                @if owns && !item.retired {
                    " · " a href=(address(item, "reword")) { "Reword" (more()) }
                    " · " a href=(address(item, "retire")) { "Retire" (more()) }
                }
            }
        }
    }
}

fn history(made: &[Made], names: &BTreeMap<PersonId, String>, zone: &TimeZone) -> Markup {
    html! {
        h2 { "Versions" }
        @if made.is_empty() { p { "Nothing was changed yet: the sentences are those that ship with Plumb." } }
        @else {
            (look::scroll("Versions of the questionnaire", &html! { table {
                thead { tr { th scope="col" { "Version" } th scope="col" { "Day" } th scope="col" { "Who" } th scope="col" { "What" } th.wide scope="col" { "Why" } } }
                tbody { @for one in made { tr {
                    td { a href=(format!("/model/versions/{}", one.number)) { (one.shipped) "+" (one.number) } }
                    td.nowrap { (one.at.to_zoned(zone.clone()).date()) }
                    td { (names.get(&one.by).map_or("somebody", String::as_str)) }
                    td { (one.kind.shown()) @if !one.item.is_empty() { " (" (one.item) ")" } }
                    td.wide { (one.why) }
                } } }
            } }))
        }
    }
}

/// `GET /model/items`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let asked = questionnaire::in_use(&mut tx).await?;
    let made = questionnaire::versions(&mut tx).await?;
    let owns = questionnaire::owns(&mut tx, &me.actor).await?;
    let mut ids: Vec<PersonId> = made.iter().map(|one| one.by).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = people::named(&mut tx, &ids).await?.into_iter().map(|person| (person.id, person.name)).collect();
    drop(tx);
    let newest = &model::shipped().version;
    let retired: Vec<&Asked> = asked.items.iter().filter(|item| item.retired).collect();
    let body = html! {
        p.over { a href="/model" { "The leadership model" } }
        (look::head("What this organisation asks", &html! { p { "Version " (asked.version()) " of the questionnaire, " (asked.items.len() - retired.len()) " sentences. Every change makes a new version, and every report names the one that was asked." } }))
        @if owns {
            div.acts { a.button.primary href="/model/items/new" { "Add a sentence" } }
            @if asked.number > 0 && asked.shipped != *newest {
                div.notice {
                    p { "A newer version of the shipped model is there: " (newest) ". This questionnaire was made over version " (asked.shipped) ". What you added, reworded and retired stays so." }
                    form method="post" action="/model/items/take-over" { button type="submit" { "Take it over" } }
                }
            }
        } @else { p.soft { "To change a sentence, speak with whoever administers the organisation." } }
        @for (quality, items) in asked.by_quality() {
            h2 { (name(quality)) }
            ul.lines { @for item in items { (line(item, owns)) } }
        }
        @if !retired.is_empty() {
            h2 { "Asked no more" }
            ul.lines { @for item in retired { (line(item, owns)) } }
        }
        (history(&made, &names, &me.time_zone()))
    };
    Ok(show::page(&show::shell(&me, "What this organisation asks", HERE, AUDIENCE), &body))
}

/// `GET /model/versions/{number}`.
async fn version(State(app): State<App>, me: Me, Path(number): Path<String>) -> Result<Response, Failure> {
    let number: i64 = number.parse().map_err(|_| Failure::NotFound)?;
    let found = questionnaire::whole(&mut app.ledger().read().await?, number).await?.ok_or(Failure::NotFound)?;
    let title = format!("Version {}", found.version());
    let body = html! {
        p.over { a href="/model/items" { "What this organisation asks" } }
        (look::head(&title, &html! { p { "The whole questionnaire as it was in this version." } }))
        @for (quality, items) in found.by_quality() {
            h2 { (name(quality)) }
            @for item in items { h3 { (item.worded(Role::Peer)) } (wordings(item)) }
        }
    };
    Ok(show::page(&show::shell(&me, &title, HERE, AUDIENCE), &body))
}

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    quality: String,
    over: i64,
    subordinate: String,
    peer: String,
    higher_up: String,
    client: String,
    own: String,
    why: String,
}

impl Typed {
    fn words(&self) -> Wording {
        Wording {
            subordinate: self.subordinate.clone(),
            peer: self.peer.clone(),
            higher_up: self.higher_up.clone(),
            client: self.client.clone(),
            own: self.own.clone(),
        }
    }

    fn of(item: &Asked, over: i64) -> Self {
        let Wording { subordinate, peer, higher_up, client, own } = Wording::of(item);
        Self { quality: item.quality.clone(), over, subordinate, peer, higher_up, client, own, why: String::new() }
    }
}

/// The questionnaire, for its owner; for everybody else there is no such page.
async fn owned(app: &App, me: &Me) -> Result<Questionnaire, Failure> {
    let mut tx = app.ledger().read().await?;
    if !questionnaire::owns(&mut tx, &me.actor).await? {
        return Err(Failure::NotFound);
    }
    Ok(questionnaire::in_use(&mut tx).await?)
}

fn one<'a>(asked: &'a Questionnaire, key: &str) -> Result<&'a Asked, Failure> {
    asked.item(key).ok_or(Failure::NotFound)
}

fn fields(typed: &Typed, wrongs: &Wrongs) -> Markup {
    let words = typed.words();
    html! {
        p.soft { "One behaviour a sentence, something that can be seen, in present tense; no “and”, no word of how often. It continues: how often do you see that this person …" }
        @for (field, who, value) in words.fields() {
            (Field::new(field, role(who), value, wrongs).line())
        }
        (Field::new("why", "Why", &typed.why, wrongs).hint("It stands beside the version, for whoever reads an old report.").line())
    }
}

fn new_view(typed: &Typed, wrongs: &Wrongs) -> Markup {
    let model = model::shipped();
    let qualities = model.qualities.iter().map(|quality| (quality.key.as_str(), quality.name.as_str()));
    let outcomes = model.outcomes.iter().map(|outcome| (outcome.key.as_str(), outcome.name.as_str()));
    let choices: Vec<_> = qualities.chain(outcomes).collect();
    html! {
        (look::head("Add a sentence", &html! { p { "It is asked in every wave that is opened from now on, if the wave asks about its quality." } }))
        (look::wrongs(wrongs))
        form method="post" action="/model/items/new" {
            (Field::new("quality", "Quality", &typed.quality, wrongs).choice(&choices))
            (fields(typed, wrongs))
            div.acts { button.primary type="submit" { "Add" } a href="/model/items" { "Back" } }
        }
    }
}

/// `GET /model/items/new`.
async fn ask_new(State(app): State<App>, me: Me, Query(brought): Query<Typed>) -> Result<Response, Failure> {
    owned(&app, &me).await?;
    let body = new_view(&brought, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Add a sentence", HERE, AUDIENCE), &body))
}

/// `POST /model/items/new`.
async fn new(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    owned(&app, &me).await?;
    let act = Add { quality: typed.quality.clone(), words: typed.words(), why: typed.why.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(key) => Ok(show::to(&format!("/model/items#{key}"))),
        Err(refused) => {
            let body = new_view(&typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Add a sentence", HERE, AUDIENCE), &body))
        }
    }
}

fn reword_view(item: &Asked, typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("Reword a sentence", &html! { p { (name(&item.quality)) ": “" (item.worded(Role::Peer)) "” Answers to the old and to the new wording are not compared." } }))
        (look::wrongs(wrongs))
        form method="post" action=(address(item, "reword")) {
            input type="hidden" name="over" value=(typed.over);
            (fields(typed, wrongs))
            div.acts { button.primary type="submit" { "Reword" } a href=(format!("/model/items#{}", item.key)) { "Back" } }
        }
    }
}

/// `GET /model/items/{item}/reword`.
async fn ask_reword(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    let asked = owned(&app, &me).await?;
    let item = one(&asked, &key)?;
    let body = reword_view(item, &Typed::of(item, asked.number), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Reword a sentence", HERE, AUDIENCE), &body))
}

/// `POST /model/items/{item}/reword`.
async fn reword(
    State(app): State<App>,
    me: Me,
    Path(key): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let asked = owned(&app, &me).await?;
    let item = one(&asked, &key)?;
    let act = Reword { item: key.clone(), over: typed.over, words: typed.words(), why: typed.why.clone() };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/model/items#{key}"))),
        Err(refused) => {
            let body = reword_view(item, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "Reword a sentence", HERE, AUDIENCE), &body))
        }
    }
}

fn title(item: &Asked) -> &'static str {
    if item.retired { "Bring a sentence back" } else { "Retire a sentence" }
}

fn retire_view(item: &Asked, why: &str, wrongs: &Wrongs) -> Markup {
    let about = if item.retired {
        "It is asked again in waves that are opened from now on."
    } else {
        "It is not asked in waves that are opened from now on. Reports that there are stay as they are."
    };
    html! {
        (look::head(title(item), &html! { p { (name(&item.quality)) ": “" (item.worded(Role::Peer)) "” " (about) } }))
        (look::wrongs(wrongs))
        form method="post" action=(address(item, "retire")) {
            (Field::new("why", "Why", why, wrongs).line())
            div.acts {
                button.primary type="submit" { @if item.retired { "Bring back" } @else { "Retire" } }
                a href=(format!("/model/items#{}", item.key)) { "Back" }
            }
        }
    }
}

/// `GET /model/items/{item}/retire`: for a retired one, bringing it back.
async fn ask_retire(State(app): State<App>, me: Me, Path(key): Path<String>) -> Result<Response, Failure> {
    let asked = owned(&app, &me).await?;
    let item = one(&asked, &key)?;
    let body = retire_view(item, "", &Wrongs::default());
    Ok(show::page(&show::shell(&me, title(item), HERE, AUDIENCE), &body))
}

/// `POST /model/items/{item}/retire`.
async fn retire(
    State(app): State<App>,
    me: Me,
    Path(key): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let asked = owned(&app, &me).await?;
    let item = one(&asked, &key)?;
    let (item_key, why) = (key.clone(), typed.why.clone());
    let done = if item.retired {
        app.ledger().perform(&me.actor, &BringBack { item: item_key, why }).await
    } else {
        app.ledger().perform(&me.actor, &Retire { item: item_key, why }).await
    };
    match done {
        Ok(_) => Ok(show::to(&format!("/model/items#{key}"))),
        Err(refused) => {
            let body = retire_view(item, &typed.why, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, title(item), HERE, AUDIENCE), &body))
        }
    }
}

/// `POST /model/items/take-over`.
async fn take_over(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    owned(&app, &me).await?;
    app.ledger().perform(&me.actor, &TakeOver).await?;
    Ok(show::to("/model/items"))
}
