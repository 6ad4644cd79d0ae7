//! What the people of a talk tell others of it, once all of them agree: what a circle is told of its own talk, and the
//! lesson of a mediation, without names. Whoever takes their consent back takes it out again.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::talk::{Kind, State, Telling};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::{Talk, TalkId, get, mediation, telling};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::of_circles;
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// Names such words, for the type of their identifiers.
#[derive(Debug)]
pub enum WordNoun {}
/// Words that are told of a talk.
pub type WordId = Id<WordNoun>;

/// Words that are told of a talk, as those who take part have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Their identifier.
    pub id: WordId,
    /// What they are.
    pub kind: Telling,
    /// Whom they are told to.
    pub circle: CircleId,
    /// The words.
    pub words: String,
    /// Who wrote them.
    pub by: PersonId,
    /// When all had agreed.
    pub shared_at: Option<Timestamp>,
    /// Who has agreed.
    pub agreed: Vec<PersonId>,
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Word, LedgerError> {
    let id: WordId = row.id("id")?;
    let agreed = tx
        .rows("select person from talk_word_consent where word = $1 order by agreed_at, person", args![id])
        .await?
        .iter()
        .map(|row| row.id("person"))
        .collect::<Result<_, _>>()?;
    Ok(Word {
        id,
        kind: telling(&row.text("kind")?)?,
        circle: row.id("circle")?,
        words: row.text("words")?,
        by: row.id("written_by")?,
        shared_at: row.at_or_null("shared_at")?,
        agreed,
    })
}

/// The words that are told of a talk, or wait to be, for those who take part.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of(tx: &mut Tx, actor: &Actor, talk: &Talk) -> Result<Vec<Word>, LedgerError> {
    if !talk.has(actor.person) {
        return Ok(Vec::new());
    }
    let rows = tx.rows("select * from talk_word where talk = $1 order by kind, id", args![talk.id]).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        out.push(read(tx, row).await?);
    }
    Ok(out)
}

/// The talk of some words, for those who take part in it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn talk_of(tx: &mut Tx, actor: &Actor, id: WordId) -> Result<Option<(Talk, Word)>, LedgerError> {
    let Some(row) = tx.one("select * from talk_word where id = $1", args![id]).await? else { return Ok(None) };
    let Some(talk) = get(tx, actor, row.id("talk")?).await? else { return Ok(None) };
    let word = read(tx, &row).await?;
    Ok(Some((talk, word)))
}

/// A lesson of a mediation, without names: not whose, not of which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The circle that it was given to.
    pub circle: CircleId,
    /// The lesson.
    pub words: String,
    /// The first day of the month in which it was given: the day itself would tell whose it is.
    pub month: Date,
}

/// The lessons that were given to circles which an actor sees from inside, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn lessons(tx: &mut Tx, actor: &Actor) -> Result<Vec<Lesson>, LedgerError> {
    let rows = of_circles(
        tx,
        "select circle, words, shared_at from talk_word where kind = 'lesson' and shared_at is not null and circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let at = row.at("shared_at")?.to_zoned(jiff::tz::TimeZone::UTC).date();
        out.push(Lesson { circle: row.id("circle")?, words: row.text("words")?, month: at.first_of_month() });
    }
    out.sort_by(|a, b| (b.month, &b.words).cmp(&(a.month, &a.words)));
    Ok(out)
}

/// Tells them to their circle where everybody who takes part and is here agrees; takes them out again where not.
async fn settle(tx: &mut Tx, talk: &Talk, word: WordId) -> Result<bool, LedgerError> {
    let missing = tx
        .count(
            "select count(*) as n from talk_with w join person p on p.id = w.person where w.talk = $1 and p.left_at is null \
             and not exists (select 1 from talk_word_consent c where c.word = $2 and c.person = w.person)",
            args![talk.id, word],
        )
        .await?;
    if missing > 0 {
        tx.run("update talk_word set shared_at = null where id = $1", args![word]).await?;
    } else {
        tx.run("update talk_word set shared_at = coalesce(shared_at, $1) where id = $2", args![tx.now(), word]).await?;
    }
    Ok(missing == 0)
}

