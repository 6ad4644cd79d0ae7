//! What is told to people: an audience is found, may be edited, is frozen, told, and acknowledges. A change
//! is told again to the same people. Acknowledged is "seen"; it is neither "understood" nor "agreed".

use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::message::{self, Intent, Known};
use leadership::today::{Do, Waiting};
use leadership::{CircleId, NoticeId, PersonId, Role};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people::{self, Place};
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
#[crate::asked]
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

#[crate::act]
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
            let said = Said::new("notice", self.notice, "acknowledged").by(actor.person).within(found.circle);
            // Who told it sees the share on its page; it is on nobody's day but that of whom it waited for.
            tx.say(said.felt_by([actor.person], []));
        }
        Ok(found)
    }
}

/// What waits for a person's acknowledgement, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<Notice>, LedgerError> {
    if let Some(known) = tx.remembers("notices", person) {
        return Ok(known);
    }
    let rows = tx
        .rows(
            "select n.* from notice n join notice_to t on t.notice = n.id \
             where t.person = $1 and t.seen_at is null and n.superseded_by is null order by n.told_at, n.id",
            args![person],
        )
        .await?;
    let found = rows.iter().map(notice).collect::<Result<Vec<_>, _>>()?;
    tx.remember("notices", person, &found);
    Ok(found)
}

/// Everything told about one thing, newest first, with how many of how many have seen it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
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

/// What waits for a person's acknowledgement, of every room, as the page called Today shows it: who told it, and
/// the page of the notice, which a client's people can open as well.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn to_acknowledge(tx: &mut Tx, person: PersonId) -> Result<Vec<Waiting>, LedgerError> {
    let notices = waiting(tx, person).await?;
    let mut tellers: Vec<PersonId> = notices.iter().map(|notice| notice.told_by).collect();
    tellers.sort_unstable();
    tellers.dedup();
    let names: std::collections::BTreeMap<PersonId, String> =
        people::named(tx, &tellers).await?.into_iter().map(|person| (person.id, person.name)).collect();
    let waiting = |notice: Notice| Waiting {
        act: Do::Acknowledge,
        noun: "notice".to_owned(),
        subject: notice.id.to_string(),
        because: format!(
            "{} told you on {}.",
            names.get(&notice.told_by).map_or("Somebody", String::as_str),
            notice.told_at.to_zoned(jiff::tz::TimeZone::UTC).date()
        ),
        since: notice.told_at,
        due: None,
        holds_up: 0,
        page: format!("/notices/{}", notice.id),
        title: notice.title,
    };
    Ok(notices.into_iter().map(waiting).collect())
}

/// A notice as one of those told has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// The notice.
    pub notice: Notice,
    /// When this person saw it.
    pub seen_at: Option<Timestamp>,
    /// Whether it was told to this person; who told it sees it as well.
    pub to_me: bool,
}

/// A notice, for those to whom it was told and for who told it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: NoticeId) -> Result<Option<Mine>, LedgerError> {
    let row = tx
        .one(
            "select n.*, t.seen_at, t.person from notice n left join notice_to t on t.notice = n.id and t.person = $2 \
             where n.id = $1 and (t.person is not null or n.told_by = $2)",
            args![id, actor.person],
        )
        .await?;
    row.map(|row| {
        Ok(Mine {
            notice: notice(&row)?,
            seen_at: row.at_or_null("seen_at")?,
            to_me: row.text_or_null("person")?.is_some(),
        })
    })
    .transpose()
}

/// Notices on a page of the list.
pub const PAGE: u32 = 50;

/// What was told to a person, the latest first, and how many there are in all.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor, page: u32) -> Result<(Vec<Mine>, i64), LedgerError> {
    let all = tx.count("select count(*) as n from notice_to where person = $1", args![actor.person]).await?;
    let rows = tx
        .rows(
            "select n.*, t.seen_at from notice n join notice_to t on t.notice = n.id where t.person = $1 \
             order by n.told_at desc, n.id desc limit $2 offset $3",
            args![actor.person, PAGE, i64::from(page) * i64::from(PAGE)],
        )
        .await?;
    let mine = rows
        .iter()
        .map(|row| Ok(Mine { notice: notice(row)?, seen_at: row.at_or_null("seen_at")?, to_me: true }))
        .collect::<Result<_, LedgerError>>()?;
    Ok((mine, all))
}

/// Keeps what the writer of a notice said about it before it was told.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn intend(tx: &mut Tx, notice: NoticeId, intent: &Intent) -> Result<(), LedgerError> {
    tx.run(
        "insert into notice_intent (notice, hard, purpose, ticked) values ($1, $2, $3, $4)",
        args![notice, intent.hard, &intent.purpose, intent.ticked.join(" ")],
    )
    .await?;
    Ok(())
}

