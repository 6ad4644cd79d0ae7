//! One talk, as those who take part have it; and as its circle sees it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use leadership::promise::intended::field;
use leadership::promise::{Intended, Origin};
use leadership::talk::{Heard, Kind, State as Stands, Telling};
use leadership::{PersonId, Wrongs};
use ledger::talks::notes::Note;
use ledger::talks::{self, HeardSaid, Mediation, Outline, Talk, TalkId, Word};
use look::Field;
use maud::{Markup, html};

use super::parts::{Typed, capital, stands, title};
use super::{HERE, PART, circles, mediation};
use crate::app::App;
use crate::cell::Cell;
use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{choices, day, id, name, names, pairs, today};
use crate::promises::rows::Came;
use crate::show;

/// What the page shows.
pub(super) struct View {
    pub(super) talk: Talk,
    heard: Vec<HeardSaid>,
    words: Vec<Word>,
    state: Option<Mediation>,
    came: Came,
    notes: Vec<Note>,
    circles: Vec<(String, String)>,
    names: BTreeMap<PersonId, String>,
    today: Date,
}

/// Gathers it, for one who takes part.
pub(super) async fn view(app: &App, me: &Me, id: TalkId) -> Result<View, Failure> {
    let mut tx = app.ledger().read().await?;
    let talk = talks::get(&mut tx, &me.actor, id).await?.ok_or(Failure::NotFound)?;
    let heard = talks::heard_of(&mut tx, &me.actor, &talk).await?;
    let words = talks::words_of(&mut tx, &me.actor, &talk).await?;
    let state =
        if talk.kind == Kind::Mediation { Some(talks::mediation_of(&mut tx, &me.actor, &talk).await?) } else { None };
    let came = Came::of(&mut tx, &me.actor, Origin::Talk, &id.to_string()).await?;
    let other = talk.people().find(|person| *person != me.actor.person);
    let notes = match other {
        Some(other) if talk.kind == Kind::OneToOne => {
            talks::notes::shown_to_me(&mut tx, &me.actor, Some(other)).await?
        }
        _ => Vec::new(),
    };
    let circles = crate::parts::circles(&mut tx, |circle| me.actor.sight.inside.contains(&circle)).await?;
    let names = names(&mut tx, talk.people()).await?;
    Ok(View { heard, words, state, came, notes, circles: choices(&circles), names, today: today(app, me), talk })
}

/// One who takes part besides the reader, as choices of a form.
fn others(view: &View, me: &Me, only: &[PersonId]) -> Vec<(String, String)> {
    let all = view.talk.people().filter(|person| *person != me.actor.person && only.contains(person));
    all.map(|person| (person.to_string(), name(&view.names, person).to_owned())).collect()
}

/// Whom the reader may say back now.
fn may_hear(view: &View, me: &Me) -> Vec<PersonId> {
    let mine = me.actor.person;
    match &view.state {
        Some(state) => mediation::may_hear(&view.talk, state, mine),
        None if view.talk.state == Stands::Held && view.talk.kind.heard() => {
            let open = |of: PersonId| {
                view.heard.iter().any(|one| one.by == mine && one.of == of && one.state != Heard::Confirmed)
            };
            view.talk.people().filter(|person| *person != mine && !open(*person)).collect()
        }
        None => Vec::new(),
    }
}

