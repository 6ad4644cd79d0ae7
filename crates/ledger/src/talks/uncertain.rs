//! Uncertain times: who leads a circle says that they are, until when, and why; then talks come twice as often, and what
//! is known and what is not known yet stands in the open, dated. What was said is never changed: something newer takes
//! its place, and both can be read. The people of the circle are told that times are uncertain, and that they no longer
//! are: nobody has to find it on a page.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::{CircleId, Id, PersonId, Tree, Wrongs, talk, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{day_of, may_lead, of_circles};
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::people;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// What events and notices are of.
const NOUN: &str = "uncertain";

/// Names periods, for the type of their identifiers.
#[derive(Debug)]
pub enum PeriodNoun {}
/// A period of uncertain times.
pub type PeriodId = Id<PeriodNoun>;
/// Names posts, for the type of their identifiers.
#[derive(Debug)]
pub enum PostNoun {}
/// What is known, or not known yet.
pub type PostId = Id<PostNoun>;

/// A period of uncertain times of a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Its identifier.
    pub id: PeriodId,
    /// Of which circle.
    pub circle: CircleId,
    /// Why.
    pub reason: String,
    /// From which day.
    pub from: Date,
    /// Until which day.
    pub until: Date,
    /// Who says so.
    pub said_by: PersonId,
    /// When it was ended before its day.
    pub ended_at: Option<Timestamp>,
}

impl Period {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: Date) -> bool {
        self.ended_at.is_none() && (self.from..=self.until).contains(&day)
    }
}

fn period(row: &Row) -> Result<Period, LedgerError> {
    Ok(Period {
        id: row.id("id")?,
        circle: row.id("circle")?,
        reason: row.text("reason")?,
        from: row.day("from_day")?,
        until: row.day("until_day")?,
        said_by: row.id("said_by")?,
        ended_at: row.at_or_null("ended_at")?,
    })
}

/// What is known, or not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its identifier.
    pub id: PostId,
    /// Whether it is known; else it is not known yet.
    pub known: bool,
    /// What.
    pub words: String,
    /// Who says so.
    pub said_by: PersonId,
    /// When.
    pub said_at: Timestamp,
    /// What took its place.
    pub replaced_by: Option<PostId>,
}

/// The circles for which somebody says that times are uncertain on a day.
pub(super) async fn now(tx: &mut Tx, day: Date) -> Result<BTreeSet<CircleId>, LedgerError> {
    let rows = tx
        .rows(
            "select distinct circle from uncertain where from_day <= $1 and until_day >= $1 and ended_at is null",
            args![day],
        )
        .await?;
    rows.iter().map(|row| row.id("circle")).collect()
}

/// Whether a circle is among them, or nested in one.
pub(super) fn holds(tree: &Tree, unsure: &BTreeSet<CircleId>, circle: CircleId) -> bool {
    std::iter::once(circle).chain(tree.above(circle)).any(|at| unsure.contains(&at))
}

/// The periods of circles that an actor sees from inside: those that hold first, then the newest.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn list(tx: &mut Tx, actor: &Actor, today: Date) -> Result<Vec<Period>, LedgerError> {
    let rows = of_circles(tx, "select * from uncertain where circle in ({})", &actor.sight.inside).await?;
    let mut out = rows.iter().map(period).collect::<Result<Vec<_>, _>>()?;
    out.sort_by(|a, b| (!a.holds(today), b.from, b.id).cmp(&(!b.holds(today), a.from, a.id)));
    Ok(out)
}

/// A period, with its posts, newest first; for who sees its circle from inside.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: PeriodId) -> Result<Option<(Period, Vec<Post>)>, LedgerError> {
    let row = tx.one("select * from uncertain where id = $1", args![id]).await?;
    let found = row.as_ref().map(period).transpose()?;
    let Some(found) = found.filter(|found| actor.sight.inside.contains(&found.circle)) else { return Ok(None) };
    let rows =
        tx.rows("select * from uncertain_post where period = $1 order by said_at desc, id desc", args![id]).await?;
    let posts = rows
        .iter()
        .map(|row| {
            Ok(Post {
                id: row.id("id")?,
                known: row.truth("known")?,
                words: row.text("words")?,
                said_by: row.id("said_by")?,
                said_at: row.at("said_at")?,
                replaced_by: row.id_or_null("replaced_by")?,
            })
        })
        .collect::<Result<_, LedgerError>>()?;
    Ok(Some((found, posts)))
}

/// Says that times are uncertain for a circle.
#[derive(Debug, Clone, Default)]
pub struct StateUncertain {
    /// Which.
    pub circle: Option<CircleId>,
    /// Why.
    pub reason: String,
    /// Until which day.
    pub until: String,
}

