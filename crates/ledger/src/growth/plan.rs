//! The plan itself: at most two qualities, what one wants to be able to do, practices, and a day to look again.

use jiff::Timestamp;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::growth::{self, Part};
use leadership::promise::{Origin, State, To};
use leadership::{Id, PersonId, PromiseId, Wrongs, text};

use super::seats;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::promises::{self, Make};
use crate::seal::ERASED;
use crate::tx::Tx;

/// Names plans, for the type of their identifiers.
#[derive(Debug)]
pub enum PlanNoun {}
/// A plan.
pub type PlanId = Id<PlanNoun>;
/// Names practices, for the type of their identifiers.
#[derive(Debug)]
pub enum PracticeNoun {}
/// A practice.
pub type PracticeId = Id<PracticeNoun>;

/// Most practices of one plan: enough for a year of them.
const MOST_PRACTICES: i64 = 60;

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its identifier.
    pub id: PlanId,
    /// Whose.
    pub person: PersonId,
    /// The qualities by key, each with what one wants to be able to do.
    pub qualities: Vec<(String, String)>,
    /// The day on which to look again: the next wave, if there is one.
    pub retest_on: Date,
    /// When it was begun.
    pub made_at: Timestamp,
    /// When it was closed, and what was learned.
    pub ended: Option<(Timestamp, String)>,
    /// What is done for it, soonest first.
    pub practices: Vec<Practice>,
}

/// Something to practise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Its identifier.
    pub id: PracticeId,
    /// For which quality.
    pub quality: String,
    /// What.
    pub words: String,
    /// By when.
    pub due: Date,
    /// The promise that it is, with where that stands and the other side; `None` for a note to oneself.
    pub promise: Option<(PromiseId, State, PersonId)>,
    /// When a note to oneself was done.
    pub done_at: Option<Timestamp>,
    /// What came of it, in one's own words.
    pub note: Option<String>,
}

impl Practice {
    /// Whether there is still something to do.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.promise {
            Some((_, state, _)) => state.is_live(),
            None => self.done_at.is_none(),
        }
    }
}

async fn read(tx: &mut Tx, person: PersonId, ended: bool) -> Result<Vec<Plan>, LedgerError> {
    let mut out = Vec::new();
    let sql = if ended {
        "select * from growth_plan where person = $1 and ended_at is not null order by ended_at desc limit 20"
    } else {
        "select * from growth_plan where person = $1 and ended_at is null order by made_at desc limit 1"
    };
    for row in tx.rows(sql, args![person]).await? {
        let id: PlanId = row.id("id")?;
        let qualities =
            tx.rows("select quality, why from growth_quality where plan = $1 order by place", args![id]).await?;
        let practices = tx
            .rows(
                "select g.*, p.state, p.to_person from growth_practice g left join promise p on p.id = g.promise \
                 where g.plan = $1 order by g.due, g.id",
                args![id],
            )
            .await?;
        out.push(Plan {
            id,
            person,
            qualities: qualities
                .iter()
                .map(|row| Ok((row.text("quality")?, row.text("why")?)))
                .collect::<Result<_, LedgerError>>()?,
            retest_on: row.day("retest_on")?,
            made_at: row.at("made_at")?,
            ended: row.at_or_null("ended_at")?.zip(row.text_or_null("learned")?),
            practices: practices
                .iter()
                .map(|row| {
                    let state = row.text_or_null("state")?.and_then(|state| State::from_name(&state));
                    Ok(Practice {
                        id: row.id("id")?,
                        quality: row.text("quality")?,
                        words: row.text("words")?,
                        due: row.day("due")?,
                        promise: match (row.id_or_null("promise")?, state, row.id_or_null("to_person")?) {
                            (Some(promise), Some(state), Some(to)) => Some((promise, state, to)),
                            _ => None,
                        },
                        done_at: row.at_or_null("done_at")?,
                        note: row.text_or_null("note")?,
                    })
                })
                .collect::<Result<_, LedgerError>>()?,
        });
    }
    Ok(out)
}

/// One's own plan that is under way.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Option<Plan>, LedgerError> {
    Ok(read(tx, actor.person, false).await?.pop())
}

/// One's own plans that were closed, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn earlier(tx: &mut Tx, actor: &Actor) -> Result<Vec<Plan>, LedgerError> {
    read(tx, actor.person, true).await
}

/// The plan of somebody who gave this actor a seat for it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn theirs(tx: &mut Tx, actor: &Actor, person: PersonId) -> Result<Option<Plan>, LedgerError> {
    if !seats::may_see(tx, actor, person, Part::Plan).await? {
        return Ok(None);
    }
    Ok(read(tx, person, false).await?.pop())
}

