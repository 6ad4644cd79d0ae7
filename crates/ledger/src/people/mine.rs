//! Everything that is held about a person, for that person: by room, with who looked at it.
//!
//! Each room says in a list of [`Place`]s what it holds; a test finds every column that refers to a person and
//! is named by none, so that nothing is held that its person cannot see.

use std::collections::BTreeMap;

use jiff::Timestamp;
use leadership::PersonId;
use serde::Serialize;
use serde_json::Value;
use sqlx::AssertSqlSafe;

use super::{get, named};
use crate::error::LedgerError;
use crate::seal;
use crate::tx::Tx;

/// One kind of data that is held about a person.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The room that it lies in, as its person calls it.
    pub room: &'static str,
    /// What it is; where nothing may be shown, why not.
    pub what: &'static str,
    /// The table and the column that refer to the person.
    pub covers: (&'static str, &'static str),
    /// The query of its rows, with the person as `$1`; empty where nothing may be shown.
    pub sql: &'static str,
    /// Columns of the query, each with its heading.
    pub shows: &'static [(&'static str, &'static str)],
}

/// What the rooms of access hold.
const PEOPLE: &[Place] = &[
    Place {
        room: "Circles",
        what: "Roles that you hold",
        covers: ("held_role", "person"),
        sql: "select c.name as circle, replace(r.role, '_', ' ') as role, r.since from held_role r \
              join circle c on c.id = r.circle where r.person = $1 order by r.since, c.name",
        shows: &[("circle", "Circle"), ("role", "Role"), ("since", "Since")],
    },
    Place {
        room: "Account",
        what: "Your account; the password is kept as a hash and not shown",
        covers: ("account", "person"),
        sql: "select changed_at, subject from account where person = $1",
        shows: &[("changed_at", "Changed"), ("subject", "Identity at the sign-in provider")],
    },
    Place {
        room: "Account",
        what: "Where you are signed in",
        covers: ("session", "person"),
        sql: "select made_at, seen_at, agent from session where person = $1 order by seen_at desc",
        shows: &[("made_at", "Since"), ("seen_at", "Last used"), ("agent", "Program")],
    },
    Place {
        room: "Account",
        what: "Your second factor; its secret is not shown",
        covers: ("second_factor", "person"),
        sql: "select confirmed_at from second_factor where person = $1",
        shows: &[("confirmed_at", "Since")],
    },
    Place {
        room: "Account",
        what: "Recovery codes; kept as hashes and not shown",
        covers: ("recovery_code", "person"),
        sql: "select used_at from recovery_code where person = $1 order by used_at",
        shows: &[("used_at", "Used")],
    },
    Place {
        room: "Account",
        what: "That a code is awaited while you sign in, for ten minutes",
        covers: ("awaiting_code", "person"),
        sql: "",
        shows: &[],
    },
    Place {
        room: "Account",
        what: "Links to a new password that were made for you; of each a hash is kept alone",
        covers: ("password_link", "person"),
        sql: "select made_at, until, used_at from password_link where person = $1 order by made_at desc, token",
        shows: &[("made_at", "Made"), ("until", "Until"), ("used_at", "Used")],
    },
    Place {
        room: "Account",
        what: "Links to a new password that you made for others",
        covers: ("password_link", "made_by"),
        sql: "select l.made_at, p.name, l.until from password_link l join person p on p.id = l.person \
              where l.made_by = $1 order by l.made_at desc, l.token",
        shows: &[("made_at", "Made"), ("name", "For"), ("until", "Until")],
    },
    Place {
        room: "Account",
        what: "The key that your own words are sealed with: showing it would open them to others",
        covers: ("person_key", "person"),
        sql: "",
        shows: &[],
    },
    Place {
        room: "Links",
        what: "Links made for you",
        covers: ("link", "person"),
        sql: "select purpose, made_at, until, used_at, revoked_at from link where person = $1 order by made_at desc",
        shows: &[
            ("purpose", "Purpose"),
            ("made_at", "Made"),
            ("until", "Until"),
            ("used_at", "Used"),
            ("revoked_at", "Revoked"),
        ],
    },
    Place {
        room: "Links",
        what: "Links that you made",
        covers: ("link", "made_by"),
        sql: "select purpose, made_at, until from link where made_by = $1 order by made_at desc",
        shows: &[("purpose", "Purpose"), ("made_at", "Made"), ("until", "Until")],
    },
    Place {
        room: "Your data",
        what: "That you asked to be erased",
        covers: ("erasure_ask", "person"),
        sql: "select asked_at from erasure_ask where person = $1",
        shows: &[("asked_at", "Asked")],
    },
    Place {
        room: "Your data",
        what: "Who looked at your data: listed above",
        covers: ("looked", "person"),
        sql: "",
        shows: &[],
    },
    Place {
        room: "Your data",
        what: "That you looked at data of others",
        covers: ("looked", "viewer"),
        sql: "select p.name, l.what, l.day, l.times from looked l join person p on p.id = l.person \
              where l.viewer = $1 order by l.day desc, p.name",
        shows: &[("day", "Day"), ("name", "Whose"), ("what", "What"), ("times", "Times")],
    },
];

/// All rooms; each adds its list.
const ROOMS: &[&[Place]] = &[
    PEOPLE,
    crate::aims::MINE,
    crate::casework::MINE,
    crate::common::MINE,
    crate::decisions::MINE,
    crate::growth::MINE,
    crate::honesty::MINE,
    crate::ideas::MINE,
    crate::network::MINE,
    crate::notices::MINE,
    crate::openings::MINE,
    crate::promises::MINE,
    crate::pulses::MINE,
    crate::recognition::MINE,
    crate::questionnaire::MINE,
    crate::reports::MINE,
    crate::restated::MINE,
    crate::talks::MINE,
    crate::thanks::MINE,
    crate::today::MINE,
    crate::tokens::MINE,
    crate::waves::MINE,
    crate::training::MINE,
];

