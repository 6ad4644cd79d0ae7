//! Saying back what was decided: a question to each who was told, some days later, among answers that could have been.
//! Each person sees their own answers; nobody else sees whose an answer is, and figures are told of whole days. What
//! nobody answers within four weeks lapses: it is not answered, which is not the same as wrong.

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::decision::State;
use leadership::share::Share;
use leadership::teach::{Asks, choices, has_lapsed, lapsed_if_due_by, last_day, next_in_days};
use leadership::today::{Do, Waiting};
use leadership::{DecisionId, Id, NoticeId, PersonId, text};

use super::{Decision, NOUN, get, today};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// For the type of a question's identifier.
#[derive(Debug)]
pub enum BackNoun {}
/// The identifier of a question about a decision.
pub type BackId = Id<BackNoun>;

/// Right answers in a row after which no more is asked.
const ENOUGH: i64 = 3;
/// Most decisions of a circle that a question draws other answers from.
const POOL: i64 = 100;

/// A question to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its identifier.
    pub id: BackId,
    /// The decision.
    pub decision: DecisionId,
    /// The question.
    pub prompt: String,
    /// Answers to choose from.
    pub choices: Vec<String>,
    /// From which day on it waits.
    pub due: Date,
    /// The day on which it was answered.
    pub answered_on: Option<Date>,
    /// The place of the answer.
    pub answer: Option<usize>,
    /// The place of the right one, once it was answered.
    pub place: Option<usize>,
}

impl Question {
    /// Whether the answer was right; `None` before it came.
    #[must_use]
    pub fn right(&self) -> Option<bool> {
        self.answer.map(|answer| Some(answer) == self.place)
    }

    /// Whether it waited for its four weeks and was not answered.
    #[must_use]
    pub fn lapsed(&self, today: Date) -> bool {
        self.answered_on.is_none() && has_lapsed(self.due, today)
    }
}

fn question(row: &Row) -> Result<Question, LedgerError> {
    let answered_on = row.day_or_null("answered_on")?;
    let place = |column| Ok::<_, LedgerError>(row.int_or_null(column)?.and_then(|place| usize::try_from(place).ok()));
    Ok(Question {
        id: row.id("id")?,
        decision: row.id("decision")?,
        prompt: row.text("prompt")?,
        choices: row.json("choices")?,
        due: row.day("due")?,
        answered_on,
        answer: place("answer")?,
        place: place("place")?.filter(|_| answered_on.is_some()),
    })
}

/// A question, when it is this person's own.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_question(tx: &mut Tx, actor: &Actor, id: BackId) -> Result<Option<Question>, LedgerError> {
    let row = tx.one("select * from decision_back where id = $1 and person = $2", args![id, actor.person]).await?;
    row.as_ref().map(question).transpose()
}

/// How many of the answers to a version of a decision were right, for whoever sees it: those of days before today, so
/// that who looks twice does not learn whose came between. Below the minimum it says nothing.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn said_back(tx: &mut Tx, decision: &Decision, today: Date) -> Result<Share, LedgerError> {
    let row = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(correct) as bigint), 0) as so from decision_back b where b.decision = $1 \
             and b.version = $2 and b.answered_on < $3 and b.round = (select min(o.round) from decision_back o \
             where o.decision = b.decision and o.version = b.version and o.person = b.person)",
            args![decision.id, decision.version, today],
        )
        .await?;
    let Some(row) = row else { return Ok(Share::default()) };
    Ok(Share::counted(row.int("so")?, row.int("n")?))
}

/// Of those whose question came to an end, by an answer on a day before today or because it lapsed: how many did not
/// answer, for whoever sees the decision. Of the first question of each. Below the minimum it says nothing.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn not_answered(tx: &mut Tx, decision: &Decision, today: Date) -> Result<Share, LedgerError> {
    let row = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(case when b.answered_on is null then 1 else 0 end) as bigint), 0) as so \
             from decision_back b where b.decision = $1 and b.version = $2 and b.round = 0 \
             and (b.answered_on < $3 or (b.answered_on is null and b.due <= $4))",
            args![decision.id, decision.version, today, lapsed_if_due_by(today)],
        )
        .await?;
    let Some(row) = row else { return Ok(Share::default()) };
    Ok(Share::counted(row.int("so")?, row.int("n")?))
}

