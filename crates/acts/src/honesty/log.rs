//! What is kept in the open: questions gone through, exceptions, and what doing right cost.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::aim::Resource;
use leadership::code::{Answer, Template};
use leadership::{PersonId, Wrongs};
use ledger::code::{
    self, AddCheck, CheckId, CodeCheck, RetireCheck, RightThing, Run, RunChecks, TellRightThing, Unmet,
};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{CIRCLE, HERE, button, choices, circles, id, name, names, pairs, today};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/code/checks", Guard::Inside, get(checks).post(add_check)),
        Route::form("/code/checks/{template}", Guard::Inside, get(ask_run).post(run)),
        Route::act("/code/questions/{id}/retire", Guard::Inside, post(retire_check)),
        Route::page("/code/log", Guard::Inside, get(log)),
        Route::form("/code/right/new", Guard::Inside, get(ask_right).post(tell_right)),
    ]
}

/// What the form of a question sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewCheck {
    circle: String,
    template: String,
    question: String,
    clause: String,
}

/// Choices of the page of questions: circles that this person leads, and clauses in force.
type Lists = (Vec<(String, String)>, Vec<(String, String)>);

fn checks_view(
    hung: &[CodeCheck],
    runs: &[(Run, String)],
    (led, clauses): &Lists,
    me: &Me,
    typed: &NewCheck,
    wrongs: &Wrongs,
) -> Markup {
    let templates: Vec<_> = Template::ALL.iter().map(|template| (template.name(), template.shown())).collect();
    html! {
        (look::head("Checks", &html! { p { "Questions that hang on templates. “Yes” is as it should be; “no” and “not sure” are said in a sentence." } }))
        @for template in Template::ALL {
            h2 { (template.shown()) }
            @let of: Vec<_> = hung.iter().filter(|check| check.template == *template).collect();
            @if of.is_empty() { p.soft { "No question hangs on it yet." } }
            ul.lines {
                @for check in &of {
                    li {
                        p { (check.question) }
                        p.of {
                            @if let Some((clause, title)) = &check.clause { a href=(format!("/code/clauses/{clause}")) { (title) } }
                            @if me.actor.sight.leads(check.circle) { " " (button(&format!("/code/questions/{}/retire", check.id), "Take it off", &check.question)) }
                        }
                    }
                }
            }
            @if !of.is_empty() { div.acts { a href=(format!("/code/checks/{}", template.name())) { "Go through them for a " (template.shown()) } } }
        }
        @if !led.is_empty() {
            h2 { "Hang a question on a template" }
            (look::wrongs(wrongs))
            form method="post" action="/code/checks" {
                (Field::new("template", "Template", &typed.template, wrongs).choice(&templates))
                (Field::new("question", "Question", &typed.question, wrongs).hint("So that “yes” is as it should be.").line())
                (Field::new("circle", "Circle that asks it", &typed.circle, wrongs).choice(&pairs(led)))
                @if !clauses.is_empty() { (Field::new("clause", "Clause that it comes from", &typed.clause, wrongs).optional().choice(&pairs(clauses))) }
                div.acts { button.primary type="submit" { "Hang it on" } }
            }
        }
        h2 { "Gone through" }
        @if runs.is_empty() { p.soft { "Nobody went through any of them yet." } }
        ol.said {
            @for (run, by) in runs {
                li id=(format!("run-{}", run.id)) {
                    p { (run.title) " · " (run.template.shown()) " · " (by) " · " (run.done_at.to_zoned(me.time_zone()).date()) }
                    ul { @for (question, answer, words) in &run.answers { li { (question) " " strong { (answer.shown()) } @if !words.is_empty() { ": " (words) } } } }
                }
            }
        }
    }
}