/// The quality that a promise of one's own is practised for.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_promise(tx: &mut Tx, actor: &Actor, promise: PromiseId) -> Result<Option<String>, LedgerError> {
    let row = tx
        .one(
            "select g.quality from growth_practice g join growth_plan p on p.id = g.plan \
             where g.promise = $1 and p.person = $2",
            args![promise, actor.person],
        )
        .await?;
    row.map(|row| row.text("quality")).transpose()
}

/// The actor's open plan, by its identifier: what is another's is not there.
async fn open(tx: &mut Tx, actor: &Actor, id: PlanId) -> Result<Plan, Refused> {
    let plan = mine(tx, actor).await?;
    plan.filter(|plan| plan.id == id).ok_or(Refused::NotFound)
}

/// Begins a plan.
#[derive(Debug, Clone, Default)]
pub struct BeginPlan {
    /// One or two qualities by key, each with what one wants to be able to do; empty keys are left out.
    pub qualities: Vec<(String, String)>,
    /// The day on which to look again.
    pub retest_on: String,
}

#[crate::act]
impl Act for BeginPlan {
    type Done = PlanId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PlanId, Refused> {
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        let mut keys = Vec::new();
        let mut whys = Vec::new();
        for (at, (key, why)) in self.qualities.iter().enumerate() {
            // The fields of the form are numbered; the first bears the plain name, so that a message leads there.
            let (of_key, of_why) = if at == 0 { ("quality", "why") } else { ("quality_2", "why_2") };
            if key.trim().is_empty() {
                if at > 0 && !why.trim().is_empty() {
                    wrongs.add(of_key, "Choose the quality that these words are about.");
                }
                continue;
            }
            keys.push(wrongs.take(growth::quality_key(of_key, key)));
            whys.push(wrongs.take(text::prose(of_why, why)));
        }
        let retest = wrongs.take(text::day("retest_on", &self.retest_on).map(Some));
        if let (Some(retest), true) = (retest, wrongs.0.is_empty()) {
            wrongs.take(growth::plan(&keys, retest, today));
        }
        let retest = wrongs.or(retest)?.ok_or(Refused::NotFound)?;
        if mine(tx, actor).await?.is_some() {
            return Err(Refused::conflict(
                "You have a plan that is under way.",
                "Close it with what you learned before you begin another.",
            ));
        }
        let id: PlanId = tx.id();
        tx.run(
            "insert into growth_plan (id, person, retest_on, made_at) values ($1, $2, $3, $4)",
            args![id, actor.person, retest, tx.now()],
        )
        .await?;
        let mut said = Said::new("growth_plan", id, "begun").by(actor.person).with("retest_on", retest.to_string());
        for (place, (key, why)) in (1_i64..).zip(keys.iter().zip(&whys)) {
            tx.run(
                "insert into growth_quality (plan, place, quality, why) values ($1, $2, $3, $4)",
                args![id, place, key, why],
            )
            .await?;
            said = said.sealed(actor.person, &format!("quality_{place}"), format!("{key}: {why}"));
        }
        tx.say(said);
        Ok(id)
    }
}

/// Adds a practice: a promise to somebody, or a note to oneself.
#[derive(Debug, Clone)]
pub struct AddPractice {
    /// To which plan.
    pub plan: PlanId,
    /// For which of its qualities.
    pub quality: String,
    /// What, in one line.
    pub words: String,
    /// By when.
    pub due: String,
    /// To whom it is promised; `None` for a note to oneself.
    pub to: Option<PersonId>,
    /// How it will be known; for a promise.
    pub known: String,
}

#[crate::act]
impl Act for AddPractice {
    type Done = PracticeId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PracticeId, Refused> {
        let plan = open(tx, actor, self.plan).await?;
        let today = day_of(tx, actor.person).await?;
        let mut wrongs = Wrongs::default();
        if !plan.qualities.iter().any(|(key, _)| *key == self.quality) {
            wrongs.add("quality", "Choose one of the qualities of your plan.");
        }
        let words = wrongs.take(text::line("words", &self.words));
        let due = wrongs.take(text::day("due", &self.due).map(Some));
        if due.is_some_and(|due| due < today) {
            wrongs.add("due", "This day has passed. Choose one that is still to come.");
        }
        if i64::try_from(plan.practices.len()).unwrap_or(i64::MAX) >= MOST_PRACTICES {
            wrongs.add("", "This plan has sixty practices. Close it, and begin another with what you learned.");
        }
        let (words, due) = wrongs.or((words, due))?;
        let due = due.ok_or(Refused::NotFound)?;
        let id: PracticeId = tx.id();
        let promise = match self.to {
            None => None,
            Some(to) => {
                // The plan is between its owner and those who look along: so is what is promised in it.
                let make = Make {
                    from: actor.person,
                    to: To::Person(to),
                    circle: None,
                    what: &words,
                    known: &self.known,
                    due,
                    every: None,
                    only_sides: true,
                    origin: Origin::Growth,
                    origin_id: Some(self.plan.to_string()),
                };
                let made = promises::make(tx, actor, &make).await;
                Some(made.map_err(|refused| renamed(refused, "what", "words"))?)
            }
        };
        tx.run(
            "insert into growth_practice (id, plan, quality, words, due, promise, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, self.plan, &self.quality, &words, due, promise, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("practice", id, "added")
                .by(actor.person)
                .with("due", due.to_string())
                .with("promise", promise.map(|promise| promise.to_string()))
                .sealed(actor.person, "words", words),
        );
        Ok(id)
    }
}

