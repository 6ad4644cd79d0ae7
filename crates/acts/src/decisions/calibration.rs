//! How sure I was, and what came of it: for one's own eyes, shared by choice.

use axum::extract::{Path, State};
use axum::response::Response;
use leadership::calibration::{Calibration, Judged, MINIMUM, calibrate, closer};
use leadership::{PersonId, Wrongs};
use ledger::Tx;
use ledger::decisions::calibration::{self, Called, Look, Share};
use ledger::people::{self, Person};
use look::Field;
use look::charts::reliability;
use maud::{Markup, html};
use serde::Deserialize;

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::guard::Me;
use crate::parts::day_of;
use crate::pick::Pick;
use crate::show;

fn of(called: &[Called], one: impl Fn(&Called) -> Option<Judged>) -> (usize, Option<Calibration>) {
    let judged: Vec<Judged> = called.iter().filter_map(one).collect();
    (judged.len(), calibrate(&judged))
}

fn score(value: f64) -> String {
    format!("{value:.3}")
}

fn part(title: &str, who: &'static str, key: &'static str, (n, found): (usize, Option<Calibration>)) -> Markup {
    let Some(found) = found else {
        return html! {
            section { h2 { (title) } p { "Not enough to say: " (n) " judged, and nothing is said below " (MINIMUM) "." } }
        };
    };
    let drawing = reliability(&found, who, key);
    html! {
        section {
            h2 { (title) }
            figure { (drawing.svg) figcaption { "Points on the dashed line: said and came agree. The number is how many decisions; a hollow point has fewer than five; the line through it is its 90 % interval." } }
            p { "Score " strong { (score(found.brier)) } " (90 % interval " (score(found.interval.0)) " to " (score(found.interval.1)) ", n = " (found.n) "). 0 is best; always saying 50 % gets 0.250 where everything comes true or does not." }
            details {
                summary { "What the score is made of" }
                dl.words {
                    dt { "Off the mark: " (score(found.reliability)) } dd { "How far what was said lies from what came, bin by bin. Less is better." }
                    dt { "Telling apart: − " (score(found.resolution)) } dd { "How well it tells what comes from what does not. More is better." }
                    dt { "Uncertain in itself: " (score(found.uncertainty)) } dd { "The score of always saying the overall share, " (format!("{:.0}", found.came * 100.0)) " %." }
                    dt { "Within bins: " (score(found.spread)) " − " (score(found.agreement)) } dd { "What is left because percentages are put into ten bins." }
                }
                p.soft { (score(found.reliability)) " − " (score(found.resolution)) " + " (score(found.uncertainty)) " + " (score(found.spread)) " − " (score(found.agreement)) " = " (score(found.brier)) ". Brier (1950); Murphy (1973); Stephenson, Coelho and Jolliffe (2008)." }
            }
            details {
                summary { "The same as a table" }
                (look::scroll(&drawing.title, &html! { table {
                    caption.visually-hidden { (drawing.title) }
                    thead { tr { @for heading in &drawing.headings { th scope="col" { (heading) } } } }
                    tbody { @for row in &drawing.rows { tr { @for cell in row { td.n { (cell) } } } } }
                } }))
            }
        }
    }
}

fn beside(called: &[Called]) -> Markup {
    let pairs: Vec<_> = called.iter().filter_map(|one| Some((one.gut()?, one.analysed()?))).collect();
    html! {
        h2 { "Gut beside analysis" }
        @match closer(&pairs) {
            None => p { "Not enough to say: " (pairs.len()) " decisions have both percentages and were judged, and nothing is said below " (MINIMUM) "." },
            Some(found) => {
                @if found.interval.0 > 0.0 { p { "Worked out came closer than the gut." } }
                @else if found.interval.1 < 0.0 { p { "The gut came closer than what was worked out." } }
                @else { p { "They cannot be told apart yet." } }
                p.soft { "Difference of the squared errors, gut less analysis: " (score(found.by)) " (90 % interval " (score(found.interval.0)) " to " (score(found.interval.1)) ", n = " (found.n) ")." }
            }
        }
    }
}

