//! Status: what its owner says, and what the record shows beside it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::Wrongs;
use leadership::status::{Check, Colour, NEAR_DAYS, OWNER_FIRST, Sign, middle};
use ledger::people::Circle;
use ledger::status::{
    self, ABOUT, Done, Eyes, Line, LineId, Measure, Measured, Open, Read, Reading, State as Say, Statement,
};
use ledger::{LedgerError, Tx};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{CIRCLE, HERE, button, choices, circles, id, name, names, pairs, radios, today};
use crate::app::{self, App};
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::pick::Pick;
use crate::route::{Guard, Route};
use crate::show;

/// Lines whose check is worked out on the list; the rest are on their own pages.
const CHECKED: usize = 60;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::page("/status", Guard::Inside, get(list)),
        Route::form("/status/new", Guard::Inside, get(ask_open).post(open)),
        Route::form("/status/{id}", Guard::Inside, get(page).post(say)),
        Route::form("/status/{id}/measure", Guard::Inside, get(ask_measure).post(measure)),
        Route::act("/status/{id}/read", Guard::Inside, post(read)),
        Route::act("/status/{id}/done", Guard::Inside, post(done)),
    ]
}

/// A colour: a mark of its own shape, and always its words.
fn coloured(colour: Colour) -> Markup {
    html! { span.colour data-colour=(colour.name()) { (colour.shown()) } }
}

/// What the work record reads now, as the ledger takes it.
async fn reads(app: &App) -> Vec<(Read, String)> {
    let found: Vec<app::Reading> = app.work().readings().await;
    found
        .into_iter()
        .map(|reading| {
            let n = i64::try_from(reading.n).unwrap_or(i64::MAX);
            let read = Read { name: reading.name, value: reading.value, unit: reading.unit, n, rows: reading.rows };
            (read, reading.title)
        })
        .collect()
}

/// `GET /status`.
async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let lines = status::lines(&mut tx, &me.actor).await?;
    let owners = names(&mut tx, lines.iter().map(|line| line.owner)).await?;
    let day = today(&app, &me);
    let mut rows = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let last = status::latest(&mut tx, line).await?;
        let check = match &last {
            Some(last) if at < CHECKED && line.done_at.is_none() => {
                let signs = status::evidence(&mut tx, &me.actor, line, eyes(line, &me), day).await?;
                Some(Check::of(last.colour, &signs))
            }
            _ => None,
        };
        rows.push((line, last, check));
    }
    let news = status::bad_news(&mut tx, &me.actor).await?;
    drop(tx);
    let told = news.early.len();
    let body = html! {
        (look::head("Status", &html! { p { "How things stand, as their owners say it, and what the record shows beside it." } }))
        div.acts { a.button.primary href="/status/new" { "Say how something stands" } }
        @if rows.is_empty() { p { "Nothing is told yet. An aim, a project or a piece of work gets an owner, a day, and an honest word now and then." } }
        ul.lines {
            @for (line, last, check) in &rows {
                li {
                    h2 { a href=(format!("/status/{}", line.id)) { (line.title) } }
                    p.of { (name(&owners, line.owner)) " · due " (line.due) @if let Some(done) = line.done_at { " · done on " (done.to_zoned(me.time_zone()).date()) } }
                    @match last {
                        Some(last) => p { (coloured(last.colour)) " " (last.words) },
                        None => p.soft { "Not said yet." },
                    }
                    @if let Some(check) = check { @if check.gap() { p.gap { (check.words()) } } }
                }
            }
        }
        h2 { "Bad news, told early" }
        @match middle(news.early.clone()) {
            Some(days) => p { "In the middle, bad news was told " strong { (days) " days" } " before the day (n = " (told) " things that were told before it; " (news.late) " on the day or after it)." },
            None => p { "Not enough to say yet how early bad news is told: it takes five, and there are " (told) ". Told on the day or after it: " (news.late) "." },
        }
        p.soft { "Counted once for each thing, the first time that it was not said to be on course." }
    };
    Ok(show::page(&show::shell(&me, "Status", HERE, CIRCLE), &body))
}

fn eyes(line: &Line, me: &Me) -> Eyes {
    if line.owner == me.actor.person { Eyes::Owner } else { Eyes::Circle }
}

/// What the form of a new line sends, and what a link to it may bring.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewLine {
    noun: String,
    subject: String,
    title: String,
    circle: String,
    owner: String,
    due: String,
}