#[crate::act]
impl Act for StateUncertain {
    type Done = PeriodId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PeriodId, Refused> {
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let reason = wrongs.take(text::prose("reason", &self.reason));
        let until = wrongs.take(talk::uncertain_until("until", &self.until, today).map(Some));
        let Some(circle) = self.circle.filter(|circle| actor.sight.inside.contains(circle)) else {
            wrongs.add("circle", "Choose a circle that you lead.");
            return Err(wrongs.into());
        };
        let until = wrongs.or(until)?.ok_or(Refused::NotFound)?;
        may_lead(actor, circle)?;
        if now(tx, today).await?.contains(&circle) {
            return Err(Refused::conflict("It is said of this circle already.", "End that first, or add to it."));
        }
        let id: PeriodId = tx.id();
        tx.run(
            "insert into uncertain (id, circle, reason, from_day, until_day, said_by, said_at, ended_at) \
             values ($1, $2, $3, $4, $5, $6, $7, null)",
            args![id, circle, &reason, today, until, actor.person, tx.now()],
        )
        .await?;
        tx.say(Said::new(NOUN, id, "stated").by(actor.person).within(circle).with("until", until.to_string()).sealed(
            actor.person,
            "reason",
            reason.as_str(),
        ));
        // One who leads alone has nobody to tell.
        let mut audience = people::inside(tx, circle).await?;
        audience.retain(|person| *person != actor.person);
        if !audience.is_empty() {
            let words = format!("{reason}\n\nThis is expected to last until {until}.");
            tell(tx, actor, (id, circle), (1, "Times are uncertain", &words), &audience).await?;
        }
        Ok(id)
    }
}

/// Tells people of a period: which version it is of, in what words.
async fn tell(
    tx: &mut Tx,
    actor: &Actor,
    (id, circle): (PeriodId, CircleId),
    (version, title, words): (i64, &str, &str),
    audience: &[PersonId],
) -> Result<(), Refused> {
    let circles = people::circles(tx).await?;
    let name = circles.iter().find(|one| one.id == circle).map_or("", |one| one.name.as_str());
    let title: String = format!("{title}: {name}").chars().take(text::LINE).collect();
    let telling = Telling { noun: NOUN, subject: id.to_string(), version, circle, title: &title, words };
    notices::tell(tx, actor, &telling, audience).await?;
    Ok(())
}

/// A period whose circle the actor leads.
async fn led(tx: &mut Tx, actor: &Actor, id: PeriodId) -> Result<Period, Refused> {
    let (found, _) = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    may_lead(actor, found.circle)?;
    if found.ended_at.is_some() {
        return Err(Refused::conflict("It was ended.", "State it anew if times are uncertain again."));
    }
    Ok(found)
}

/// Says that it is over, before its day.
#[derive(Debug, Clone, Copy)]
pub struct EndUncertain {
    /// Which.
    pub period: PeriodId,
}

#[crate::act]
impl Act for EndUncertain {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = led(tx, actor, self.period).await?;
        tx.run("update uncertain set ended_at = $1 where id = $2", args![tx.now(), self.period]).await?;
        tx.say(Said::new(NOUN, self.period, "ended").by(actor.person).within(found.circle));
        // Whoever was told that they are is told that they no longer are.
        if !notices::about(tx, NOUN, &self.period.to_string()).await?.is_empty() {
            let words = format!("It was said on {} that they are. Look at what became known.", found.from);
            tell(tx, actor, (found.id, found.circle), (2, "Times are no longer uncertain", &words), &[]).await?;
        }
        Ok(())
    }
}

/// Says what is known, or what is not known yet; it may take the place of something that was said before.
#[derive(Debug, Clone, Default)]
pub struct SayPost {
    /// In which period.
    pub period: Option<PeriodId>,
    /// `yes` where it is known, `no` where it is not known yet.
    pub known: String,
    /// What.
    pub words: String,
    /// What it takes the place of; may be empty.
    pub replaces: Option<PostId>,
}

#[crate::act]
impl Act for SayPost {
    type Done = PostId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PostId, Refused> {
        let id = self.period.ok_or(Refused::NotFound)?;
        let found = led(tx, actor, id).await?;
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let known = match self.known.as_str() {
            "yes" => true,
            "no" => false,
            _ => {
                wrongs.add("known", "Choose whether it is known.");
                false
            }
        };
        let words = wrongs.or(words)?;
        let post: PostId = tx.id();
        tx.run(
            "insert into uncertain_post (id, period, known, words, said_by, said_at, replaced_by) \
             values ($1, $2, $3, $4, $5, $6, null)",
            args![post, id, known, &words, actor.person, tx.now()],
        )
        .await?;
        if let Some(earlier) = self.replaces {
            let touched = tx
                .run(
                    "update uncertain_post set replaced_by = $1 where id = $2 and period = $3 and replaced_by is null",
                    args![post, earlier, id],
                )
                .await?;
            if touched == 0 {
                return Err(Refused::field("replaces", "Choose something that still stands."));
            }
        }
        tx.say(Said::new(NOUN, id, "posted").by(actor.person).within(found.circle).with("known", known).sealed(
            actor.person,
            "words",
            words,
        ));
        Ok(post)
    }
}

/// Blanks a person's own words.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update uncertain set reason = $2 where said_by = $1", args![person, ERASED]).await?;
    tx.run("update uncertain_post set words = $2 where said_by = $1", args![person, ERASED]).await?;
    // What was told holds the reason.
    tx.run("update notice set words = $2 where noun = $3 and told_by = $1", args![person, ERASED, NOUN]).await?;
    Ok(())
}