async fn checks_page(app: &App, me: &Me, typed: &NewCheck, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let mut hung = Vec::new();
    for template in Template::ALL {
        hung.extend(code::checks(&mut tx, &me.actor, *template).await?);
    }
    let runs = code::runs(&mut tx, &me.actor).await?;
    let by = names(&mut tx, runs.iter().map(|run| run.person)).await?;
    let runs: Vec<_> = runs
        .into_iter()
        .map(|run| {
            let who = name(&by, run.person).to_owned();
            (run, who)
        })
        .collect();
    let led = circles(&mut tx, |circle| me.actor.sight.leads(circle)).await?;
    let lists = (choices(&led), clause_choices(&code::clauses(&mut tx, &me.actor).await?));
    Ok(checks_view(&hung, &runs, &lists, me, typed, wrongs))
}

fn clause_choices(clauses: &[code::Clause]) -> Vec<(String, String)> {
    clauses.iter().map(|clause| (clause.id.to_string(), clause.title.clone())).collect()
}

/// `GET /code/checks`.
async fn checks(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = checks_page(&app, &me, &NewCheck::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Checks", HERE, CIRCLE), &body))
}

/// `POST /code/checks`.
async fn add_check(State(app): State<App>, me: Me, Form(typed): Form<NewCheck>) -> Result<Response, Failure> {
    let clause = if typed.clause.is_empty() { None } else { Some(id(&typed.clause)?) };
    let act = AddCheck {
        circle: typed.circle.parse().ok(),
        template: typed.template.clone(),
        question: typed.question.clone(),
        clause,
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to("/code/checks")),
        Err(refused) => {
            let body = checks_page(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Checks", HERE, CIRCLE), &body))
        }
    }
}

/// `POST /code/questions/{id}/retire`.
async fn retire_check(State(app): State<App>, me: Me, Path(check): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &RetireCheck { check: id(&check)? }).await?;
    Ok(show::to("/code/checks"))
}

/// What going through the questions sends: the names of the fields of answers hold the question.
type Answers = Vec<(String, String)>;

fn typed_of<'a>(typed: &'a Answers, field: &str) -> &'a str {
    typed.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.as_str())
}

fn run_view(
    template: Template,
    asked: &[CodeCheck],
    circles: &[(String, String)],
    typed: &Answers,
    wrongs: &Wrongs,
) -> Markup {
    let answers: Vec<_> = Answer::ALL.iter().map(|answer| (answer.name(), answer.shown())).collect();
    html! {
        (look::head(&format!("Checks of a {}", template.shown()), &html! { p { "“Yes” is as it should be. “No” and “not sure” stop nothing; they are said, and everybody of the circle sees them." } }))
        @if asked.is_empty() {
            p { "No question hangs on it yet." }
            div.acts { a.button.primary href="/code/checks" { "See the questions" } }
        } @else {
            (look::wrongs(wrongs))
            form method="post" {
                input type="hidden" name="noun" value=(typed_of(typed, "noun"));
                input type="hidden" name="subject" value=(typed_of(typed, "subject"));
                (Field::new("title", "The matter, in one line", typed_of(typed, "title"), wrongs).line())
                (Field::new("circle", "Circle", typed_of(typed, "circle"), wrongs).hint("Its people see it.").choice(&pairs(circles)))
                @for check in asked {
                    @let (answer, words) = (format!("answer-{}", check.id), format!("words-{}", check.id));
                    (super::radios(&answer, &check.question, &answers, typed_of(typed, &answer), wrongs))
                    (Field::new(&words, "In a sentence", typed_of(typed, &words), wrongs).optional().line())
                }
                div.acts { button.primary type="submit" { "Keep it" } a href="/code/checks" { "Back" } }
            }
        }
    }
}

async fn run_page(app: &App, me: &Me, template: Template, typed: &Answers, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let asked = code::checks(&mut tx, &me.actor, template).await?;
    let circles = circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    Ok(run_view(template, &asked, &choices(&circles), typed, wrongs))
}

