//! People from a table: what would be done first, then the same.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use leadership::{CircleId, Wrongs};
use ledger::people::import::{Does, Import, Plan, plan};
use ledger::people::{self, Circle};
use look::Field;
use maud::{Markup, html};
use serde::Deserialize;

use super::{AUDIENCE, borrowed, choices, keeps};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::route::{Guard, Route};
use crate::show;

const TITLE: &str = "Add people from a table";

/// Rows of the plan that the page shows.
const SHOWN: usize = 200;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::form("/people/import", Guard::Inside, get(ask).post(check)),
        Route::act("/people/import/do", Guard::Inside, post(import)),
    ]
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    text: String,
    circle: String,
}

/// Bytes of a file as text: UTF-8, UTF-16 with its mark, else what spreadsheets of Western Windows write.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => encoding_rs::WINDOWS_1252,
    };
    encoding.decode(bytes).0.into_owned()
}

/// A form with a file, or the same without.
async fn received(request: Request) -> Result<Typed, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let Form(typed) = Form::<Typed>::from_request(request, &()).await?;
        return Ok(typed);
    }
    let broken = |status: StatusCode| Failure::Refused {
        status,
        what: "The file could not be received whole.".to_owned(),
        remedy: "Send it again; if it is large, in several files.".to_owned(),
    };
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| broken(error.status()))?;
    let mut typed = Typed::default();
    while let Some(part) = parts.next_field().await.map_err(|error| broken(error.status()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes: Bytes = part.bytes().await.map_err(|error| broken(error.status()))?;
        match name.as_str() {
            "circle" => typed.circle = decoded(&bytes),
            "text" if typed.text.is_empty() => typed.text = decoded(&bytes),
            // A file wins over what was typed beside it.
            "file" if !bytes.is_empty() => typed.text = decoded(&bytes),
            _ => {}
        }
    }
    Ok(typed)
}

/// The circles to which this person may add people; without any, there is no such page.
async fn mine(app: &App, me: &Me) -> Result<(Vec<Circle>, Vec<(String, String)>), Failure> {
    let all = people::circles(&mut app.ledger().read().await?).await?;
    let mine = choices(&all, |circle| keeps(me, circle.id));
    if mine.is_empty() { Err(Failure::NotFound) } else { Ok((all, mine)) }
}

fn form(mine: &[(String, String)], typed: &Typed, wrongs: &Wrongs) -> Markup {
    html! {
        form.one-column method="post" action="/people/import" enctype="multipart/form-data" {
            div.field {
                label for="file" { "A file of comma-separated values" }
                p.hint #file-hint { "From a spreadsheet: save as CSV. The first row names the columns: name, email, circle, role. Only name must be there." }
                input #file type="file" name="file" accept=".csv,.tsv,.txt,text/csv" aria-describedby="file-hint";
            }
            (Field::new("text", "Or the table itself", &typed.text, wrongs).optional().area())
            (Field::new("circle", "Circle of rows that name none", &typed.circle, wrongs).choice(&borrowed(mine)))
            div.acts { button.primary type="submit" { "Show what would be done" } a href="/people" { "Back to people" } }
        }
    }
}

/// `GET /people/import`.
async fn ask(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let (_, mine) = mine(&app, &me).await?;
    let typed = Typed { circle: mine.first().map(|(id, _)| id.clone()).unwrap_or_default(), ..Typed::default() };
    let body = html! {
        (look::head(TITLE, &html! { p { "First you see, row by row, what would be done. Nothing is kept before you say so." } }))
        (form(&mine, &typed, &Wrongs::default()))
    };
    Ok(show::page(&show::shell(&me, TITLE, "/people", AUDIENCE), &body))
}

