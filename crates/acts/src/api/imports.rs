//! `/api/v1/people-imports`: people from a table, looked at first, then done.

use axum::Json;
use axum::extract::State;
use ledger::people::import::{Does, Import, Plan, plan};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answers::{RoleName, names};
use super::entry::{Inside, Key, KeyHeader, Sent, of_field, perform};
use super::problem::{ActRefusals, Problem};
use crate::app::App;

names! {
    /// What a row does.
    RowDoesName of Does { Adds, GivesRole, Nothing }
}

/// A table of people.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPeopleTable {
    /// Separated by commas, semicolons or tabs. The first row names the columns: name, email, circle, role; only name must
    /// be there. At most 20,000 rows; a body that is longer than the server takes is refused (413).
    #[schema(min_length = 1)]
    text: String,
    /// The circle of rows that name none: one to which you may add people.
    #[schema(format = "uuid")]
    circle: String,
}

/// A row as it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TableRow {
    /// Its number; the headings are row 1.
    #[schema(minimum = 2)]
    row: u64,
    /// The name.
    name: String,
    /// The address for mail.
    email: Option<String>,
    /// The circle.
    #[schema(format = "uuid")]
    circle: String,
    /// The role.
    role: RoleName,
    /// What it would do.
    does: RowDoesName,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TableWrong {
    /// Its number; the headings are row 1.
    #[schema(minimum = 1)]
    row: u64,
    /// The column.
    column: String,
    /// What is wrong, and what to do.
    message: String,
}

/// What an import would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportPlan {
    /// Rows that were understood.
    rows: Vec<TableRow>,
    /// What is wrong; while there is anything, nothing can be done.
    wrongs: Vec<TableWrong>,
    /// Columns that are not used.
    unused: Vec<String>,
}

fn told(plan: Plan) -> ImportPlan {
    let rows = plan.rows.into_iter().map(|row| TableRow {
        row: row.row,
        name: row.name,
        email: row.email,
        circle: row.circle.to_string(),
        role: row.role.into(),
        does: row.does.into(),
    });
    let wrongs = plan.wrongs.into_iter().map(|wrong| TableWrong {
        row: wrong.row,
        column: wrong.column.to_owned(),
        message: wrong.message,
    });
    ImportPlan { rows: rows.collect(), wrongs: wrongs.collect(), unused: plan.unused }
}

fn import(table: &NewPeopleTable) -> Result<Import, Problem> {
    if table.text.trim().is_empty() {
        return Err(Problem::field("text", "Send the table itself."));
    }
    Ok(Import { text: table.text.clone(), otherwise: of_field("circle", &table.circle)? })
}

/// What an import of a table would do: who keeps the circle in order
///
/// Nothing is changed, so it takes no Idempotency-Key.
#[utoipa::path(post, path = "/api/v1/people-imports/dry-run", tag = "people", request_body = NewPeopleTable,
    responses((status = 200, body = ImportPlan), ActRefusals))]
pub(super) async fn dry_run(
    State(app): State<App>,
    Inside(caller): Inside,
    sent: Sent<NewPeopleTable>,
) -> Result<Json<ImportPlan>, Problem> {
    let Import { text, otherwise } = import(&sent.value)?;
    Ok(Json(told(plan(&mut app.ledger().read().await?, &caller.actor, &text, otherwise).await?)))
}

/// What an import did.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Imported {
    /// Rows whose person was added.
    #[schema(minimum = 0)]
    added: usize,
    /// Rows whose person, who was here, was given a role.
    #[schema(minimum = 0)]
    given_role: usize,
    /// Rows that were so already.
    #[schema(minimum = 0)]
    unchanged: usize,
}

/// Add the people of a table, all of them or none: who keeps the circle in order
///
/// A table in which a row is wrong is refused (409); the dry run says which rows and why.
#[utoipa::path(post, path = "/api/v1/people-imports", tag = "people", request_body = NewPeopleTable,
    params(KeyHeader), responses((status = 200, body = Imported), ActRefusals))]
pub(super) async fn run(
    State(app): State<App>,
    Inside(caller): Inside,
    key: Key,
    sent: Sent<NewPeopleTable>,
) -> Result<Json<Value>, Problem> {
    let act = import(&sent.value)?;
    // Counts alone: an answer is kept with its key for a day, and names are not to be kept twice.
    let done = |plan: &Plan| {
        json!(Imported {
            added: plan.count(Does::Adds),
            given_role: plan.count(Does::GivesRole),
            unchanged: plan.count(Does::Nothing),
        })
    };
    Ok(Json(perform(&app, &caller, &key, &sent, &act, done).await?))
}