/// One to be reminded of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Which notice.
    pub notice: Notice,
    /// Who has not seen it.
    pub people: Vec<PersonId>,
}

/// Asks once more, and only once: notices that were told longer ago than `untouched_for` and that somebody
/// has not seen get their [`Notice::chased_at`]; who is to be reminded comes back, for the mail that does it.
/// Who left is not reminded. Run by the clock, within an act of the room that sends the mail, or as
/// [`Chase`].
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn chase(tx: &mut Tx, untouched_for: SignedDuration) -> Result<Vec<Reminder>, LedgerError> {
    let now = tx.now();
    let before = now.checked_sub(untouched_for).unwrap_or(Timestamp::MIN);
    let rows = tx
        .rows(
            "select n.*, t.person from notice n join notice_to t on t.notice = n.id join person p on p.id = t.person \
             where n.chased_at is null and n.superseded_by is null and n.told_at <= $1 and t.seen_at is null \
             and p.left_at is null and p.erased_at is null order by n.told_at, n.id, t.person",
            args![before],
        )
        .await?;
    let mut out: Vec<Reminder> = Vec::new();
    for row in &rows {
        let person = row.id("person")?;
        let notice = notice(row)?;
        match out.last_mut() {
            Some(last) if last.notice.id == notice.id => last.people.push(person),
            _ => out.push(Reminder { notice, people: vec![person] }),
        }
    }
    for reminder in &mut out {
        reminder.notice.chased_at = Some(now);
        tx.run("update notice set chased_at = $1 where id = $2", args![now, reminder.notice.id]).await?;
        tx.say(
            Said::new("notice", reminder.notice.id, "chased")
                .within(reminder.notice.circle)
                .with("people", reminder.people.len()),
        );
    }
    Ok(out)
}

/// [`chase`] as an act of its own.
#[derive(Debug, Clone)]
pub struct Chase {
    /// How long a notice may be unseen before its people are asked once more.
    pub untouched_for: SignedDuration,
}

#[crate::act]
impl Act for Chase {
    type Done = Vec<Reminder>;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Vec<Reminder>, Refused> {
        Ok(chase(tx, self.untouched_for).await?)
    }
}

/// How many of a group have seen a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The circle; `None` for those in groups too small to be shown apart.
    pub circle: Option<CircleId>,
    /// How many of it were told.
    pub told: usize,
    /// How many have seen it.
    pub seen: usize,
}

/// How a notice came through, without any person's name.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// How many were told, without who told it.
    pub told: usize,
    /// How many have seen it.
    pub seen: usize,
    /// How soon they knew.
    pub known: Known,
    /// Circle by circle, those of at least [`message::MINIMUM`] people; a person of two circles counts in both.
    pub groups: Vec<Group>,
}

/// How a notice came through. The caller has found that it may be seen.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn reach(tx: &mut Tx, notice: &Notice) -> Result<Reach, LedgerError> {
    let rows = tx
        .rows(
            "select t.person, t.seen_at, r.circle, r.role from notice_to t \
             left join held_role r on r.person = t.person where t.notice = $1 and t.person <> $2 order by t.person",
            args![notice.id, notice.told_by],
        )
        .await?;
    let mut people: std::collections::BTreeMap<PersonId, Option<f64>> = std::collections::BTreeMap::new();
    let mut circles: std::collections::BTreeMap<CircleId, std::collections::BTreeMap<PersonId, bool>> =
        std::collections::BTreeMap::new();
    for row in &rows {
        let person: PersonId = row.id("person")?;
        let seen = row.at_or_null("seen_at")?;
        let hours = seen.map(|seen| seen.duration_since(notice.told_at).as_secs_f64() / 3600.0);
        people.insert(person, hours);
        let role = row.text_or_null("role")?;
        if let Some(circle) = row.id_or_null("circle")?
            && role.as_deref().and_then(Role::from_name) != Some(Role::Administrator)
        {
            circles.entry(circle).or_default().insert(person, seen.is_some());
        }
    }
    let hours: Vec<Option<f64>> = people.values().copied().collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut small = std::collections::BTreeMap::new();
    for (circle, members) in circles {
        if members.len() >= message::MINIMUM {
            let seen = members.values().filter(|seen| **seen).count();
            groups.push(Group { circle: Some(circle), told: members.len(), seen });
        } else {
            small.extend(members);
        }
    }
    if small.len() >= message::MINIMUM {
        groups.push(Group { circle: None, told: small.len(), seen: small.values().filter(|seen| **seen).count() });
    }
    Ok(Reach { told: hours.len(), seen: hours.iter().flatten().count(), known: message::known(&hours), groups })
}
