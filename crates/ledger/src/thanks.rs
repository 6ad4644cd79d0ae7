//! Thanks that say what difference it made: signed, to one person, with the aim that it served. The two of them
//! read it. Of a circle only the spread is told, from five people on. And the card by which somebody says how to
//! work with them, in their own words: no types, no tests.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::share::{LEAST, Share};
use leadership::today::{Do, Waiting};
use leadership::{AimId, CircleId, Id, PersonId, Wrongs, text};

use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::of_circles;
use crate::ledger::Act;
use crate::people::{self, Place};
use crate::seal::ERASED;
use crate::store::{Arg, Row, listed};
use crate::tx::Tx;

/// Names thanks, for the type of their identifiers.
#[derive(Debug)]
pub enum ThanksNoun {}
/// Thanks.
pub type ThanksId = Id<ThanksNoun>;

/// Most that a list shows.
const MOST: i64 = 100;
/// Days over which the spread is told.
const SPREAD_DAYS: i64 = 90;

/// What this room holds about a person, for their own eyes.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Thanks",
        what: "Thanks that you gave",
        covers: ("thanks", "from_person"),
        sql: "select t.given_at, p.name, t.words, t.difference, t.taken_back_at from thanks t join person p on p.id = t.to_person \
              where t.from_person = $1 order by t.given_at",
        shows: &[
            ("given_at", "When"),
            ("name", "To"),
            ("words", "What for"),
            ("difference", "What difference it made"),
            ("taken_back_at", "Taken back"),
        ],
    },
    Place {
        room: "Thanks",
        what: "Thanks to you",
        covers: ("thanks", "to_person"),
        sql: "select t.given_at, p.name, t.words, t.difference from thanks t join person p on p.id = t.from_person \
              where t.to_person = $1 order by t.given_at",
        shows: &[
            ("given_at", "When"),
            ("name", "From"),
            ("words", "What for"),
            ("difference", "What difference it made"),
        ],
    },
    Place {
        room: "Thanks",
        what: "How to work with you, as you wrote it",
        covers: ("work_card", "person"),
        sql: "select reach, good_at, hard, drives, changed_at from work_card where person = $1",
        shows: &[
            ("reach", "How to reach you"),
            ("good_at", "What to ask you"),
            ("hard", "What is hard for you"),
            ("drives", "What drives you"),
            ("changed_at", "Changed"),
        ],
    },
];

/// Thanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thanks {
    /// Its identifier.
    pub id: ThanksId,
    /// Who thanks.
    pub from: PersonId,
    /// Whom.
    pub to: PersonId,
    /// What for.
    pub words: String,
    /// What difference it made.
    pub difference: String,
    /// The aim that it served.
    pub aim: Option<AimId>,
    /// When.
    pub given_at: Timestamp,
    /// When it was seen.
    pub seen_at: Option<Timestamp>,
    /// When it was taken back.
    pub taken_back_at: Option<Timestamp>,
}

fn thanks(row: &Row) -> Result<Thanks, LedgerError> {
    Ok(Thanks {
        id: row.id("id")?,
        from: row.id("from_person")?,
        to: row.id("to_person")?,
        words: row.text("words")?,
        difference: row.text("difference")?,
        aim: row.id_or_null("aim")?,
        given_at: row.at("given_at")?,
        seen_at: row.at_or_null("seen_at")?,
        taken_back_at: row.at_or_null("taken_back_at")?,
    })
}

/// Thanks to this actor, and thanks that they gave; newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<(Vec<Thanks>, Vec<Thanks>), LedgerError> {
    let rows = tx
        .rows(
            "select * from thanks where (to_person = $1 and taken_back_at is null) or from_person = $1 \
             order by given_at desc, id desc limit $2",
            args![actor.person, MOST],
        )
        .await?;
    let all = rows.iter().map(thanks).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().partition(|one| one.to == actor.person))
}

/// One of them, for one of its two people.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: ThanksId) -> Result<Option<Thanks>, LedgerError> {
    let row = tx
        .one(
            "select * from thanks where id = $1 and (from_person = $2 or (to_person = $2 and taken_back_at is null))",
            args![id, actor.person],
        )
        .await?;
    row.as_ref().map(thanks).transpose()
}

