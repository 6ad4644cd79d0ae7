//! Which way of leading for which work: what the guide suggests, what was chosen, whether it fitted, what came of it.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use leadership::style::{Ability, Guide, Style, Will, guide};
use leadership::{CircleId, PersonId, Wrongs};
use ledger::growth::{
    self, AnswerStyle, ChooseStyle, LookBackOnStyle, STYLE_DAYS, StyleChoice, StyleFigures, StyleId, TakeStyleBack,
    With,
};
use ledger::{Tx, people};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{button, choices, circles, day, id, name, names, pairs, radios};
use crate::{pick, show};

const TITLE: &str = "Which way of leading";
const SEEN: &str = "Who can see this: you. Whom you name sees the work, what you assume about them in it and the way that you chose; why, and what came of it, nobody but you. Whoever administers Plumb sees none of it.";
const TWO: &str = "Who can see this: who chose it and whom it is about, and nobody else.";

/// Names of those whom choices are about and of those who made them.
struct Known {
    people: BTreeMap<PersonId, String>,
    circles: BTreeMap<CircleId, String>,
}

impl Known {
    async fn of<'a>(tx: &mut Tx, all: impl IntoIterator<Item = &'a StyleChoice>) -> Result<Self, Failure> {
        let mut ids = Vec::new();
        for one in all {
            ids.push(one.leader);
            if let With::Person(person) = one.with {
                ids.push(person);
            }
        }
        let circles = people::circles(tx).await?.into_iter().map(|circle| (circle.id, circle.name)).collect();
        Ok(Self { people: names(tx, ids).await?, circles })
    }

    fn with(&self, one: &StyleChoice) -> &str {
        match one.with {
            With::Person(person) => name(&self.people, person),
            With::Circle(circle) => self.circles.get(&circle).map_or("a circle", String::as_str),
        }
    }
}

fn points(one: &StyleChoice) -> Option<&'static str> {
    let at = usize::try_from(one.points?.checked_sub(1)?).ok()?;
    model::AGREED.get(at).copied()
}

/// The figures: for the leader's own eyes.
fn figures(found: &StyleFigures) -> Markup {
    let variety = &found.variety;
    html! {
        h2 { "How your ways vary" }
        p {
            "In the last " (STYLE_DAYS) " days: "
            @if variety.enough() {
                (variety.n) " choices. "
                @for (style, count) in Style::ALL.iter().zip(variety.chosen) { (style.shown()) " " (count) ". " }
                "Another way than the guide's: " (variety.otherwise) "."
            } @else {
                "not enough to say yet (it takes " (leadership::share::LEAST) " choices, and there are " (variety.n) ")."
            }
        }
        @if variety.enough() && variety.ways() == 1 { p { "One way for everything. Is there a work that another one would fit?" } }
        p { "It was written what came of it: " (found.looked_back.shown()) "." }
        p {
            "The way fitted those who were led so, rather or fully: "
            @match found.fitted {
                Some(share) => (share.shown()),
                None => { "not enough to say yet (it takes " (leadership::share::LEAST) " answers of "
                    (leadership::style::LEAST_PEOPLE) " people)" },
            }
            "."
        }
        p.soft { "Only you see these. They are no score: the theory is a guide, and in tests it held for people who were new to a work, hardly beyond that." }
    }
}

