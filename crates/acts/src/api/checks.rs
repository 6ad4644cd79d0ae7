//! `/api/v1/checks`: questions of the code that hang on templates, going through them, and what doing right cost.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use leadership::code::Template;
use leadership::decision::State as Stands;
use ledger::code::{self, AddCheck, RetireCheck, RunChecks, TellRightThing};
use ledger::decisions;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::answers::Made;
use super::entry::{Bare, Caller, Key, KeyHeader, Query, Sent, does, of_field, of_path, perform};
use super::problem::{ActRefusals, Problem};
use super::questions::{NewAnswer, TemplateName};
use crate::app::App;

/// A question that hangs on a template.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HungQuestion {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
    /// The circle that asks it, of itself and all that is nested in it.
    #[schema(format = "uuid")]
    circle: String,
    /// What it hangs on.
    template: TemplateName,
    /// The question; “yes” is as it should be.
    question: String,
    /// The clause that it comes from.
    #[schema(format = "uuid")]
    clause: Option<String>,
}

/// Which questions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichQuestions {
    /// Only those of one template.
    #[param(inline)]
    template: Option<TemplateName>,
}

/// The questions that hang on templates in the circles that you see from inside
#[utoipa::path(get, path = "/api/v1/checks", tag = "code", params(WhichQuestions),
    responses((status = 200, body = Vec<HungQuestion>), ActRefusals))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(which): Query<WhichQuestions>,
) -> Result<Json<Vec<HungQuestion>>, Problem> {
    let only = which.template.map(Template::from);
    let mut tx = app.ledger().read().await?;
    let mut told = Vec::new();
    for template in Template::ALL.iter().filter(|template| only.is_none_or(|only| only == **template)) {
        told.extend(code::checks(&mut tx, &caller.actor, *template).await?.into_iter().map(|one| HungQuestion {
            id: one.id.to_string(),
            circle: one.circle.to_string(),
            template: one.template.into(),
            question: one.question,
            clause: one.clause.map(|(clause, _)| clause.to_string()),
        }));
    }
    Ok(Json(told))
}

/// A question to hang on a template.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewHungQuestion {
    /// The circle that asks it.
    #[schema(format = "uuid")]
    circle: String,
    /// What it hangs on.
    template: TemplateName,
    /// The question, so that “yes” is as it should be.
    #[schema(min_length = 1, max_length = 200)]
    question: String,
    /// The clause that it comes from.
    #[serde(default)]
    #[schema(format = "uuid")]
    clause: Option<String>,
}

/// Hang a question on a template: who leads its circle
#[utoipa::path(post, path = "/api/v1/checks", tag = "code", request_body = NewHungQuestion, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn add(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewHungQuestion>,
) -> Result<Json<Value>, Problem> {
    let NewHungQuestion { circle, template, question, clause } = sent.value.clone();
    let act = AddCheck {
        circle: Some(of_field("circle", &circle)?),
        template: Template::from(template).name().to_owned(),
        question,
        clause: clause.as_deref().map(|clause| of_field("clause", clause)).transpose()?,
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Take a question off its template: who leads its circle
#[utoipa::path(delete, path = "/api/v1/checks/{id}", tag = "code",
    params(("id" = String, Path, format = "uuid", description = "The question."), KeyHeader),
    responses((status = 204, description = "It is asked no more; what was answered stays."), ActRefusals))]
pub(super) async fn retire(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    bare: Bare,
) -> Result<StatusCode, Problem> {
    does(&app, &caller, &key, &bare, &RetireCheck { check: of_path(&id)? }).await
}

/// Answers to the questions of a template, for one matter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRun {
    /// The template.
    template: TemplateName,
    /// The circle in which the matter is; its people see it.
    #[schema(format = "uuid")]
    circle: String,
    /// The matter, in one line.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// An answer to each question.
    answers: Vec<NewAnswer>,
}

