//! Problems that people opened by hand, and the talk about the reasoning: who leads the circle says what is clear and what
//! is missing, and agrees or hands it back with a question; whoever opened it goes on.

use casebook::Act as Entry;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::today::{Do, Waiting};
use leadership::{CircleId, PersonId, Role, Wrongs, text};

use super::{counted, may_ask, number};
use crate::error::{LedgerError, Refused};
use crate::ideas::headed;
use crate::people;
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Who leads the circle looks at the reasoning.
    Leader,
    /// Whoever opened it was asked something.
    Opener,
    /// Nobody's: the reasoning is agreed.
    Nobody,
}

impl Turn {
    const ALL: [Self; 3] = [Self::Leader, Self::Opener, Self::Nobody];

    fn name(self) -> &'static str {
        match self {
            Self::Leader => "waits",
            Self::Opener => "question",
            Self::Nobody => "agreed",
        }
    }
}

/// A problem that was opened by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The circle whose leaders look at it.
    pub circle: CircleId,
    /// Who opened it.
    pub by: PersonId,
    /// Whose turn it is.
    pub turn: Turn,
}

/// A problem that was opened by the entry of this number.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn opened(tx: &mut Tx, entry: u64) -> Result<Option<Opened>, LedgerError> {
    let sql = "select circle, opened_by, state from problem_opened where entry = $1";
    let row = tx.one(sql, args![counted(entry)?]).await?;
    row.map(|row| {
        let state = row.text("state")?;
        let turn = Turn::ALL.into_iter().find(|turn| turn.name() == state);
        let turn = turn.ok_or_else(|| LedgerError::Inside(format!("no problem is “{state}”")))?;
        Ok(Opened { circle: row.id("circle")?, by: row.id("opened_by")?, turn })
    })
    .transpose()
}

/// Checks the opening of a problem: in a circle of one's own, with a title and what was asked.
pub(super) fn may_open(actor: &Actor, circle: CircleId, title: &str, asked: &str) -> Result<(), Refused> {
    let mut wrongs = Wrongs::default();
    wrongs.take(text::line("title", title));
    wrongs.take(text::prose("asked", asked));
    if !may_ask(actor, circle) {
        wrongs.add("circle", "Choose one of your circles.");
    }
    wrongs.or(()).map_err(Refused::from)
}

/// Writes down that a problem was opened.
pub(super) async fn keep(tx: &mut Tx, entry: u64, circle: CircleId, by: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "insert into problem_opened (entry, circle, opened_by, state, since) values ($1, $2, $3, $4, $5)",
        args![counted(entry)?, circle, by, Turn::Leader.name(), tx.now()],
    )
    .await?;
    Ok(())
}

/// Checks what a leader says of the reasoning, and hands the turn on.
pub(super) async fn review(
    tx: &mut Tx,
    actor: &Actor,
    open: u64,
    (clear, missing, agreed): (&str, &str, bool),
) -> Result<(), Refused> {
    let found = opened(tx, open).await?.ok_or(Refused::NotFound)?;
    if !actor.sight.leads(found.circle) || found.by == actor.person {
        let what = "Who leads the circle looks at the reasoning, and never at their own.";
        return Err(Refused::NotYours(what.to_owned()));
    }
    let mut wrongs = Wrongs::default();
    wrongs.take(text::prose_or_empty("clear", clear));
    wrongs.take(if agreed { text::prose_or_empty("missing", missing) } else { text::prose("missing", missing) });
    wrongs.or(())?;
    turn(tx, open, if agreed { Turn::Nobody } else { Turn::Opener }).await?;
    Ok(())
}

async fn turn(tx: &mut Tx, open: u64, turn: Turn) -> Result<(), LedgerError> {
    tx.run(
        "update problem_opened set state = $1, since = $2 where entry = $3",
        args![turn.name(), tx.now(), counted(open)?],
    )
    .await?;
    Ok(())
}

/// Whoever opened it has gone on: it is the leaders' turn again, where they had asked something.
pub(super) async fn answer(tx: &mut Tx, person: PersonId, opens: &[u64]) -> Result<(), LedgerError> {
    for open in opens {
        if opened(tx, *open).await?.is_some_and(|one| one.by == person && one.turn == Turn::Opener) {
            turn(tx, *open, Turn::Leader).await?;
        }
    }
    Ok(())
}

/// What waits for a person because of problems that were opened by hand: those of circles that they lead themselves, to
/// look at the reasoning; their own that came back with a question.
///
/// # Errors
/// When the database is away.
pub(super) async fn waiting(tx: &mut Tx, person: PersonId, _today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let roles = people::roles(tx, person).await?;
    let led = roles.into_iter().filter(|(_, role)| matches!(role, Role::Leader | Role::Executive));
    let mut args: Vec<Arg> = vec![Arg::from(person)];
    args.extend(led.map(|(circle, _)| Arg::from(circle)));
    let sql = listed(
        "select o.entry, o.state, o.since, o.opened_by, e.problem, e.title, p.name from problem_opened o \
         join problem_entry e on e.number = o.entry join person p on p.id = o.opened_by \
         where ((o.state = 'question' and o.opened_by = $1) \
         or (o.state = 'waits' and o.opened_by <> $1 and o.circle in ({}))) \
         and not exists (select 1 from problem_entry u where u.undoes = o.entry \
         and not exists (select 1 from problem_entry v where v.undoes = u.number)) order by o.since, o.entry limit 200",
        2,
        args.len() - 1,
    );
    let mut out = Vec::new();
    for row in &tx.rows(sql, &args).await? {
        let own = row.id::<leadership::id::noun::Person>("opened_by")? == person;
        let (title, since, problem) = (row.text("title")?, row.at("since")?, row.text("problem")?);
        let on = since.to_zoned(jiff::tz::TimeZone::UTC).date().strftime("%-d %B %Y").to_string();
        out.push(Waiting {
            act: if own { Do::Answer } else { Do::Review },
            noun: super::NOUN.to_owned(),
            subject: number(row, "entry")?.to_string(),
            title: headed(if own { "A question on your problem:" } else { "Look at the reasoning:" }, &title),
            because: if own {
                format!("Who leads the circle asked something on {on}. Go on with the canvas, and it is theirs again.")
            } else {
                format!("{} opened it; it is with who leads the circle since {on}.", row.text("name")?)
            },
            since,
            due: None,
            holds_up: u32::from(!own),
            page: if own { format!("/problems/{problem}") } else { format!("/problems/{problem}/review") },
        });
    }
    Ok(out)
}

/// The circles in which a person may open a problem or ask people, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_circles(tx: &mut Tx, actor: &Actor) -> Result<Vec<(CircleId, String)>, LedgerError> {
    let all = people::circles(tx).await?;
    let open = all.into_iter().filter(|one| one.closed_at.is_none() && may_ask(actor, one.id));
    Ok(open.map(|one| (one.id, one.name)).collect())
}

/// The same act with the number of its entry in the id of what it opens.
pub(super) fn numbered(act: &Entry, number: u64) -> Entry {
    let mut act = act.clone();
    if let Entry::Open { of, .. } = &mut act {
        of.id = Entry::by_hand(number);
    }
    act
}