fn planned(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let talk = &view.talk;
    let post = |what: &str| format!("/talks/{}/{what}", talk.id);
    let seen = talk.with.iter().any(|part| part.person == me.actor.person && part.seen_at.is_some());
    let runs = talk.kind != Kind::NotWork || talk.called_by == me.actor.person;
    let held = if typed.held_on.is_empty() { view.today.to_string() } else { typed.held_on.clone() };
    html! {
        @if !seen { form method="post" action=(post("seen")) { div.acts { button.primary type="submit" { "I have seen this" } } } }
        @if runs && (talk.planned_on <= view.today || !typed.held_on.is_empty()) {
            h2 { "Did it take place?" }
            form method="post" action=(post("held")) {
                (Field::new("held_on", "It was held on", &held, wrongs).day())
                (Field::new("said", "What was said", &typed.said, wrongs).optional().hint("As all who took part may read it. No private notes.").area())
                div.acts { button.primary[seen] type="submit" { "It was held" } }
            }
            form.inline method="post" action=(post("end")) { input type="hidden" name="how" value="missed"; button type="submit" { "It did not take place" } }
        }
        @if runs {
            details open[wrongs.of("planned_on").is_some()] {
                summary { "Another day, or not at all" }
                form method="post" action=(post("move")) {
                    (Field::new("planned_on", "The new day", &typed.planned_on, wrongs).day())
                    div.acts { button type="submit" { "Move it" } }
                }
                form.inline method="post" action=(post("end")) { input type="hidden" name="how" value="called_off"; button type="submit" { "Call it off" } }
            }
        } @else {
            form.inline method="post" action=(post("join")) { input type="hidden" name="comes" value="no"; button type="submit" { "I will not be there" } }
        }
    }
}

/// Questions that help along, from the training.
fn prompts() -> Markup {
    html! {
        details {
            summary { "Questions that help" }
            ul { @for (module, prompt) in model::shipped().prompts() {
                li { (prompt) " " span.soft { "(" a href=(format!("/training/{}", module.key)) { (module.title) } ")" } }
            } }
        }
    }
}

fn said_back(one: &HeardSaid, view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let mine = me.actor.person;
    let here = typed.about == one.id.to_string();
    let typed_of = |text: &str| if here { text.to_owned() } else { String::new() };
    let area = |name: &str, label: &str, value: &str| {
        let cell =
            Cell { id: format!("{name}-{}", one.id), name, label: label.to_owned(), value, kind: "area", quiet: false };
        cell.show(wrongs)
    };
    let called = |person: PersonId| if person == mine { "you" } else { name(&view.names, person) };
    let post = |what: &str| format!("/talks/heard/{}/{what}", one.id);
    html! { li id=(format!("heard-{}", one.id)) {
        p.of { (capital(called(one.by))) " heard from " (called(one.of)) }
        p.written { (one.words) }
        @if !one.correction.is_empty() && one.state != Heard::Confirmed { p.written { strong { "Corrected: " } (one.correction) } }
        p.of { (one.state.shown()) @if one.state == Heard::Confirmed { ", which is not to agree" } }
        @if one.of == mine && one.state == Heard::Waits {
            form.inline method="post" action=(post("answer")) { input type="hidden" name="confirms" value="yes"; button.primary type="submit" { "This is what I meant" } }
            details open[here && !wrongs.0.is_empty()] {
                summary { "Correct it" }
                form method="post" action=(post("answer")) {
                    (area("correction", "What you meant", &typed_of(&typed.correction)))
                    div.acts { button type="submit" { "Correct it" } }
                }
            }
        }
        @if one.by == mine && one.state == Heard::Corrected {
            form method="post" action=(post("again")) {
                (area("restated", "What you heard, with the correction", &typed_of(&typed.restated)))
                div.acts { button.primary type="submit" { "Say it back anew" } }
            }
        }
    } }
}

fn heard(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let may = may_hear(view, me);
    let people = others(view, me, &may);
    let of = if typed.of.is_empty() && people.len() == 1 { people[0].0.clone() } else { typed.of.clone() };
    html! {
        h2 { "What was heard" }
        @if view.heard.is_empty() { p.soft { "Nothing was said back yet. It stands as heard when the one who said it confirms it." } }
        ul.lines { @for one in &view.heard { (said_back(one, view, me, typed, wrongs)) } }
        @if !people.is_empty() {
            form method="post" action=(format!("/talks/{}/heard", view.talk.id)) {
                (Field::new("of", "From whom", &of, wrongs).choice(&pairs(&people)))
                (Field::new("heard", "What you heard", &typed.heard, wrongs).hint("In your words, one thing at a time. They confirm it or correct it.").area())
                div.acts { button type="submit" { "Say it back" } }
            }
        }
    }
}

