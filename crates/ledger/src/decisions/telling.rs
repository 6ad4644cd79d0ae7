//! Telling a decision: to those affected, once more when it changes, and when another takes its place.

use leadership::circle::Actor;
use leadership::decision::{DO_NOTHING, State};
use leadership::message::Intent;
use leadership::promise::Intended;
use leadership::{DecisionId, NoticeId, Wrongs, text};

use super::voice::own;
use super::{Decision, NOUN, affected, back, get};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::promises;
use crate::tx::Tx;

/// Tells a decision to its audience, which is frozen by that.
#[derive(Debug, Clone, Default)]
pub struct Tell {
    /// Which decision.
    pub decision: Option<DecisionId>,
    /// Whom, by identifier.
    pub audience: Vec<String>,
    /// What is told.
    pub words: String,
    /// Whether it is a hard message; an unpopular decision always is.
    pub hard: bool,
    /// What should be different when it has been read.
    pub intent: String,
    /// Which questions about its tone were answered with yes.
    pub tone: Vec<String>,
    /// Promises that are made along with it.
    pub promises: Vec<Intended>,
}

/// Words to begin from: what was decided first, then why, then what comes next.
#[must_use]
pub fn told_words(decision: &Decision) -> String {
    let form = &decision.form;
    let mut out = match form.chosen() {
        Some(DO_NOTHING) => "We decided to leave it as it is.".to_owned(),
        Some(chosen) => format!("We decided: {chosen}."),
        None => String::new(),
    };
    for (label, words) in [
        ("Why", if form.because.is_empty() { &form.purpose } else { &form.because }),
        ("Where this leads", &form.direction),
        ("Next step", &form.next_step),
    ] {
        if !words.is_empty() {
            out.push_str("\n\n");
            out.push_str(label);
            out.push_str(": ");
            out.push_str(words);
        }
    }
    out
}

/// The longest question that fits a title with a word before it.
fn title(before: &str, question: &str) -> String {
    let room = text::LINE.saturating_sub(before.chars().count());
    let cut: String = question.chars().take(room).collect();
    format!("{before}{cut}")
}

async fn send(
    tx: &mut Tx,
    actor: &Actor,
    decision: &Decision,
    (title, words): (&str, &str),
    audience: &[leadership::PersonId],
) -> Result<NoticeId, Refused> {
    let telling = Telling {
        noun: NOUN,
        subject: decision.id.to_string(),
        version: decision.version,
        circle: decision.circle,
        title,
        words,
    };
    let notice = notices::tell(tx, actor, &telling, audience).await?;
    tx.run(
        "update decision_affected set told_at = $1 where decision = $2 and told_at is null \
         and person in (select person from notice_to where notice = $3)",
        args![tx.now(), decision.id, notice],
    )
    .await?;
    Ok(notice)
}

#[crate::act]
impl Act for Tell {
    type Done = NoticeId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<NoticeId, Refused> {
        let found = own(tx, actor, self.decision.ok_or(Refused::NotFound)?).await?;
        if found.state != State::Decided {
            return Err(Refused::conflict(
                "Only what is decided can be told as a decision.",
                "While it is open, ask for objections.",
            ));
        }
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let intent = wrongs.take(Intent::read(self.hard || found.form.unpopular, &self.intent, &self.tone));
        let audience = match affected::chosen(tx, actor, &found, &self.audience).await? {
            Ok(audience) => audience,
            Err(more) => {
                wrongs.0.extend(more.0);
                Vec::new()
            }
        };
        let words = wrongs.or(words)?;
        affected::keep(tx, found.id, &audience).await?;
        let people: Vec<_> = audience.iter().map(|affected| affected.person.id).collect();
        let notice = send(tx, actor, &found, (&title("Decided: ", &found.form.question), &words), &people).await?;
        notices::intend(tx, notice, &intent).await?;
        back::ask_those_told(tx, &found, notice).await?;
        promises::along(tx, actor, &found.promising(&self.promises)).await?;
        Ok(notice)
    }
}

/// Whether a decision was told before.
pub(super) async fn was_told(tx: &mut Tx, id: DecisionId) -> Result<bool, LedgerError> {
    let told =
        tx.one("select id from notice where noun = $1 and subject = $2 limit 1", args![NOUN, id.to_string()]).await?;
    Ok(told.is_some())
}

/// Tells a changed decision to all who were told before, after the same second look that any telling gets; nothing
/// where nobody was told.
pub(super) async fn again(
    tx: &mut Tx,
    actor: &Actor,
    id: DecisionId,
    (changed, why): (&str, &str),
    intent: &Intent,
) -> Result<(), Refused> {
    if !was_told(tx, id).await? {
        return Ok(());
    }
    let found = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    let words = format!("What changed: {changed}\n\nWhy: {why}\n\n{}", told_words(&found));
    let notice = send(tx, actor, &found, (&title("Changed: ", &found.form.question), &words), &[]).await?;
    notices::intend(tx, notice, intent).await?;
    back::ask_those_told(tx, &found, notice).await?;
    Ok(())
}

/// Tells all who were told that another decision took its place. The other one is named only where it is
/// open, since they may not see a closed one.
pub(super) async fn replaced(tx: &mut Tx, actor: &Actor, old: &Decision, new: &Decision) -> Result<(), Refused> {
    if !was_told(tx, old.id).await? {
        return Ok(());
    }
    let words = if new.closed_why.is_none() && new.circle == old.circle {
        let chosen = new.form.chosen().map(|chosen| format!(" It was decided: {chosen}.")).unwrap_or_default();
        format!("This decision no longer holds. In its place: {}{chosen}", new.form.question)
    } else {
        "This decision no longer holds; another took its place. Ask who decided what it means for you.".to_owned()
    };
    send(tx, actor, old, (&title("No longer holds: ", &old.form.question), &words), &[]).await?;
    Ok(())
}
