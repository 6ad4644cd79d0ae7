//! Setting a pulse, and ending it.

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::pulse::{self, Kind, LEAST_WEEKS};
use leadership::{CircleId, CircleKind, PulseId, Wrongs, text};
use model::Audience;

use super::{read, sees};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ledger::Act;
use crate::people::{self, Circle};
use crate::tx::Tx;

/// Whether an actor sets the pulse of a circle: who leads or administers it, of no client's.
#[must_use]
pub fn may_set(actor: &Actor, circle: CircleId) -> bool {
    actor.sight.leads(circle) || actor.sight.administers(circle)
}

/// The open circles in which an actor may set a pulse, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_set_in(tx: &mut Tx, actor: &Actor) -> Result<Vec<Circle>, LedgerError> {
    let tree = people::tree(tx).await?;
    let circles = people::circles(tx).await?;
    let may = |one: &Circle| one.closed_at.is_none() && may_set(actor, one.id) && !tree.of_client(one.id);
    Ok(circles.into_iter().filter(may).collect())
}

/// The keys that a pulse of a kind may ask, in their order.
fn known(kind: Kind) -> Vec<&'static str> {
    let audience = match kind {
        Kind::Circle => Audience::Circle,
        Kind::Leaders => Audience::Leaders,
    };
    model::shipped().pulse_for(audience).map(|question| question.key.as_str()).collect()
}

/// Sets the pulse of a circle, or sets it anew: what is asked, how often, from when on, and within how many days it is
/// answered.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// The circle.
    pub circle: Option<CircleId>,
    /// The name of a [`Kind`].
    pub kind: String,
    /// Keys of questions.
    pub questions: Vec<String>,
    /// Weeks from one round to the next.
    pub every_weeks: String,
    /// Days within which it is answered.
    pub answer_days: String,
    /// The day on which the next round opens.
    pub next_on: String,
}

#[crate::act]
impl Act for Set {
    type Done = PulseId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<PulseId, Refused> {
        let mut wrongs = Wrongs::default();
        let kind = Kind::from_name(&self.kind);
        if kind.is_none() {
            wrongs.add("kind", "Choose whom it asks.");
        }
        let circle = may_set_in(tx, actor).await?.into_iter().find(|one| Some(one.id) == self.circle);
        match &circle {
            None => wrongs.add("circle", "Choose a circle of the list."),
            Some(one) if kind == Some(Kind::Leaders) && one.kind != CircleKind::Organisation => {
                wrongs.add(
                    "kind",
                    "All who lead are asked together, in the organisation; choose the people of the circle.",
                );
            }
            Some(_) => {}
        }
        let kind = kind.unwrap_or(Kind::Circle);
        let settings =
            wrongs.take(pulse::settings(&self.questions, &self.every_weeks, &self.answer_days, &known(kind)));
        let day = wrongs.take(text::day("next_on", &self.next_on).map(Some));
        let today = day_of(tx, actor.person).await?;
        let found = match &circle {
            Some(circle) => read::of_circle(tx, circle.id, kind).await?,
            None => None,
        };
        if let Some(day) = day {
            let least = match &found {
                Some(found) => read::last_opened(tx, found.id).await?.map(after),
                None => None,
            };
            if day < today {
                wrongs.add("next_on", "This day is past. Choose today or a later day.");
            } else if let Some(least) = least.filter(|least| day < *least) {
                wrongs.add(
                    "next_on",
                    format!("The last round is less than {LEAST_WEEKS} weeks before. Choose {least} or later."),
                );
            }
        }
        let (settings, day) = wrongs.or((settings, day))?;
        let (circle, day) = (circle.ok_or(Refused::NotFound)?.id, day.ok_or(Refused::NotFound)?);
        let id = found.map_or_else(|| tx.id(), |found| found.id);
        let questions = serde_json::to_string(&settings.questions).map_err(LedgerError::from)?;
        tx.run(
            "insert into pulse (id, circle, kind, questions, every_weeks, answer_days, next_on, set_by, set_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (circle, kind) do update set \
             questions = $4, every_weeks = $5, answer_days = $6, next_on = $7, set_by = $8, set_at = $9, \
             ended_at = null, ended_by = null",
            args![
                id,
                circle,
                kind.name(),
                &questions,
                settings.every_weeks,
                settings.answer_days,
                day,
                actor.person,
                tx.now()
            ],
        )
        .await?;
        tx.say(
            Said::new("pulse", id, "set")
                .by(actor.person)
                .within(circle)
                .with("asks", kind.name())
                .with("questions", settings.questions.join(" "))
                .with("every_weeks", settings.every_weeks)
                .with("answer_days", settings.answer_days)
                .with("next_on", day.to_string())
                .felt_by([actor.person], [circle]),
        );
        Ok(id)
    }
}

/// The first day of a next round after one that opened on a day.
fn after(opened_on: Date) -> Date {
    opened_on.saturating_add(jiff::Span::new().days(LEAST_WEEKS * 7))
}

/// Ends a pulse: a round that is open goes on to its last day, and no other opens.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// Which.
    pub pulse: PulseId,
}

#[crate::act]
impl Act for End {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let found = read::find(tx, self.pulse).await?.filter(|found| sees(actor, found.circle, found.kind));
        let found = found.ok_or(Refused::NotFound)?;
        if !may_set(actor, found.circle) {
            return Err(Refused::NotYours("Only who leads or administers this circle can do that.".to_owned()));
        }
        if found.ended_at.is_some() {
            return Err(Refused::conflict("This pulse has ended.", "Set it anew if it is to go on."));
        }
        tx.run(
            "update pulse set ended_at = $1, ended_by = $2 where id = $3",
            args![tx.now(), actor.person, self.pulse],
        )
        .await?;
        tx.say(
            Said::new("pulse", self.pulse, "ended")
                .by(actor.person)
                .within(found.circle)
                .felt_by([actor.person], [found.circle]),
        );
        Ok(())
    }
}
