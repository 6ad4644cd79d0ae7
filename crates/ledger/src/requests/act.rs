//! Asking, answering an offer, finishing.

use leadership::circle::Actor;
use leadership::promise::{Origin, To};
use leadership::request::State;
use leadership::{CircleId, PersonId, RequestId, Wrongs, text};

use super::{Request, get, leader_of, parsed};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::notices::{self, Telling};
use crate::tx::Tx;
use crate::{people, promises};

/// Asks something of somebody; or notes, for oneself or in the name of somebody who is not in Plumb, that it
/// was asked.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The circle it belongs to.
    pub circle: String,
    /// Whom it is asked of; empty: whoever leads the circle.
    pub of: String,
    /// Who asks, where they are not in Plumb; empty: who acts.
    pub asked_name: String,
    /// One line.
    pub title: String,
    /// More about it; may be empty.
    pub words: String,
    /// By when; may be empty.
    pub due: String,
}

#[crate::act]
impl Act for Ask {
    type Done = RequestId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<RequestId, Refused> {
        let mut wrongs = Wrongs::default();
        let title = wrongs.take(text::line("title", &self.title));
        let words = wrongs.take(text::prose_or_empty("words", &self.words));
        let due = wrongs.take(text::day_or_none("due", &self.due));
        let asked_name = wrongs.take(text::line_or_none("asked_name", &self.asked_name)).unwrap_or_default();
        if let Some(due) = due {
            let today = zone_of(tx, actor.person).await?.to_datetime(tx.now()).date();
            if due < today {
                wrongs.add("due", "This day is past. Name the day by which it is needed, or none.");
            }
        }
        let circle: Option<CircleId> = parsed(&self.circle).filter(|circle| actor.sight.sees(*circle));
        let Some(circle) = circle else {
            wrongs.add("circle", "Choose the circle that it belongs to.");
            return Err(wrongs.into());
        };
        let owner = if self.of.trim().is_empty() {
            leader_of(tx, circle).await?
        } else {
            match parsed::<leadership::id::noun::Person>(&self.of) {
                Some(of) => may_be_asked(tx, actor, of, circle).await?,
                None => None,
            }
        };
        let Some(owner) = owner else {
            wrongs.add("of", "Choose somebody who has to do with this circle.");
            return Err(wrongs.into());
        };
        let (title, words) = wrongs.or((title, words))?;
        let asked_by = asked_name.is_empty().then_some(actor.person);
        let id: RequestId = tx.id();
        let now = tx.now();
        tx.run(
            "insert into request (id, circle, asked_by, asked_name, noted_by, owner, title, words, due, asked_at, \
             state, since) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $10)",
            args![id, circle, asked_by, asked_name, actor.person, owner, &title, &words, due, now],
        )
        .await?;
        tx.say(
            Said::new("request", id, "asked")
                .by(actor.person)
                .within(circle)
                .with("of", owner.to_string())
                .with("due", due.map(|day| day.to_string()))
                .sealed(actor.person, "title", title)
                .sealed(actor.person, "words", words),
        );
        Ok(id)
    }
}

/// A person's time zone; UTC where its name is unknown.
pub(crate) async fn zone_of(tx: &mut Tx, person: PersonId) -> Result<jiff::tz::TimeZone, LedgerError> {
    let zone = people::get(tx, person).await?.map(|person| person.zone).unwrap_or_default();
    Ok(jiff::tz::TimeZone::get(&zone).unwrap_or(jiff::tz::TimeZone::UTC))
}

/// Somebody who can be asked by this actor in this circle: oneself; for the organisation's own people, whoever
/// sees the circle; for a client's people, who leads it.
async fn may_be_asked(
    tx: &mut Tx,
    actor: &Actor,
    of: PersonId,
    circle: CircleId,
) -> Result<Option<PersonId>, LedgerError> {
    if of == actor.person {
        return Ok(Some(of));
    }
    let Some(asked) = people::actor(tx, of).await? else { return Ok(None) };
    let may = if actor.sight.inside.contains(&circle) { asked.sight.sees(circle) } else { asked.sight.leads(circle) };
    Ok(may.then_some(of))
}

/// Tells the asker what became of their request, where there is somebody to tell; whether somebody was told.
pub(super) async fn tell_asker(
    tx: &mut Tx,
    actor: &Actor,
    request: &Request,
    what: &str,
    words: &str,
) -> Result<bool, Refused> {
    let Some(asker) = request.to_be_told(actor.person) else { return Ok(false) };
    if people::actor(tx, asker).await?.is_none() {
        return Ok(false);
    }
    let subject = request.id.to_string();
    let version = 1 + tx
        .count("select count(*) as n from notice where noun = 'request' and subject = $1", args![&subject])
        .await?;
    let title: String = format!("{what}: {}", request.title).chars().take(text::LINE).collect();
    let telling = Telling { noun: "request", subject, version, circle: request.circle, title: &title, words };
    notices::tell(tx, actor, &telling, &[asker]).await?;
    Ok(true)
}

