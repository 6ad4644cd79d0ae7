//! Answering: by who is signed in, or by a link that carries its own key. The seat is spent; the answers go under
//! seal, in the same transaction and in no row together.

use leadership::circle::Actor;
use leadership::wave::{COMMENT, Question, RaterRole, SeatState, Stage};
use leadership::{PersonId, SeatId, WaveId, Wrongs, text};
use rating::model::Role;

use super::{Item, Wave, find, items, today};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::links;
use crate::people;
use crate::sealed::{self, Comment, Form};
use crate::tx::Tx;

/// The kind of page that a link of a seat opens.
pub const PURPOSE: &str = "rate";
/// What a form sends for “not able to say”.
pub const UNABLE: &str = "unable";
/// Answers run from 1 to this.
pub const CATEGORIES: u8 = 5;

/// Who comes to answer.
#[derive(Debug, Clone)]
pub enum By {
    /// Whoever is signed in.
    Me,
    /// Whoever has this link's token.
    Link(String),
}

/// What somebody is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The seat.
    pub seat: SeatId,
    /// The wave.
    pub wave: Wave,
    /// How far it is, where the rater is.
    pub stage: Stage,
    /// Who is rated.
    pub rated: PersonId,
    /// Their name.
    pub rated_name: String,
    /// The rater, where they are of the record.
    pub rater: Option<PersonId>,
    /// As what.
    pub role: RaterRole,
    /// How far the seat is.
    pub state: SeatState,
    /// The name of each quality that is asked.
    pub qualities: Vec<(String, String)>,
    /// The items, in order.
    pub items: Vec<Item>,
}

impl Asked {
    /// Whether it can be answered now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == SeatState::Confirmed && self.stage == Stage::Open
    }
}

/// A seat as its rater sees it; `None` where it is not theirs, or not confirmed.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn asked(tx: &mut Tx, actor: &Actor, seat: SeatId, by: &By) -> Result<Option<Asked>, LedgerError> {
    let found = match by {
        By::Me => {
            tx.one(
                "select * from seat where id = $1 and rater = $2 and state <> $3",
                args![seat, actor.person, SeatState::Chosen.name()],
            )
            .await?
        }
        By::Link(token) => {
            let Some(link) = links::open(tx, token, PURPOSE).await? else { return Ok(None) };
            tx.one("select * from seat where id = $1 and link = $2", args![seat, link.id]).await?
        }
    };
    let Some(row) = found else { return Ok(None) };
    let (wave, rated): (WaveId, PersonId) = (row.id("wave")?, row.id("rated")?);
    let Some(wave) = find(tx, wave).await? else { return Ok(None) };
    let (role, state) = (row.text("role")?, row.text("state")?);
    let unknown = || LedgerError::Inside("a seat is not as it should be".to_owned());
    let rater = row.id_or_null("rater")?;
    // Nobody knows the zone of somebody from outside: the days of the wave are those of who planned it and hands out the
    // link. In UTC a wave would not be open yet to them after midnight in Berlin.
    let day = today(tx, rater.unwrap_or(wave.planned_by)).await?;
    let name = people::get(tx, rated).await?.map(|person| person.name).unwrap_or_default();
    Ok(Some(Asked {
        seat,
        stage: wave.stage(day),
        rated,
        rated_name: name,
        rater,
        role: RaterRole::from_name(&role).ok_or_else(unknown)?,
        state: SeatState::from_name(&state).ok_or_else(unknown)?,
        qualities: super::qualities(tx, wave.id).await?,
        items: items(tx, wave.id).await?,
        wave,
    }))
}

/// The seat that a link opens.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn seat_of_link(tx: &mut Tx, token: &str) -> Result<Option<SeatId>, LedgerError> {
    let Some(link) = links::open(tx, token, PURPOSE).await? else { return Ok(None) };
    let row = tx.one("select id from seat where link = $1", args![link.id]).await?;
    row.map(|row| row.id("id")).transpose()
}

/// Names that a comment is searched for before it is sent: of everybody here but the person rated. For somebody from
/// outside none, so that nobody learns from a warning whose name is one here.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn names_to_find(tx: &mut Tx, asked: &Asked, by: &By) -> Result<Vec<String>, LedgerError> {
    match (by, asked.rater) {
        (By::Me, _) => {
            let rows =
                tx.rows("select name from person where erased_at is null and id <> $1", args![asked.rated]).await?;
            rows.iter().map(|row| row.text("name")).collect()
        }
        (By::Link(_), Some(rater)) => Ok(people::get(tx, rater).await?.map(|person| person.name).into_iter().collect()),
        (By::Link(_), None) => Ok(Vec::new()),
    }
}

/// Answers a form. It cannot be changed afterwards: nobody could say which of the sealed ones it is.
#[derive(Clone)]
pub struct Answer {
    /// Which seat.
    pub seat: SeatId,
    /// Who answers.
    pub by: By,
    /// Per item, in order, what was typed: `1` to `5`, or [`UNABLE`].
    pub answers: Vec<String>,
    /// Comments, as typed; empty ones are none.
    pub comments: Vec<(Question, String)>,
}

