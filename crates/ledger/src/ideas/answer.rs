//! Answering ideas, merging them, saying what was learned, and telling back what came of them.

use leadership::circle::Actor;
use leadership::idea::{Answer, State};
use leadership::today::{Do, Waiting};
use leadership::{PersonId, Wrongs, text};

use jiff::civil::Date;

use super::{Idea, IdeaId, get};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::people;
use crate::tx::Tx;

/// An idea that an actor may answer: it is theirs to answer, or they lead its circle.
async fn to_answer(tx: &mut Tx, actor: &Actor, id: IdeaId) -> Result<Idea, Refused> {
    let found = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    if found.answerer == actor.person || actor.sight.leads(found.circle) {
        Ok(found)
    } else {
        Err(Refused::NotYours("Only who leads the circle answers its ideas.".to_owned()))
    }
}

/// Tells those who are credited, but for the one who tells and those who are not here any more.
async fn tell(tx: &mut Tx, actor: &Actor, found: &Idea, title: &str, words: &str) -> Result<(), Refused> {
    let here: Vec<PersonId> = people::named(tx, &found.credit)
        .await?
        .into_iter()
        .filter(|person| person.left_at.is_none() && person.erased_at.is_none() && person.id != actor.person)
        .map(|person| person.id)
        .collect();
    if here.is_empty() {
        return Ok(());
    }
    let version = notices::about(tx, "idea", &found.id.to_string()).await?.len() + 1;
    let telling = Telling {
        noun: "idea",
        subject: found.id.to_string(),
        version: i64::try_from(version).unwrap_or(i64::MAX),
        circle: found.circle,
        title,
        words,
    };
    notices::tell(tx, actor, &telling, &here).await?;
    Ok(())
}

/// A title that fits a notice, with what stands before it.
pub(crate) fn headed(before: &str, title: &str) -> String {
    let room = text::LINE.saturating_sub(before.chars().count() + 1);
    let title: String = title.chars().take(room).collect();
    format!("{before} {title}")
}

/// Answers an idea with a reason. What was tried is answered again, when it is known whether it goes on.
#[derive(Debug, Clone)]
pub struct AnswerIdea {
    /// Which.
    pub idea: IdeaId,
    /// `accept`, `try` or `decline`.
    pub answer: String,
    /// Why.
    pub reason: String,
}

#[crate::act]
impl Act for AnswerIdea {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = to_answer(tx, actor, self.idea).await?;
        let mut wrongs = Wrongs::default();
        let answer = Answer::from_name(&self.answer);
        if answer.is_none() {
            wrongs.add("answer", "Choose one of these.");
        }
        let reason = wrongs.take(text::prose("reason", &self.reason));
        let reason = wrongs.or(reason)?;
        let answer = answer.ok_or(Refused::NotFound)?;
        let state =
            found.state.after(answer).map_err(|why| Refused::conflict(why, "Open it again to see how it stands."))?;
        if found.state == State::Trying && found.learned.is_none() {
            let what = "It was tried, and nobody has said yet what was learned.";
            return Err(Refused::conflict(what, "Say that first: it is what trying was for."));
        }
        let today = day_of(tx, actor.person).await?;
        // The day of the first answer is what counts as answered.
        tx.run(
            "update idea set state = $1, answered_by = $2, answered_at = $3, \
             answered_on = coalesce(answered_on, $4), reason = $5 where id = $6",
            args![state.name(), actor.person, tx.now(), today, &reason, self.idea],
        )
        .await?;
        tx.say(
            Said::new("idea", self.idea, "answered")
                .by(actor.person)
                .within(found.circle)
                .with("answer", answer.name())
                .with("due", found.due.to_string())
                .sealed(actor.person, "reason", reason.as_str()),
        );
        let title = headed(&format!("Your idea is {}:", state.shown()), &found.title);
        tell(tx, actor, &found, &title, &reason).await
    }
}

/// Merges an idea into another of the same circle, with credit to all.
#[derive(Debug, Clone)]
pub struct Merge {
    /// Which goes into the other.
    pub idea: IdeaId,
    /// The one that stays.
    pub into: Option<IdeaId>,
    /// Why they are one.
    pub reason: String,
}

#[crate::act]
impl Act for Merge {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = to_answer(tx, actor, self.idea).await?;
        let mut wrongs = Wrongs::default();
        let reason = wrongs.take(text::prose("merge_reason", &self.reason));
        let into = match self.into {
            Some(into) if into != self.idea => get(tx, actor, into).await?,
            _ => None,
        };
        // What a client may see and what it may not must not run together.
        let into = into.filter(|into| into.circle == found.circle && into.shared == found.shared);
        match &into {
            None => wrongs.add("into", "Choose another idea of this circle."),
            Some(into) if !into.state.can_merge() => {
                wrongs.add("into", "That idea is closed. Choose one that is not.");
            }
            Some(_) => {}
        }
        let reason = wrongs.or(reason)?;
        let into = into.ok_or(Refused::NotFound)?;
        if !found.state.can_merge() {
            return Err(Refused::conflict("This idea is closed.", "Only what is under way can be merged."));
        }
        let today = day_of(tx, actor.person).await?;
        tx.run(
            "update idea set state = 'merged', merged_into = $1, answered_by = $2, answered_at = $3, \
             answered_on = coalesce(answered_on, $4), reason = $5 where id = $6",
            args![into.id, actor.person, tx.now(), today, &reason, self.idea],
        )
        .await?;
        // What went into this one goes along, so that a way of merges never has more than one step.
        tx.run("update idea set merged_into = $1 where merged_into = $2", args![into.id, self.idea]).await?;
        for person in &found.credit {
            tx.run(
                "insert into idea_credit (idea, person, since) values ($1, $2, $3) on conflict do nothing",
                args![into.id, *person, tx.now()],
            )
            .await?;
        }
        tx.say(
            Said::new("idea", self.idea, "merged")
                .by(actor.person)
                .within(found.circle)
                .with("into", into.id.to_string())
                .sealed(actor.person, "reason", reason.as_str()),
        );
        // Its own title, not the other's: that one is another's words, to be blanked with theirs.
        tell(tx, actor, &found, &headed("Your idea goes on in another:", &found.title), &reason).await
    }
}

