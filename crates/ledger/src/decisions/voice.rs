//! What others say: objections before it is decided and dissent after, each in their own words and answered;
//! and whether those who were told are clear to act.

use jiff::Timestamp;
use leadership::circle::Actor;
use leadership::decision::State;
use leadership::promise::Intended;
use leadership::{DecisionId, PersonId, Wrongs, text};

use super::{Decision, NOUN, affected, get, today};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::promises;
use crate::tx::Tx;

/// Asks those affected for objections. They see the decision from then on.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which decision.
    pub decision: DecisionId,
    /// Until when, as typed.
    pub until: String,
    /// Whom, by identifier.
    pub audience: Vec<String>,
}

/// The decision, when it is this actor's to handle.
pub(super) async fn own(tx: &mut Tx, actor: &Actor, id: DecisionId) -> Result<Decision, Refused> {
    let found = get(tx, actor, id).await?.ok_or(Refused::NotFound)?;
    if found.is_of(actor.person) {
        Ok(found)
    } else {
        Err(Refused::NotYours("That is for who wrote this decision down, or decides it.".to_owned()))
    }
}

#[crate::act]
impl Act for Ask {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = own(tx, actor, self.decision).await?;
        if !matches!(found.state, State::Draft | State::Open) {
            return Err(Refused::conflict("It was decided already.", "Tell it instead; dissent is still kept."));
        }
        found.form.ready_to_ask()?;
        let mut wrongs = Wrongs::default();
        let until = wrongs.take(text::day("until", &self.until).map(Some));
        let today = today(tx, actor.person).await?;
        if until.is_some_and(|until| until <= today) {
            wrongs.add("until", "Give them at least until tomorrow.");
        }
        let audience = match affected::chosen(tx, actor, &found, &self.audience).await? {
            Ok(audience) => audience,
            Err(more) => {
                wrongs.0.extend(more.0);
                Vec::new()
            }
        };
        // A client's people are told; what is still open is talked over inside.
        if audience.iter().any(|affected| affected.outside) {
            wrongs.add(
                "audience",
                "A client's people can be told of a decision, not asked before it. Leave them out here.",
            );
        }
        let until = wrongs.or(until)?;
        affected::keep(tx, found.id, &audience).await?;
        let now = tx.now();
        for affected in &audience {
            tx.run(
                "update decision_affected set asked_at = $1 where decision = $2 and person = $3 and asked_at is null",
                args![now, found.id, affected.person.id],
            )
            .await?;
        }
        let asked_at = found.asked_at.unwrap_or(now);
        tx.run(
            "update decision set state = 'open', asked_at = $1, answer_by = $2, changed_at = $3 where id = $4",
            args![asked_at, until, now, found.id],
        )
        .await?;
        tx.say(
            Said::new(NOUN, found.id, "asked")
                .by(actor.person)
                .within(found.circle)
                .with("until", until.map(|day| day.to_string()).unwrap_or_default())
                .with("people", audience.len()),
        );
        Ok(())
    }
}

/// Whether a person was asked about a decision, and whether they were told of it.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn part(tx: &mut Tx, decision: DecisionId, person: PersonId) -> Result<(bool, bool), LedgerError> {
    let row = tx
        .one(
            "select asked_at, told_at from decision_affected where decision = $1 and person = $2",
            args![decision, person],
        )
        .await?;
    let Some(row) = row else { return Ok((false, false)) };
    Ok((row.text_or_null("asked_at")?.is_some(), row.text_or_null("told_at")?.is_some()))
}

/// What somebody said of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Who.
    pub person: PersonId,
    /// Of which version.
    pub version: i64,
    /// Whether they object.
    pub objects: bool,
    /// In their own words.
    pub words: String,
    /// When.
    pub said_at: Timestamp,
    /// The decider's answer; empty for none yet.
    pub answer: String,
    /// When that was given.
    pub answered_at: Option<Timestamp>,
}

/// What was said of a decision, oldest first. The caller has found that the decision may be seen.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn voices(tx: &mut Tx, decision: DecisionId) -> Result<Vec<Voice>, LedgerError> {
    let rows = tx
        .rows(
            "select person, version, objects, words, said_at, answer, answered_at from decision_voice \
             where decision = $1 order by version, said_at, person",
            args![decision],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Voice {
                person: row.id("person")?,
                version: row.int("version")?,
                objects: row.truth("objects")?,
                words: row.text("words")?,
                said_at: row.at("said_at")?,
                answer: row.text("answer")?,
                answered_at: row.at_or_null("answered_at")?,
            })
        })
        .collect()
}

/// Objects, or says that there is no objection. Saying it again replaces it; the record keeps both.
#[derive(Debug, Clone)]
pub struct Say {
    /// Which decision.
    pub decision: DecisionId,
    /// `yes` to object, `no` to say that there is no objection.
    pub objects: String,
    /// In one's own words; needed for an objection.
    pub words: String,
}