// Answers must not reach a log by way of a debug line.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("seat", &self.seat).finish_non_exhaustive()
    }
}

/// Refuses what cannot be answered any more, or not yet.
fn open(asked: &Asked) -> Result<(), Refused> {
    let (what, remedy) = match (asked.state, asked.stage) {
        (SeatState::Spent, _) => {
            ("This was answered.", "An answer cannot be changed: it cannot be told from the others.")
        }
        (SeatState::Declined, _) => ("You said that you do not rate here.", "Nothing is expected of you."),
        (SeatState::Chosen, _) => ("Nobody confirmed yet that you are asked.", "You will be told when it is."),
        (_, Stage::Preparing) => ("This wave is not open yet.", "Come back on its first day."),
        (_, Stage::Over | Stage::Closed) => {
            ("This wave is over: late answers are not taken.", "There may be another wave.")
        }
        (SeatState::Confirmed, Stage::Open) => return Ok(()),
    };
    Err(Refused::conflict(what, remedy))
}

/// What was read of a form: answers in order, comments.
type Read = (Vec<Option<u8>>, Vec<(Question, String)>);

impl Answer {
    fn read(&self, asked: &Asked) -> Result<Read, Wrongs> {
        let mut wrongs = Wrongs::default();
        let mut answers = Vec::with_capacity(asked.items.len());
        for (at, item) in asked.items.iter().enumerate() {
            let typed = self.answers.get(at).map_or("", |typed| typed.trim());
            let read = if typed == UNABLE {
                Some(None)
            } else {
                typed.parse::<u8>().ok().filter(|answer| (1..=CATEGORIES).contains(answer)).map(Some)
            };
            match read {
                Some(answer) => answers.push(answer),
                None => wrongs.add(&item.key, "Choose an answer, or say that you are not able to."),
            }
        }
        if wrongs.0.is_empty() && answers.iter().all(Option::is_none) {
            wrongs.add("", "You are not able to say anything of this person. Decline instead: that is an answer too.");
        }
        let mut comments = Vec::new();
        for (question, typed) in &self.comments {
            let words = wrongs.take(text::prose_or_empty(question.name(), typed));
            let length = words.chars().count();
            if length > COMMENT {
                wrongs.add(question.name(), format!("This has {length} characters; say it in at most {COMMENT}."));
            } else if !words.is_empty() {
                comments.push((*question, words));
            }
        }
        wrongs.or((answers, comments))
    }
}

#[crate::act]
impl Act for Answer {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let asked = asked(tx, actor, self.seat, &self.by).await?.ok_or(Refused::NotFound)?;
        open(&asked)?;
        let (answers, comments) = self.read(&asked)?;
        let role: Role = asked.role.name().parse().map_err(|()| Refused::NotFound)?;
        let named = if asked.role.is_named() { asked.rater } else { None };
        let form = Form { role, answers, named };
        let comments: Vec<Comment> =
            comments.into_iter().map(|(question, words)| Comment { question, words, named }).collect();
        settle(tx, &asked, SeatState::Spent).await?;
        let key = tx.answer_key()?;
        sealed::enter(tx, &key, asked.wave.id, asked.rated, &form, &comments).await?;
        Ok(())
    }
}

/// Settles a seat, once only, whatever comes twice. It says no event: the chain stamps an instant, and an instant beside
/// a seat, or beside other acts of that minute, would tell who answered when. The end of the wave is the event of all
/// its answers. All seats of the person rated are written together, so that nothing the database keeps beside a row
/// tells which of them came last.
async fn settle(tx: &mut Tx, asked: &Asked, state: SeatState) -> Result<(), Refused> {
    let written = tx
        .run(
            "update seat set state = case when id = $1 then $2 else state end where wave = $3 and rated = $4 \
             and exists (select 1 from seat one where one.id = $1 and one.state = $5)",
            args![asked.seat, state.name(), asked.wave.id, asked.rated, SeatState::Confirmed.name()],
        )
        .await?;
    if written == 0 { Err(Refused::NotFound) } else { Ok(()) }
}

/// Says that one does not rate here. No reason is asked.
#[derive(Debug, Clone)]
pub struct Decline {
    /// Which seat.
    pub seat: SeatId,
    /// Who declines.
    pub by: By,
}

#[crate::act]
impl Act for Decline {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let asked = asked(tx, actor, self.seat, &self.by).await?.ok_or(Refused::NotFound)?;
        open(&asked)?;
        if asked.role == RaterRole::Own {
            return Err(Refused::conflict(
                "You are the one who is rated.",
                "Leave it open if you do not want to rate yourself: your report then stays closed.",
            ));
        }
        settle(tx, &asked, SeatState::Declined).await
    }
}