/// Takes what was offered, or hands it back. Who takes it promises it.
#[derive(Debug, Clone)]
pub struct AnswerOffer {
    /// Which.
    pub request: RequestId,
    /// Whether it is taken.
    pub takes: bool,
    /// Why it is handed back; may be empty when it is taken.
    pub reason: String,
}

#[crate::act]
impl Act for AnswerOffer {
    type Done = Request;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Request, Refused> {
        let request = get(tx, actor, self.request).await?.ok_or(Refused::NotFound)?;
        if request.taker != Some(actor.person) {
            return Err(Refused::NotYours("Only who was asked to take it can answer that.".to_owned()));
        }
        if request.state != State::Offered {
            return Err(Refused::conflict("It was answered, or taken back, before.", "Look at where it stands now."));
        }
        let reason = text::prose_or_empty("reason", &self.reason)?;
        if !self.takes && reason.is_empty() {
            return Err(Refused::field("reason", "Say why you hand it back."));
        }
        let now = tx.now();
        let name = people::get(tx, actor.person).await?.map(|person| person.name).unwrap_or_default();
        if self.takes {
            let promise = promised(tx, actor, &request).await?;
            tx.run(
                "update request set state = 'taken', since = $1, promise = $2 where id = $3",
                args![now, promise, request.id],
            )
            .await?;
            tx.say(
                Said::new("request", request.id, "taken")
                    .by(actor.person)
                    .within(request.circle)
                    .with("promise", promise.to_string())
                    .with("due", request.taker_due.map(|day| day.to_string())),
            );
            let by = request.taker_due.map(|day| format!(" by {day}")).unwrap_or_default();
            tell_asker(tx, actor, &request, "Taken on", &format!("{name} has taken it on{by}.")).await?;
        } else {
            tx.run(
                "update request set state = 'open', since = $1, handed_back = $2 where id = $3",
                args![now, format!("{name}: {reason}"), request.id],
            )
            .await?;
            tx.say(Said::new("request", request.id, "handed_back").by(actor.person).within(request.circle).sealed(
                actor.person,
                "reason",
                reason,
            ));
        }
        Ok(request)
    }
}

/// Who takes it promises it: to the asker, where both see its circle; else to who gave it away.
async fn promised(tx: &mut Tx, actor: &Actor, request: &Request) -> Result<leadership::PromiseId, Refused> {
    let asker = match request.asked_by {
        Some(asker) if asker != actor.person => people::actor(tx, asker).await?,
        _ => None,
    };
    let both = |asker: &&Actor| asker.sight.sees(request.circle) && actor.sight.sees(request.circle);
    let (to, circle) = match asker.as_ref().filter(both) {
        Some(asker) => (asker.person, Some(request.circle)),
        None => (request.owner, None),
    };
    let today = zone_of(tx, actor.person).await?.to_datetime(tx.now()).date();
    let promise = promises::Make {
        from: actor.person,
        to: To::Person(to),
        circle,
        what: &request.title,
        known: &request.outcome,
        due: request.taker_due.unwrap_or(today),
        every: None,
        // Whoever sees an ask is its party; so it stays.
        only_sides: true,
        origin: Origin::Delegation,
        origin_id: Some(request.id.to_string()),
    };
    promises::make(tx, actor, &promise).await
}

/// Says that it is done, by whom it was asked of. What somebody took is a promise, and is closed as one.
#[derive(Debug, Clone)]
pub struct Finish {
    /// Which.
    pub request: RequestId,
}

#[crate::act]
impl Act for Finish {
    type Done = Request;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Request, Refused> {
        let request = get(tx, actor, self.request).await?.ok_or(Refused::NotFound)?;
        if !request.state.can_be_triaged() {
            return Err(Refused::conflict(format!("It is {}.", request.state.shown()), "Look at where it stands now."));
        }
        if request.owner != actor.person {
            return Err(Refused::NotYours("Only who does it can say that it is done.".to_owned()));
        }
        tx.run("update request set state = 'done', since = $1 where id = $2", args![tx.now(), request.id]).await?;
        tx.run(
            "delete from in_hand where person = $1 and noun = 'request' and subject = $2",
            args![actor.person, request.id],
        )
        .await?;
        tx.say(Said::new("request", request.id, "done").by(actor.person).within(request.circle));
        tell_asker(tx, actor, &request, "Done", "What you asked for is done.").await?;
        Ok(request)
    }
}