/// Go through the questions of a template for one matter; a decision has an address of its own
#[utoipa::path(post, path = "/api/v1/check-runs", tag = "code", request_body = NewRun, params(KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn run(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewRun>,
) -> Result<Json<Value>, Problem> {
    let NewRun { template, circle, title, answers } = sent.value.clone();
    let act = RunChecks {
        circle: Some(of_field("circle", &circle)?),
        template: Template::from(template).name().to_owned(),
        noun: None,
        subject: None,
        title,
        answers: answers.into_iter().filter_map(NewAnswer::given).collect(),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// Answers to the questions that apply to a decision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDecisionAnswers {
    /// An answer to each question.
    answers: Vec<NewAnswer>,
}

/// Answer the questions of the code that apply to a decision of yours
#[utoipa::path(post, path = "/api/v1/decisions/{id}/questions", tag = "decisions", request_body = NewDecisionAnswers,
    params(("id" = String, Path, format = "uuid", description = "The decision."), KeyHeader),
    responses((status = 200, body = Made), ActRefusals))]
pub(super) async fn answer(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    key: Key,
    sent: Sent<NewDecisionAnswers>,
) -> Result<Json<Value>, Problem> {
    let found = decisions::get(&mut app.ledger().read().await?, &caller.actor, of_path(&id)?).await?;
    let found = found.filter(|one| one.is_of(caller.actor.person)).ok_or_else(Problem::not_found)?;
    let template = Template::from_name(&found.template).unwrap_or(Template::Decision);
    // The circle sees the title, so a closed or unfinished decision brings none of its own words.
    let open = found.closed_why.is_none() && found.state != Stands::Draft;
    let act = RunChecks {
        circle: Some(found.circle),
        template: template.name().to_owned(),
        noun: Some(decisions::NOUN.to_owned()),
        subject: Some(found.id.to_string()),
        title: if open { found.form.question } else { "A decision".to_owned() },
        answers: sent.value.answers.iter().cloned().filter_map(NewAnswer::given).collect(),
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, |id| json!({ "id": id })).await?))
}

/// A time that doing right cost something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RightThing)]
pub(super) struct CostlyRight {
    /// What was done.
    title: String,
    /// What it was for.
    words: String,
    /// What it cost, in hundredths of the currency; 0 where it cost something else than money.
    cost_cents: i64,
    /// The currency, three letters.
    currency: String,
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// The clause that it was for.
    #[schema(format = "uuid")]
    clause: Option<String>,
    /// Who told of it.
    #[schema(format = "uuid")]
    told_by: String,
}

/// The times that doing right cost something, in the circles that you see from inside, the newest day first
#[utoipa::path(get, path = "/api/v1/right-things", tag = "code",
    responses((status = 200, body = Vec<CostlyRight>), ActRefusals))]
pub(super) async fn right_things(State(app): State<App>, caller: Caller) -> Result<Json<Vec<CostlyRight>>, Problem> {
    let all = code::right_things(&mut app.ledger().read().await?, &caller.actor).await?;
    let told = all.into_iter().map(|one| CostlyRight {
        title: one.title,
        words: one.words,
        cost_cents: one.cost_cents,
        currency: one.currency,
        day: one.day.to_string(),
        clause: one.clause.map(|(clause, _)| clause.to_string()),
        told_by: one.told_by.to_string(),
    });
    Ok(Json(told.collect()))
}

/// A costly right thing to be told.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRightThing {
    /// The circle that sees it.
    #[schema(format = "uuid")]
    circle: String,
    /// What was done.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// What it was for.
    #[schema(min_length = 1, max_length = 20000)]
    words: String,
    /// What it cost, such as 1200.50; 0 when it cost something else than money.
    #[schema(min_length = 1)]
    cost: String,
    /// The currency, three letters, such as EUR.
    #[schema(min_length = 3)]
    currency: String,
    /// The day: one that has come.
    #[schema(format = Date)]
    day: String,
    /// The clause that it was for.
    #[serde(default)]
    #[schema(format = "uuid")]
    clause: Option<String>,
}

/// Tell of a time that doing right cost something
#[utoipa::path(post, path = "/api/v1/right-things", tag = "code", request_body = NewRightThing, params(KeyHeader),
    responses((status = 204, description = "It is told."), ActRefusals))]
pub(super) async fn tell_right(
    State(app): State<App>,
    caller: Caller,
    key: Key,
    sent: Sent<NewRightThing>,
) -> Result<StatusCode, Problem> {
    let NewRightThing { circle, title, words, cost, currency, day, clause } = sent.value.clone();
    let act = TellRightThing {
        circle: Some(of_field("circle", &circle)?),
        title,
        words,
        cost,
        currency,
        day,
        clause: clause.as_deref().map(|clause| of_field("clause", clause)).transpose()?,
    };
    does(&app, &caller, &key, &sent, &act).await
}
