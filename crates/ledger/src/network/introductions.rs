//! Introductions: somebody brings two people together whom they see both, with the reason. Each of the two says whether
//! they want it; who introduced them learns only that both do. “Not now” is told to nobody: it looks like silence.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::id::noun;
use leadership::today::{Do, Waiting};
use leadership::{Id, PersonId, Wrongs, text};

use crate::asks;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// Days after which an introduction that was not wanted by both ends.
pub const OPEN_DAYS: i64 = 30;
/// Most introductions of one person that are open at once.
const MOST: i64 = 20;

/// Names introductions, for the type of their identifiers.
#[derive(Debug)]
pub enum IntroductionNoun {}
/// An introduction.
pub type IntroductionId = Id<IntroductionNoun>;

/// How an introduction stands, for the one who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// The one who looks is asked and has not answered.
    Yours,
    /// It is open, as far as this one may know.
    Open,
    /// Both want it.
    Met,
    /// Its days passed.
    Ended,
}

/// An introduction, for one of the three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// Its identifier.
    pub id: IntroductionId,
    /// Who introduced the two, with their name.
    pub made_by: (PersonId, String),
    /// One of the two, with their name.
    pub one: (PersonId, String),
    /// The other one, with their name.
    pub other: (PersonId, String),
    /// Why the two should talk.
    pub words: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// How it stands.
    pub stands: Stands,
    /// Asks answered and promises kept between the two since both wanted it; for the two alone.
    pub since: Option<i64>,
}

fn introduction(row: &Row, me: PersonId, today: Date) -> Result<Introduction, LedgerError> {
    let (one, other): (PersonId, PersonId) = (row.id("one")?, row.id("other")?);
    let mine = if one == me { Some(row.text("one_says")?) } else { None };
    let mine = if other == me { Some(row.text("other_says")?) } else { mine };
    let stands = match mine {
        _ if row.at_or_null("met_at")?.is_some() => Stands::Met,
        // Who left answers no more.
        _ if row.day("ends_on")? < today || !row.truth("here")? => Stands::Ended,
        Some(ref said) if said.is_empty() => Stands::Yours,
        _ => Stands::Open,
    };
    let since = row.int("since")?;
    Ok(Introduction {
        id: row.id("id")?,
        made_by: (row.id("made_by")?, row.text("maker")?),
        one: (one, row.text("one_name")?),
        other: (other, row.text("other_name")?),
        words: row.text("words")?,
        made_at: row.at("made_at")?,
        stands,
        since: (stands == Stands::Met && mine.is_some()).then_some(since),
    })
}

/// The introductions that an actor made or is one side of, the newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn introductions(tx: &mut Tx, actor: &Actor) -> Result<Vec<Introduction>, LedgerError> {
    let today = day_of(tx, actor.person).await?;
    let rows = tx
        .rows(
            "select i.*, m.name as maker, p.name as one_name, q.name as other_name, \
             cast(case when p.left_at is null and q.left_at is null then 1 else 0 end as bigint) as here, cast( \
             (select count(*) from ask a where a.answered_at >= i.met_at and ((a.asker = i.one and a.asked = i.other) \
             or (a.asker = i.other and a.asked = i.one))) + (select count(*) from promise k where k.state = 'kept' \
             and k.closed_on >= substr(i.met_at, 1, 10) and ((k.from_person = i.one and k.to_person = i.other) \
             or (k.from_person = i.other and k.to_person = i.one))) as bigint) as since from introduction i \
             join person m on m.id = i.made_by join person p on p.id = i.one join person q on q.id = i.other \
             where i.made_by = $1 or i.one = $1 or i.other = $1 order by i.made_at desc, i.id desc limit 100",
            args![actor.person],
        )
        .await?;
    rows.iter().map(|row| introduction(row, actor.person, today)).collect()
}

/// Introduces two people to each other.
#[derive(Debug, Clone, Default)]
pub struct Introduce {
    /// One of them.
    pub one: Option<PersonId>,
    /// The other one.
    pub other: Option<PersonId>,
    /// Why the two should talk; both read it.
    pub words: String,
}