fn both(called: &[Called], mine: bool) -> Markup {
    let (gut, analysis) = if mine { ("Your gut", "What you worked out") } else { ("The gut", "What was worked out") };
    html! {
        div.charts {
            (part(gut, "the gut", "gut", of(called, Called::gut)))
            (part(analysis, "the analysis", "analysed", of(called, Called::analysed)))
        }
        (beside(called))
        p.soft { "A statement that came true in part counts as a half. Only decisions whose outcome was judged count." }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sharing {
    viewer: String,
    shared: String,
}

const AUDIENCE: &str = "Who can see this: you, and those with whom you share it, until you take that back.";

/// With whom it can be shared: those of one's circles who do not see it yet.
async fn viewers(tx: &mut Tx, me: &Me, with: &[Person]) -> Result<Pick, Failure> {
    let inside: Vec<_> = me.actor.sight.inside.iter().copied().collect();
    let within = people::within(tx, &inside).await?;
    let others = within.iter().filter(|(person, _, role)| {
        !role.outside() && person.id != me.actor.person && with.iter().all(|known| known.id != person.id)
    });
    Ok(Pick::of(others.map(|(person, ..)| person)))
}

async fn view(app: &App, me: &Me, typed: &Sharing, wrongs: &Wrongs) -> Result<Markup, Failure> {
    let mut tx = app.ledger().read().await?;
    let called = calibration::mine(&mut tx, &me.actor).await?;
    let with = calibration::shared_with(&mut tx, &me.actor).await?;
    let by = calibration::shared_by(&mut tx, &me.actor).await?;
    let (with, by) = (people::named(&mut tx, &with).await?, people::named(&mut tx, &by).await?);
    let others = viewers(&mut tx, me, &with).await?;
    drop(tx);
    Ok(html! {
        (look::head("How sure I was", &html! { p { "What you said before, in percent, beside what came of it. It is yours: nobody else sees it unless you share it." } }))
        (look::wrongs(wrongs))
        (both(&called, true))
        h2 { "Shared with" }
        @if with.is_empty() { p.soft { "Nobody." } }
        ul { @for person in &with { li { (person.name) " "
            form.inline method="post" action="/decisions/calibration/share" {
                input type="hidden" name="viewer" value=(person.id);
                button.plain type="submit" name="shared" value="no" aria-label=(format!("Take it back from {}", person.name)) { "Take it back" }
            } } } }
        form method="post" action="/decisions/calibration/share" {
            (others.field(&Field::new("viewer", "Share it with", &typed.viewer, wrongs).hint("A mentor, or whoever you learn with. They see the figures, not which decisions.")))
            div.acts { button type="submit" name="shared" value="yes" { "Share" } }
        }
        @if !by.is_empty() {
            h2 { "Shared with you" }
            ul { @for person in &by { li { a href=(format!("/decisions/calibration/of/{}", person.id)) { (person.name) } } } }
        }
        @if !called.is_empty() {
            h2 { "The decisions behind it" }
            (look::scroll("Your judged decisions", &html! { table {
                thead { tr { th scope="col" { "Decision" } th.n scope="col" { "Gut, %" } th.n scope="col" { "Worked out, %" } th scope="col" { "Outcome" } th scope="col" { "Judged" } } }
                tbody { @for one in &called { tr {
                    td.wide { a href=(format!("/decisions/{}", one.decision)) { (one.question) } }
                    td.n { (one.gut.map_or_else(|| "–".to_owned(), |call| call.percent.to_string())) }
                    td.n { (one.analysed.map_or_else(|| "–".to_owned(), |call| call.percent.to_string())) }
                    td { (one.outcome.shown()) }
                    td.nowrap { (day_of(me, one.reviewed_at)) }
                } } }
            } }))
        }
    })
}

/// `GET /decisions/calibration`.
pub(super) async fn page(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let body = view(&app, &me, &Sharing::default(), &Wrongs::default()).await?;
    Ok(show::page(&show::shell(&me, "How sure I was", HERE, AUDIENCE), &body))
}

/// `POST /decisions/calibration/share`.
pub(super) async fn share(State(app): State<App>, me: Me, Form(typed): Form<Sharing>) -> Result<Response, Failure> {
    let others = viewers(&mut app.ledger().read().await?, &me, &[]).await?;
    let viewer = others.meant(&typed.viewer).map_or_else(|| typed.viewer.clone(), |viewer| viewer.to_string());
    let act = Share { viewer, shared: typed.shared == "yes" };
    match app.ledger().perform(&me.actor, &act).await {
        Ok(()) => Ok(show::to("/decisions/calibration")),
        Err(refused) => {
            let body = view(&app, &me, &typed, &show::wrongs(refused)?).await?;
            Ok(show::again(&show::shell(&me, "How sure I was", HERE, AUDIENCE), &body))
        }
    }
}

/// `GET /decisions/calibration/of/{person}`.
pub(super) async fn shared(State(app): State<App>, me: Me, Path(person): Path<String>) -> Result<Response, Failure> {
    let person: PersonId = person.parse().map_err(|_| Failure::NotFound)?;
    let called = app.ledger().perform(&me.actor, &Look { person }).await?;
    let name =
        people::get(&mut app.ledger().read().await?, person).await?.map(|person| person.name).unwrap_or_default();
    let title = format!("How sure {name} was");
    let audience =
        format!("Who can see this: {name}, and those with whom {name} shares it. {name} sees that you looked.");
    let body = html! {
        (look::head(&title, &html! { p { (name) " shares this with you. It says how sure they were, not how good they are." } }))
        (both(&called, false))
    };
    Ok(show::page(&show::shell(&me, &title, HERE, &audience), &body))
}
