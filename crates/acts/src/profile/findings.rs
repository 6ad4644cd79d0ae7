//! What waves tell of their questions: for who owns the questionnaire. Nothing on it is about one person.

use axum::extract::State;
use axum::response::Response;
use leadership::profile::{Findings, NoMean, WholeMean, WholeMeans, group_name};
use ledger::reports;
use maud::{Markup, html};
use rating::disclosure::{NOISY_MINIMUM, YEARLY_EPSILON};

use super::HERE;
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;
use crate::show;

const AUDIENCE: &str = "Who can see this: who owns the questionnaire. It is told of whole waves, never of a person.";

fn mean(words: &str, mean: &WholeMean) -> Markup {
    html! {
        "The mean answer " (words) " is " strong { (format!("{:.2}", mean.mean)) } " ± " (format!("{:.2}", mean.noise)) " of noise (" (mean.forms) " forms). "
    }
}

/// Means over all of a wave, with the noise on them; or why there are none.
pub(crate) fn whole(found: &WholeMeans) -> Markup {
    html! {
        @if let Some(all) = &found.all {
            p {
                (mean("of all forms", all))
                @if let Some(unflagged) = &found.unflagged { (mean("without those filled without reading", unflagged)) }
                "Chance was added, with that standard deviation, so that no mean tells what anybody answered: of each of the " (found.raters)
                " people who answered at most ε = " (format!("{:.2}", found.epsilon)) " of the " (YEARLY_EPSILON) " that a year allows is spent."
            }
            @if found.unflagged.is_none() && found.not.is_some() { p.soft { "There is no mean without flagged forms: " (found.not.map_or("", NoMean::shown)) "." } }
        } @else {
            @match found.not {
                Some(NoMean::TooFew) => p.soft { "A mean over all forms is told from " (NOISY_MINIMUM) " people who answered on." },
                Some(NoMean::Spent) => p.soft { "There is no mean over all forms: " (NoMean::Spent.shown()) ". It can be told of a wave a year after the last one." },
                None => {},
            }
        }
    }
}

fn wave(title: &str, found: &Findings) -> Markup {
    let compared: Vec<_> = found.items.iter().filter_map(|item| Some((item, item.differs.as_ref()?))).collect();
    let named = compared.iter().filter(|(_, differs)| differs.named).count();
    html! {
        h2 { (title) }
        p {
            (found.reports) " reports" @if found.without_figures > 0 { ", " (found.without_figures) " of them without a figure of others" }
            "; " (found.fit.forms) " forms of others; worked out in " (format!("{:.0}", found.seconds.max(1.0))) " s. "
            @if found.fit.converged { "The computation came to rest." } @else { strong { "The computation has not come to rest: intervals are rough." } }
        }
        @match found.flagged {
            Some((flagged, of)) => p {
                (flagged) " of " (of) " forms look as if filled without reading."
            },
            None => p.soft { "Too few forms to tell how many look as if filled without reading." },
        }
        (whole(&found.whole))
        @if compared.is_empty() { p.soft { "Whether questions mean the same to every role is told from 100 forms of two roles on." } }
        @else {
            p { @if named == 0 { "No question means different things to different roles, as far as this can be seen." } @else { (named) " of " (compared.len()) " questions mean different things to different roles: reword them, or retire them." } }
            (look::scroll(&format!("Questions of {title}"), &html! { table {
                thead { tr { th scope="col" { "Question" } th scope="col" { "Quality" } th scope="col" { "Between" } th.n scope="col" { "χ²" } th.n scope="col" { "df" } th.n scope="col" { "p, adjusted" } th scope="col" { "Differs" } } }
                tbody { @for (item, differs) in &compared { tr {
                    td { a href=(format!("/model/{}", item.quality)) { (item.key) } }
                    td { (item.quality) }
                    td { (differs.between.iter().map(|who| group_name(*who)).collect::<Vec<_>>().join(", ")) }
                    td.n { (format!("{:.1}", differs.chi_squared)) } td.n { (differs.df) } td.n { (format!("{:.3}", differs.p)) }
                    td { @if differs.named { strong { "yes" } } @else { "no" } }
                } } }
            } }))
        }
    }
}

/// `GET /profile/findings`.
pub(super) async fn page(State(app): State<App>, me: Me) -> Result<Response, Failure> {
    let mut tx = app.ledger().read().await?;
    let found = reports::findings(&mut tx, &me.actor).await?;
    drop(tx);
    let body = html! {
        (look::head("What waves tell of the questions", &html! { p { "Whether people answered with care, and whether each question means the same to every role (likelihood-ratio test, false discovery rate 5 %)." } }))
        @if found.is_empty() { p { "No wave was worked out yet. This fills when one has closed." } }
        @for (_, title, found) in &found { (wave(title, found)) }
        div.acts { a.button href="/model" { "The model and its questions" } }
    };
    Ok(show::page(&show::shell(&me, "What waves tell of the questions", HERE, AUDIENCE), &body))
}
