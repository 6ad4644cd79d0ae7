//! Writing a decision down, deciding it, changing what was decided.

use leadership::circle::Actor;
use leadership::code::Template;
use leadership::decision::{Call, Deliberation, State, Typed};
use leadership::message::Intent;
use leadership::promise::Origin;
use leadership::{CircleId, DecisionId, PersonId, Wrongs, text};
use serde_json::{Map, Value};

use super::{Decision, NOUN, get, telling, today};
use crate::chain::Said;
use crate::code::{self, CheckId};
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::promises::{self, Along};
use crate::tx::Tx;

/// Writes a decision down: keeps it as a draft, decides it, or changes what was decided.
#[derive(Debug, Clone, Default)]
pub struct Write {
    /// Which; `None` for a new one.
    pub decision: Option<DecisionId>,
    /// The circle that it is made for; kept once others were asked.
    pub circle: String,
    /// Who decides; kept once it was decided.
    pub decider: String,
    /// What was typed.
    pub typed: Typed,
    /// Whether it is closed to all but those named.
    pub closed: bool,
    /// Why it is closed.
    pub closed_why: String,
    /// What it is about: the name of a [`Template`]. Kept from its beginning.
    pub template: String,
    /// Whether it is decided by this.
    pub decide: bool,
    /// Of a decision that was made: what changes.
    pub changed: String,
    /// And why.
    pub changed_why: String,
    /// Of a decision that was told: whether what is told of the change is a hard message; of an unpopular decision
    /// it always is.
    pub hard: bool,
    /// What should be different when it has been read.
    pub intent: String,
    /// Which questions about its tone were answered with yes.
    pub tone: Vec<String>,
    /// Questions of the code that apply to it: the name of the answer, and words, which “no” and “not sure” need.
    /// One without an answer is a gap, and stops nothing.
    pub checks: Vec<(CheckId, String, String)>,
}

/// Fields that are sealed with the key of who decides: their percentages, and what they declared.
const OWN: [&str; 5] = ["gut_option", "gut_percent", "analysed_option", "analysed_percent", "interests"];