fn open_view(circles: &[Circle], owners: &Pick, typed: &NewLine, wrongs: &Wrongs) -> Markup {
    html! {
        (look::head("What shall be told?", &html! { p { "It gets an owner, who says in colour and words how it stands, and a day." } }))
        (look::wrongs(wrongs))
        form method="post" action="/status/new" {
            input type="hidden" name="subject" value=(typed.subject);
            (Field::new("title", "What it is", &typed.title, wrongs).hint("In one line, as people call it.").line())
            (Field::new("noun", "It is", &typed.noun, wrongs).choice(&ABOUT))
            (Field::new("circle", "Circle", &typed.circle, wrongs).hint("Its people see it.").choice(&pairs(&choices(circles))))
            (Field::new("due", "The day on which it shall be done", &typed.due, wrongs).day())
            @if !owners.is_empty() {
                (owners.field(&Field::new("owner", "Owner", &typed.owner, wrongs).optional().hint("Whoever says how it stands; left empty, you. Somebody of the circle, where you lead it.")))
            }
            div.acts { button.primary type="submit" { "Go on" } a href="/status" { "Back to status" } }
        }
    }
}

/// Circles to choose from, and people of those that this person leads.
async fn open_choices(app: &App, me: &Me) -> Result<(Vec<Circle>, Pick), Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    let led: Vec<_> = circles.iter().map(|circle| circle.id).filter(|circle| me.actor.sight.leads(*circle)).collect();
    let people = ledger::people::within(&mut tx, &led).await?;
    let owners = people.iter().filter(|(person, _, role)| !role.outside() && person.id != me.actor.person);
    Ok((circles, Pick::of(owners.map(|(person, ..)| person))))
}

/// `GET /status/new`; pages of aims and circles bring `?noun=aim&subject=…&title=…`.
async fn ask_open(State(app): State<App>, me: Me, Query(brought): Query<NewLine>) -> Result<Response, Failure> {
    let (circles, owners) = open_choices(&app, &me).await?;
    let body = open_view(&circles, &owners, &brought, &Wrongs::default());
    Ok(show::page(&show::shell(&me, "Say how something stands", HERE, CIRCLE), &body))
}

