//! The questions of the code that hang on what a decision is about: gone through for one decision.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::Wrongs;
use leadership::code::{Answer, Template};
use ledger::code::{self, Applied, CheckId, CodeCheck, RunChecks};
use ledger::decisions::{self, Decision};
use maud::{Markup, html};

use super::talk::{about, shell};
use super::{Names, found};
use crate::app::App;
use crate::cell::Cell;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::{day_of, radios_or_none};
use crate::show;

/// What kind of matter a decision is.
pub(super) fn template(decision: &Decision) -> Template {
    Template::from_name(&decision.template).unwrap_or(Template::Decision)
}

/// Fields by their names, among them `answer-ID` and `words-ID`.
pub(super) type Typed = Vec<(String, String)>;

fn at<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
}

/// The answers that were typed, and the words to them.
pub(super) fn answers(typed: &Typed) -> Vec<(CheckId, String, String)> {
    typed
        .iter()
        .filter_map(|(field, answer)| {
            let check: CheckId = field.strip_prefix("answer-")?.parse().ok()?;
            Some((check, answer.clone(), at(typed, &format!("words-{check}")).to_owned()))
        })
        .collect()
}

/// What would have been typed for the answers that stand.
pub(super) fn standing(applied: &[Applied]) -> Typed {
    let both = |one: &Applied| {
        let (id, last) = (one.check.id, one.last.as_ref()?);
        Some([(format!("answer-{id}"), last.answer.name().to_owned()), (format!("words-{id}"), last.words.clone())])
    };
    applied.iter().filter_map(both).flatten().collect()
}

/// The questions with their fields.
pub(super) fn questions<'a>(asked: impl IntoIterator<Item = &'a CodeCheck>, typed: &Typed, wrongs: &Wrongs) -> Markup {
    let choices: Vec<_> = Answer::ALL.iter().map(|answer| (answer.name(), answer.shown())).collect();
    html! {
        @for check in asked {
            @let (answer, words) = (format!("answer-{}", check.id), format!("words-{}", check.id));
            div.sub {
                (radios_or_none(&answer, &check.question, &choices, at(typed, &answer), wrongs))
                (Cell { id: words.clone(), name: &words, label: "In a sentence".to_owned(), value: at(typed, &words), kind: "area", quiet: false }.show(wrongs))
            }
        }
    }
}

/// The questions as they stand for a decision: answered, or a gap.
pub(super) fn shown(applied: &[Applied], names: &Names, me: &Me, made: bool) -> Markup {
    let open = applied.iter().filter(|one| one.last.is_none()).count();
    html! {
        @if !applied.is_empty() {
            h2 { "Questions of the code" }
            @if open > 0 {
                p.gap {
                    (open) " of " (applied.len()) @if open == 1 { " was" } @else { " were" }
                    @if made { " not answered when it was decided, nor since." } @else { " not answered yet." }
                }
            }
            ul { @for one in applied {
                li {
                    (one.check.question) " "
                    @match &one.last {
                        Some(last) => {
                            strong { (last.answer.shown()) }
                            @if !last.words.is_empty() { " – " span.written { (last.words) } }
                            span.soft { " (" (names.person(last.person)) ", " (day_of(me, last.at)) ")" }
                            @if last.answer == Answer::No && made { " " a href="/code/log#unmet" { "an exception, in the open" } }
                        }
                        None => strong.gap { "not answered" },
                    }
                    @if let Some((clause, title)) = &one.check.clause { span.soft { " · from " a href=(format!("/code/clauses/{clause}")) { (title) } } }
                }
            } }
        }
    }
}

fn view(decision: &Decision, asked: &[CodeCheck], typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        (about("Go through the questions of the code", decision, "Each answer stands on the decision, under your name. “Yes” is as it should be; the others need a sentence."))
        (look::wrongs(wrongs))
        form method="post" {
            (questions(asked, typed, wrongs))
            div.acts { button.primary type="submit" { "Keep the answers" } a href=(format!("/decisions/{}", decision.id)) { "Back" } }
        }
    }
}

/// A decision of this person's with the questions that hang on it.
async fn asked(app: &App, me: &Me, id: &str) -> Result<(Decision, Vec<CodeCheck>, Names), Failure> {
    let (mut tx, decision) = found(app, me, id).await?;
    if !decision.is_of(me.actor.person) {
        return Err(Failure::NotFound);
    }
    let asked = code::applying(&mut tx, decision.circle, template(&decision)).await?;
    if asked.is_empty() {
        return Err(Failure::NotFound);
    }
    let names = Names::of(&mut tx, []).await?;
    Ok((decision, asked, names))
}

/// `GET /decisions/{id}/check`.
pub(super) async fn ask(State(app): State<App>, me: Me, Path(id): Path<String>) -> Result<Response, Failure> {
    let (decision, asked, names) = asked(&app, &me, &id).await?;
    let body = view(&decision, &asked, &Typed::new(), &Wrongs::default());
    Ok(show::page(&shell(&me, "The questions of the code", &decision, &names), &body))
}

/// `POST /decisions/{id}/check`.
pub(super) async fn check(
    State(app): State<App>,
    me: Me,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let (decision, asked, names) = asked(&app, &me, &id).await?;
    // The circle sees the title, so a closed or unfinished decision brings none of its own words.
    let open = decision.closed_why.is_none() && decision.state != leadership::decision::State::Draft;
    let act = RunChecks {
        circle: Some(decision.circle),
        template: template(&decision).name().to_owned(),
        noun: Some(decisions::NOUN.to_owned()),
        subject: Some(decision.id.to_string()),
        title: if open { decision.form.question.clone() } else { "A decision".to_owned() },
        answers: answers(&typed),
    };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(_) => Ok(show::to(&format!("/decisions/{}", decision.id))),
        Err(refused) => {
            let body = view(&decision, &asked, &typed, &show::wrongs(refused)?);
            Ok(show::again(&shell(&me, "The questions of the code", &decision, &names), &body))
        }
    }
}
