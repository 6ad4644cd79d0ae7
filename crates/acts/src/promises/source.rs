//! What a promise comes from, as a link back: as far as its reader may see that.

use leadership::circle::Actor;
use leadership::promise::Origin;
use ledger::aims::resources;
use ledger::promises::Promise;
use ledger::{LedgerError, Tx, aims, decisions, requests, talks};
use maud::{Markup, html};

/// Where it comes from, and its page where the reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    title: String,
    page: String,
}

/// The thing that a promise comes from; `None` where it was made by hand, or the reader does not see that thing.
pub(super) async fn of(tx: &mut Tx, actor: &Actor, promise: &Promise) -> Result<Option<Source>, LedgerError> {
    let Some(id) = promise.origin_id.as_deref() else { return Ok(None) };
    Ok(match promise.origin {
        Origin::Decision => {
            let Ok(id) = id.parse() else { return Ok(None) };
            decisions::link(tx, actor, id)
                .await?
                .map(|link| Source { title: link.question, page: format!("/decisions/{}", link.id) })
        }
        Origin::Grant => {
            let Ok(id) = id.parse() else { return Ok(None) };
            match resources::get(tx, actor, id).await? {
                Some(need) => aims::get(tx, actor, need.aim)
                    .await?
                    .map(|aim| Source { title: aim.title, page: format!("/aims/{}", aim.id) }),
                None => None,
            }
        }
        Origin::Talk => {
            let Ok(id) = id.parse() else { return Ok(None) };
            talks::get(tx, actor, id).await?.map(|talk| Source {
                title: format!("the talk of {}", crate::parts::day(talk.held_on.unwrap_or(talk.planned_on))),
                page: format!("/talks/{}", talk.id),
            })
        }
        Origin::Delegation => {
            let Ok(id) = id.parse() else { return Ok(None) };
            requests::get(tx, actor, id)
                .await?
                .map(|request| Source { title: request.title, page: format!("/requests/{}", request.id) })
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
                @if let Some(source) = source { ": " a href=(source.page) { (source.title) } }
                "."
            }
        }
    }
}