#[crate::act]
impl Act for Say {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.decision).await?.ok_or(Refused::NotFound)?;
        if found.decider == actor.person {
            return Err(Refused::NotYours(
                "It is yours to decide: write what speaks against it beside the options.".to_owned(),
            ));
        }
        if !matches!(found.state, State::Open | State::Decided) {
            return Err(Refused::conflict("It is not open to that now.", "Talk to who decides."));
        }
        let mut wrongs = Wrongs::default();
        let objects = match self.objects.as_str() {
            "yes" => true,
            "no" => false,
            _ => {
                wrongs.add("objects", "Choose one of the two.");
                false
            }
        };
        let words = wrongs.take(if objects {
            text::prose("words", &self.words)
        } else {
            text::prose_or_empty("words", &self.words)
        });
        let words = wrongs.or(words)?;
        tx.run(
            "insert into decision_voice (decision, version, person, objects, words, said_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (decision, version, person) do update set \
             objects = excluded.objects, words = excluded.words, said_at = excluded.said_at, answer = '', \
             answered_at = null",
            args![found.id, found.version, actor.person, objects, &words, tx.now()],
        )
        .await?;
        let kind = match (objects, found.state) {
            (false, _) => "not_objected",
            (true, State::Open) => "objected",
            (true, _) => "dissented",
        };
        tx.say(
            Said::new(NOUN, found.id, kind)
                .by(actor.person)
                .within(found.circle)
                .with("version", found.version)
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}

/// Answers an objection, with the reason.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which decision.
    pub decision: DecisionId,
    /// Whose objection.
    pub person: PersonId,
    /// The answer.
    pub words: String,
    /// Promises that are made along with it.
    pub promises: Vec<Intended>,
}

#[crate::act]
impl Act for Answer {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.decision).await?.ok_or(Refused::NotFound)?;
        if found.decider != actor.person {
            return Err(Refused::NotYours("Objections are answered by who decides.".to_owned()));
        }
        let words = text::prose("words", &self.words)?;
        let answered = tx
            .run(
                "update decision_voice set answer = $1, answered_at = $2 \
                 where decision = $3 and version = $4 and person = $5 and objects = 1",
                args![&words, tx.now(), found.id, found.version, self.person],
            )
            .await?;
        if answered == 0 {
            return Err(Refused::NotFound);
        }
        tx.say(
            Said::new(NOUN, found.id, "answered")
                .by(actor.person)
                .within(found.circle)
                .with("to", self.person.to_string())
                .sealed(actor.person, "words", words),
        );
        promises::along(tx, actor, &found.promising(&self.promises)).await?;
        Ok(())
    }
}

/// Whether somebody who was told is clear to act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleared {
    /// Who.
    pub person: PersonId,
    /// Whether they are.
    pub clear: bool,
    /// What they need, or what they take from it.
    pub words: String,
    /// When.
    pub said_at: Timestamp,
}

/// The replies to a version of a decision, oldest first. The caller has found that it may be seen.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn cleared(tx: &mut Tx, decision: DecisionId, version: i64) -> Result<Vec<Cleared>, LedgerError> {
    let rows = tx
        .rows(
            "select person, clear, words, said_at from decision_clear where decision = $1 and version = $2 \
             order by said_at, person",
            args![decision, version],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Cleared {
                person: row.id("person")?,
                clear: row.truth("clear")?,
                words: row.text("words")?,
                said_at: row.at("said_at")?,
            })
        })
        .collect()
}

/// Says whether one is clear to act on a decision that one was told.
#[derive(Debug, Clone)]
pub struct Clear {
    /// Which decision.
    pub decision: DecisionId,
    /// `yes`, or `not_yet`.
    pub clear: String,
    /// What is missing; needed for `not_yet`.
    pub words: String,
}

#[crate::act]
impl Act for Clear {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = get(tx, actor, self.decision).await?.ok_or(Refused::NotFound)?;
        let told = tx
            .count(
                "select count(*) as n from decision_affected where decision = $1 and person = $2 and told_at is not null",
                args![found.id, actor.person],
            )
            .await?;
        if told == 0 || found.decider == actor.person {
            return Err(Refused::NotYours("That is asked of those who were told.".to_owned()));
        }
        if found.state != State::Decided {
            return Err(Refused::conflict("This decision is not one to act on any more.", "See what took its place."));
        }
        let mut wrongs = Wrongs::default();
        let clear = match self.clear.as_str() {
            "yes" => true,
            "not_yet" => false,
            _ => {
                wrongs.add("clear", "Choose one of the two.");
                true
            }
        };
        let words = wrongs.take(if clear {
            text::prose_or_empty("words", &self.words)
        } else {
            text::prose("words", &self.words)
        });
        let words = wrongs.or(words)?;
        tx.run(
            "insert into decision_clear (decision, version, person, clear, words, said_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (decision, version, person) do update set \
             clear = excluded.clear, words = excluded.words, said_at = excluded.said_at",
            args![found.id, found.version, actor.person, clear, &words, tx.now()],
        )
        .await?;
        tx.say(
            Said::new(NOUN, found.id, if clear { "clear_to_act" } else { "not_yet_clear" })
                .by(actor.person)
                .within(found.circle)
                .with("version", found.version)
                .sealed(actor.person, "words", words),
        );
        Ok(())
    }
}
