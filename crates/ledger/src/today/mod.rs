//! What one person needs today, from every room: what waits for them in the order of what waiting costs, what
//! is in their hand, what broke in, what came in since yesterday. A room joins by one line in [`waiting`], one
//! in [`news`]; each gives only what this person may see.

mod hand;
pub mod news;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::today::{Do, Ranked, Waiting, order};

use crate::error::LedgerError;
use crate::requests;
use crate::tx::Tx;

pub use hand::{InHand, Interrupted, Interruption, PutDown, SayWhat, TakeInHand, in_hand, interruptions};
pub use news::News;

/// The page of a thing.
#[must_use]
pub fn page_of(noun: &str, subject: &str) -> String {
    match noun {
        "aim" => format!("/aims/{subject}"),
        "decision" => format!("/decisions/{subject}"),
        "promise" => format!("/promises/{subject}"),
        "request" => format!("/requests/{subject}"),
        _ => "/today".to_owned(),
    }
}

/// What was told to a person and waits to be acknowledged.
async fn told(tx: &mut Tx, actor: &Actor) -> Result<Vec<Waiting>, LedgerError> {
    let notices = crate::notices::waiting(tx, actor.person).await?;
    let mut tellers: Vec<_> = notices.iter().map(|notice| notice.told_by).collect();
    tellers.sort_unstable();
    tellers.dedup();
    let names: BTreeMap<_, _> =
        crate::people::named(tx, &tellers).await?.into_iter().map(|person| (person.id, person.name)).collect();
    Ok(notices
        .into_iter()
        .map(|notice| {
            let teller = names.get(&notice.told_by).map_or("Somebody", String::as_str);
            Waiting {
                act: Do::Acknowledge,
                noun: "notice".to_owned(),
                subject: notice.id.to_string(),
                title: notice.title,
                because: format!("{teller} told you"),
                since: notice.told_at,
                due: None,
                holds_up: 0,
                page: page_of(&notice.noun, &notice.subject),
            }
        })
        .collect())
}

/// All that waits for this person, unordered. `day` is the day where they are.
///
/// # Errors
/// When the database is away.
pub async fn waiting(tx: &mut Tx, actor: &Actor, day: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut all = told(tx, actor).await?;
    // One line a room.
    all.extend(requests::waiting(tx, actor.person, day).await?);
    Ok(all)
}

/// A page's worth of one person's day.
#[derive(Debug, Clone, PartialEq)]
pub struct Today {
    /// The day where the person is.
    pub day: Date,
    /// What waits for them, dearest first.
    pub waiting: Vec<Ranked>,
    /// The words of what was told to them, by the identifier of the notice.
    pub told: BTreeMap<String, String>,
    /// What is in their hand.
    pub in_hand: Option<InHand>,
    /// What came in since the day before, newest first.
    pub news: Vec<News>,
}

/// The day of this person.
///
/// # Errors
/// When the database is away.
pub async fn gather(tx: &mut Tx, actor: &Actor, zone: &TimeZone) -> Result<Today, LedgerError> {
    let day = zone.to_datetime(tx.now()).date();
    let waiting = order(waiting(tx, actor, day).await?, day, zone);
    let told = crate::notices::waiting(tx, actor.person)
        .await?
        .into_iter()
        .map(|notice| (notice.id.to_string(), notice.words))
        .collect();
    let in_hand = in_hand(tx, actor).await?;
    let news = news::since_yesterday(tx, actor, day, zone).await?;
    Ok(Today { day, waiting, told, in_hand, news })
}

/// Blanks what an erased person typed here.
///
/// # Errors
/// When the database refuses.
pub async fn erase(tx: &mut Tx, person: leadership::PersonId) -> Result<(), LedgerError> {
    hand::erase(tx, person).await
}