/// Other answers to what was decided, and to why: what else could have been, and what was decided in the circle beside
/// it and for which reasons, from decisions that are open to all who see it.
struct Pools {
    what: Vec<String>,
    why: Vec<String>,
}

impl Pools {
    async fn of(tx: &mut Tx, decision: &Decision) -> Result<Self, LedgerError> {
        let chosen = decision.form.chosen();
        let own =
            decision.form.options.iter().map(|option| option.name.clone()).filter(|name| Some(name.as_str()) != chosen);
        let (mut what, mut why): (Vec<String>, Vec<String>) = (own.collect(), Vec::new());
        // There is enough to choose from among its own options: what others decided would be told apart at a glance.
        let enough = what.len() >= 2;
        let rows = tx
            .rows(
                "select form from decision where circle = $1 and id <> $2 and closed_why is null \
                 and decided_at is not null and state <> 'draft' order by decided_at desc, id limit $3",
                args![decision.circle, decision.id, POOL],
            )
            .await?;
        for row in &rows {
            let form: leadership::decision::Deliberation = row.json("form")?;
            what.extend(form.chosen().filter(|chosen| !enough && !chosen.is_empty()).map(shortened));
            why.extend(Some(shortened(&form.because)).filter(|because| !because.is_empty()));
        }
        Ok(Self { what, why })
    }
}

fn shortened(words: &str) -> String {
    words.chars().take(400).collect()
}

struct Next {
    person: PersonId,
    zone: TimeZone,
    round: i64,
    in_a_row: i64,
}

/// Asks one person the next question: what was decided, and every second time why. None where there are too few
/// answers to choose from.
async fn ask(tx: &mut Tx, decision: &Decision, pools: &Pools, next: &Next) -> Result<(), LedgerError> {
    let because = &decision.form.because;
    let order =
        if next.round % 2 == 1 && !because.is_empty() { [Asks::Why, Asks::What] } else { [Asks::What, Asks::Why] };
    for asks in order {
        let right = if asks == Asks::What { decision.form.chosen().unwrap_or_default() } else { because };
        if right.is_empty() {
            continue;
        }
        let pool = if asks == Asks::What { &pools.what } else { &pools.why };
        let Some((shown, place)) = choices(&shortened(right), pool, tx.random()) else { continue };
        let prompt = if asks == Asks::What {
            format!("What was decided: “{}”?", decision.form.question)
        } else {
            format!("Why was it decided so: “{}”?", decision.form.question)
        };
        let id: BackId = tx.id();
        let row = usize::try_from(next.in_a_row).unwrap_or_default();
        let due = tx.now().to_zoned(next.zone.clone()).date().saturating_add(next_in_days(row).days());
        tx.run(
            "insert into decision_back (id, decision, version, person, asks, prompt, choices, place, round, in_a_row, due) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            args![
                id,
                decision.id,
                decision.version,
                next.person,
                asks.name(),
                prompt,
                serde_json::to_string(&shown)?,
                i64::try_from(place).unwrap_or_default(),
                next.round,
                next.in_a_row,
                due
            ],
        )
        .await?;
        return Ok(());
    }
    Ok(())
}

/// Asks all who were told by a notice to say it back, without those from outside, who see the notice and not the
/// decision, and without who wrote or decided it. Questions about earlier versions that nobody answered are taken back;
/// whose question lapsed and who is told once more is asked anew.
pub(super) async fn ask_those_told(tx: &mut Tx, decision: &Decision, notice: NoticeId) -> Result<(), LedgerError> {
    tx.run(
        "delete from decision_back where decision = $1 and version < $2 and answered_on is null",
        args![decision.id, decision.version],
    )
    .await?;
    tx.run(
        "delete from decision_back where decision = $1 and round = 0 and answered_on is null and due <= $2 \
         and person in (select person from notice_to where notice = $3)",
        args![decision.id, lapsed_if_due_by(tx.now().to_zoned(TimeZone::UTC).date()), notice],
    )
    .await?;
    let rows = tx
        .rows(
            "select p.id, p.zone from notice_to t join person p on p.id = t.person where t.notice = $1 \
             and p.id not in ($2, $3) and p.erased_at is null and p.left_at is null \
             and exists (select 1 from held_role r where r.person = p.id and r.role <> 'client_contact') \
             and not exists (select 1 from decision_back b where b.decision = $4 and b.version = $5 and b.person = p.id) \
             order by p.id",
            args![notice, decision.author, decision.decider, decision.id, decision.version],
        )
        .await?;
    let pools = Pools::of(tx, decision).await?;
    for row in &rows {
        let zone = TimeZone::get(&row.text("zone")?).unwrap_or(TimeZone::UTC);
        ask(tx, decision, &pools, &Next { person: row.id("id")?, zone, round: 0, in_a_row: 0 }).await?;
    }
    Ok(())
}

