//! Questions of the code at a decision: which apply, how each was answered, which were not. A question applies to
//! the decisions of its template in its circle and in all that is nested in it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::code::{Answer, Template};
use leadership::share::Share;
use leadership::{CircleId, DecisionId, PersonId, Wrongs, text};

use super::ClauseId;
use super::checks::{CheckId, CodeCheck, hung, keep_run, template};
use crate::error::{LedgerError, Refused};
use crate::honesty::of_circles;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

/// A question, what it is asked at, since when and until when.
type Hung = (CheckId, Template, Timestamp, Option<Timestamp>);

/// How a question was answered last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// The answer.
    pub answer: Answer,
    /// What was said to it.
    pub words: String,
    /// By whom.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
}

/// A question that applies to a decision; without an answer it is a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The question.
    pub check: CodeCheck,
    /// How it was answered last.
    pub last: Option<Last>,
}

/// The questions that apply to a decision of a circle, oldest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn applying(tx: &mut Tx, circle: CircleId, kind: Template) -> Result<Vec<CodeCheck>, LedgerError> {
    let tree = people::tree(tx).await?;
    let circles: BTreeSet<CircleId> = std::iter::once(circle).chain(tree.above(circle)).collect();
    hung(tx, &circles, kind).await
}

/// The same with how each was answered for this decision. The caller has found that it may be seen.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn applied(
    tx: &mut Tx,
    circle: CircleId,
    kind: Template,
    decision: DecisionId,
) -> Result<Vec<Applied>, LedgerError> {
    let checks = applying(tx, circle, kind).await?;
    if checks.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tx
        .rows(
            "select a.asked, a.answer, a.words, r.person, r.done_at from check_answer a join check_run r on r.id = a.run \
             where r.noun = 'decision' and r.subject = $1 order by r.done_at, r.id",
            args![decision],
        )
        .await?;
    let mut last: BTreeMap<CheckId, Last> = BTreeMap::new();
    for row in &rows {
        let name = row.text("answer")?;
        let answer = Answer::from_name(&name).ok_or_else(|| LedgerError::Inside(format!("no answer “{name}”")))?;
        let one = Last { answer, words: row.text("words")?, person: row.id("person")?, at: row.at("done_at")? };
        last.insert(row.id("asked")?, one);
    }
    Ok(checks.into_iter().map(|check| Applied { last: last.remove(&check.id), check }).collect())
}

/// The decision whose questions are answered.
pub(crate) struct Of<'a> {
    pub(crate) decision: DecisionId,
    pub(crate) circle: CircleId,
    pub(crate) kind: Template,
    /// Its question, as everybody of the circle may read it.
    pub(crate) title: &'a str,
}

/// Keeps the answers that were given, as far as they differ from what was said before. One that is not given stays a
/// gap: it stops nothing, and is told.
///
/// # Errors
/// Question by question: what needs a sentence.
pub(crate) async fn answer(
    tx: &mut Tx,
    actor: &Actor,
    of: &Of<'_>,
    given: &[(CheckId, String, String)],
) -> Result<(), Refused> {
    if given.iter().all(|(_, answer, _)| answer.is_empty()) {
        return Ok(());
    }
    let mut wrongs = Wrongs::default();
    let mut kept = Vec::new();
    for Applied { check, last } in applied(tx, of.circle, of.kind, of.decision).await? {
        let Some((_, name, words)) = given.iter().find(|(id, name, _)| *id == check.id && !name.is_empty()) else {
            continue;
        };
        let words = wrongs.take(text::prose_or_empty(&format!("words-{}", check.id), words));
        match Answer::from_name(name) {
            None => wrongs.add(&format!("answer-{}", check.id), format!("Answer: {}", check.question)),
            Some(Answer::No | Answer::Unsure) if words.is_empty() => {
                wrongs.add(&format!("words-{}", check.id), "Say in a sentence what stands against it.");
            }
            Some(answer) if last.as_ref().is_none_or(|last| (last.answer, &last.words) != (answer, &words)) => {
                kept.push((check.id, answer, words));
            }
            Some(_) => {}
        }
    }
    wrongs.or(())?;
    if !kept.is_empty() {
        let subject = of.decision.to_string();
        keep_run(tx, actor, (of.circle, of.kind), (Some("decision"), Some(&subject)), of.title, kept).await?;
    }
    Ok(())
}

