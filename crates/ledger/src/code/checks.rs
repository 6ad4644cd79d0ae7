//! Questions that hang on templates: asked of a decision, a purchase, a client matter, a hiring. Going through
//! them is kept, with what was answered.

use std::collections::BTreeSet;

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::code::{Answer, Template};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use super::ClauseId;
use super::applied::applying;
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{may_lead, of_circles};
use crate::ledger::Act;
use crate::store::Row;
use crate::tx::Tx;

/// Names checks, for the type of their identifiers.
#[derive(Debug)]
pub enum CheckNoun {}
/// A question of a template.
pub type CheckId = Id<CheckNoun>;
/// Names runs.
#[derive(Debug)]
pub enum RunNoun {}
/// A time that the questions of a template were gone through.
pub type RunId = Id<RunNoun>;

/// A question that hangs on a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCheck {
    /// Its identifier.
    pub id: CheckId,
    /// The circle that asks it, of itself and all that is nested in it.
    pub circle: CircleId,
    /// What it hangs on.
    pub template: Template,
    /// The question; “yes” is as it should be.
    pub question: String,
    /// The clause that it comes from, with its title.
    pub clause: Option<(ClauseId, String)>,
}

pub(super) fn template(row: &Row) -> Result<Template, LedgerError> {
    let name = row.text("template")?;
    Template::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no template is called “{name}”")))
}

/// The questions that hang on a template, of all circles that this person sees from inside, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn checks(tx: &mut Tx, actor: &Actor, kind: Template) -> Result<Vec<CodeCheck>, LedgerError> {
    hung(tx, &actor.sight.inside, kind).await
}

/// The questions that circles hang on a template, oldest first.
pub(super) async fn hung(
    tx: &mut Tx,
    circles: &BTreeSet<CircleId>,
    kind: Template,
) -> Result<Vec<CodeCheck>, LedgerError> {
    let rows = of_circles(
        tx,
        "select k.id, k.circle, k.template, k.question, k.made_at, k.clause, v.title from code_check k \
         left join clause c on c.id = k.clause left join clause_version v on v.clause = c.id and v.version = c.version \
         where k.retired_at is null and k.circle in ({}) order by k.made_at, k.id",
        circles,
    )
    .await?;
    let mut out = Vec::new();
    for row in &rows {
        let found = template(row)?;
        if found == kind {
            let clause = row.id_or_null("clause")?.zip(row.text_or_null("title")?);
            out.push(CodeCheck {
                id: row.id("id")?,
                circle: row.id("circle")?,
                template: found,
                question: row.text("question")?,
                clause,
            });
        }
    }
    out.sort_by_key(|check| check.id);
    Ok(out)
}

/// Hangs a question on a template.
#[derive(Debug, Clone, Default)]
pub struct AddCheck {
    /// The circle that asks it.
    pub circle: Option<CircleId>,
    /// The name of the template.
    pub template: String,
    /// The question; “yes” is as it should be.
    pub question: String,
    /// The clause that it comes from.
    pub clause: Option<ClauseId>,
}

#[crate::act]
impl Act for AddCheck {
    type Done = CheckId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<CheckId, Refused> {
        let mut wrongs = Wrongs::default();
        let question = wrongs.take(text::line("question", &self.question));
        let template = Template::from_name(&self.template);
        if template.is_none() {
            wrongs.add("template", "Choose what it hangs on.");
        }
        if self.circle.is_none() {
            wrongs.add("circle", "Choose the circle that asks it.");
        }
        if let Some(clause) = self.clause
            && super::get(tx, actor, clause).await?.is_none()
        {
            wrongs.add("clause", "Choose one of the clauses in force.");
        }
        let question = wrongs.or(question)?;
        let (circle, template) = self.circle.zip(template).ok_or(Refused::NotFound)?;
        may_lead(actor, circle)?;
        let id: CheckId = tx.id();
        tx.run(
            "insert into code_check (id, circle, template, question, clause, made_by, made_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, circle, template.name(), &question, self.clause, actor.person, tx.now()],
        )
        .await?;
        tx.say(
            Said::new("check", id, "made")
                .by(actor.person)
                .within(circle)
                .with("template", template.name())
                .with("question", question),
        );
        Ok(id)
    }
}

/// Takes a question off its template.
#[derive(Debug, Clone)]
pub struct RetireCheck {
    /// Which.
    pub check: CheckId,
}

#[crate::act]
impl Act for RetireCheck {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let row = tx
            .one("select circle from code_check where id = $1 and retired_at is null", args![self.check])
            .await?
            .ok_or(Refused::NotFound)?;
        let circle = row.id("circle")?;
        may_lead(actor, circle)?;
        tx.run("update code_check set retired_at = $1 where id = $2", args![tx.now(), self.check]).await?;
        tx.say(Said::new("check", self.check, "retired").by(actor.person).within(circle));
        Ok(())
    }
}

/// Goes through the questions of a template for one matter.
#[derive(Debug, Clone, Default)]
pub struct RunChecks {
    /// The circle in which the matter is.
    pub circle: Option<CircleId>,
    /// The name of the template.
    pub template: String,
    /// What the matter is here, such as `decision`, where it has a page; the title is seen by the circle, so a
    /// closed matter brings one that tells nothing.
    pub noun: Option<String>,
    /// The identifier of that.
    pub subject: Option<String>,
    /// The matter in one line.
    pub title: String,
    /// Per question: the name of the answer, and words, which “no” and “not sure” need.
    pub answers: Vec<(CheckId, String, String)>,
}

