//! `/api/v1/decisions/…/questions`: what the code asks of a decision.

use axum::Json;
use axum::extract::{Path, State};
use leadership::code::{Answer, Template};
use ledger::code::{self, CheckId};
use ledger::decisions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::names;
use super::entry::{Caller, of_path};
use super::problem::{Problem, Refusals};
use crate::app::App;

names! {
    /// What a decision is about.
    TemplateName of Template { Decision, Purchase, Client, Hiring }
}
names! {
    /// How a question of the code was answered: as it should be, not so, nobody knows, or it has no bearing here.
    AnswerName of Answer { Yes, No, Unsure, Beside }
}

/// An answer to a question of the code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCodeAnswer)]
pub(super) struct NewAnswer {
    /// The question.
    #[schema(format = "uuid")]
    check: String,
    /// The answer.
    answer: AnswerName,
    /// What stands against it; needed for `no` and `unsure`.
    #[serde(default)]
    #[schema(required = false, max_length = 20000)]
    words: String,
}

impl NewAnswer {
    /// As the act takes it; `None` where the question can be none.
    pub(super) fn given(self) -> Option<(CheckId, String, String)> {
        Some((self.check.parse().ok()?, Answer::from(self.answer).name().to_owned(), self.words))
    }
}

/// A question of the code that applies to a decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CodeQuestion)]
pub(super) struct Question {
    /// Its identifier.
    #[schema(format = "uuid")]
    check: String,
    /// The question; `yes` is as it should be.
    question: String,
    /// How it was answered last; null where nobody did.
    answer: Option<AnswerName>,
    /// What was said to it.
    words: String,
}

/// The questions of the code that apply to a decision, with their answers
#[utoipa::path(get, path = "/api/v1/decisions/{id}/questions", tag = "decisions",
    params(("id" = String, Path, format = "uuid", description = "The decision.")),
    responses((status = 200, body = Vec<Question>), Refusals))]
pub(super) async fn questions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Vec<Question>>, Problem> {
    let mut tx = app.ledger().read().await?;
    let found = decisions::get(&mut tx, &caller.actor, of_path(&id)?).await?.ok_or_else(Problem::not_found)?;
    let kind = Template::from_name(&found.template).unwrap_or(Template::Decision);
    let applied = code::applied(&mut tx, found.circle, kind, found.id).await?;
    let one = |one: code::Applied| Question {
        check: one.check.id.to_string(),
        question: one.check.question,
        answer: one.last.as_ref().map(|last| last.answer.into()),
        words: one.last.map(|last| last.words).unwrap_or_default(),
    };
    Ok(Json(applied.into_iter().map(one).collect()))
}
