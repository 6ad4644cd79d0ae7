//! What one person needs today, from every room: what waits for them in the order of what waiting costs, what
//! is in their hand, what broke in, what came in since yesterday. A room joins by one line in [`waiting`], one
//! in [`news`]; each gives only what this person may see.

mod ahead;
mod hand;
pub mod hints;
mod mine;
pub mod news;
pub mod sight;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use leadership::PromiseId;
use leadership::circle::Actor;
use leadership::today::{Do, Ranked, Waiting, order};

use crate::error::LedgerError;
use crate::tx::Tx;
use crate::{aims, casework, decisions, growth, honesty, ideas, network, openings, people, promises, pulses};
use crate::{recognition, reports, requests, talks, thanks, waves};

pub use ahead::ahead;
pub use hand::{InHand, Interrupted, Interruption, PutDown, SayWhat, TakeInHand, in_hand, interruptions};
pub use hints::Hint;
pub(crate) use mine::MINE;
pub use news::News;

/// The page of a thing.
#[must_use]
pub fn page_of(noun: &str, subject: &str) -> String {
    match noun {
        "aim" => format!("/aims/{subject}"),
        "clause" => format!("/code/clauses/{subject}"),
        "decision" => format!("/decisions/{subject}"),
        aims::DIRECTION => format!("/aims/print/{subject}"),
        "fix" => format!("/fixes/{subject}"),
        "idea" => format!("/ideas/{subject}"),
        "promise" => format!("/promises/{subject}"),
        "pulse" => format!("/pulse/{subject}"),
        "request" => format!("/requests/{subject}"),
        "talk" => format!("/talks/{subject}"),
        "trust" => format!("/promises/with/{subject}"),
        "uncertain" => format!("/uncertain/{subject}"),
        "wave" => format!("/waves/{subject}"),
        _ => "/today".to_owned(),
    }
}

/// What was told to a person and waits to be acknowledged, of every room.
async fn told(tx: &mut Tx, actor: &Actor) -> Result<Vec<Waiting>, LedgerError> {
    let notices = crate::notices::waiting(tx, actor.person).await?;
    let mut tellers: Vec<_> = notices.iter().map(|notice| notice.told_by).collect();
    tellers.sort_unstable();
    tellers.dedup();
    let names: BTreeMap<_, _> =
        people::named(tx, &tellers).await?.into_iter().map(|person| (person.id, person.name)).collect();
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
                page: format!("/notices/{}", notice.id),
            }
        })
        .collect())
}

/// All that waits for this person, unordered, each thing once. `day` is the day where they are.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, actor: &Actor, day: Date) -> Result<Vec<Waiting>, LedgerError> {
    let me = actor.person;
    // One line a room.
    let rooms = [
        told(tx, actor).await?,
        decisions::waiting(tx, me, day).await?,
        aims::waiting(tx, me, day).await?,
        promises::waiting(tx, me, day).await?,
        requests::waiting(tx, me, day).await?,
        honesty::waiting(tx, me, day).await?,
        reports::waiting(tx, me, day).await?,
        people::waiting(tx, me, day).await?,
        growth::waiting(tx, me, day).await?,
        recognition::waiting(tx, me, day).await?,
        ideas::waiting(tx, me, day).await?,
        thanks::waiting(tx, me, day).await?,
        talks::waiting(tx, me, day).await?,
        waves::waiting(tx, me, day).await?,
        casework::waiting(tx, me, day).await?,
        pulses::waiting(tx, me, day).await?,
        openings::waiting(tx, me, day).await?,
        network::waiting(tx, me, day).await?,
    ];
    let mut all: BTreeMap<(Do, String, String), Waiting> = BTreeMap::new();
    for item in rooms.into_iter().flatten() {
        // Of one thing, an act may wait twice on two pages (two needs of an aim).
        let once = if item.noun == "notice" { item.subject.clone() } else { item.page.clone() };
        all.insert((item.act, item.noun.clone(), once), item);
    }
    Ok(all.into_values().collect())
}

