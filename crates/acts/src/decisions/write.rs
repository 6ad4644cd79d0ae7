//! Writing a decision, deciding it, changing it.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::code::Template;
use leadership::decision::{State as Progress, Typed, template};
use ledger::Tx;
use ledger::code::{self, CodeCheck};
use ledger::decisions::{self, Decision, Write};
use ledger::{notices, people};
use maud::{Markup, html};
use serde::Deserialize;

use super::form::{Around, Shown, view};
use super::parts::Hard;
use super::{HERE, check, found};
use crate::app::App;
use crate::failure::Failure;
use crate::form;
use crate::guard::Me;
use crate::pick::Pick;
use crate::show;

const AUDIENCE: &str =
    "Who can see this: until others are asked or it is decided, you and who decides. How sure you are stays with you.";

/// Rows of a new form: two options beside doing nothing.
const FIRST_OPTIONS: usize = 2;

struct Choices {
    circles: Vec<(String, String)>,
    people: Pick,
}

async fn choices(tx: &mut Tx, me: &Me) -> Result<Choices, Failure> {
    let inside: Vec<_> = me.actor.sight.inside.iter().copied().collect();
    let circles = people::circles(tx)
        .await?
        .into_iter()
        .filter(|circle| circle.closed_at.is_none() && inside.contains(&circle.id))
        .map(|circle| (circle.id.to_string(), circle.name))
        .collect();
    let within = people::within(tx, &inside).await?;
    let inside = within.iter().filter(|(_, _, role)| !role.outside());
    Ok(Choices { circles, people: Pick::of(inside.map(|(person, ..)| person)) })
}

/// The form of a decision on its page.
struct Page<'a> {
    me: &'a Me,
    choices: &'a Choices,
    old: Option<&'a Decision>,
    long: bool,
    /// Questions of the code that apply, with what was typed to them.
    asked: Vec<CodeCheck>,
    answers: check::Typed,
    /// Of one that was told: what is said of telling the change.
    hard: Option<Hard>,
}

/// Whether it was decided and told, so that a change is told again.
async fn told(tx: &mut Tx, old: Option<&Decision>) -> Result<bool, Failure> {
    match old.filter(|old| old.state == Progress::Decided) {
        Some(old) => Ok(!notices::about(tx, decisions::NOUN, &old.id.to_string()).await?.is_empty()),
        None => Ok(false),
    }
}

/// The questions that apply to what is typed: of the circle that it is made for.
async fn asked(tx: &mut Tx, me: &Me, around: &Around) -> Result<Vec<CodeCheck>, Failure> {
    let circle = around.circle.parse().ok().filter(|circle| me.actor.sight.inside.contains(circle));
    let kind = Template::from_name(&around.template).unwrap_or(Template::Decision);
    match circle {
        Some(circle) => Ok(code::applying(tx, circle, kind).await?),
        None => Ok(Vec::new()),
    }
}

impl Page<'_> {
    fn title(&self) -> &'static str {
        match self.old.map(|old| old.state) {
            None => "Write a decision",
            Some(Progress::Decided) => "Change a decision",
            Some(_) => "Write on, or decide",
        }
    }

    fn body(&self, typed: &Typed, around: &Around, wrongs: &Wrongs) -> Markup {
        let back = self.old.map_or_else(|| "/decisions".to_owned(), |old| format!("/decisions/{}", old.id));
        let lead = match self.old.map(|old| old.state) {
            Some(Progress::Decided) => {
                "What was decided before stays in the history. Everybody who was told is told again."
            }
            _ => "Two minutes are enough for most. The ten-minute part is the same form, further down.",
        };
        html! {
            (look::head(self.title(), &html! { p { (lead) } }))
            @if self.old.is_none() && typed.question.is_empty() {
                nav.choice aria-label="What it is about" {
                    @for kind in Template::ALL {
                        @let here = kind.name() == around.template || (around.template.is_empty() && *kind == Template::Decision);
                        a href=(look::address::with("/decisions/new", &[("template", kind.name()), ("circle", &around.circle), ("touches", &typed.touches)])) aria-current=[here.then_some("true")] { (kind.shown()) }
                    }
                }
            }
            (view(&Shown {
                typed,
                around,
                wrongs,
                circles: &self.choices.circles,
                people: &self.choices.people,
                me: &self.me.actor.person.to_string(),
                asked: self.old.is_some_and(|old| old.state != Progress::Draft),
                made: self.old.is_some_and(|old| old.state == Progress::Decided),
                long: self.long,
                back: &back,
                questions: &self.asked,
                answers: &self.answers,
                hard: self.hard.as_ref(),
            }))
        }
    }

    fn shell(&self) -> look::Shell {
        show::shell(self.me, self.title(), HERE, AUDIENCE)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Begin {
    form: String,
    circle: String,
    template: String,
    /// Addresses of what it is about, as the page of an aim or a promise brings them.
    touches: String,
}

/// `GET /decisions/new`.
pub(super) async fn ask_new(State(app): State<App>, me: Me, Query(begin): Query<Begin>) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let choices = choices(&mut tx, &me).await?;
    let mut typed = template::begin(Template::from_name(&begin.template).unwrap_or(Template::Decision));
    for _ in 0..FIRST_OPTIONS {
        typed.add_option();
    }
    if typed.criterion.is_empty() {
        typed.add_criterion();
    }
    typed.touches = begin.touches;
    // The circle that one works in most closely is a good guess: the last that one holds a role in.
    let own = me.actor.sight.own.iter().next_back().map(ToString::to_string).unwrap_or_default();
    let circle = if begin.circle.is_empty() { own } else { begin.circle };
    let decider = me.actor.person.to_string();
    let around = Around { circle, decider, template: begin.template, ..Around::default() };
    let asked = asked(&mut tx, &me, &around).await?;
    drop(tx);
    let long = begin.form == "long";
    let page = Page { me: &me, choices: &choices, old: None, long, asked, answers: check::Typed::new(), hard: None };
    Ok(show::page(&page.shell(), &page.body(&typed, &around, &Wrongs::default())))
}