/// Aims that an actor sees and that thanks can name, by title.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn aims(tx: &mut Tx, actor: &Actor) -> Result<Vec<(AimId, String)>, LedgerError> {
    let rows = of_circles(tx, "select id, title from aim where state = 'live' and circle in ({})", &actor.sight.inside)
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        out.push((row.id("id")?, row.text("title")?));
    }
    out.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    Ok(out)
}

/// Of the people of a circle, how many were thanked in the last 90 days, for those who see it from inside; `None`
/// where fewer than five people belong to it or fewer than five were thanked, so that nobody is pointed at.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn spread(tx: &mut Tx, actor: &Actor, circle: CircleId) -> Result<Option<Share>, LedgerError> {
    if !actor.sight.inside.contains(&circle) {
        return Ok(None);
    }
    let since = tx.now() - SignedDuration::from_hours(24 * SPREAD_DAYS);
    let members = "select distinct r.person from held_role r join person p on p.id = r.person \
         where r.circle = $1 and r.role in ('leader', 'member') and p.left_at is null";
    let n = tx.count(sqlx::AssertSqlSafe(format!("select count(*) as n from ({members}) m")), args![circle]).await?;
    let so = tx
        .count(
            sqlx::AssertSqlSafe(format!(
                "select count(distinct t.to_person) as n from thanks t where t.given_at >= $2 \
                 and t.taken_back_at is null and t.to_person in ({members})"
            )),
            args![circle, since],
        )
        .await?;
    let share = Share::counted(so, n);
    Ok((share.so >= LEAST && share.enough()).then_some(share))
}

/// Thanks somebody.
#[derive(Debug, Clone, Default)]
pub struct Give {
    /// Whom.
    pub to: Option<PersonId>,
    /// What for.
    pub words: String,
    /// What difference it made.
    pub difference: String,
    /// The aim that it served, by identifier; may be empty.
    pub aim: String,
}

#[crate::act]
impl Act for Give {
    type Done = ThanksId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<ThanksId, Refused> {
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let difference = wrongs.take(text::prose("difference", &self.difference));
        let found = match self.to {
            Some(to) => asks::reachable(tx, actor).await?.into_iter().find(|(person, _)| person.id == to),
            None => None,
        };
        if found.is_none() {
            wrongs.add("to", "Choose somebody of your circles.");
        }
        let aim: Option<AimId> = match self.aim.trim() {
            "" => None,
            typed => {
                let known = aims(tx, actor).await?;
                let aim = typed.parse().ok().filter(|aim| known.iter().any(|(id, _)| id == aim));
                if aim.is_none() {
                    wrongs.add("aim", "Choose an aim of the list, or none.");
                }
                aim
            }
        };
        let (words, difference) = wrongs.or((words, difference))?;
        let (to, circle) = found.ok_or(Refused::NotFound)?;
        let id: ThanksId = tx.id();
        tx.run(
            "insert into thanks (id, from_person, to_person, circle, words, difference, aim, given_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![id, actor.person, to.id, circle, &words, &difference, aim, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("thanks", id, "given")
                .by(actor.person)
                .with("to", to.id.to_string())
                .sealed(actor.person, "words", words)
                .sealed(actor.person, "difference", difference),
        );
        Ok(id)
    }
}

/// Says that thanks were seen.
#[derive(Debug, Clone, Copy)]
pub struct See {
    /// Which.
    pub thanks: ThanksId,
}

#[crate::act]
impl Act for See {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.thanks).await?.filter(|one| one.to == actor.person).ok_or(Refused::NotFound)?;
        if found.seen_at.is_none() {
            tx.run("update thanks set seen_at = $1 where id = $2", args![tx.now(), self.thanks]).await?;
            tx.say(Said::new("thanks", self.thanks, "seen").by(actor.person));
        }
        Ok(())
    }
}

/// Takes thanks back.
#[derive(Debug, Clone, Copy)]
pub struct TakeBack {
    /// Which.
    pub thanks: ThanksId,
}