fn plan_view(plan: &Plan, typed: &Typed) -> Markup {
    let (adds, gives, nothing) = (plan.count(Does::Adds), plan.count(Does::GivesRole), plan.count(Does::Nothing));
    html! {
        @if !plan.unused.is_empty() { p.soft { "Columns that are not used: " (plan.unused.join(", ")) "." } }
        @if !plan.wrongs.is_empty() {
            div.notice.warn role="alert" { p { strong { "Nothing can be done while rows are wrong." } " Mend them in the table and show it again." } }
            (look::scroll("Rows that are wrong", &html! {
                table {
                    thead { tr { th.n scope="col" { "Row" } th scope="col" { "Column" } th.wide scope="col" { "What is wrong, and what to do" } } }
                    tbody { @for wrong in &plan.wrongs { tr { td.n { (wrong.row) } td { (wrong.column) } td { (wrong.message) } } } }
                }
            }))
        } @else if plan.rows.is_empty() {
            p { "There is no row under the headings." }
        } @else {
            p.lead { (adds) " would be added, " (gives) " given one more role, " (nothing) " are as the table says already." }
            form.acts method="post" action="/people/import/do" {
                textarea.hidden name="text" aria-hidden="true" tabindex="-1" { "\n" (typed.text) }
                input type="hidden" name="circle" value=(typed.circle);
                button.primary type="submit" { "Do it" }
            }
            (look::scroll("What would be done", &html! {
                table {
                    thead { tr { th.n scope="col" { "Row" } th scope="col" { "Name" } th scope="col" { "Address" } th scope="col" { "Circle" } th scope="col" { "Role" } th scope="col" { "What would be done" } } }
                    tbody {
                        @for row in plan.rows.iter().take(SHOWN) {
                            tr {
                                td.n { (row.row) } td { (row.name) } td { (row.email.as_deref().unwrap_or("none")) } td { (row.path) } td { (row.role.shown()) }
                                td { @match row.does { Does::Adds => "added", Does::GivesRole => "given this role", Does::Nothing => "nothing: it is so" } }
                            }
                        }
                    }
                }
            }))
            @if plan.rows.len() > SHOWN { p.soft { "And " (plan.rows.len() - SHOWN) " rows more, which are right as well." } }
        }
    }
}

/// `POST /people/import`: the dry run.
async fn check(State(app): State<App>, me: Me, request: Request) -> Result<Response, Failure> {
    let (_, mine) = mine(&app, &me).await?;
    let typed = received(request).await?;
    dry(&app, &me, &mine, &typed, Wrongs::default()).await
}

async fn dry(
    app: &App,
    me: &Me,
    mine: &[(String, String)],
    typed: &Typed,
    mut wrongs: Wrongs,
) -> Result<Response, Failure> {
    let circle: Option<CircleId> = typed.circle.parse().ok().filter(|id| keeps(me, *id));
    if circle.is_none() {
        wrongs.add("circle", "Choose a circle of the list.");
    }
    if typed.text.trim().is_empty() {
        wrongs.add("text", "Choose a file, or paste the table.");
    }
    let mut plan_found = None;
    if let (Some(circle), true) = (circle, wrongs.0.iter().all(|wrong| wrong.field.is_empty())) {
        plan_found = match plan(&mut app.ledger().read().await?, &me.actor, &typed.text, circle).await {
            Ok(plan) => Some(plan),
            Err(refused) => {
                wrongs.0.extend(show::wrongs(refused)?.0);
                None
            }
        };
    }
    let right = plan_found.as_ref().is_some_and(|plan| plan.wrongs.is_empty()) && wrongs.0.is_empty();
    let body = html! {
        (look::head(TITLE, &html! { p { "This is what would be done. Nothing is kept yet." } }))
        (look::wrongs(&wrongs))
        @if let Some(plan) = &plan_found { (plan_view(plan, typed)) }
        h2 { "Another table, or the same one mended" }
        (form(mine, typed, &wrongs))
    };
    let shell = show::shell(me, TITLE, "/people", AUDIENCE);
    Ok(if right { show::page(&shell, &body) } else { show::again(&shell, &body) })
}

/// `POST /people/import/do`.
async fn import(State(app): State<App>, me: Me, Form(typed): Form<Typed>) -> Result<Response, Failure> {
    let (_, mine) = mine(&app, &me).await?;
    let Some(otherwise) = typed.circle.parse().ok().filter(|id| keeps(&me, *id)) else {
        return dry(&app, &me, &mine, &typed, Wrongs::default()).await;
    };
    match app.ledger().perform(&me.actor, &Import { text: typed.text.clone(), otherwise }).await {
        Ok(_) => Ok(show::to("/people")),
        // Somebody changed something meanwhile, or the database is away: the plan as it is now.
        Err(refused) => {
            let wrongs = show::wrongs(refused)?;
            dry(&app, &me, &mine, &typed, wrongs).await
        }
    }
}