/// Says what was learned from trying an idea: who answers, or who is credited.
#[derive(Debug, Clone)]
pub struct Learn {
    /// Which.
    pub idea: IdeaId,
    /// What was learned.
    pub learned: String,
}

#[crate::act]
impl Act for Learn {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.idea).await?.ok_or(Refused::NotFound)?;
        let may =
            found.answerer == actor.person || actor.sight.leads(found.circle) || found.credit.contains(&actor.person);
        if !may {
            return Err(Refused::NotYours("Only who answers it or offered it says what was learned.".to_owned()));
        }
        let learned = text::prose("learned", &self.learned)?;
        if found.state != State::Trying {
            return Err(Refused::conflict("It is not being tried.", "Say what came of it instead."));
        }
        tx.run(
            "update idea set learned = $1, learned_by = $2, learned_at = $3 where id = $4",
            args![&learned, actor.person, tx.now(), self.idea],
        )
        .await?;
        tx.say(Said::new("idea", self.idea, "learned").by(actor.person).within(found.circle).sealed(
            actor.person,
            "learned",
            learned,
        ));
        Ok(())
    }
}

/// Tells back what came of an idea: you said, we did.
#[derive(Debug, Clone)]
pub struct TellBack {
    /// Which.
    pub idea: IdeaId,
    /// What was done, and what it led to.
    pub result: String,
}

#[crate::act]
impl Act for TellBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = to_answer(tx, actor, self.idea).await?;
        let result = text::prose("result", &self.result)?;
        if !matches!(found.state, State::Accepted | State::Trying) {
            return Err(Refused::conflict("Only of what was accepted or tried something came.", "Answer it first."));
        }
        tx.run(
            "update idea set result = $1, result_by = $2, result_at = $3 where id = $4",
            args![&result, actor.person, tx.now(), self.idea],
        )
        .await?;
        tx.say(Said::new("idea", self.idea, "told_back").by(actor.person).within(found.circle).sealed(
            actor.person,
            "result",
            result.as_str(),
        ));
        tell(tx, actor, &found, &headed("You said, we did:", &found.title), &result).await
    }
}

/// Gives an idea to somebody else who leads its circle, to be answered by its day.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Which.
    pub idea: IdeaId,
    /// To whom.
    pub to: Option<PersonId>,
}

#[crate::act]
impl Act for HandOver {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = to_answer(tx, actor, self.idea).await?;
        if found.state != State::Open {
            return Err(Refused::conflict("It was answered.", "There is nothing to hand over."));
        }
        let leads = match self.to {
            Some(to) => people::actor(tx, to).await?.is_some_and(|one| one.sight.leads(found.circle)),
            None => false,
        };
        let Some(to) = self.to.filter(|_| leads) else {
            return Err(Refused::field("to", "Choose somebody who leads this circle."));
        };
        tx.run("update idea set answerer = $1 where id = $2", args![to, self.idea]).await?;
        tx.say(
            Said::new("idea", self.idea, "handed_over")
                .by(actor.person)
                .within(found.circle)
                .with("from", found.answerer.to_string())
                .with("to", to.to_string()),
        );
        Ok(())
    }
}

/// What waits for a person because of ideas: those that are theirs to answer, and those of circles that they lead
/// whose answerer is not here any more. From half of the time on, or the last three days of it, whichever is
/// longer, so that a new idea may lie a while.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let mut rows = tx
        .rows(
            "select i.id, i.circle, i.title, i.offered_at, i.offered_on, i.due, p.name from idea i \
             join person p on p.id = i.offered_by where i.answerer = $1 and i.state = 'open' order by i.due, i.id limit 200",
            args![person],
        )
        .await?;
    let left = tx
        .rows(
            "select i.id, i.circle, i.title, i.offered_at, i.offered_on, i.due, p.name from idea i \
             join person p on p.id = i.offered_by join person a on a.id = i.answerer \
             where a.left_at is not null and i.state = 'open' order by i.due, i.id limit 200",
            &[],
        )
        .await?;
    for row in left {
        if actor.sight.leads(row.id("circle")?) {
            rows.push(row);
        }
    }
    let mut out = Vec::new();
    for row in &rows {
        let (offered, due) = (row.day("offered_on")?, row.day("due")?);
        let days = leadership::promise::days_between(offered, due);
        let left = leadership::promise::days_between(today, due);
        if left > (days / 2).max(3) {
            continue;
        }
        let id = row.text("id")?;
        let name = row.text("name")?;
        let because = if left < 0 {
            format!(
                "{name} offered it; an answer was stated by {}, and that day has passed.",
                due.strftime("%-d %B %Y")
            )
        } else {
            format!("{name} offered it; an answer with a reason is stated by {}.", due.strftime("%-d %B %Y"))
        };
        out.push(Waiting {
            act: Do::Answer,
            noun: "idea".to_owned(),
            subject: id.clone(),
            title: headed("Answer the idea:", &row.text("title")?),
            because,
            since: row.at("offered_at")?,
            due: Some(due),
            holds_up: 1,
            page: format!("/ideas/{id}"),
        });
    }
    Ok(out)
}
