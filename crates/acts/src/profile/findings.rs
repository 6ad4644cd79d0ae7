//! What waves tell of their questions: for who owns the questionnaire. Nothing on it is about one person.

use axum::extract::State;
use axum::response::Response;
use leadership::profile::{
    Findings, MEASURED_FROM, Measured, NoMean, PEOPLE_FROM, WholeMean, WholeMeans, agreement_words, group_name,
};
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

/// A figure to two digits, or a dash where there is none.
fn figure(found: Option<f64>) -> String {
    found.map_or_else(|| "–".to_owned(), |found| format!("{found:.2}"))
}

/// How to read the figures, once for all waves.
pub(crate) fn how_to_read() -> Markup {
    html! {
        details {
            summary { "How to read alpha, omega, ICC and r_wg(j)" }
            p { "None has a unit; 1 is the most. All rest on the forms of others that answer every question of a quality (n). A dash: not enough to say, or not defined." }
            ul {
                li { strong { "Alpha, omega" } ": how well the questions of a quality hang together. From 0.70 on is usual for figures of groups. Two questions give a lower alpha than four by their number alone; omega takes three." }
                li { strong { "ICC(1)" } ": how much of what differs between forms lies between the people who are rated, and not between those who rate. 0.05 is little, 0.10 middling, 0.25 much; near 0 or below, the quality tells people not apart." }
                li { strong { "ICC(2)" } ": how far the mean of one person's raters can be trusted, with as many raters as there were. From 0.70 on is usual. More raters raise it; other questions do so only by raising ICC(1)." }
                li { strong { "r_wg(j)" } ": how far the raters of one person agree, beside answers at random; of the middle person. To 0.50 weak, to 0.70 moderate, to 0.90 strong. People rather praise: against random answers that lean a little to the good it is lower, and nearer to the truth." }
            }
            p { "High alpha with low ICC(1): people answer all questions alike, whomever they rate. High ICC(1) with low r_wg(j): roles see the same people otherwise." }
        }
    }
}

/// How well the qualities of a wave are measured.
pub(crate) fn measured(title: &str, all: &[Measured]) -> Markup {
    html! {
        @if all.is_empty() { p.soft { "How well the questions of a quality hang together is told from " (MEASURED_FROM) " forms on that answer all of them." } }
        @else {
            (look::scroll(&format!("How well the qualities of {title} are measured"), &html! { table {
                caption.visually-hidden { "How well each quality is measured" }
                thead { tr {
                    th scope="col" { "Quality" } th.n scope="col" { "Questions" } th.n scope="col" { "n, forms" } th.n scope="col" { "n, people rated" }
                    th.n scope="col" { "Alpha" } th.n scope="col" { "Omega" } th.n scope="col" { "ICC(1)" } th.n scope="col" { "ICC(2)" }
                    th.n scope="col" { "r_wg(j), at random" } th.n scope="col" { "r_wg(j), leaning to the good" } th.n scope="col" { "n, people with enough raters" } th scope="col" { "In words" }
                } }
                tbody { @for one in all { tr {
                    td { a href=(format!("/model/{}", one.quality)) { (crate::qualities::name(&one.quality)) } }
                    td.n { (one.questions) } td.n { (one.forms) } td.n { (one.people) }
                    td.n { (figure(one.alpha)) } td.n { (figure(one.omega)) } td.n { (figure(one.icc1)) } td.n { (figure(one.icc2)) }
                    td.n { (figure(one.agreement.map(|found| found.uniform))) } td.n { (figure(one.agreement.map(|found| found.slight_skew))) }
                    td.n { (one.agreement.map_or_else(|| "–".to_owned(), |found| found.people.to_string())) }
                    td { (one.agreement.map_or("not enough to say", |found| agreement_words(found.slight_skew))) }
                } } }
            } }))
            @if all.iter().any(|one| one.icc1.is_none() || one.agreement.is_none()) {
                p.soft { "ICC and r_wg(j) are told from " (PEOPLE_FROM) " people rated on." }
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
        (measured(title, &found.measured))
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
        (look::head("What waves tell of the questions", &html! { p { "Whether people answered with care, how well the questions measure, and whether each means the same to every role (likelihood-ratio test, false discovery rate 5 %)." } }))
        @if found.is_empty() { p { "No wave was worked out yet. This fills when one has closed." } }
        @else { (how_to_read()) }
        @for (_, title, found) in &found { (wave(title, found)) }
        div.acts { a.button href="/model" { "The model and its questions" } }
    };
    Ok(show::page(&show::shell(&me, "What waves tell of the questions", HERE, AUDIENCE), &body))
}