/// `GET /growth/styles`.
pub(super) async fn list(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let mine = growth::styles(&mut tx, &me.actor).await?;
    let with_me = growth::styles_with_me(&mut tx, &me.actor).await?;
    let found = growth::style_figures(&mut tx, &me.actor).await?;
    let known = Known::of(&mut tx, mine.iter().chain(&with_me)).await?;
    drop(tx);
    let body = html! {
        (look::head(TITLE, &html! { p { "What fits depends on the work and on who does it: how far they can do it, and how sure of it they are." } }))
        div.acts { a.button.primary href="/growth/styles/new" { "Choose for a work" } a href="/growth" { "Back to growth" } }
        h2 { "What you chose" }
        @if mine.is_empty() { p.soft { "Nothing yet. Take a work that you gave somebody this week." } }
        ul.lines { @for one in &mine { li {
            a href=(format!("/growth/styles/{}", one.id)) { (one.work) }
            p.of {
                (one.chosen.shown()) " · " (known.with(one)) " · " (day(one.chosen_on))
                @if one.chosen != one.suggested { " · the guide: " (one.suggested.shown()) }
                @if one.came_of_it.is_none() { " · not looked back on yet" }
            }
        } } }
        @if !with_me.is_empty() {
            h2 { "How others chose to work with you" }
            ul.lines { @for one in &with_me { li {
                a href=(format!("/growth/styles/{}", one.id)) { (one.work) }
                p.of { (name(&known.people, one.leader)) " · " (one.chosen.shown()) " · " (day(one.chosen_on)) }
            } } }
        }
        @if !mine.is_empty() { (figures(&found)) }
    };
    Ok(show::page(&show::shell(&me, TITLE, HERE, SEEN), &body))
}

/// What the form sends; an address may bring `?person=…`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct NewStyle {
    person: String,
    circle: String,
    work: String,
    ability: String,
    will: String,
    chosen: String,
    why: String,
    step: String,
}

impl NewStyle {
    async fn read(&self, app: &App, me: &Me) -> Result<ChooseStyle, Failure> {
        Ok(ChooseStyle {
            person: pick::reached(app, me, &self.person).await?,
            circle: self.circle.parse().ok(),
            work: self.work.clone(),
            ability: self.ability.clone(),
            will: self.will.clone(),
            chosen: self.chosen.clone(),
            why: self.why.clone(),
        })
    }
}

/// The four ways beside the guide's suggestion.
fn suggestion(found: Guide, typed: &NewStyle, wrongs: &Wrongs) -> Markup {
    let ways: Vec<(String, String)> = Style::ALL
        .iter()
        .map(|style| {
            let mark = if *style == found.style { " (the guide's)" } else { "" };
            (style.name().to_owned(), format!("{}{mark}: {}", style.shown(), style.how()))
        })
        .collect();
    html! {
        h2 { "What the guide suggests" }
        p.notice role="status" { strong { (found.style.shown()) } ". " (found.because) }
        p.soft { "You know more than it does. Choose what fits, and write why if it is another." }
        (radios("chosen", "Your choice", &pairs(&ways), &typed.chosen, wrongs))
        (Field::new("why", "Why", &typed.why, wrongs).optional().hint("Sealed to you.").area())
        div.acts {
            button.primary type="submit" name="step" value="choose" { "Choose it" }
            button type="submit" name="step" value="guide" formnovalidate { "Ask the guide again" }
            a href="/growth/styles" { "Back" }
        }
    }
}

async fn view(app: &App, me: &Me, typed: &NewStyle, found: Option<Guide>, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let people = pick::reachable(app, me).await?;
    let sight = &me.actor.sight;
    let mine =
        |circle: CircleId| sight.inside.contains(&circle) && (sight.own.contains(&circle) || sight.leads(circle));
    let own = choices(&circles(&mut app.ledger().read().await?, mine).await?);
    let abilities: Vec<(&str, &str)> = Ability::ALL.iter().map(|one| (one.name(), one.shown())).collect();
    let wills: Vec<(&str, &str)> = Will::ALL.iter().map(|one| (one.name(), one.shown())).collect();
    Ok(html! {
        (look::head("Choose for a work", &html! { p { "One work, and who does it. It is about this work, not about what they are like." } }))
        (look::wrongs(wrongs))
        form method="post" action="/growth/styles/new" {
            (Field::new("work", "The work", &typed.work, wrongs).hint("In one line.").line())
            (people.field(&Field::new("person", "Who does it", &typed.person, wrongs).optional().hint("They see the work, the two answers below and the way that you choose, and can say whether it fitted.")))
            (Field::new("circle", "Or a circle", &typed.circle, wrongs).optional().hint("Of three others or more. Then nobody but you sees it.").choice(&pairs(&own)))
            (radios("ability", "How far they can do it by themselves", &abilities, &typed.ability, wrongs))
            (radios("will", "How sure of it they are", &wills, &typed.will, wrongs))
            @match found {
                Some(found) => (suggestion(found, typed, wrongs)),
                None => div.acts {
                    button.primary type="submit" name="step" value="guide" { "Ask the guide" }
                    a href="/growth/styles" { "Back" }
                },
            }
        }
    })
}