/// `GET /decisions/{id}/edit`.
pub(super) async fn ask_edit(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Query(begin): Query<Begin>,
) -> Result<Response, Failure> {
    let (mut tx, old) = found(&app, &me, &id).await?;
    if !old.is_of(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let choices = choices(&mut tx, &me).await?;
    let mut typed = Typed::of(&old.form);
    while typed.option.len() < FIRST_OPTIONS {
        typed.add_option();
    }
    if typed.criterion.is_empty() {
        typed.add_criterion();
    }
    let around = Around {
        circle: old.circle.to_string(),
        decider: old.decider.to_string(),
        closed: if old.closed_why.is_some() { "true".to_owned() } else { String::new() },
        closed_why: old.closed_why.clone().unwrap_or_default(),
        template: old.template.clone(),
        ..Around::default()
    };
    let applied = code::applied(&mut tx, old.circle, check::template(&old), old.id).await?;
    let hard = told(&mut tx, Some(&old)).await?.then(Hard::default);
    drop(tx);
    let answers = check::standing(&applied);
    let asked = applied.into_iter().map(|one| one.check).collect();
    let long = begin.form == "long";
    let page = Page { me: &me, choices: &choices, old: Some(&old), long, asked, answers, hard };
    Ok(show::page(&page.shell(), &page.body(&typed, &around, &Wrongs::default())))
}

/// `POST /decisions/new`.
pub(super) async fn new(State(app): State<App>, me: Me, bytes: Bytes) -> Result<Response, Failure> {
    Box::pin(write(&app, &me, None, &bytes)).await
}

/// `POST /decisions/{id}/edit`.
pub(super) async fn edit(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let (_, old) = found(&app, &me, &id).await?;
    Box::pin(write(&app, &me, Some(old), &bytes)).await
}

async fn write(app: &App, me: &Me, old: Option<Decision>, bytes: &[u8]) -> Result<Response, Failure> {
    let (mut typed, mut around): (Typed, Around) = (form::read(bytes)?, form::read(bytes)?);
    // Once others were asked the circle stays, and once it was decided so does who decides.
    let mut tx = app.ledger().read().await?;
    let choices = choices(&mut tx, me).await?;
    if let Some(old) = &old {
        around.template.clone_from(&old.template);
    }
    let asked = asked(&mut tx, me, &around).await?;
    let told = told(&mut tx, old.as_ref()).await?;
    drop(tx);
    let hard: Hard = form::read(bytes)?;
    let answers: check::Typed = form::read(bytes)?;
    let checks = check::answers(&answers);
    let decider = choices.people.id(&around.decider);
    if !decider.is_empty() {
        around.decider = decider;
    }
    let (long, said) = (around.more == "criterion", told.then(|| hard.clone()));
    let page = Page { me, choices: &choices, old: old.as_ref(), long, asked, answers, hard: said };
    match around.more.as_str() {
        "option" => typed.add_option(),
        "criterion" => typed.add_criterion(),
        // The form always has one row more than was filled.
        "promise" => {}
        _ => {
            let act = Write {
                decision: old.as_ref().map(|old| old.id),
                circle: around.circle.clone(),
                decider: around.decider.clone(),
                typed: typed.clone(),
                closed: around.closed == "true",
                closed_why: around.closed_why.clone(),
                template: around.template.clone(),
                decide: around.then == "decide",
                changed: around.changed.clone(),
                changed_why: around.changed_why.clone(),
                checks,
                hard: hard.hard == "true",
                intent: hard.intent.clone(),
                tone: hard.tone.clone(),
            };
            return match app.ledger().perform(&me.actor, &act).await {
                Ok(id) => Ok(show::to(&format!("/decisions/{id}"))),
                Err(refused) => {
                    let wrongs = show::wrongs(refused)?;
                    Ok(show::again(&page.shell(), &page.body(&typed, &around, &wrongs)))
                }
            };
        }
    }
    Ok(show::page(&page.shell(), &page.body(&typed, &around, &Wrongs::default())))
}