/// A decision that goes against a question of the code: an exception, in the open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The question that was answered with no.
    pub question: String,
    /// The clause that it comes from, with its title today.
    pub clause: Option<(ClauseId, String)>,
    /// Why it was decided all the same.
    pub reason: String,
    /// Who answered.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
    /// The decision and its question; `None` where it is closed.
    pub decision: Option<(DecisionId, String)>,
}

/// The decisions of circles that a person sees in which a question of the code stands at no, newest first.
/// Closed ones are told without what they are about.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn unmet(tx: &mut Tx, actor: &Actor) -> Result<Vec<Unmet>, LedgerError> {
    let rows = of_circles(
        tx,
        "select k.question, k.clause, v.title, a.words, r.person, r.done_at, d.id, d.question as asks, d.closed_why \
         from check_run r join check_answer a on a.run = r.id join code_check k on k.id = a.asked \
         join decision d on d.id = r.subject \
         left join clause c on c.id = k.clause left join clause_version v on v.clause = c.id and v.version = c.version \
         where r.noun = 'decision' and a.answer = 'no' and d.decided_at is not null \
         and not exists (select 1 from check_answer b join check_run s on s.id = b.run where b.asked = a.asked \
         and s.noun = 'decision' and s.subject = r.subject and (s.done_at > r.done_at \
         or (s.done_at = r.done_at and s.id > r.id))) and d.circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let open = row.text_or_null("closed_why")?.is_none();
        out.push(Unmet {
            question: row.text("question")?,
            clause: row.id_or_null("clause")?.zip(row.text_or_null("title")?),
            // What a closed decision says of itself is for those named.
            reason: if open { row.text("words")? } else { String::new() },
            person: row.id("person")?,
            at: row.at("done_at")?,
            decision: if open { Some((row.id("id")?, row.text("asks")?)) } else { None },
        });
    }
    out.sort_by(|a, b| (b.at, &a.question).cmp(&(a.at, &b.question)));
    Ok(out)
}

/// Of the decisions that were made in circles that a person sees, and to which a question of the code applied when
/// they were made: how many have one that nobody answered.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn missing(tx: &mut Tx, actor: &Actor) -> Result<Share, LedgerError> {
    let made = of_circles(
        tx,
        "select id, circle, template, decided_at from decision where decided_at is not null and circle in ({})",
        &actor.sight.inside,
    )
    .await?;
    left_open(tx, &made).await
}

/// The same of the decisions that a person made themselves.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn missing_by(tx: &mut Tx, actor: &Actor) -> Result<Share, LedgerError> {
    let made = tx
        .rows(
            "select id, circle, template, decided_at from decision where decided_at is not null and decider = $1",
            args![actor.person],
        )
        .await?;
    left_open(tx, &made).await
}

/// Of decisions to which a question applied when they were made, how many have one that nobody answered.
async fn left_open(tx: &mut Tx, made: &[Row]) -> Result<Share, LedgerError> {
    let mut share = Share::default();
    if made.is_empty() {
        return Ok(share);
    }
    let mut hung: BTreeMap<CircleId, Vec<Hung>> = BTreeMap::new();
    for row in &tx.rows("select id, circle, template, made_at, retired_at from code_check", args![]).await? {
        let one = (row.id("id")?, template(row)?, row.at("made_at")?, row.at_or_null("retired_at")?);
        hung.entry(row.id("circle")?).or_default().push(one);
    }
    if hung.is_empty() {
        return Ok(share);
    }
    let mut answered: BTreeSet<(String, CheckId)> = BTreeSet::new();
    let rows = tx
        .rows(
            "select distinct r.subject, a.asked from check_answer a join check_run r on r.id = a.run \
             where r.noun = 'decision' and r.subject is not null",
            args![],
        )
        .await?;
    for row in &rows {
        answered.insert((row.text("subject")?, row.id("asked")?));
    }
    let tree = people::tree(tx).await?;
    for row in made {
        let (id, circle, at): (String, CircleId, _) = (row.text("id")?, row.id("circle")?, row.at("decided_at")?);
        let kind = template(row).unwrap_or(Template::Decision);
        let circles = std::iter::once(circle).chain(tree.above(circle));
        let mut then = circles
            .filter_map(|circle| hung.get(&circle))
            .flatten()
            .filter(|(_, of, since, until)| *of == kind && *since <= at && until.is_none_or(|until| until > at));
        let Some(first) = then.next() else { continue };
        share.n += 1;
        let open =
            |(check, ..): &(CheckId, Template, Timestamp, Option<Timestamp>)| !answered.contains(&(id.clone(), *check));
        share.so += u64::from(open(first) || then.any(open));
    }
    Ok(share)
}