/// The promises of a talk to be written, row by row, and one more to fill.
fn agree(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let mut rows = typed.rows();
    while rows.last().is_some_and(Intended::is_empty) {
        rows.pop();
    }
    let filled = rows.len();
    let all: Vec<PersonId> = view.talk.people().collect();
    let mine = me.actor.person;
    let first = all.iter().find(|person| **person != mine).map(ToString::to_string).unwrap_or_default();
    rows.push(Intended { from: mine.to_string(), to: first, ..Intended::default() });
    let choice = |column: &'static str, label: &str, chosen: &str, at: usize| {
        let wrong = wrongs.of(&field(column, at + 1));
        let told = wrong.map(|_| format!("{}-wrong", field(column, at + 1)));
        html! { div.field {
            label for=(field(column, at + 1)) { (label) }
            @if let (Some(wrong), Some(id)) = (wrong, &told) { p.wrong id=(id) { (wrong) } }
            select id=(field(column, at + 1)) name=(format!("promise_{column}")) aria-describedby=[told.as_deref()] {
                @for person in &all {
                    option value=(person) selected[person.to_string() == chosen] { (name(&view.names, *person)) @if *person == mine { " (you)" } }
                }
            }
        } }
    };
    html! {
        details.promised open[filled > 0 || wrongs.0.iter().any(|wrong| wrong.field.starts_with("promise_"))] {
            summary { "Something was agreed" }
            form method="post" action=(format!("/talks/{}/agree", view.talk.id)) {
                p.hint { "Each becomes a promise between two of you, which leads back to this talk. What you write for somebody else is asked of them, and waits until they accept it." }
                @for (at, row) in rows.iter().enumerate() {
                    @let cell = |name: &'static str, label: &str, value: &str, kind: &'static str| {
                        Cell { id: field(name, at + 1), name: &format!("promise_{name}"), label: label.to_owned(), value, kind, quiet: false }.show(wrongs)
                    };
                    fieldset.sub {
                        legend { "Promise " (at + 1) }
                        (cell("what", "What", &row.what, "text"))
                        div.two { (choice("from", "Who promises", &row.from, at)) (choice("to", "To whom", &row.to, at)) }
                        div.two { (cell("due", "By when", &row.due, "date")) (cell("known", "How it will be known", &row.known, "text")) }
                    }
                }
                div.acts { button type="submit" { "Write it down" } button type="submit" name="more" value="promise" formnovalidate { "Another one" } }
            }
        }
    }
}

fn told(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let kind = match (view.talk.kind, &view.state) {
        (Kind::Team | Kind::NotWork, _) if view.talk.state == Stands::Held => Telling::Told,
        (Kind::Mediation, Some(state)) if state.may_agree() => Telling::Lesson,
        _ => return html! {},
    };
    let word = view.words.iter().find(|word| word.kind == kind);
    let of = view.talk.with.len();
    html! {
        h2 { (kind.shown()) }
        @if let Some(word) = word {
            div id=(format!("word-{}", word.id)) {
                p.written { (word.words) }
                p.of { "Agreed by " (word.agreed.len()) " of " (of) @if word.shared_at.is_some() { "; told" } @else { "; told when all agree" } }
                form.inline method="post" action=(format!("/talks/words/{}", word.id)) {
                    @let agreed = word.agreed.contains(&me.actor.person);
                    input type="hidden" name="agrees" value=(if agreed { "no" } else { "yes" });
                    button type="submit" { @if agreed { "Take your consent back" } @else { "I agree that this is told" } }
                }
            }
        }
        details open[["words", "circle"].iter().any(|field| wrongs.of(field).is_some())] {
            summary { @if word.is_some() { "Write it anew" } @else { "Write it" } }
            form method="post" action=(format!("/talks/{}/tell", view.talk.id)) {
                input type="hidden" name="kind" value=(kind.name());
                @if kind == Telling::Lesson {
                    (Field::new("circle", "For which circle", &typed.circle, wrongs).choice(&pairs(&view.circles)))
                }
                (Field::new("words", "The words", &typed.words, wrongs)
                    .hint(if kind == Telling::Lesson { "Without names, and so that nobody can be guessed. All three of you agree before anybody reads it." } else { "The circle reads it when everybody who took part agrees." }).area())
                div.acts { button type="submit" { "Ask the others to agree" } }
            }
        }
    }
}