#[crate::act]
impl Act for Introduce {
    type Done = IntroductionId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<IntroductionId, Refused> {
        let reachable = asks::reachable(tx, actor).await?;
        let known = |id: Option<PersonId>| id.filter(|id| reachable.iter().any(|(person, _)| person.id == *id));
        let mut wrongs = Wrongs::default();
        let (one, other) = (known(self.one), known(self.other));
        if one.is_none() {
            wrongs.add("one", "Choose somebody of your circles.");
        }
        if other.is_none() {
            wrongs.add("other", "Choose somebody of your circles.");
        } else if one == other {
            wrongs.add("other", "Choose two different people.");
        }
        let words = wrongs.take(text::prose("words", &self.words));
        let words = wrongs.or(words)?;
        let (one, other) = one.zip(other).ok_or(Refused::NotFound)?;
        let today = day_of(tx, actor.person).await?;
        let open = tx
            .count(
                "select count(*) as n from introduction where made_by = $1 and met_at is null and ends_on >= $2",
                args![actor.person, today],
            )
            .await?;
        if open >= MOST {
            return Err(Refused::conflict("Twenty of your introductions are open.", "Let those be answered first."));
        }
        let id: IntroductionId = tx.id();
        let ends_on = today.saturating_add(jiff::Span::new().days(OPEN_DAYS));
        tx.run(
            "insert into introduction (id, made_by, one, other, words, made_at, ends_on) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, actor.person, one, other, &words, tx.now(), ends_on],
        )
        .await?;
        tx.say(Said::new("introduction", id, "made").by(actor.person).sealed(actor.person, "words", words));
        Ok(id)
    }
}

/// Says whether one wants to meet who was introduced.
#[derive(Debug, Clone, Copy)]
pub struct AnswerIntroduction {
    /// Which.
    pub introduction: IntroductionId,
    /// Whether one wants it now.
    pub wants: bool,
}

#[crate::act]
impl Act for AnswerIntroduction {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let me = actor.person;
        let row = tx
            .one(
                "select i.*, cast(case when p.left_at is null and q.left_at is null then 1 else 0 end as bigint) as here \
                 from introduction i join person p on p.id = i.one join person q on q.id = i.other \
                 where i.id = $1 and (i.made_by = $2 or i.one = $2 or i.other = $2)",
                args![self.introduction, me],
            )
            .await?
            .ok_or(Refused::NotFound)?;
        let first = row.id::<noun::Person>("one")? == me;
        if !first && row.id::<noun::Person>("other")? != me {
            return Err(Refused::NotYours("The two who are introduced say whether they want it.".to_owned()));
        }
        let today = day_of(tx, me).await?;
        let (mine, theirs) = if first { ("one_says", "other_says") } else { ("other_says", "one_says") };
        let over = row.day("ends_on")? < today || !row.truth("here")?;
        if row.at_or_null("met_at")?.is_some() || over || !row.text(mine)?.is_empty() {
            return Err(Refused::conflict("You have answered, or its days have passed.", "Ask for them yourself."));
        }
        let says = if self.wants { "yes" } else { "not_now" };
        let met = self.wants && row.text(theirs)? == "yes";
        let sql = if first {
            "update introduction set one_says = $2, met_at = $3 where id = $1"
        } else {
            "update introduction set other_says = $2, met_at = $3 where id = $1"
        };
        let met_at = met.then(|| tx.now());
        tx.run(sql, args![self.introduction, says, met_at]).await?;
        // The chain keeps that one was answered; what was said is told by nothing but that both wanted it.
        tx.say(Said::new("introduction", self.introduction, if met { "met" } else { "answered" }));
        Ok(())
    }
}

/// Introductions that wait for a person's word.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select i.id, i.made_at, i.ends_on, m.name as maker, o.name as other_name from introduction i \
             join person m on m.id = i.made_by join person o on o.id = case when i.one = $1 then i.other else i.one end \
             where i.met_at is null and o.left_at is null and i.ends_on >= $2 and ((i.one = $1 and i.one_says = '') \
             or (i.other = $1 and i.other_says = '')) order by i.made_at, i.id",
            args![person, today],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id: IntroductionId = row.id("id")?;
            Ok(Waiting {
                act: Do::Answer,
                noun: "introduction".to_owned(),
                subject: id.to_string(),
                title: format!("{} would introduce you to {}", row.text("maker")?, row.text("other_name")?),
                because: "Say whether you want it. “Not now” is told to nobody; without a word it ends by itself."
                    .to_owned(),
                since: row.at("made_at")?,
                due: Some(row.day("ends_on")?),
                holds_up: 1,
                page: format!("/network#introduction-{id}"),
            })
        })
        .collect()
}

/// Blanks a person's own words, and ends what they are a side of.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update introduction set words = $2 where made_by = $1", args![person, ERASED]).await?;
    // Two days back: where the others are it may still be the day before.
    let ended = (tx.now() - SignedDuration::from_hours(48)).to_zoned(jiff::tz::TimeZone::UTC).date();
    tx.run(
        "update introduction set ends_on = $2 where met_at is null and (made_by = $1 or one = $1 or other = $1)",
        args![person, ended],
    )
    .await?;
    Ok(())
}