#[crate::act]
impl Act for TakeBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found =
            get(tx, actor, self.thanks).await?.filter(|one| one.from == actor.person).ok_or(Refused::NotFound)?;
        if found.taken_back_at.is_none() {
            tx.run("update thanks set taken_back_at = $1 where id = $2", args![tx.now(), self.thanks]).await?;
            tx.say(Said::new("thanks", self.thanks, "taken_back").by(actor.person));
        }
        Ok(())
    }
}

/// How to work with somebody, in their own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Card {
    /// How and when they are best reached.
    pub reach: String,
    /// What to ask them.
    pub good_at: String,
    /// What is hard for them, and what helps.
    pub hard: String,
    /// What drives them.
    pub drives: String,
}

/// The card of a person whom the actor sees; `None` where there is none.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn card(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Card>, LedgerError> {
    if people::seen(tx, actor, person).await?.is_none() {
        return Ok(None);
    }
    let row = tx.one("select * from work_card where person = $1", args![person]).await?;
    row.as_ref().map(card_of).transpose()
}

fn card_of(row: &Row) -> Result<Card, LedgerError> {
    Ok(Card {
        reach: row.text("reach")?,
        good_at: row.text("good_at")?,
        hard: row.text("hard")?,
        drives: row.text("drives")?,
    })
}

/// The cards of those of some people who hold a role in a circle that the actor sees from inside, and the actor's own:
/// two questions for 500 of them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn cards(tx: &mut Tx, actor: &Actor, whom: &[PersonId]) -> Result<BTreeMap<PersonId, Card>, LedgerError> {
    let held = people::roles_of(tx, whom).await?;
    let inside = &actor.sight.inside;
    let seen = |id: PersonId| {
        let roles = held.get(&id);
        id == actor.person || roles.is_some_and(|roles| roles.iter().any(|(circle, _)| inside.contains(circle)))
    };
    let ids: Vec<Arg> = whom.iter().copied().filter(|id| seen(*id)).map(Arg::from).collect();
    let mut out = BTreeMap::new();
    for some in ids.chunks(500) {
        let sql = listed("select * from work_card where person in ({})", 1, some.len());
        for row in tx.rows(sql, some).await? {
            out.insert(row.id("person")?, card_of(&row)?);
        }
    }
    Ok(out)
}

/// Writes one's own card; all empty takes it away.
#[derive(Debug, Clone, Default)]
pub struct WriteCard(pub Card);

#[crate::act]
impl Act for WriteCard {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let card = Card {
            reach: wrongs.take(text::prose_or_empty("reach", &self.0.reach)),
            good_at: wrongs.take(text::prose_or_empty("good_at", &self.0.good_at)),
            hard: wrongs.take(text::prose_or_empty("hard", &self.0.hard)),
            drives: wrongs.take(text::prose_or_empty("drives", &self.0.drives)),
        };
        let card = wrongs.or(card)?;
        tx.run("delete from work_card where person = $1", args![actor.person]).await?;
        if card != Card::default() {
            tx.run(
                "insert into work_card (person, reach, good_at, hard, drives, changed_at) values ($1, $2, $3, $4, $5, $6)",
                args![actor.person, &card.reach, &card.good_at, &card.hard, &card.drives, tx.now()],
            )
            .await?;
        }
        tx.say(Said::new("work_card", actor.person, "written").by(actor.person));
        Ok(())
    }
}

/// Thanks that were not seen yet.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, _today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select t.id, t.given_at, p.name from thanks t join person p on p.id = t.from_person \
             where t.to_person = $1 and t.seen_at is null and t.taken_back_at is null order by t.given_at, t.id limit 50",
            args![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id = row.text("id")?;
            Ok(Waiting {
                act: Do::Acknowledge,
                noun: "thanks".to_owned(),
                page: format!("/thanks/{id}"),
                subject: id,
                title: format!("{} thanks you", row.text("name")?),
                because: "And says what difference it made.".to_owned(),
                since: row.at("given_at")?,
                due: None,
                holds_up: 0,
            })
        })
        .collect()
}

/// Blanks a person's own words.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "update thanks set words = $2, difference = $2 where from_person = $1 or to_person = $1",
        args![person, ERASED],
    )
    .await?;
    tx.run("delete from work_card where person = $1", args![person]).await?;
    Ok(())
}