#[crate::act]
impl Act for RunChecks {
    type Done = RunId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<RunId, Refused> {
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let template = Template::from_name(&self.template).ok_or(Refused::NotFound)?;
        let circle = self.circle.filter(|circle| actor.sight.inside.contains(circle));
        if circle.is_none() {
            wrongs.add("circle", "Choose one of your circles.");
        }
        let asked = match circle.filter(|_| self.noun.as_deref() == Some("decision")) {
            Some(circle) => applying(tx, circle, template).await?,
            None => checks(tx, actor, template).await?,
        };
        if asked.is_empty() {
            return Err(Refused::conflict(
                "No question hangs on this.",
                "Whoever leads the circle can hang some on it.",
            ));
        }
        let mut kept = Vec::with_capacity(asked.len());
        for check in &asked {
            let field = format!("answer-{}", check.id);
            let given = self.answers.iter().find(|(id, ..)| *id == check.id);
            let answer = given.and_then(|(_, name, _)| Answer::from_name(name));
            let words = given.map_or("", |(.., words)| words);
            let words = wrongs.take(text::prose_or_empty(&format!("words-{}", check.id), words));
            match answer {
                None => wrongs.add(&field, format!("Answer: {}", check.question)),
                Some(Answer::No | Answer::Unsure) if words.is_empty() => {
                    wrongs.add(&format!("words-{}", check.id), "Say in a sentence what stands against it.");
                }
                Some(answer) => kept.push((check.id, answer, words)),
            }
        }
        let title = wrongs.or(title)?;
        let circle = circle.ok_or(Refused::NotFound)?;
        let of = (self.noun.as_deref(), self.subject.as_deref());
        Ok(keep_run(tx, actor, (circle, template), of, &title, kept).await?)
    }
}

/// Keeps a time that questions were gone through: what it was about, in one line that the circle sees, and the
/// answers.
pub(super) async fn keep_run(
    tx: &mut Tx,
    actor: &Actor,
    (circle, template): (CircleId, Template),
    (noun, subject): (Option<&str>, Option<&str>),
    title: &str,
    kept: Vec<(CheckId, Answer, String)>,
) -> Result<RunId, LedgerError> {
    let id: RunId = tx.id();
    tx.run(
        "insert into check_run (id, circle, template, noun, subject, title, person, done_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, circle, template.name(), noun, subject, title, actor.person, tx.now()],
    )
    .await?;
    let mut said = Said::new("check_run", id, "done")
        .by(actor.person)
        .within(circle)
        .with("template", template.name())
        .with("title", title);
    for (check, answer, words) in kept {
        tx.run(
            "insert into check_answer (run, asked, answer, words) values ($1, $2, $3, $4)",
            args![id, check, answer.name(), &words],
        )
        .await?;
        said = said.with(&format!("answer-{check}"), answer.name());
        if !words.is_empty() {
            said = said.sealed(actor.person, &format!("words-{check}"), words);
        }
    }
    tx.say(said);
    Ok(id)
}

/// A time that the questions were gone through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its identifier.
    pub id: RunId,
    /// What the questions hang on.
    pub template: Template,
    /// The matter.
    pub title: String,
    /// Who went through them.
    pub person: PersonId,
    /// When.
    pub done_at: Timestamp,
    /// Question, answer, words.
    pub answers: Vec<(String, Answer, String)>,
}

async fn whole(tx: &mut Tx, row: &Row) -> Result<Run, LedgerError> {
    let id: RunId = row.id("id")?;
    let answers = tx
        .rows(
            "select k.question, a.answer, a.words from check_answer a join code_check k on k.id = a.asked \
             where a.run = $1 order by k.made_at, k.id",
            args![id],
        )
        .await?;
    let answers = answers
        .iter()
        .map(|row| {
            let name = row.text("answer")?;
            let answer = Answer::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no answer “{name}”")))?;
            Ok((row.text("question")?, answer, row.text("words")?))
        })
        .collect::<Result<_, LedgerError>>()?;
    Ok(Run {
        id,
        template: template(row)?,
        title: row.text("title")?,
        person: row.id("person")?,
        done_at: row.at("done_at")?,
        answers,
    })
}

/// The latest times that questions were gone through in circles that a person sees, newest first, fifty at most.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn runs(tx: &mut Tx, actor: &Actor) -> Result<Vec<Run>, LedgerError> {
    let mut rows = of_circles(
        tx,
        "select id, template, title, person, done_at from check_run where circle in ({}) order by done_at desc, id desc limit 50",
        &actor.sight.inside,
    )
    .await?;
    let mut keyed = Vec::with_capacity(rows.len());
    for row in rows.drain(..) {
        keyed.push((row.at("done_at")?, row));
    }
    keyed.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut out = Vec::new();
    for (_, row) in keyed.iter().take(50) {
        out.push(whole(tx, row).await?);
    }
    Ok(out)
}

/// The times that the questions were gone through for one thing, such as a decision. The caller has made sure
/// that its reader sees that thing.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn checked(tx: &mut Tx, noun: &str, subject: &str) -> Result<Vec<Run>, LedgerError> {
    let rows = tx
        .rows(
            "select id, template, title, person, done_at from check_run where noun = $1 and subject = $2 \
             order by done_at, id",
            args![noun, subject],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        out.push(whole(tx, row).await?);
    }
    Ok(out)
}