/// The page of one who takes part.
pub(super) fn body(view: &View, me: &Me, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let talk = &view.talk;
    let agrees = match &view.state {
        Some(state) => state.may_agree() && !matches!(talk.state, Stands::CalledOff | Stands::Missed),
        None => talk.state == Stands::Held && talk.kind != Kind::NotWork,
    };
    let who: Vec<&str> = talk.people().map(|person| name(&view.names, person)).collect();
    html! {
        (look::head(&title(talk, me.actor.person, &view.names), &html! { p { (capital(&stands(talk))) "." } }))
        (look::wrongs(wrongs))
        @if !talk.about.is_empty() { p { (talk.about) } }
        @if let Some(starter) = circles::starter(&talk.starter) { p { strong { (starter.title) } ": " (starter.words) } }
        @if talk.kind == Kind::Mediation { p.soft { "The mediator is " (name(&view.names, talk.called_by)) "." } }
        @if talk.kind.seen_by_circle() { p.soft { (who.join(", ")) @if who.len() == 1 { " takes part." } @else { " take part." } } }
        @if let Some(seat) = talk.seat { p { a href=(format!("/growth/seats/{seat}")) { "The seat that it is beside" } } }
        (mediation::days(talk))
        @if !talk.words.is_empty() { p.written { (talk.words) } }
        @if talk.kind == Kind::OneToOne && talk.state == Stands::Planned { (prompts()) }
        @if !view.notes.is_empty() {
            h2 { "What they show you of their life" }
            @for note in &view.notes { p.written { (note.words) } }
            p.soft { "They can take it back at any time." }
        }
        @if talk.state == Stands::Planned { (planned(view, me, typed, wrongs)) }
        @if let Some(state) = &view.state {
            (mediation::steps(talk, state, &view.names))
            (mediation::accounts(talk, state, me, &view.names, (typed, wrongs)))
        }
        @if talk.kind.heard() && (talk.state == Stands::Held || view.state.is_some()) { (heard(view, me, typed, wrongs)) }
        (view.came.show("What was promised", view.today))
        @if agrees { (agree(view, me, typed, wrongs)) }
        (told(view, me, typed, wrongs))
        p { a href="/talks" { "All talks" } }
    }
}

fn outside(one: &Outline, circle: &str) -> Markup {
    html! {
        (look::head(&capital(one.kind.shown()), &html! { p { (day(one.day)) } }))
        (circles::outline(one, circle))
        p { a href="/talks" { "All talks" } }
    }
}

/// `GET /talks/{id}`.
pub(super) async fn show(State(app): State<App>, me: Me, Path(talk): Path<String>) -> Result<Response, Failure> {
    let talk: TalkId = id(&talk)?;
    match view(&app, &me, talk).await {
        Ok(view) => {
            let body = body(&view, &me, &Typed::default(), &Wrongs::default());
            Ok(show::page(&show::shell(&me, "A talk", HERE, PART), &body))
        }
        Err(Failure::NotFound) => {
            let mut tx = app.ledger().read().await?;
            let one = talks::outline(&mut tx, &me.actor, talk, today(&app, &me)).await?.ok_or(Failure::NotFound)?;
            let circle = circles::named(&mut tx, &me, &one).await?;
            drop(tx);
            Ok(show::page(&show::shell(&me, "A talk", HERE, PART), &outside(&one, &circle)))
        }
        Err(other) => Err(other),
    }
}