/// A page's worth of one person's day.
#[derive(Debug, Clone, PartialEq)]
pub struct Today {
    /// The day where the person is.
    pub day: Date,
    /// What waits for them, dearest first.
    pub waiting: Vec<Ranked>,
    /// The aim that a thing serves, by noun and identifier: its title and page.
    pub serves: BTreeMap<sight::Thing, (String, String)>,
    /// Title and page of the vision that those aims lead up to, by the page of the aim.
    pub visions: BTreeMap<String, (String, String)>,
    /// The words of what was told to them, by the identifier of the notice.
    pub told: BTreeMap<String, String>,
    /// The aim that is being forgotten.
    pub forgotten: Option<Hint>,
    /// One conversation to have.
    pub conversation: Option<Hint>,
    /// Promises of theirs and to them that are due within two weeks, soonest first.
    pub promised: Vec<Promised>,
    /// What is in their hand.
    pub in_hand: Option<InHand>,
    /// What came in since the day before, newest first.
    pub news: Vec<News>,
}

/// A promise that is due soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promised {
    /// Its identifier.
    pub id: PromiseId,
    /// Whether it is this person's own.
    pub mine: bool,
    /// The other side, by name.
    pub with: String,
    /// What.
    pub what: String,
    /// By when.
    pub due: Date,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its page.
    pub page: String,
}

/// Days that are looked ahead for promises.
const AHEAD: i32 = 14;
/// Most promises told of each direction.
const TOLD: usize = 6;

/// Open promises of this person and to them that are due from today on, within two weeks.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn promised(tx: &mut Tx, actor: &Actor, day: Date) -> Result<Vec<Promised>, LedgerError> {
    let until = day.saturating_add(AHEAD.days());
    let soon = |promise: &promises::Promise| {
        promise.terms.state.is_open()
            && promise.terms.claimed_on.is_none()
            && (day..=until).contains(&promise.terms.due)
    };
    let mut out = Vec::new();
    for mine in [true, false] {
        let listing = if mine {
            promises::given(tx, actor, promises::Which::Live, 0).await?
        } else {
            promises::received(tx, actor, promises::Which::Live, 0).await?
        };
        let found: Vec<_> = listing.promises.into_iter().filter(soon).take(TOLD).collect();
        let names = promises::Names::of(tx, &found).await?;
        out.extend(found.iter().map(|promise| Promised {
            id: promise.id,
            mine,
            with: if mine { names.to(promise) } else { names.from(promise) }.to_owned(),
            what: promise.what.clone(),
            due: promise.terms.due,
            made_at: promise.made_at,
            page: format!("/promises/{}", promise.id),
        }));
    }
    out.sort_by(|a, b| (a.due, &a.page).cmp(&(b.due, &b.page)));
    Ok(out)
}

/// The day of this person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn gather(tx: &mut Tx, actor: &Actor, zone: &TimeZone) -> Result<Today, LedgerError> {
    let day = zone.to_datetime(tx.now()).date();
    let mut waiting = waiting(tx, actor, day).await?;
    let serves = sight::serves(tx, actor, &waiting).await?;
    let aims: BTreeSet<String> = serves.values().map(|(_, page)| page.clone()).collect();
    let visions = sight::visions(tx, actor, &aims).await?;
    let mut told = BTreeMap::new();
    for notice in crate::notices::waiting(tx, actor.person).await? {
        let id = notice.id.to_string();
        if notice.chased_at.is_some()
            && let Some(item) = waiting.iter_mut().find(|item| item.noun == "notice" && item.subject == id)
        {
            item.because.push_str(" This is the one reminder of it.");
        }
        told.insert(id, notice.words);
    }
    let waiting = order(waiting, day, zone);
    let forgotten = hints::forgotten(tx, actor, day, zone).await?;
    let conversation = hints::conversation(tx, actor, day, zone).await?;
    let promised = promised(tx, actor, day).await?;
    let in_hand = in_hand(tx, actor).await?;
    let news = news::since_yesterday(tx, actor, day, zone).await?;
    Ok(Today { day, waiting, serves, visions, told, forgotten, conversation, promised, in_hand, news })
}

/// Blanks what an erased person typed here.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: leadership::PersonId) -> Result<(), LedgerError> {
    hand::erase(tx, person).await
}