/// Says back what was decided.
#[derive(Debug, Clone)]
pub struct SayBack {
    /// Which question.
    pub question: BackId,
    /// The place of the choice, as typed.
    pub answer: String,
}

#[crate::act]
impl Act for SayBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one("select * from decision_back where id = $1 and person = $2", args![self.question, actor.person])
            .await?
            .ok_or(Refused::NotFound)?;
        let asked = question(&row)?;
        let found = get(tx, actor, asked.decision).await?.ok_or(Refused::NotFound)?;
        if asked.answered_on.is_some() {
            return Err(Refused::conflict("You have answered this already.", "It stays as you answered it."));
        }
        if found.version != row.int("version")? || !matches!(found.state, State::Decided | State::Reviewed) {
            return Err(Refused::conflict("What was asked no longer holds.", "See what took its place."));
        }
        let day = today(tx, actor.person).await?;
        if asked.lapsed(day) {
            return Err(Refused::conflict(
                format!("This question waited until {} and lapsed.", last_day(asked.due)),
                "It counts as not answered, not as wrong. Read the decision itself.",
            ));
        }
        let last = i64::try_from(asked.choices.len()).unwrap_or_default() - 1;
        let Ok(chosen) = text::whole("answer", &self.answer, 0..=last, "choices") else {
            return Err(Refused::field("answer", "Choose one of the answers."));
        };
        let right = row.int("place")? == chosen;
        tx.run(
            "update decision_back set answered_on = $1, answer = $2, correct = $3 where id = $4",
            args![day, chosen, right, self.question],
        )
        .await?;
        // That something was said back is an event; what, and whether it was right, is the person's own affair.
        let told = usize::try_from(chosen).ok().and_then(|at| asked.choices.get(at)).cloned().unwrap_or_default();
        let sealed = serde_json::json!({ "question": asked.prompt, "answer": told, "right": right }).to_string();
        tx.say(Said::new(NOUN, found.id, "said_back").within(found.circle).sealed(actor.person, "answer", sealed));
        let in_a_row = if right { row.int("in_a_row")? + 1 } else { 0 };
        if in_a_row < ENOUGH {
            let zone = crate::honesty::zone_of(tx, actor.person).await?;
            let next = Next { person: actor.person, zone, round: row.int("round")? + 1, in_a_row };
            let pools = Pools::of(tx, &found).await?;
            ask(tx, &found, &pools, &next).await?;
        }
        Ok(())
    }
}

/// Questions about decisions that wait for a person: four weeks each.
///
/// # Errors
/// When the database is away.
pub(super) async fn waiting(
    tx: &mut Tx,
    person: PersonId,
    today: Date,
    out: &mut Vec<Waiting>,
) -> Result<(), LedgerError> {
    let rows = tx
        .rows(
            "select b.id, b.decision, b.due, d.question, n.told_at from decision_back b \
             join decision d on d.id = b.decision and d.version = b.version \
             join notice n on n.noun = 'decision' and n.subject = d.id and n.superseded_by is null \
             where b.person = $1 and b.answered_on is null and b.due <= $2 and b.due > $3 \
             and d.state in ('decided', 'reviewed') order by b.due, b.id",
            args![person, today, lapsed_if_due_by(today)],
        )
        .await?;
    for row in &rows {
        let due = row.day("due")?;
        out.push(Waiting {
            act: Do::Answer,
            noun: NOUN.to_owned(),
            subject: row.text("decision")?,
            title: row.text("question")?,
            because: format!(
                "You were told of it; say back what was decided. It waits from {due} to {}.",
                last_day(due)
            ),
            since: row.at("told_at")?,
            due: Some(due),
            holds_up: 0,
            page: format!("/decisions/back/{}", row.text("id")?),
        });
    }
    Ok(())
}