/// `POST /status/new`.
async fn open(State(app): State<App>, me: Me, Form(typed): Form<NewLine>) -> Result<Response, Failure> {
    let shell = show::shell(&me, "Say how something stands", HERE, CIRCLE);
    let (circles, owners) = open_choices(&app, &me).await?;
    let owner = match owners.perhaps("owner", &typed.owner) {
        Ok(owner) => owner,
        Err(wrongs) => return Ok(show::again(&shell, &open_view(&circles, &owners, &typed, &wrongs))),
    };
    let act = Open {
        noun: typed.noun.clone(),
        subject: typed.subject.clone(),
        title: typed.title.clone(),
        circle: typed.circle.parse().ok(),
        owner,
        due: typed.due.clone(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(line) => Ok(show::to(&format!("/status/{line}"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            Ok(show::again(&shell, &open_view(&circles, &owners, &typed, &wrongs)))
        }
    }
}

/// What the form of a statement sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Said {
    colour: String,
    words: String,
    due: String,
}

/// Everything that the page of a line shows.
struct View {
    line: Line,
    owner: String,
    own: bool,
    said: Vec<Statement>,
    signs: Vec<Sign>,
    measures: Vec<Measure>,
}

async fn seen(tx: &mut Tx, app: &App, me: &Me, line: LineId) -> Result<Option<View>, LedgerError> {
    let Some(line) = status::get(tx, &me.actor, line).await? else { return Ok(None) };
    let eyes = eyes(&line, me);
    let owners = names(tx, [line.owner]).await?;
    Ok(Some(View {
        owner: name(&owners, line.owner).to_owned(),
        own: eyes == Eyes::Owner,
        said: status::statements(tx, &line).await?,
        signs: status::evidence(tx, &me.actor, &line, eyes, today(app, me)).await?,
        measures: status::measures(tx, &line, eyes).await?,
        line,
    }))
}

fn evidence_view(view: &View) -> Markup {
    html! {
        section.beside aria-labelledby="beside" {
            h2 #beside { "What the record shows" }
            @if let Some(last) = view.said.first() {
                @let check = Check::of(last.colour, &view.signs);
                p class=(if check.gap() { "gap" } else { "soft" }) { (check.words()) }
            }
            ul.signs {
                @for sign in &view.signs {
                    li {
                        span.of { (sign.from.shown()) }
                        p { (sign.words) }
                        p.of {
                            @match sign.says { Some(says) => { (coloured(says)) }, None => { "says nothing yet" } }
                            " · " a href=(sign.rows) { "n = " (sign.n) " " (sign.rows_of) }
                        }
                    }
                }
            }
            @if view.own {
                p.soft { "You see this first; your circle sees it " (OWNER_FIRST.as_hours()) " hours later. What you say anew by then stands beside it at once." }
            }
        }
    }
}

fn measures_view(view: &View) -> Markup {
    let at = |part: &str| format!("/status/{}/{part}", view.line.id);
    html! {
        @for measure in &view.measures {
            section id=(format!("measure-{}", measure.id)) {
                h3 { (measure.name) @if measure.source.is_some() { " " span.soft { "from the work record" } } }
                p { "From " (measure.start.1) " on " (measure.start.0) " to " (measure.target) " " (measure.unit) "." }
                @if measure.readings.is_empty() { p.soft { "Not read yet." } }
                ol.readings {
                    @for (day, value, n, rows) in &measure.readings {
                        li { (day) ": " strong { (value) } " " (measure.unit) @if let Some(n) = n { " (n = " (n) " tickets" @if !rows.is_empty() { ", " a href=(rows) { "its rows" } } ")" } }
                    }
                }
                @if view.own && view.line.done_at.is_none() && measure.source.is_none() {
                    form.inline method="post" action=(at("read")) {
                        input type="hidden" name="measure" value=(measure.id);
                        label for=(format!("value-{}", measure.id)) { "Today it is" }
                        input.short id=(format!("value-{}", measure.id)) name="value" inputmode="decimal" autocomplete="off" required;
                        button type="submit" { "Keep" span.visually-hidden { " the reading of " (measure.name) } }
                    }
                }
            }
        }
    }
}

fn line_view(view: &View, me: &Me, typed: &Said, wrongs: &Wrongs) -> Markup {
    let at = |part: &str| format!("/status/{}/{part}", view.line.id);
    let open = view.line.done_at.is_none();
    let colours: Vec<_> = Colour::ALL.iter().map(|colour| (colour.name(), colour.shown())).collect();
    html! {
        (look::head(&view.line.title, &html! {
            p { "Told by " (view.owner) "; due on " (view.line.due) "." @if let Some(done) = view.line.done_at { " Done on " (done.to_zoned(me.time_zone()).date()) "." } }
        }))
        @match view.said.first() {
            Some(last) => div.claim { p { (coloured(last.colour)) } p.written { (last.words) } },
            None => p.soft { "Nobody has said yet how it stands." },
        }
        (evidence_view(view))
        @if view.own && open {
            h2 { "How does it stand?" }
            (look::wrongs(wrongs))
            form method="post" action=(format!("/status/{}", view.line.id)) {
                (radios("colour", "It is", &colours, &typed.colour, wrongs))
                (Field::new("words", "In words", &typed.words, wrongs).hint("What is so, what comes next, what help you need.").area())
                (Field::new("due", "The day on which it shall be done", &typed.due, wrongs).day())
                div.acts { button.primary type="submit" { "Say it" } }
            }
        }
        @if !view.measures.is_empty() { h2 { "Measures" } (measures_view(view)) }
        @if view.own && open {
            div.acts {
                a.button href=(at("measure")) { "Hold a measure beside it" }
                @if view.measures.iter().any(|measure| measure.source.is_some()) { (button(&at("read"), "Read the work record now", "")) }
                (button(&at("done"), "It is done", &view.line.title))
            }
        }
        section #said aria-labelledby="said-title" {
            h2 #said-title { "What was said" }
            @if view.said.is_empty() { p.soft { "Nothing yet." } }
            ol.said {
                @for said in &view.said {
                    li {
                        p { (coloured(said.colour)) " · " (said.said_at.to_zoned(me.time_zone()).date()) " · due then " (said.due) }
                        p.written { (said.words) }
                        @match said.lead_days {
                            Some(lead) if lead > 0 => p.honour { "Told " (lead) @if lead == 1 { " day" } @else { " days" } " before its day: early bad news is good work." },
                            Some(_) => p.soft { "Told on its day or after it." },
                            None => {}
                        }
                    }
                }
            }
            p.soft { "Opened on " (view.line.made_at.to_zoned(me.time_zone()).date()) ". A day is near from " (NEAR_DAYS) " days before it. A measure is held against an even pace to its day: more than 10 % of the way behind is at risk, more than 25 % off course." }
        }
    }
}

/// `GET /status/{id}`.
async fn page(State(app): State<App>, me: Me, Path(line): Path<String>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let view = seen(&mut tx, &app, &me, id(&line)?).await?.ok_or(Failure::NotFound)?;
    let typed = Said { due: view.line.due.to_string(), ..Said::default() };
    let body = line_view(&view, &me, &typed, &Wrongs::default());
    Ok(show::page(&show::shell(&me, &view.line.title, HERE, CIRCLE), &body))
}

/// `POST /status/{id}`.
async fn say(
    State(app): State<App>,
    me: Me,
    Path(line): Path<String>,
    Form(typed): Form<Said>,
) -> Result<Response, Failure> {
    let line: LineId = id(&line)?;
    let act = Say {
        line: Some(line),
        colour: typed.colour.clone(),
        words: typed.words.clone(),
        due: typed.due.clone(),
        reads: reads(&app).await.into_iter().map(|(read, _)| read).collect(),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/status/{line}#beside"))),
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            let mut tx = app.ledger().read().await?;
            let view = seen(&mut tx, &app, &me, line).await?.ok_or(Failure::NotFound)?;
            Ok(show::again(&show::shell(&me, &view.line.title, HERE, CIRCLE), &line_view(&view, &me, &typed, &wrongs)))
        }
    }
}

