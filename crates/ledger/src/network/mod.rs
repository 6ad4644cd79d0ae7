//! Who helped whom: what others did for an actor and the actor for them, each with its row, for the actor's own eyes. It is
//! no measure of anybody: nothing is summed, and who is not on it did something that leaves no row here. Beside it who
//! brought two together, and on whom one's aims depend.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;
use leadership::PersonId;
use leadership::circle::Actor;

use crate::error::LedgerError;
use crate::people::Place;
use crate::tx::Tx;

mod goals;
mod introductions;

pub use goals::{Goal, Leans, goals};
pub use introductions::{
    AnswerIntroduction, Introduce, Introduction, IntroductionId, OPEN_DAYS, Stands, introductions, waiting,
};

/// Days that it looks back.
pub const HELPED_DAYS: i64 = 90;
/// Most rows that are read.
const MOST: i64 = 1_000;

/// Something that one did for the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// What sort of help it is, in words.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// On which day.
    pub day: Date,
    /// The page of it.
    pub page: String,
}

/// Somebody with whom there was help in the last [`HELPED_DAYS`] days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they did for the actor, newest first.
    pub theirs: Vec<Help>,
    /// What the actor did for them, newest first.
    pub mine: Vec<Help>,
}

/// Each act of either direction: whether it is the actor's, the other one, its words, its title, its day and its page.
const HELPED: &str = "select 0 as mine, a.asked as other, 'An ask answered' as kind, a.words as title, a.answered_at as at, \
     '/asks#ask-' as page, a.id as subject from ask a where a.asker = $1 and a.answered_at is not null \
     union all select 1, a.asker, 'An ask answered', a.words, a.answered_at, '/asks#ask-', a.id from ask a \
     where a.asked = $1 and a.answered_at is not null \
     union all select 0, p.from_person, 'A promise kept', p.what, p.closed_on, '/promises/', p.id from promise p \
     where p.to_person = $1 and p.state = 'kept' and p.closed_on is not null \
     union all select 1, p.to_person, 'A promise kept', p.what, p.closed_on, '/promises/', p.id from promise p \
     where p.from_person = $1 and p.to_person is not null and p.state = 'kept' and p.closed_on is not null \
     union all select 0, t.to_person, 'What you thanked for', t.words, t.given_at, '/thanks/', t.id from thanks t \
     where t.from_person = $1 and t.taken_back_at is null \
     union all select 1, t.from_person, 'What you were thanked for', t.words, t.given_at, '/thanks/', t.id from thanks t \
     where t.to_person = $1 and t.taken_back_at is null \
     union all select 0, r.asked_of, 'Granted for an aim', r.what, r.answered_at, '/aims/', r.aim from aim_resource r \
     where r.asked_by = $1 and r.asked_of <> $1 and r.granted > 0 and r.answered_at is not null \
     union all select 1, r.asked_by, 'Granted for an aim', r.what, r.answered_at, '/aims/', r.aim from aim_resource r \
     where r.asked_of = $1 and r.asked_by <> $1 and r.granted > 0 and r.answered_at is not null \
     union all select 0, q.owner, 'A request done', q.title, q.since, '/requests/', q.id from request q \
     where q.asked_by = $1 and q.owner <> $1 and q.state = 'done' \
     union all select 1, q.asked_by, 'A request done', q.title, q.since, '/requests/', q.id from request q \
     where q.owner = $1 and q.asked_by is not null and q.asked_by <> $1 and q.state = 'done' \
     union all select 0, i.made_by, 'An introduction', i.words, i.met_at, '/network#introduction-', i.id \
     from introduction i where (i.one = $1 or i.other = $1) and i.met_at is not null \
     union all select 1, i.one, 'An introduction', i.words, i.met_at, '/network#introduction-', i.id \
     from introduction i where i.made_by = $1 and i.met_at is not null \
     union all select 1, i.other, 'An introduction', i.words, i.met_at, '/network#introduction-', i.id \
     from introduction i where i.made_by = $1 and i.met_at is not null";

/// What is held here about a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Network",
        what: "Introductions that you made",
        covers: ("introduction", "made_by"),
        sql: "select i.made_at, p.name as one, q.name as other, i.words from introduction i \
              join person p on p.id = i.one join person q on q.id = i.other where i.made_by = $1 order by i.made_at desc",
        shows: &[("made_at", "When"), ("one", "Whom"), ("other", "To whom"), ("words", "Why")],
    },
    Place {
        room: "Network",
        what: "Those to whom you were introduced, with what you said to it",
        covers: ("introduction", "one"),
        sql: "select i.made_at, q.name as other, i.words, i.one_says from introduction i \
              join person q on q.id = i.other where i.one = $1 order by i.made_at desc",
        shows: &[("made_at", "When"), ("other", "To whom"), ("words", "Why"), ("one_says", "What you said")],
    },
    Place {
        room: "Network",
        what: "Those who were introduced to you, with what you said to it",
        covers: ("introduction", "other"),
        sql: "select i.made_at, p.name as one, i.words, i.other_says from introduction i \
              join person p on p.id = i.one where i.other = $1 order by i.made_at desc",
        shows: &[("made_at", "When"), ("one", "Whom"), ("words", "Why"), ("other_says", "What you said")],
    },
];

/// Takes a person out of what lies here.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    introductions::erase(tx, person).await
}

/// With whom there was help each way, the latest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn ties(tx: &mut Tx, actor: &Actor) -> Result<Vec<Tie>, LedgerError> {
    let since = (tx.now() - SignedDuration::from_hours(24 * HELPED_DAYS)).to_zoned(jiff::tz::TimeZone::UTC).date();
    let sql = sqlx::AssertSqlSafe(format!(
        "select cast(h.mine as bigint) as mine, h.other, o.name, h.kind, h.title, substr(h.at, 1, 10) as day, h.page, \
         h.subject from ({HELPED}) h join person o on o.id = h.other where o.erased_at is null \
         and substr(h.at, 1, 10) >= $2 order by 6 desc, 4, 5, 8 limit $3"
    ));
    let mut out: Vec<Tie> = Vec::new();
    let mut places: BTreeMap<PersonId, usize> = BTreeMap::new();
    for row in &tx.rows(sql, args![actor.person, since, MOST]).await? {
        let person: PersonId = row.id("other")?;
        let place = *places.entry(person).or_insert(out.len());
        if place == out.len() {
            out.push(Tie { person, name: row.text("name")?, theirs: Vec::new(), mine: Vec::new() });
        }
        let help = Help {
            kind: row.text("kind")?,
            title: row.text("title")?,
            day: row.day("day")?,
            page: row.text("page")? + &row.text("subject")?,
        };
        if row.truth("mine")? { out[place].mine.push(help) } else { out[place].theirs.push(help) }
    }
    Ok(out)
}
