//! What is told to people: an audience is found, may be edited, is frozen, told, and acknowledges. A change
//! is told again to the same people. Acknowledged is "seen"; it is neither "understood" nor "agreed".

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::{CircleId, NoticeId, PersonId};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people::Place;
use crate::store::Row;
use crate::tx::Tx;

/// What this room holds about a person, for their own eyes.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "What is told",
        what: "What you told",
        covers: ("notice", "told_by"),
        sql: "select title, words, told_at from notice where told_by = $1 order by told_at desc",
        shows: &[("told_at", "When"), ("title", "What"), ("words", "Words")],
    },
    Place {
        room: "What is told",
        what: "What you were told",
        covers: ("notice_to", "person"),
        sql: "select n.title, n.told_at, t.seen_at from notice_to t join notice n on n.id = t.notice \
              where t.person = $1 order by n.told_at desc",
        shows: &[("told_at", "When"), ("title", "What"), ("seen_at", "Seen")],
    },
];

/// What is to be told.
#[derive(Debug, Clone)]
pub struct Telling<'a> {
    /// What it is about: `aim`, `decision`, `clause`.
    pub noun: &'static str,
    /// The identifier of that.
    pub subject: String,
    /// Its version, from 1.
    pub version: i64,
    /// The circle it belongs to.
    pub circle: CircleId,
    /// One line.
    pub title: &'a str,
    /// What is told, in plain words.
    pub words: &'a str,
}

/// A notice as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its identifier.
    pub id: NoticeId,
    /// What it is about.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// Its version.
    pub version: i64,
    /// The circle it belongs to.
    pub circle: CircleId,
    /// One line.
    pub title: String,
    /// What was told.
    pub words: String,
    /// Who told it.
    pub told_by: PersonId,
    /// When.
    pub told_at: Timestamp,
    /// When those who had not seen it were asked once more.
    pub chased_at: Option<Timestamp>,
    /// The notice that took its place.
    pub superseded_by: Option<NoticeId>,
}

fn notice(row: &Row) -> Result<Notice, LedgerError> {
    Ok(Notice {
        id: row.id("id")?,
        noun: row.text("noun")?,
        subject: row.text("subject")?,
        version: row.int("version")?,
        circle: row.id("circle")?,
        title: row.text("title")?,
        words: row.text("words")?,
        told_by: row.id("told_by")?,
        told_at: row.at("told_at")?,
        chased_at: row.at_or_null("chased_at")?,
        superseded_by: row.id_or_null("superseded_by")?,
    })
}

/// Tells it to an audience, which is frozen by that. Who tells it has seen it. Earlier notices about the same
/// thing are superseded, and whoever was told then is told now.
///
/// # Errors
/// When nobody would be told, or the database refuses.
pub async fn tell(
    tx: &mut Tx,
    actor: &Actor,
    telling: &Telling<'_>,
    audience: &[PersonId],
) -> Result<NoticeId, Refused> {
    let now = tx.now();
    let id: NoticeId = tx.id();
    let mut people: Vec<PersonId> = audience.to_vec();
    let earlier = tx
        .rows(
            "select t.person from notice_to t join notice n on n.id = t.notice join person p on p.id = t.person \
             where n.noun = $1 and n.subject = $2 and p.left_at is null and p.erased_at is null",
            args![telling.noun, &telling.subject],
        )
        .await?;
    for row in &earlier {
        people.push(row.id("person")?);
    }
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Err(Refused::field("audience", "Nobody would be told. Choose at least one person."));
    }
    tx.run(
        "insert into notice (id, noun, subject, version, circle, title, words, told_by, told_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            id,
            telling.noun,
            &telling.subject,
            telling.version,
            telling.circle,
            telling.title,
            telling.words,
            actor.person,
            now
        ],
    )
    .await?;
    tx.run(
        "update notice set superseded_by = $1 where noun = $2 and subject = $3 and id <> $1 and superseded_by is null",
        args![id, telling.noun, &telling.subject],
    )
    .await?;
    for person in &people {
        let seen = (*person == actor.person).then_some(now);
        tx.run("insert into notice_to (notice, person, seen_at) values ($1, $2, $3)", args![id, *person, seen]).await?;
    }
    tx.say(
        Said::new(telling.noun, &telling.subject, "told")
            .by(actor.person)
            .within(telling.circle)
            .with("notice", id.to_string())
            .with("version", telling.version)
            .with("people", people.len()),
    );
    Ok(id)
}

/// Says that a notice was seen.
#[derive(Debug, Clone)]
pub struct Acknowledge {
    /// Which.
    pub notice: NoticeId,
}

impl Act for Acknowledge {
    type Done = Notice;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Notice, Refused> {
        let row = tx
            .one(
                "select n.*, t.seen_at from notice n join notice_to t on t.notice = n.id \
                 where n.id = $1 and t.person = $2",
                args![self.notice, actor.person],
            )
            .await?
            .ok_or(Refused::NotFound)?;
        let found = notice(&row)?;
        // Twice is the same as once.
        if row.at_or_null("seen_at")?.is_none() {
            tx.run(
                "update notice_to set seen_at = $1 where notice = $2 and person = $3",
                args![tx.now(), self.notice, actor.person],
            )
            .await?;
            tx.say(Said::new("notice", self.notice, "acknowledged").by(actor.person).within(found.circle));
        }
        Ok(found)
    }
}

/// What waits for a person's acknowledgement, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<Notice>, LedgerError> {
    let rows = tx
        .rows(
            "select n.* from notice n join notice_to t on t.notice = n.id \
             where t.person = $1 and t.seen_at is null and n.superseded_by is null order by n.told_at, n.id",
            args![person],
        )
        .await?;
    rows.iter().map(notice).collect()
}

/// Everything told about one thing, newest first, with how many of how many have seen it.
///
/// # Errors
/// When the database is away.
pub async fn about(tx: &mut Tx, noun: &str, subject: &str) -> Result<Vec<(Notice, i64, i64)>, LedgerError> {
    let rows = tx
        .rows(
            "select n.*, (select count(*) from notice_to t where t.notice = n.id) as people, \
             (select count(*) from notice_to t where t.notice = n.id and t.seen_at is not null) as seen \
             from notice n where n.noun = $1 and n.subject = $2 order by n.told_at desc, n.id desc",
            args![noun, subject],
        )
        .await?;
    rows.iter().map(|row| Ok((notice(row)?, row.int("seen")?, row.int("people")?))).collect()
}