/// What the form of a measure sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewMeasure {
    source: String,
    name: String,
    unit: String,
    start: String,
    target: String,
}

fn measure_view(line: LineId, reads: &[(Read, String)], typed: &NewMeasure, wrongs: &Wrongs) -> Markup {
    let sources: Vec<(String, String)> = reads
        .iter()
        .map(|(read, title)| {
            (read.name.clone(), format!("{title}: {} {} today (n = {})", read.value, read.unit, read.n))
        })
        .collect();
    html! {
        (look::head("A measure to hold beside it", &html! { p { "From where it stands today to where it shall be on the day. Each reading is held against an even pace." } }))
        (look::wrongs(wrongs))
        form method="post" action=(format!("/status/{line}/measure")) {
            @if !sources.is_empty() {
                (Field::new("source", "A measure of the work record", &typed.source, wrongs).optional().hint("Always of a whole team or more. Left empty, you read it by hand.").choice(&pairs(&sources)))
            }
            (Field::new("target", "Where it shall be", &typed.target, wrongs).line())
            fieldset {
                legend { "Read by hand" }
                (Field::new("name", "What is measured", &typed.name, wrongs).optional().line())
                (Field::new("unit", "Unit", &typed.unit, wrongs).optional().line())
                (Field::new("start", "Where it stands today", &typed.start, wrongs).optional().line())
            }
            div.acts { button.primary type="submit" { "Hold it beside" } a href=(format!("/status/{line}")) { "Back" } }
        }
    }
}

/// The line of an address, for its owner.
async fn owned(app: &App, me: &Me, line: &str) -> Result<Line, Failure> {
    let mut tx = app.ledger().read().await?;
    let line = status::get(&mut tx, &me.actor, id(line)?).await?;
    line.filter(|line| line.owner == me.actor.person && line.done_at.is_none()).ok_or(Failure::NotFound)
}

/// `GET /status/{id}/measure`.
async fn ask_measure(State(app): State<App>, me: Me, Path(line): Path<String>) -> Result<Response, Failure> {
    let line = owned(&app, &me, &line).await?;
    let body = measure_view(line.id, &reads(&app).await, &NewMeasure::default(), &Wrongs::default());
    Ok(show::page(&show::shell(&me, "A measure", HERE, CIRCLE), &body))
}

/// `POST /status/{id}/measure`.
async fn measure(
    State(app): State<App>,
    me: Me,
    Path(line): Path<String>,
    Form(typed): Form<NewMeasure>,
) -> Result<Response, Failure> {
    let line = owned(&app, &me, &line).await?.id;
    let known = reads(&app).await;
    let read = known.iter().find(|(read, _)| !typed.source.is_empty() && read.name == typed.source).cloned();
    let act = Measured {
        line: Some(line),
        name: typed.name.clone(),
        unit: typed.unit.clone(),
        start: typed.start.clone(),
        target: typed.target.clone(),
        read,
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(measure) => Ok(show::to(&format!("/status/{line}#measure-{measure}"))),
        Err(refused) => {
            let body = measure_view(line, &known, &typed, &show::wrongs(refused)?);
            Ok(show::again(&show::shell(&me, "A measure", HERE, CIRCLE), &body))
        }
    }
}

/// What the form of a reading sends; empty where the work record is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewReading {
    measure: String,
    value: String,
}

/// `POST /status/{id}/read`.
async fn read(
    State(app): State<App>,
    me: Me,
    Path(line): Path<String>,
    Form(typed): Form<NewReading>,
) -> Result<Response, Failure> {
    let line: LineId = id(&line)?;
    let by_hand = if typed.measure.is_empty() { None } else { Some((id(&typed.measure)?, typed.value)) };
    let reads = reads(&app).await.into_iter().map(|(read, _)| read).collect();
    app.ledger().perform(&me.actor, &Reading { line: Some(line), by_hand, reads }).await?;
    Ok(show::to(&format!("/status/{line}#beside")))
}

/// `POST /status/{id}/done`.
async fn done(State(app): State<App>, me: Me, Path(line): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &Done { line: id(&line)? }).await?;
    Ok(show::to("/status"))
}
