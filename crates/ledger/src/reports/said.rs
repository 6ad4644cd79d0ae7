//! Thanks and comments on a profile, by those who see it and under their name. The person whose profile it is decides
//! whether others see them, and may answer.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::profile::{Said as State, Saying as Kind};
use leadership::{Id, PersonId, text};

use super::ReportId;
use super::belong::own;
use super::read::{Eyes, get};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::tx::Tx;

/// For the type of its identifier.
#[derive(Debug)]
pub enum SayingNoun {}
/// The identifier of something said.
pub type SayingId = Id<SayingNoun>;

/// Something said on a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Its identifier.
    pub id: SayingId,
    /// Who said it.
    pub by: PersonId,
    /// Their name.
    pub name: String,
    /// Thanks or a comment.
    pub kind: Kind,
    /// The words.
    pub words: String,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub state: State,
    /// The answer; empty for none.
    pub answer: String,
}

/// What was said on a profile, oldest first, as somebody who sees the profile sees it: all for its person, what is
/// shown and their own for others. The caller has the report from [`get`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn sayings(tx: &mut Tx, actor: &Actor, report: ReportId) -> Result<Vec<Saying>, LedgerError> {
    let rows = tx
        .rows(
            "select s.id, s.said_by, p.name, s.kind, s.words, s.said_at, s.state, s.answer from report_said s \
             join person p on p.id = s.said_by join report r on r.id = s.report where s.report = $1 \
             and (r.person = $2 or s.said_by = $2 or s.state = 'shown') order by s.said_at, s.id",
            args![report, actor.person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Saying {
                id: row.id("id")?,
                by: row.id("said_by")?,
                name: row.text("name")?,
                kind: Kind::from_name(&row.text("kind")?).unwrap_or(Kind::Comment),
                words: row.text("words")?,
                at: row.at("said_at")?,
                state: State::from_name(&row.text("state")?).unwrap_or(State::Kept),
                answer: row.text("answer")?,
            })
        })
        .collect()
}

/// How much one person may leave undecided on one profile.
const MOST_WAITING: i64 = 3;

/// Says thanks or comments on the profile of somebody else that one sees.
#[derive(Debug, Clone)]
pub struct Say {
    /// Which.
    pub report: ReportId,
    /// The name of a [`Kind`].
    pub kind: String,
    /// The words.
    pub words: String,
}

#[crate::act]
impl Act for Say {
    type Done = SayingId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<SayingId, Refused> {
        let seen = get(tx, actor, self.report).await?.ok_or(Refused::NotFound)?;
        if seen.eyes == Eyes::Own {
            return Err(Refused::conflict("This is your own report.", "Reply to it instead."));
        }
        let mut wrongs = leadership::Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let kind = Kind::from_name(&self.kind);
        if kind.is_none() {
            wrongs.add("kind", "Choose thanks or a comment.");
        }
        let words = wrongs.or(words)?;
        let kind = kind.ok_or(Refused::NotFound)?;
        let waiting = tx
            .count(
                "select count(*) as n from report_said where report = $1 and said_by = $2 and state = 'waiting'",
                args![self.report, actor.person],
            )
            .await?;
        if waiting >= MOST_WAITING {
            return Err(Refused::conflict(
                format!("You wrote {waiting} times, and none of it is answered yet."),
                "Wait for an answer, or talk to each other.",
            ));
        }
        let id: SayingId = tx.id();
        tx.run(
            "insert into report_said (id, report, said_by, kind, words, said_at, state, answer) \
             values ($1, $2, $3, $4, $5, $6, 'waiting', '')",
            args![id, self.report, actor.person, kind.name(), &words, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("saying", id, "said")
                .by(actor.person)
                .with("report", self.report.to_string())
                .with("kind", kind.name())
                .sealed(actor.person, "words", words),
        );
        Ok(id)
    }
}

/// Decides whether others see what was said on one's own profile, with an answer or without.
#[derive(Debug, Clone)]
pub struct Decide {
    /// Which report.
    pub report: ReportId,
    /// What was said.
    pub saying: SayingId,
    /// The name of a [`State`]: shown, or kept between the two.
    pub state: String,
    /// An answer; may be empty.
    pub answer: String,
}

#[crate::act]
impl Act for Decide {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.report).await?;
        let answer = text::prose_or_empty("answer", &self.answer)?;
        let state = State::from_name(&self.state)
            .filter(|state| *state != State::Waiting)
            .ok_or_else(|| Refused::field("state", "Choose whether others see it."))?;
        let touched = tx
            .run(
                "update report_said set state = $1, decided_at = $2, answer = $3 where id = $4 and report = $5",
                args![state.name(), tx.now(), &answer, self.saying, self.report],
            )
            .await?;
        if touched == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(Said::new("saying", self.saying, state.name()).by(actor.person).sealed(actor.person, "answer", answer));
        Ok(())
    }
}