/// `GET /code/checks/{template}`; a page of a decision brings `?noun=decision&subject=…&title=…`.
async fn ask_run(
    State(app): State<App>,
    me: Me,
    Path(template): Path<String>,
    axum::extract::Query(brought): axum::extract::Query<Answers>,
) -> Result<Response, Failure> {
    let template = Template::from_name(&template).ok_or(Failure::NotFound)?;
    let body = run_page(&app, &me, template, &brought, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Checks", HERE, CIRCLE), &body))
}

/// `POST /code/checks/{template}`.
async fn run(
    State(app): State<App>,
    me: Me,
    Path(template): Path<String>,
    Form(typed): Form<Answers>,
) -> Result<Response, Failure> {
    let template = Template::from_name(&template).ok_or(Failure::NotFound)?;
    let given = |field: &str| Some(typed_of(&typed, field).to_owned()).filter(|text| !text.is_empty());
    let answers = typed
        .iter()
        .filter_map(|(field, answer)| {
            let check: CheckId = field.strip_prefix("answer-")?.parse().ok()?;
            Some((check, answer.clone(), typed_of(&typed, &format!("words-{check}")).to_owned()))
        })
        .collect();
    let act = RunChecks {
        circle: typed_of(&typed, "circle").parse().ok(),
        template: template.name().to_owned(),
        noun: given("noun"),
        subject: given("subject"),
        title: typed_of(&typed, "title").to_owned(),
        answers,
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(run) => Ok(show::to(&format!("/code/checks#run-{run}"))),
        Err(refused) => {
            let body = run_page(&app, &me, template, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "Checks", HERE, CIRCLE), &body))
        }
    }
}

/// An amount of money.
pub(super) fn money(thing: &RightThing) -> String {
    format!("{} {}", Resource::Funding.shown_amount(thing.cost_cents), thing.currency)
}

/// `GET /code/log`.
async fn log(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let exceptions = code::exceptions(&mut tx, &me.actor).await?;
    let things = code::right_things(&mut tx, &me.actor).await?;
    let unmet = code::unmet(&mut tx, &me.actor).await?;
    let people = exceptions.iter().map(|one| one.allowed_by).chain(things.iter().map(|one| one.told_by));
    let people = people.chain(unmet.iter().map(|one| one.person));
    let by = names(&mut tx, people).await?;
    drop(tx);
    let day = today(&app, &me);
    let open = exceptions.iter().filter(|one| one.is_open(day)).count();
    let body = html! {
        (look::head("Exceptions and costly right things", &html! { p { "Open exceptions today: " strong { (open) } " of " (exceptions.len()) " that were ever allowed. Whoever leads allows one from the page of its clause." } }))
        h2 { "Exceptions" }
        @if exceptions.is_empty() { p.soft { "None was ever allowed." } }
        ul.lines {
            @for one in &exceptions {
                li id=(format!("exception-{}", one.id)) {
                    h3 { (one.title) }
                    p.of {
                        "From " a href=(format!("/code/clauses/{}", one.clause.0)) { (one.clause.1) } " · for " (one.for_whom)
                        " · allowed by " (name(&by, one.allowed_by)) " on " (one.allowed_at.to_zoned(me.time_zone()).date())
                        " · until " (one.until) @if one.is_open(day) { " · " strong { "open" } } @else { " · over" }
                    }
                    p.written { (one.reason) }
                    @if let Some((at, words)) = &one.ended { p { "Ended on " (at.to_zoned(me.time_zone()).date()) ": " (words) } }
                    @if one.is_open(day) && me.actor.sight.leads(one.circle) {
                        form.inline method="post" action=(format!("/code/exceptions/{}/end", one.id)) {
                            label for=(format!("words-{}", one.id)) { "What is so now" }
                            input id=(format!("words-{}", one.id)) name="words" autocomplete="off" required;
                            button type="submit" { "End it" span.visually-hidden { ": " (one.title) } }
                        }
                    }
                }
            }
        }
        (unmet_view(&unmet, &by, &me))
        h2 { "Costly right things" }
        p.soft { "Times that a value beat what it cost." }
        div.acts { a.button href="/code/right/new" { "Tell of one" } }
        (things_view(&things, Some(&|thing: &RightThing| name(&by, thing.told_by).to_owned())))
    };
    Ok(show::page(&show::shell(&me, "Exceptions and costly right things", HERE, CIRCLE), &body))
}

