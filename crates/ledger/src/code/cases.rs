//! Short cases that a clause is tried on. An answer is the person's own; the circle sees the share of right
//! ones only, from five answers on and in whole fives, so that nobody's is found by looking twice.

use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::code::{self, in_fives};
use leadership::share::Share;
use leadership::today::{Do, Waiting};
use leadership::{Id, PersonId};

use super::{Clause, ClauseId, get};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::may_lead;
use crate::ledger::Act;
use crate::tx::Tx;

/// Names cases, for the type of their identifiers.
#[derive(Debug)]
pub enum CaseNoun {}
/// A case.
pub type CaseId = Id<CaseNoun>;

/// A case as a person sees it: without the right answer until they gave theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its identifier.
    pub id: CaseId,
    /// What happens.
    pub story: String,
    /// The answers to choose from, each with its place.
    pub choices: Vec<(i64, String)>,
    /// The asker's own answer to the present version.
    pub mine: Option<Answered>,
    /// The share of right answers at the present version, over all who answered, counted in whole fives.
    pub share: Share,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The place that was chosen.
    pub place: i64,
    /// The place that is right.
    pub right: i64,
    /// Whether they are the same.
    pub was_right: bool,
    /// Why the right one is right.
    pub reason: String,
}

/// The cases of a clause, oldest first. The caller has the clause from [`get`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn cases(tx: &mut Tx, actor: &Actor, clause: &Clause) -> Result<Vec<Case>, LedgerError> {
    let rows = tx
        .rows(
            "select id, story, reason from scenario where clause = $1 and retired_at is null order by made_at, id",
            args![clause.id],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: CaseId = row.id("id")?;
        let choices = tx
            .rows("select place, words, is_right from scenario_choice where scenario = $1 order by place", args![id])
            .await?;
        let mut right = 0;
        let mut shown = Vec::with_capacity(choices.len());
        for choice in &choices {
            if choice.truth("is_right")? {
                right = choice.int("place")?;
            }
            shown.push((choice.int("place")?, choice.text("words")?));
        }
        let answers = tx
            .rows(
                "select person, place, was_right from scenario_answer where scenario = $1 and version = $2 \
                 order by answered_at, person",
                args![id, clause.version],
            )
            .await?;
        let mut mine = None;
        let counted = in_fives(answers.len());
        let mut share = Share { so: 0, n: u64::try_from(counted).unwrap_or_default() };
        for (at, answer) in answers.iter().enumerate() {
            let was_right = answer.truth("was_right")?;
            share.so += u64::from(was_right && at < counted);
            if answer.id::<leadership::id::noun::Person>("person")? == actor.person {
                mine = Some(Answered { place: answer.int("place")?, right, was_right, reason: row.text("reason")? });
            }
        }
        out.push(Case { id, story: row.text("story")?, choices: shown, mine, share });
    }
    Ok(out)
}

/// Adds a case to a clause.
#[derive(Debug, Clone)]
pub struct AddCase {
    /// Which clause.
    pub clause: ClauseId,
    /// What happens.
    pub story: String,
    /// Answers to choose from.
    pub choices: Vec<String>,
    /// The place of the right one, from 1.
    pub right: String,
    /// Why it is right.
    pub reason: String,
}

#[crate::act]
impl Act for AddCase {
    type Done = CaseId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<CaseId, Refused> {
        let clause = get(tx, actor, self.clause).await?.filter(|c| c.retired_at.is_none()).ok_or(Refused::NotFound)?;
        may_lead(actor, clause.circle)?;
        let case = code::Case::typed(&self.story, &self.choices, &self.right, &self.reason)?;
        let id: CaseId = tx.id();
        tx.run(
            "insert into scenario (id, clause, story, reason, made_by, made_at) values ($1, $2, $3, $4, $5, $6)",
            args![id, clause.id, &case.story, case.reason, actor.person, tx.now()],
        )
        .await?;
        for (at, words) in case.choices.iter().enumerate() {
            tx.run(
                "insert into scenario_choice (scenario, place, words, is_right) values ($1, $2, $3, $4)",
                args![id, i64::try_from(at).unwrap_or_default() + 1, words, at == case.right],
            )
            .await?;
        }
        tx.say(
            Said::new("scenario", id, "made")
                .by(actor.person)
                .within(clause.circle)
                .with("clause", clause.id.to_string())
                .with("story", case.story),
        );
        Ok(id)
    }
}

/// Answers a case, once per version of its clause.
#[derive(Debug, Clone)]
pub struct AnswerCase {
    /// Which case.
    pub case: CaseId,
    /// The place of the answer that was chosen; 0 for none.
    pub place: i64,
}

#[crate::act]
impl Act for AnswerCase {
    type Done = bool;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<bool, Refused> {
        let row = tx
            .one("select clause from scenario where id = $1 and retired_at is null", args![self.case])
            .await?
            .ok_or(Refused::NotFound)?;
        let clause =
            get(tx, actor, row.id("clause")?).await?.filter(|c| c.retired_at.is_none()).ok_or(Refused::NotFound)?;
        let choice = tx
            .one(
                "select is_right from scenario_choice where scenario = $1 and place = $2",
                args![self.case, self.place],
            )
            .await?
            .ok_or_else(|| Refused::field("place", "Choose one of the answers."))?;
        let right = choice.truth("is_right")?;
        let kept = tx
            .run(
                "insert into scenario_answer (scenario, version, person, place, was_right, answered_at) \
                 values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
                args![self.case, clause.version, actor.person, self.place, right, tx.now()],
            )
            .await?;
        if kept == 0 {
            return Err(Refused::conflict(
                "You answered this case before.",
                "It is asked again when its clause has a new version.",
            ));
        }
        tx.say(
            Said::new("scenario", self.case, "answered")
                .by(actor.person)
                .within(clause.circle)
                .with("version", clause.version)
                .sealed(actor.person, "place", self.place.to_string()),
        );
        Ok(right)
    }
}

/// Cases of clauses in force that this person was told of and has not answered at the present version.
pub(super) async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select s.id, s.clause, s.made_at, n.told_at, v.title from scenario s join clause c on c.id = s.clause \
             join clause_version v on v.clause = c.id and v.version = c.version \
             join notice n on n.noun = 'clause' and n.subject = c.id and n.superseded_by is null \
             join notice_to t on t.notice = n.id and t.person = $1 \
             where s.retired_at is null and c.retired_at is null and not exists (select 1 from scenario_answer a \
             where a.scenario = s.id and a.version = c.version and a.person = $1) order by s.made_at, s.id",
            args![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let since = row.at("made_at")?.max(row.at("told_at")?);
            Ok(Waiting {
                act: Do::Answer,
                noun: "scenario".to_owned(),
                subject: row.text("id")?,
                title: format!("A short case: {}", row.text("title")?),
                because: format!(
                    "Asked since {}; the answer is yours, the circle sees a share only.",
                    since.to_zoned(TimeZone::UTC).date()
                ),
                since,
                due: None,
                holds_up: 0,
                page: format!("/code/clauses/{}#case-{}", row.text("clause")?, row.text("id")?),
            })
        })
        .collect()
}