/// `GET /growth/styles/new`.
pub(super) async fn ask(State(app): State<App>, me: Me, Query(brought): Query<NewStyle>) -> Result<Response, Failure> {
    let typed = NewStyle { person: brought.person, ..NewStyle::default() };
    let body = view(&app, &me, &typed, None, &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "Choose for a work", HERE, SEEN), &body))
}

/// `POST /growth/styles/new`: first the guide's suggestion, then the choice.
pub(super) async fn choose(State(app): State<App>, me: Me, Form(typed): Form<NewStyle>) -> Result<Response, Failure> {
    let shell = show::shell(&me, "Choose for a work", HERE, SEEN);
    let act = typed.read(&app, &me).await?;
    let guided = act.guide(&mut app.ledger().read().await?, &me.actor).await;
    let found = match guided {
        Ok(found) => found,
        Err(refused) => {
            let body = view(&app, &me, &typed, None, &show::wrongs(refused)?).await?;
            return Ok(show::again(&shell, &body));
        }
    };
    if typed.step != "choose" {
        let body = view(&app, &me, &typed, Some(found), &Wrongs::default()).await?;
        return Ok(show::page(&shell, &body));
    }
    match app.ledger().perform(&me.actor, &act).await {
        Ok(style) => Ok(show::to(&format!("/growth/styles/{style}"))),
        Err(refused) => {
            let body = view(&app, &me, &typed, Some(found), &show::wrongs(refused)?).await?;
            Ok(show::again(&shell, &body))
        }
    }
}

/// What both sides see of a choice.
fn facts(one: &StyleChoice, known: &Known, own: bool) -> Markup {
    let found = guide(one.ability, one.will);
    html! {
        p.of { (known.with(one)) " · " (day(one.chosen_on)) }
        dl.theirs {
            dt { "How far, as " @if own { "you take it" } @else { (name(&known.people, one.leader)) " takes it" } }
            dd { (one.ability.shown()) ". " (one.will.shown()) "." }
            @if own {
                dt { "The guide suggested" }
                dd { (one.suggested.shown()) @if found.style == one.suggested { ". " (found.because) } }
            }
            dt { "Chosen" }
            dd { (one.chosen.shown()) ": " (one.chosen.how()) "." }
        }
    }
}

/// As the leader sees it.
fn own_view(one: &StyleChoice, typed: Option<&str>, wrongs: &Wrongs) -> Markup {
    let said = one.came_of_it.as_ref().map_or("", |(_, words)| words.as_str());
    html! {
        @if let Some(why) = &one.why { h2 { "Why" } p.written { (why) } }
        @if matches!(one.with, With::Person(_)) {
            h2 { "Whether it fitted them" }
            p { @match points(one) {
                Some(words) => { "“The way we worked on this fitted me”: " strong { (words) } "." },
                None if one.seen_at.is_some() => "They have seen it, and said nothing of it. That is theirs to do.",
                None => "They have not seen it yet.",
            } }
        }
        h2 { "What came of it" }
        @if let Some((on, _)) = &one.came_of_it { p.of { "Written on " (day(*on)) } }
        form method="post" action=(format!("/growth/styles/{}/look-back", one.id)) {
            (Field::new("came_of_it", "What came of it", typed.unwrap_or(said), wrongs).hint("What you would do again, and what otherwise. Sealed to you.").area())
            div.acts { button.primary type="submit" { "Keep it for myself" } a href="/growth/styles" { "Back" } }
        }
        h2 { "Take it back" }
        p { "Nothing of it stays, an answer to it neither." }
        (button(&format!("/growth/styles/{}/take-back", one.id), "Take it back", &one.work))
    }
}