fn places() -> Vec<&'static Place> {
    ROOMS.iter().flat_map(|room| room.iter()).collect()
}

/// Tables and columns that a room answers for.
#[must_use]
pub fn covered() -> Vec<(&'static str, &'static str)> {
    places().into_iter().map(|place| place.covers).collect()
}

/// What a room holds of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// The room.
    pub room: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Headings of the columns.
    pub headings: Vec<&'static str>,
    /// The rows; an empty text where nothing is known.
    pub rows: Vec<Vec<String>>,
    /// Why there are no rows, where they may not be shown.
    pub withheld: bool,
}

/// Everything that the rooms hold about a person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn held(tx: &mut Tx, person: PersonId) -> Result<Vec<Held>, LedgerError> {
    let mut out = Vec::new();
    for place in places() {
        let mut rows = Vec::new();
        if !place.sql.is_empty() {
            for row in tx.rows(AssertSqlSafe(place.sql), args![person]).await? {
                let mut cells = Vec::with_capacity(place.shows.len());
                for (column, _) in place.shows {
                    cells.push(match row.text_or_null(column) {
                        Ok(text) => text.unwrap_or_default(),
                        Err(_) => row.int_or_null(column)?.map(|number| number.to_string()).unwrap_or_default(),
                    });
                }
                rows.push(cells);
            }
        }
        out.push(Held {
            room: place.room,
            what: place.what,
            headings: place.shows.iter().map(|(_, heading)| *heading).collect(),
            rows,
            withheld: place.sql.is_empty(),
        });
    }
    Ok(out)
}

/// That somebody looked at a person's data on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// Who looked.
    pub viewer: String,
    /// At what.
    pub what: String,
    /// On which day, UTC.
    pub day: String,
    /// How often on that day.
    pub times: i64,
}

/// Who looked at a person's data, the newest first; at most `most`.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn who_looked(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<Looks>, LedgerError> {
    let rows = tx
        .rows(
            "select p.name, l.what, l.day, l.times from looked l join person p on p.id = l.viewer \
             where l.person = $1 order by l.day desc, p.name, l.what limit $2",
            args![person, most],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Looks {
                viewer: row.text("name")?,
                what: row.text("what")?,
                day: row.text("day")?,
                times: row.int("times")?,
            })
        })
        .collect()
}

/// One thing that a person did, or that was done to their place here, as the chain keeps it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    /// Its place in the chain.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What it was about.
    pub noun: String,
    /// The identifier of that.
    pub subject: String,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub by: Option<String>,
    /// The rest, opened where it is this person's own.
    pub body: Value,
}

/// What the chain holds of a person's own acts and of their place here, the newest first; at most `most`.
/// Words that others sealed are not opened.
///
/// # Errors
/// When the database is away, or a seal is damaged.
#[crate::asked]
pub async fn facts(tx: &mut Tx, person: PersonId, most: i64) -> Result<Vec<Fact>, LedgerError> {
    let me = person.to_string();
    // Two indexes, asked apart: an "or" over both would walk the whole chain.
    let rows = tx
        .rows(
            "select seq, at, actor, noun, subject, kind, body from (select * from (select seq, at, actor, noun, subject, kind, body \
             from event where actor = $1 order by seq desc limit $2) mine union select * from (select seq, at, actor, noun, subject, kind, body \
             from event where noun = 'person' and subject = $1 order by seq desc limit $2) about) every_one order by seq desc limit $2",
            args![&me, most],
        )
        .await?;
    let keys = seal::Keys::of(tx, [me.clone()].into()).await?;
    let mut actors: Vec<PersonId> = Vec::new();
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut body: Value = row.json("body")?;
        if let Value::Object(fields) = &mut body {
            fields.retain(|_, value| value.get("sealed").and_then(Value::as_str).is_none_or(|owner| owner == me));
        }
        keys.open(&mut body)?;
        let actor: Option<PersonId> = row.id_or_null("actor")?;
        actors.extend(actor);
        out.push((
            actor,
            Fact {
                seq: row.int("seq")?,
                at: row.at("at")?,
                noun: row.text("noun")?,
                subject: row.text("subject")?,
                kind: row.text("kind")?,
                by: None,
                body,
            },
        ));
    }
    actors.sort_unstable();
    actors.dedup();
    let names: BTreeMap<PersonId, String> =
        named(tx, &actors).await?.into_iter().map(|person| (person.id, person.name)).collect();
    Ok(out
        .into_iter()
        .map(|(actor, fact)| Fact { by: actor.and_then(|actor| names.get(&actor).cloned()), ..fact })
        .collect())
}

/// Everything that is held about a person, to be taken along.
#[derive(Debug, Clone, Serialize)]
pub struct Export {
    /// When it was made.
    pub made_at: Timestamp,
    /// Their identifier.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their address for mail.
    pub email: Option<String>,
    /// Their time zone.
    pub zone: String,
    /// What the rooms hold.
    pub held: Vec<Held>,
    /// Who looked at it.
    pub looked: Vec<Looks>,
    /// What the chain of events holds.
    pub events: Vec<Fact>,
}

/// Gathers the export of a person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn export(tx: &mut Tx, person: PersonId) -> Result<Option<Export>, LedgerError> {
    let Some(found) = get(tx, person).await? else { return Ok(None) };
    Ok(Some(Export {
        made_at: tx.now(),
        id: person,
        name: found.name,
        email: found.email,
        zone: found.zone,
        held: held(tx, person).await?,
        looked: who_looked(tx, person, i64::MAX).await?,
        events: facts(tx, person, i64::MAX).await?,
    }))
}