/// Decisions that stand against a question of the code, with the reason.
fn unmet_view(unmet: &[Unmet], by: &BTreeMap<PersonId, String>, me: &Me) -> Markup {
    html! {
        h2 #unmet { "Decided against a question of the code" }
        @if unmet.is_empty() { p.soft { "No decision stands against one." } }
        ul.lines {
            @for one in unmet {
                li {
                    h3 { @match &one.decision { Some((id, question)) => a href=(format!("/decisions/{id}")) { (question) }, None => "A closed decision" } }
                    p { (one.question) " " strong { "no" } }
                    p.of {
                        "answered by " (name(by, one.person)) " on " (one.at.to_zoned(me.time_zone()).date())
                        @if let Some((clause, title)) = &one.clause { " · from " a href=(format!("/code/clauses/{clause}")) { (title) } }
                    }
                    @if !one.reason.is_empty() { p.written { (one.reason) } }
                }
            }
        }
    }
}

/// Costly right things as a list, with who told of each where that is to be said.
pub(super) fn things_view(things: &[RightThing], by: Option<&dyn Fn(&RightThing) -> String>) -> Markup {
    html! {
        @if things.is_empty() { p.soft { "None is told yet." } }
        ul.lines {
            @for thing in things {
                li {
                    h3 { (thing.title) }
                    p.of { (thing.day) " · cost " strong.number { (money(thing)) }
                        @if let Some((clause, title)) = &thing.clause { " · for " a href=(format!("/code/clauses/{clause}")) { (title) } }
                        @if let Some(by) = by { " · told by " (by(thing)) } }
                    p.written { (thing.words) }
                }
            }
        }
    }
}

/// What the form of a costly right thing sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct NewRight {
    circle: String,
    title: String,
    words: String,
    cost: String,
    currency: String,
    day: String,
    clause: String,
}

async fn right_page(app: &App, me: &Me, typed: &NewRight, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let circles = choices(&circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?);
    let clauses = clause_choices(&code::clauses(&mut tx, &me.actor).await?);
    Ok(html! {
        (look::head("A time that doing right cost something", &html! { p { "What was done, what it cost, and what it was for: so that others see that it is meant." } }))
        (look::wrongs(wrongs))
        form method="post" {
            (Field::new("title", "What was done", &typed.title, wrongs).line())
            (Field::new("words", "What it was for", &typed.words, wrongs).area())
            div.two {
                (Field::new("cost", "What it cost", &typed.cost, wrongs).hint("0 when it cost something else than money.").line())
                (Field::new("currency", "Currency", &typed.currency, wrongs).hint("Three letters, such as EUR.").line())
            }
            (Field::new("day", "Day", &typed.day, wrongs).day())
            (Field::new("circle", "Circle", &typed.circle, wrongs).hint("Its people see it.").choice(&pairs(&circles)))
            @if !clauses.is_empty() { (Field::new("clause", "Clause that it was for", &typed.clause, wrongs).optional().choice(&pairs(&clauses))) }
            div.acts { button.primary type="submit" { "Tell it" } a href="/code/log" { "Back" } }
        }
    })
}

/// `GET /code/right/new`.
async fn ask_right(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let typed = NewRight { day: today(&app, &me).to_string(), ..NewRight::default() };
    let body = right_page(&app, &me, &typed, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "A costly right thing", HERE, CIRCLE), &body))
}

/// `POST /code/right/new`.
async fn tell_right(State(app): State<App>, me: Me, Form(typed): Form<NewRight>) -> Result<Response, Failure> {
    let clause = if typed.clause.is_empty() { None } else { Some(id(&typed.clause)?) };
    let act = TellRightThing {
        circle: typed.circle.parse().ok(),
        title: typed.title.clone(),
        words: typed.words.clone(),
        cost: typed.cost.clone(),
        currency: typed.currency.clone(),
        day: typed.day.clone(),
        clause,
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/code/log")),
        Err(refused) => {
            let body = right_page(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "A costly right thing", HERE, CIRCLE), &body))
        }
    }
}