/// The same refusal with a field under the name that the form knows.
pub(super) fn renamed(refused: Refused, from: &str, to: &str) -> Refused {
    match refused {
        Refused::Wrong(mut wrongs) => {
            for wrong in wrongs.0.iter_mut().filter(|wrong| wrong.field == from) {
                to.clone_into(&mut wrong.field);
            }
            Refused::Wrong(wrongs)
        }
        other => other,
    }
}

/// Says that a note to oneself was done, and what came of it.
#[derive(Debug, Clone)]
pub struct Done {
    /// Which.
    pub practice: PracticeId,
    /// What came of it; may be empty.
    pub note: String,
}

#[crate::act]
impl Act for Done {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let plan = mine(tx, actor).await?.ok_or(Refused::NotFound)?;
        let practice = plan.practices.iter().find(|one| one.id == self.practice).ok_or(Refused::NotFound)?;
        let note = text::prose_or_empty("note", &self.note)?;
        if let Some((promise, ..)) = &practice.promise {
            let what = "This practice is a promise: the other side says whether it was kept.";
            return Err(Refused::conflict(what, format!("Say on its page that it is done: /promises/{promise}.")));
        }
        if practice.done_at.is_some() {
            return Err(Refused::conflict("This is done already.", "Add another practice if you go on with it."));
        }
        tx.run(
            "update growth_practice set done_at = $1, note = $2 where id = $3",
            args![tx.now(), &note, self.practice],
        )
        .await?;
        tx.say(Said::new("practice", self.practice, "done").by(actor.person).sealed(actor.person, "note", note));
        Ok(())
    }
}

/// Chooses another day to look again: that of the next wave, once it is known.
#[derive(Debug, Clone)]
pub struct MoveRetest {
    /// Of which plan.
    pub plan: PlanId,
    /// The day.
    pub retest_on: String,
}

#[crate::act]
impl Act for MoveRetest {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let plan = open(tx, actor, self.plan).await?;
        let today = day_of(tx, actor.person).await?;
        let day = text::day("retest_on", &self.retest_on)?;
        let keys: Vec<String> = plan.qualities.iter().map(|(key, _)| key.clone()).collect();
        growth::plan(&keys, day, today)?;
        tx.run("update growth_plan set retest_on = $1 where id = $2", args![day, self.plan]).await?;
        tx.say(
            Said::new("growth_plan", self.plan, "retest_moved")
                .by(actor.person)
                .with("from", plan.retest_on.to_string())
                .with("to", day.to_string()),
        );
        Ok(())
    }
}

/// Closes a plan with what was learned.
#[derive(Debug, Clone)]
pub struct ClosePlan {
    /// Which.
    pub plan: PlanId,
    /// What was learned.
    pub learned: String,
}

#[crate::act]
impl Act for ClosePlan {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        open(tx, actor, self.plan).await?;
        let learned = text::prose("learned", &self.learned)?;
        tx.run(
            "update growth_plan set ended_at = $1, learned = $2 where id = $3",
            args![tx.now(), &learned, self.plan],
        )
        .await?;
        tx.say(Said::new("growth_plan", self.plan, "closed").by(actor.person).sealed(actor.person, "learned", learned));
        Ok(())
    }
}

/// Blanks the words of a person's plans. What they promised is blanked with their promises.
pub(super) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update growth_plan set learned = $2 where person = $1 and learned is not null", args![person, ERASED])
        .await?;
    tx.run(
        "update growth_quality set why = $2 where plan in (select id from growth_plan where person = $1)",
        args![person, ERASED],
    )
    .await?;
    tx.run(
        "update growth_practice set words = $2, note = case when note is null then null else $2 end \
         where plan in (select id from growth_plan where person = $1)",
        args![person, ERASED],
    )
    .await?;
    Ok(())
}
