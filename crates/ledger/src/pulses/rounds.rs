//! What the clock does: rounds open, or are not asked; rounds close, and their figures are kept.

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::pulse::{self, Figure, Kind, Stage};
use leadership::{CircleId, RoundId};
use rating::disclosure::{Policy, comments_allowed, few};

use std::collections::{BTreeMap, BTreeSet};

use super::told::{self, Set};
use super::{Pulse, Question, Round, read_round};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::sealed;
use crate::tx::Tx;

/// Rounds that one act opens or closes at most: the next takes the rest.
const AT_ONCE: i64 = 50;

/// What the clock did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Rounds that opened.
    pub opened: usize,
    /// Rounds that were not asked.
    pub withheld: usize,
    /// Rounds that closed.
    pub closed: usize,
}

impl Swept {
    /// All of it.
    #[must_use]
    pub fn all(self) -> usize {
        self.opened + self.withheld + self.closed
    }
}

/// Today in UTC.
fn day(tx: &Tx) -> Date {
    tx.now().to_zoned(TimeZone::UTC).date()
}

/// The day where it is latest: twelve hours behind UTC. What closes before it is over everywhere.
fn over_everywhere(tx: &Tx) -> Date {
    (tx.now() - SignedDuration::from_hours(12)).to_zoned(TimeZone::UTC).date()
}

/// Whether a round waits to be opened or closed by the calendar.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn is_due(tx: &mut Tx) -> Result<bool, LedgerError> {
    let found = tx
        .count(
            "select (select count(*) from pulse where ended_at is null and next_on <= $1) + \
             (select count(*) from pulse_round where state = 'open' and closes_on < $2) as n",
            args![day(tx), over_everywhere(tx)],
        )
        .await?;
    Ok(found > 0)
}

/// Closes what is over and opens what is due. Whoever performs it does nothing themselves.
#[derive(Debug, Clone, Copy)]
pub struct Sweep;

#[crate::act]
impl Act for Sweep {
    type Done = Swept;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Swept, Refused> {
        let mut swept = Swept::default();
        let over = tx
            .rows(
                "select * from pulse_round where state = 'open' and closes_on < $1 order by closes_on, id limit $2",
                args![over_everywhere(tx), AT_ONCE],
            )
            .await?;
        for row in &over {
            close(tx, &read_round(row)?).await?;
            swept.closed += 1;
        }
        let due = tx
            .rows(
                "select * from pulse where ended_at is null and next_on <= $1 order by next_on, id limit $2",
                args![day(tx), AT_ONCE],
            )
            .await?;
        for row in &due {
            if open(tx, &super::pulse(row)?).await? {
                swept.opened += 1;
            } else {
                swept.withheld += 1;
            }
        }
        Ok(swept)
    }
}

/// Who belongs to what a pulse asks, today: who leads or works in the circle or in what is nested in it, but in no
/// client's; or who leads any such circle.
async fn people_of(tx: &mut Tx, circle: CircleId, kind: Kind) -> Result<Set, LedgerError> {
    let tree = people::tree(tx).await?;
    let within = tree.within(circle);
    let circles: Vec<CircleId> = people::circles(tx)
        .await?
        .into_iter()
        .filter(|one| one.closed_at.is_none() && within.contains(&one.id) && !tree.of_client(one.id))
        .map(|one| one.id)
        .collect();
    let asks = |role: leadership::Role| match kind {
        Kind::Circle => matches!(role, leadership::Role::Leader | leadership::Role::Member),
        Kind::Leaders => role == leadership::Role::Leader,
    };
    let everybody = people::within(tx, &circles).await?;
    Ok(everybody
        .into_iter()
        .filter(|(person, _, role)| asks(*role) && person.erased_at.is_none())
        .map(|(person, ..)| person.id)
        .collect())
}

/// The people of every round of a kind that is open or told, by round; and who they were in the last one of a pulse.
async fn before(tx: &mut Tx, of: &Pulse) -> Result<(Vec<Set>, Option<Set>), LedgerError> {
    let rows = tx
        .rows(
            "select s.round, s.person, r.pulse, r.opens_on from pulse_seat s join pulse_round r on r.id = s.round \
             where r.kind = $1 and (r.state = 'open' or r.told > 0)",
            args![of.kind.name()],
        )
        .await?;
    let mut sets: BTreeMap<RoundId, (Option<Date>, Set)> = BTreeMap::new();
    for row in &rows {
        let own = row.text("pulse")? == of.id.to_string();
        let opened = row.day("opens_on")?;
        let (day, set) = sets.entry(row.id("round")?).or_default();
        *day = own.then_some(opened);
        set.insert(row.id("person")?);
    }
    let last = sets.values().filter(|(day, _)| day.is_some()).max_by_key(|(day, _)| *day).map(|(_, set)| set.clone());
    let all: std::collections::BTreeSet<Set> = sets.into_values().map(|(_, set)| set).collect();
    Ok((all.into_iter().collect(), last))
}