/// As the one who is led sees it.
fn their_view(one: &StyleChoice, known: &Known, wrongs: &Wrongs) -> Markup {
    let leader = name(&known.people, one.leader);
    let scale: Vec<(String, &str)> = (1..=5).map(|at: u8| at.to_string()).zip(model::AGREED).collect();
    let value = one.points.map(|points| points.to_string()).unwrap_or_default();
    let hint = format!("{leader} sees your answer, nobody else does. You may leave it open, and change it later.");
    html! {
        p { "It is about this work alone. Is it otherwise? Talk about it: how far you can do it is easily misjudged." }
        form method="post" action=(format!("/growth/styles/{}/answer", one.id)) {
            div.field {
                label for="points" { "The way we worked on this fitted me" }
                p.hint #points-hint { (hint) }
                @if let Some(wrong) = wrongs.of("points") { p.wrong #points-wrong { (wrong) } }
                select id="points" name="points" aria-describedby="points-hint" {
                    option value="" selected[value.is_empty()] { "I do not say" }
                    @for (at, words) in &scale { option value=(at) selected[*at == value] { (words) } }
                }
            }
            div.acts { button.primary type="submit" { "I have seen it" } a href="/growth/styles" { "Back" } }
        }
    }
}

async fn shown(
    app: &App,
    me: &Me,
    style: StyleId,
    typed: Option<&str>,
    wrongs: &Wrongs,
) -> Result<(bool, Markup), Failure> {
    let mut tx = app.ledger().read().await?;
    let found = growth::style_one(&mut tx, &me.actor, style).await?.ok_or(Failure::NotFound)?;
    let known = Known::of(&mut tx, [&found]).await?;
    drop(tx);
    let own = found.leader == me.actor.person;
    let body = html! {
        p.over { a href="/growth/styles" { (TITLE) } @if !own { " · " (name(&known.people, found.leader)) } }
        (look::head(&found.work, &html! {}))
        (look::wrongs(wrongs))
        (facts(&found, &known, own))
        @if own { (own_view(&found, typed, wrongs)) } @else { (their_view(&found, &known, wrongs)) }
    };
    Ok((own, body))
}

fn shell(me: &Me, own: bool) -> look::Shell {
    show::shell(me, TITLE, HERE, if own { SEEN } else { TWO })
}

/// `GET /growth/styles/{id}`.
pub(super) async fn one(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    let (own, body) = shown(&app, &me, id(&one)?, None, &Wrongs::default()).await?;
    Ok(show::page(&shell(&me, own), &body))
}

/// What the forms of a choice send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    came_of_it: String,
    points: String,
}

/// `POST /growth/styles/{id}/look-back`.
pub(super) async fn look_back(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Said>,
) -> Result<Response, Failure> {
    let style: StyleId = id(&one)?;
    match app.ledger().perform(&me.actor, &LookBackOnStyle { style, words: typed.came_of_it.clone() }).await {
        Ok(()) => Ok(show::to(&format!("/growth/styles/{style}"))),
        Err(refused) => {
            let (own, body) = shown(&app, &me, style, Some(&typed.came_of_it), &show::wrongs(refused)?).await?;
            Ok(show::again(&shell(&me, own), &body))
        }
    }
}

/// `POST /growth/styles/{id}/answer`.
pub(super) async fn answer(
    State(app): State<App>,
    me: Me,
    Path(one): Path<String>,
    Form(typed): Form<Said>,
) -> Result<Response, Failure> {
    let style: StyleId = id(&one)?;
    match app.ledger().perform(&me.actor, &AnswerStyle { style, points: typed.points }).await {
        Ok(()) => Ok(show::to(&format!("/growth/styles/{style}"))),
        Err(refused) => {
            let (own, body) = shown(&app, &me, style, None, &show::wrongs(refused)?).await?;
            Ok(show::again(&shell(&me, own), &body))
        }
    }
}

/// `POST /growth/styles/{id}/take-back`.
pub(super) async fn take_back(State(app): State<App>, me: Me, Path(one): Path<String>) -> Result<Response, Failure> {
    app.ledger().perform(&me.actor, &TakeStyleBack { style: id(&one)? }).await?;
    Ok(show::to("/growth/styles"))
}