/// Writes what is told of a talk. It is told when everybody who takes part agrees; written anew, all are asked again.
#[derive(Debug, Clone, Default)]
pub struct Write {
    /// Of which talk.
    pub talk: Option<TalkId>,
    /// `told` or `lesson`.
    pub kind: String,
    /// To which circle a lesson is given; what is told of a circle's own talk is told to that circle.
    pub circle: Option<CircleId>,
    /// The words.
    pub words: String,
}

#[crate::act]
impl Act for Write {
    type Done = WordId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<WordId, Refused> {
        let found = get(tx, actor, self.talk.ok_or(Refused::NotFound)?).await?.ok_or(Refused::NotFound)?;
        let kind = Telling::from_name(&self.kind).ok_or_else(|| Refused::field("kind", "Choose what it is."))?;
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let circle = match (kind, found.kind) {
            (Telling::Told, Kind::Team | Kind::NotWork) if found.state == State::Held => found.circle,
            (Telling::Lesson, Kind::Mediation) if mediation::of(tx, actor, &found).await?.may_agree() => {
                let circle = self.circle.filter(|circle| actor.sight.inside.contains(circle));
                if circle.is_none() {
                    wrongs.add("circle", "Choose a circle that you belong to.");
                }
                circle
            }
            _ => {
                return Err(Refused::conflict(
                    "Nothing of this talk is told to others yet.",
                    "A circle is told of its own talks once they were held; a lesson is given once both sides were said back.",
                ));
            }
        };
        let words = wrongs.or(words)?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let earlier = tx
            .one("select id from talk_word where talk = $1 and kind = $2", args![found.id, kind.name()])
            .await?
            .map(|row| row.id("id"))
            .transpose()?;
        let id: WordId = earlier.unwrap_or_else(|| tx.id());
        tx.run(
            "insert into talk_word (id, talk, kind, circle, words, written_by, written_at, shared_at) \
             values ($1, $2, $3, $4, $5, $6, $7, null) on conflict (id) do update set circle = $4, words = $5, \
             written_by = $6, written_at = $7, shared_at = null",
            args![id, found.id, kind.name(), circle, &words, actor.person, tx.now()],
        )
        .await?;
        tx.run("delete from talk_word_consent where word = $1", args![id]).await?;
        agree(tx, id, actor.person).await?;
        settle(tx, &found, id).await?;
        tx.say(
            Said::new("talk", found.id, "worded")
                .by(actor.person)
                .with("kind", kind.name())
                .sealed(actor.person, "words", words)
                .felt_by(found.people(), []),
        );
        Ok(id)
    }
}

async fn agree(tx: &mut Tx, word: WordId, person: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "insert into talk_word_consent (word, person, agreed_at) values ($1, $2, $3) on conflict do nothing",
        args![word, person, tx.now()],
    )
    .await?;
    Ok(())
}

/// Agrees that words are told, or takes that back at any time.
#[derive(Debug, Clone, Copy)]
pub struct Consent {
    /// Which words.
    pub word: WordId,
    /// Whether one agrees.
    pub agrees: bool,
}

#[crate::act]
impl Act for Consent {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let (talk, _) = talk_of(tx, actor, self.word).await?.ok_or(Refused::NotFound)?;
        if self.agrees {
            agree(tx, self.word, actor.person).await?;
        } else {
            tx.run("delete from talk_word_consent where word = $1 and person = $2", args![self.word, actor.person])
                .await?;
        }
        let told = settle(tx, &talk, self.word).await?;
        // Of a lesson nobody may tell from the chain of a circle whose it is.
        tx.say(
            Said::new("talk", talk.id, if self.agrees { "agreed_to_tell" } else { "took_consent_back" })
                .by(actor.person)
                .with("told", told)
                .felt_by(talk.people(), []),
        );
        Ok(())
    }
}