/// What a pulse asks, as the model words it today.
fn questions(of: &Pulse) -> Vec<Question> {
    let model = model::shipped();
    of.settings
        .questions
        .iter()
        .filter_map(|key| model.pulse_question(key))
        .map(|one| Question { key: one.key.clone(), name: one.name.clone(), words: one.words.clone() })
        .collect()
}

/// Opens the round that is due, or keeps that it was not asked, and why; whether it opened.
async fn open(tx: &mut Tx, of: &Pulse) -> Result<bool, LedgerError> {
    let today = day(tx);
    let people = people_of(tx, of.circle, of.kind).await?;
    let (before, last) = before(tx, of).await?;
    let chosen = told::choose(&people, last.as_ref(), &before, &Policy::default())?;
    let id: RoundId = tx.id();
    let questions = questions(of);
    let (state, why, closes) = match &chosen {
        Ok(_) => (Stage::Open, None, pulse::closes_on(today)),
        Err(why) => (Stage::Withheld, Some(why.name()), today),
    };
    let asked = chosen.as_ref().map_or(people.len(), Set::len);
    let nothing = vec![None::<Figure>; questions.len()];
    tx.run(
        "insert into pulse_round (id, pulse, circle, kind, questions, opens_on, closes_on, answer_by, state, why, asked, \
         figures, told) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)",
        args![
            id,
            of.id,
            of.circle,
            of.kind.name(),
            serde_json::to_string(&questions)?,
            today,
            closes,
            pulse::answer_by(closes, of.settings.answer_days),
            state.name(),
            why,
            i64::try_from(asked).unwrap_or(i64::MAX),
            serde_json::to_string(&nothing)?
        ],
    )
    .await?;
    let next = pulse::next(of.next_on, today, of.settings.every_weeks);
    tx.run("update pulse set next_on = $1 where id = $2", args![next, of.id]).await?;
    let opened = chosen.is_ok();
    let mut asked: Vec<_> = chosen.unwrap_or_default().into_iter().collect();
    sealed::shuffle(tx, &mut asked);
    let parts = told::parts(asked.len());
    for (at, person) in asked.iter().enumerate() {
        let part = (at % parts + 1).to_string();
        tx.run(
            "insert into pulse_seat (round, person, part, state) values ($1, $2, $3, 'open')",
            args![id, *person, part],
        )
        .await?;
    }
    let kind = if opened { "opened" } else { "not_asked" };
    tx.say(
        Said::new("pulse", of.id, kind)
            .within(of.circle)
            .with("round", id.to_string())
            .felt_by(asked.iter().copied(), [of.circle]),
    );
    Ok(opened)
}

/// Closes a round: its figures are worked out and kept, its answers are deleted, and every seat is spent, answered or
/// not. It is the one event of all that was answered.
async fn close(tx: &mut Tx, round: &Round) -> Result<(), LedgerError> {
    let key = tx.answer_key()?;
    let forms = sealed::take_pulse(tx, &key, round.id).await?;
    let policy = Policy::default();
    let figures: Vec<Option<Figure>> = (0..round.questions.len())
        .map(|at| {
            let answers: Vec<u8> = forms.iter().filter_map(|form| form.get(at).copied().flatten()).collect();
            few(&answers, &policy).map(|found| Figure {
                n: u64::try_from(found.n).unwrap_or(u64::MAX),
                mean: found.mean,
                interval: found.interval,
                agree: found.agree.and_then(|agree| u64::try_from(agree).ok()),
            })
        })
        .collect();
    let told = figures.iter().flatten().count();
    // Decided from how many answered alone, whoever of them wrote a line. What may not be told is gone with this.
    let lines = sealed::take_lines(tx, &key, round.id).await?;
    let answered: BTreeSet<u32> =
        (0..).zip(forms.iter().filter(|form| form.iter().any(Option::is_some))).map(|(number, _)| number).collect();
    let lines = if comments_allowed(&answered, &answered) { lines } else { Vec::new() };
    tx.run("update pulse_seat set state = 'spent' where round = $1", args![round.id]).await?;
    tx.run(
        "update pulse_round set state = 'closed', figures = $1, told = $2, lines = $3 where id = $4",
        args![
            serde_json::to_string(&figures)?,
            i64::try_from(told).unwrap_or(i64::MAX),
            serde_json::to_string(&lines)?,
            round.id
        ],
    )
    .await?;
    let asked = tx.rows("select person from pulse_seat where round = $1", args![round.id]).await?;
    let asked = asked.iter().map(|row| row.id("person")).collect::<Result<Vec<_>, _>>()?;
    tx.say(
        Said::new("pulse", round.pulse, "closed")
            .within(round.circle)
            .with("round", round.id.to_string())
            .felt_by(asked, [round.circle]),
    );
    Ok(())
}
