//! What a promise comes from, as a link back: as far as its reader may see that.

use leadership::circle::Actor;
use leadership::decision::Touch;
use leadership::promise::Origin;
use ledger::aims::resources;
use ledger::decisions::Link;
use ledger::promises::Promise;
use ledger::{LedgerError, Tx, aims, decisions, requests, talks};
use maud::{Markup, html};

/// Where it comes from, where the reader sees that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A decision: its link says whether it still holds.
    Decision(Link),
    /// Anything else, by its title and page.
    Page {
        /// What it is called.
        title: String,
        /// Where it is.
        page: String,
    },
}

/// The thing that a promise comes from; `None` where it was made by hand, or the reader does not see that thing.
pub(super) async fn of(tx: &mut Tx, actor: &Actor, promise: &Promise) -> Result<Option<Source>, LedgerError> {
    let Some(id) = promise.origin_id.as_deref() else { return Ok(None) };
    Ok(match promise.origin {
        Origin::Decision => {
            let Ok(id) = id.parse() else { return Ok(None) };
            decisions::link(tx, actor, id).await?.map(Source::Decision)
        }
        Origin::Grant => {
            let Ok(id) = id.parse() else { return Ok(None) };
            match resources::get(tx, actor, id).await? {
                Some(need) => aims::get(tx, actor, need.aim)
                    .await?
                    .map(|aim| Source::Page { title: aim.title, page: format!("/aims/{}", aim.id) }),
                None => None,
            }
        }
        Origin::Talk => {
            let Ok(id) = id.parse() else { return Ok(None) };
            talks::get(tx, actor, id).await?.map(|talk| Source::Page {
                title: format!("the talk of {}", crate::parts::day(talk.held_on.unwrap_or(talk.planned_on))),
                page: format!("/talks/{}", talk.id),
            })
        }
        Origin::Delegation => {
            let Ok(id) = id.parse() else { return Ok(None) };
            requests::get(tx, actor, id)
                .await?
                .map(|request| Source::Page { title: request.title, page: format!("/requests/{}", request.id) })
        }
        Origin::Hand | Origin::Pitch | Origin::Growth => None,
    })
}

/// One line that leads back.
pub(super) fn shown(origin: Origin, source: Option<&Source>) -> Markup {
    html! {
        @if origin != Origin::Hand {
            p.soft {
                "It comes from " (origin.shown())
                @match source {
                    Some(Source::Decision(link)) => { ": " (crate::decisions::linked(link)) },
                    Some(Source::Page { title, page }) => { ": " a href=(page) { (title) } },
                    None => {}
                }
                "."
            }
        }
    }
}

/// The decisions that name a promise, as far as the reader sees them, without the one that it comes from.
pub(super) async fn decided(tx: &mut Tx, actor: &Actor, promise: &Promise) -> Result<Vec<Link>, LedgerError> {
    let touch = Touch { noun: "promise".to_owned(), subject: promise.id.to_string() };
    let mut links = decisions::affected::touching(tx, actor, &touch).await?;
    links.retain(|link| promise.origin_id.as_deref() != Some(link.id.to_string().as_str()));
    Ok(links)
}

/// Those decisions as a list; nothing where there are none.
pub(super) fn named_by(decided: &[Link]) -> Markup {
    html! {
        @if !decided.is_empty() {
            h2 #decided { "Decided about it" }
            ul.plain-list { @for link in decided { li { (crate::decisions::linked(link)) } } }
        }
    }
}
