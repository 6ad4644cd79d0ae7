//! What has its day within the year and does not wait yet: for calendars, which show a day before it comes.

use jiff::ToSpan as _;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::today::{Do, Waiting};

use crate::error::LedgerError;
use crate::promises::{self, Which};
use crate::tx::Tx;
use crate::{aims, decisions};

/// Days that are looked ahead.
const AHEAD: i32 = 366;
/// Pages of promises that are read of each direction.
const PAGES: usize = 4;

/// What has its day from `day` on, within a year: promises of this person and to them that are still to be kept, their
/// decisions to judge, the aims that they answer for. Each is the same thing as the one that waits later: the same act,
/// noun and subject.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn ahead(tx: &mut Tx, actor: &Actor, day: Date) -> Result<Vec<Waiting>, LedgerError> {
    let until = day.saturating_add(AHEAD.days());
    let mut out = Vec::new();
    for mine in [true, false] {
        for page in 0..PAGES {
            let listing = if mine {
                promises::given(tx, actor, Which::Live, page).await?
            } else {
                promises::received(tx, actor, Which::Live, page).await?
            };
            let names = promises::Names::of(tx, &listing.promises).await?;
            let more = (page + 1) * promises::PAGE < listing.total;
            out.extend(
                listing
                    .promises
                    .iter()
                    .filter(|promise| promise.terms.state.is_open() && promise.terms.claimed_on.is_none())
                    .filter(|promise| (day..=until).contains(&promise.terms.due))
                    .map(|promise| Waiting {
                        act: if mine { Do::Keep } else { Do::Close },
                        noun: "promise".to_owned(),
                        subject: promise.id.to_string(),
                        title: promise.what.clone(),
                        because: if mine {
                            format!("You promised it to {}.", names.to(promise))
                        } else {
                            format!("{} promised it.", names.from(promise))
                        },
                        since: promise.made_at,
                        due: Some(promise.terms.due),
                        holds_up: 0,
                        page: format!("/promises/{}", promise.id),
                    }),
            );
            if !more {
                break;
            }
        }
    }
    out.extend(decisions::to_judge(tx, actor.person, (day, until)).await?);
    out.extend(aims::to_reach(tx, actor.person, (day, until)).await?);
    Ok(out)
}