fn fields(typed: &Typed) -> Result<Map<String, Value>, LedgerError> {
    match serde_json::to_value(typed)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Map::new()),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("\n"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Adds what differs to an event.
fn differs(mut said: Said, decider: PersonId, old: &Typed, new: &Typed) -> Result<Said, LedgerError> {
    let old = fields(old)?;
    for (field, value) in fields(new)? {
        if old.get(&field) == Some(&value) {
            continue;
        }
        said = if OWN.contains(&field.as_str()) {
            said.sealed(decider, &field, plain(&value))
        } else {
            said.with(&field, plain(&value))
        };
    }
    Ok(said)
}

/// Everything that was read and checked.
struct Read {
    form: Deliberation,
    circle: CircleId,
    decider: PersonId,
    closed_why: Option<String>,
    changed: String,
    changed_why: String,
    intent: Intent,
}

impl Write {
    async fn read(&self, tx: &mut Tx, actor: &Actor, old: Option<&Decision>) -> Result<Read, Refused> {
        let mut wrongs = Wrongs::default();
        let form = wrongs.take(self.typed.read());
        let circle = match old.filter(|old| old.state != State::Draft) {
            Some(old) => Some(old.circle),
            None => self.circle.parse().ok().filter(|circle| actor.sight.inside.contains(circle)),
        };
        if circle.is_none() {
            wrongs.add("circle", "Choose the circle that it is made for.");
        }
        let made = old.is_some_and(|old| old.state == State::Decided);
        let decider: Option<PersonId> = match old {
            Some(old) if made => Some(old.decider),
            _ => self.decider.parse().ok(),
        };
        let decider = match decider {
            Some(decider) if decider == actor.person => Some(decider),
            Some(decider) => {
                let sight = people::actor(tx, decider).await?.map(|decider| decider.sight);
                circle.filter(|circle| sight.is_some_and(|sight| sight.inside.contains(circle))).map(|_| decider)
            }
            None => None,
        };
        if decider.is_none() {
            wrongs.add("decider", "Choose somebody who belongs to this circle, or leads above it.");
        }
        let closed_why =
            if self.closed { Some(wrongs.take(text::prose("closed_why", &self.closed_why))) } else { None };
        let (mut changed, mut changed_why) = (String::new(), String::new());
        if made {
            changed = wrongs.take(text::prose("changed", &self.changed));
            changed_why = wrongs.take(text::prose("changed_why", &self.changed_why));
        }
        // Whoever was told is told again: as hard a message as the first one.
        let told = match old.filter(|_| made) {
            Some(old) => telling::was_told(tx, old.id).await?,
            None => false,
        };
        let hard = told && (self.hard || form.unpopular);
        let intent = wrongs.take(Intent::read(hard, &self.intent, &self.tone));
        let mine = decider == Some(actor.person);
        if self.decide && !mine && decider.is_some() {
            wrongs.add("decider", "Only who decides can decide it. Keep it as a draft, and it waits for them.");
        }
        if !mine && (form.gut.is_some() || form.analysed.is_some()) {
            let field = if form.gut.is_some() { "gut_percent" } else { "analysed_percent" };
            wrongs.add(field, "How sure one is, only who decides can say. Leave it empty.");
        }
        // What could not be read is told first; what is missing would only repeat it.
        if wrongs.0.is_empty() {
            if self.decide || made {
                form.ready_to_decide(today(tx, actor.person).await?)?;
            } else if old.is_some_and(|old| old.state == State::Open) {
                form.ready_to_ask()?;
            }
        }
        match (circle, decider) {
            (Some(circle), Some(decider)) => {
                Ok(wrongs.or(Read { form, circle, decider, closed_why, changed, changed_why, intent })?)
            }
            _ => Err(Refused::Wrong(wrongs)),
        }
    }
}

/// Whether an actor may write in a decision as it stands.
fn may_write(actor: &Actor, old: &Decision) -> Result<(), Refused> {
    if !old.is_of(actor.person) {
        return Err(Refused::NotYours("Only who wrote this decision down, or decides it, can change it.".to_owned()));
    }
    match old.state {
        State::Draft | State::Open => Ok(()),
        State::Decided if old.decider == actor.person => Ok(()),
        State::Decided => Err(Refused::NotYours("Only who decided can change what was decided.".to_owned())),
        State::Reviewed => Err(Refused::conflict("Its outcome was judged already.", "Write a new decision instead.")),
        State::Superseded => {
            Err(Refused::conflict("Another decision took its place.", "Change that one, or write a new one."))
        }
    }
}

async fn keep_call(tx: &mut Tx, id: DecisionId, version: i64, form: &Deliberation) -> Result<(), LedgerError> {
    tx.run("delete from decision_call where decision = $1 and version = $2", args![id, version]).await?;
    if form.gut.is_none() && form.analysed.is_none() {
        return Ok(());
    }
    let option = |call: Option<Call>| call.and_then(|call| call.option).and_then(|number| i64::try_from(number).ok());
    let percent = |call: Option<Call>| call.map(|call| i64::from(call.percent));
    tx.run(
        "insert into decision_call (decision, version, gut_option, gut_percent, analysed_option, analysed_percent) \
         values ($1, $2, $3, $4, $5, $6)",
        args![id, version, option(form.gut), percent(form.gut), option(form.analysed), percent(form.analysed)],
    )
    .await?;
    Ok(())
}

#[crate::act]
impl Act for Write {
    type Done = DecisionId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<DecisionId, Refused> {
        if !actor.sight.is_inside() {
            return Err(Refused::NotFound);
        }
        let old = match self.decision {
            Some(id) => Some(get(tx, actor, id).await?.ok_or(Refused::NotFound)?),
            None => None,
        };
        if let Some(old) = &old {
            may_write(actor, old)?;
        }
        let mut read = self.read(tx, actor, old.as_ref()).await?;
        let now = tx.now();
        let made = old.as_ref().is_some_and(|old| old.state == State::Decided);
        let id = old.as_ref().map_or_else(|| tx.id(), |old| old.id);
        let version = old.as_ref().map_or(1, |old| old.version + i64::from(made));
        let state = match &old {
            _ if self.decide => State::Decided,
            Some(old) => old.state,
            None => State::Draft,
        };
        if old.is_none() {
            let template = Template::from_name(&self.template).unwrap_or(Template::Decision);
            tx.run(
                "insert into decision (id, circle, author, decider, state, version, question, form, template, made_at, \
                 changed_at) values ($1, $2, $3, $4, 'draft', 1, '', '{}', $5, $6, $6)",
                args![id, read.circle, actor.person, read.decider, template.name(), now],
            )
            .await?;
        }
        let kind = match &old {
            Some(old) => Template::from_name(&old.template),
            None => Template::from_name(&self.template),
        };
        // The circle sees what the answers are about: of a closed decision or a draft nothing of its own words.
        let open = read.closed_why.is_none() && state != State::Draft;
        let of = code::Of {
            decision: id,
            circle: read.circle,
            kind: kind.unwrap_or(Template::Decision),
            title: if open { &read.form.question } else { "A decision" },
        };
        code::answer(tx, actor, &of, &self.checks).await?;
        // Once it is decided promises are made, and are kept as what they are; a draft keeps them as they were typed.
        if self.decide || made {
            let rows = self.typed.promises();
            let from = Along {
                origin: Origin::Decision,
                id: id.to_string(),
                circle: Some(read.circle),
                only_sides: read.closed_why.is_some(),
                rows: &rows,
            };
            promises::along(tx, actor, &from).await?;
            read.form.promises.clear();
        }
        // A change does not make it later: the clock of a decision stops when it is first decided.
        let decided_at = if self.decide && !made { Some(now) } else { old.as_ref().and_then(|old| old.decided_at) };
        tx.run(
            "update decision set circle = $2, decider = $3, state = $4, version = $5, question = $6, form = $7, \
             closed_why = $8, changed_at = $9, decided_at = $10, review_on = $11 where id = $1",
            args![
                id,
                read.circle,
                read.decider,
                state.name(),
                version,
                &read.form.question,
                serde_json::to_string(&read.form).map_err(LedgerError::from)?,
                &read.closed_why,
                now,
                decided_at,
                read.form.review_on
            ],
        )
        .await?;
        if read.decider == actor.person {
            keep_call(tx, id, version, &read.form).await?;
        }
        tx.run("delete from decision_touch where decision = $1", args![id]).await?;
        for touch in &read.form.touches {
            tx.run(
                "insert into decision_touch (decision, noun, subject) values ($1, $2, $3)",
                args![id, &touch.noun, &touch.subject],
            )
            .await?;
        }
        self.tell_chain(tx, actor, old.as_ref(), id, version, &read)?;
        if made {
            telling::again(tx, actor, id, (&read.changed, &read.changed_why), &read.intent).await?;
        }
        Ok(id)
    }
}

impl Write {
    fn tell_chain(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        old: Option<&Decision>,
        id: DecisionId,
        version: i64,
        read: &Read,
    ) -> Result<(), LedgerError> {
        let event = |kind: &'static str| Said::new(NOUN, id, kind).by(actor.person).within(read.circle);
        let before = old.map(|old| Typed::of(&old.form)).unwrap_or_default();
        let mut after = Typed::of(&read.form);
        if read.decider != actor.person {
            // Somebody else's percentages were neither shown nor touched.
            after.gut_option.clone_from(&before.gut_option);
            after.gut_percent.clone_from(&before.gut_percent);
            after.analysed_option.clone_from(&before.analysed_option);
            after.analysed_percent.clone_from(&before.analysed_percent);
        }
        let made = old.is_some_and(|old| old.state == State::Decided);
        if made {
            let said = event("changed")
                .with("version", version)
                .with("changed", read.changed.as_str())
                .with("changed_why", read.changed_why.as_str());
            tx.say(differs(said, read.decider, &before, &after)?);
        } else if old.is_none() || before != after {
            let said = event(if old.is_some() { "written" } else { "drafted" });
            tx.say(differs(said, read.decider, &before, &after)?);
        }
        if old.is_some_and(|old| old.decider != read.decider) {
            tx.say(event("handed").with("decider", read.decider.to_string()));
        }
        if old.and_then(|old| old.closed_why.as_deref()) != read.closed_why.as_deref() {
            tx.say(match &read.closed_why {
                Some(why) => event("closed").with("why", why.as_str()),
                None => event("opened"),
            });
        }
        if self.decide && !made {
            tx.say(
                event("decided")
                    .with("version", version)
                    .with("chosen", read.form.chosen().unwrap_or_default())
                    .with("expected", read.form.expected.as_str())
                    .with("review_on", read.form.review_on.map(|day| day.to_string()).unwrap_or_default()),
            );
        }
        Ok(())
    }
}
