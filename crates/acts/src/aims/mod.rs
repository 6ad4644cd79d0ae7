//! Direction: where a circle is going and why, said back, changed in the open.

mod add;
mod align;
mod along;
mod asked;
mod changes;
mod history;
mod horizon;
mod needs;
mod new;
mod one;
mod parts;
mod print;
mod replan;
mod teach;
mod tree;
mod work;

use std::collections::BTreeMap;

use axum::routing::{get, post};
use leadership::{AimId, CircleId, Id, PersonId, Wrongs};
use ledger::aims::{self, Aim};
use ledger::people::{self, Circle};
use ledger::{LedgerError, Tx};
use look::Shell;

use crate::failure::Failure;
use crate::guard::Me;
use crate::parts::{day, day_of, id, today};
use crate::pick::Pick;
use crate::route::{Guard, Route};
use crate::show;

pub(crate) use tree::found;

pub(crate) fn routes() -> Vec<Route> {
    let inside = Guard::Inside;
    vec![
        Route::page("/aims", inside, get(tree::tree)),
        Route::page("/aims/gaps", inside, get(tree::gaps)),
        Route::page("/aims/needs", inside, get(needs::page)),
        Route::form("/aims/new", inside, get(new::ask).post(new::make)),
        Route::page("/aims/changes", inside, get(changes::page)),
        Route::act("/aims/conflicts/settle", inside, post(changes::settle)),
        Route::page("/aims/memory", inside, get(teach::stayed)),
        Route::page("/aims/teach", inside, get(teach::own)),
        Route::form("/aims/teach/{id}", inside, get(teach::ask).post(teach::answer)),
        Route::form("/aims/marking", inside, get(teach::unmarked).post(teach::mark)),
        Route::page("/aims/horizon", inside, get(horizon::board)),
        Route::form("/aims/horizon/new", inside, get(horizon::ask).post(horizon::note)),
        Route::form("/aims/horizon/{id}", inside, get(horizon::one).post(horizon::again)),
        Route::page("/aims/work", inside, get(work::page)),
        Route::page("/aims/print/{circle}", inside, get(print::page)),
        Route::act("/aims/tell/{circle}", inside, post(print::tell)),
        Route::form("/aims/asks/{id}", inside, get(along::ask_grant).post(along::grant)),
        Route::form("/aims/measures/{id}", inside, get(along::ask_value).post(along::value)),
        Route::act("/aims/measures/{id}/end", inside, post(along::end_measure)),
        Route::act("/aims/steps/{id}", inside, post(along::reach)),
        Route::page("/aims/{id}", inside, get(one::page)),
        Route::page("/aims/{id}/history", inside, get(history::page)),
        Route::form("/aims/{id}/replan", inside, get(replan::ask).post(replan::change)),
        Route::form("/aims/{id}/move", inside, get(replan::ask_move).post(replan::move_on)),
        Route::form("/aims/{id}/add/{what}", inside, get(add::ask).post(add::add)),
        Route::act("/aims/{id}/seen", inside, post(one::seen_it)),
        Route::act("/aims/{id}/unlink", inside, post(work::unlink)),
        Route::form("/aims/{id}/confirm", inside, get(asked::ask_confirm).post(asked::confirm)),
        Route::form("/aims/{id}/together/{circle}", inside, get(asked::ask_carry).post(asked::carry)),
        Route::form("/aims/{id}/alignment", inside, get(align::board).post(align::take)),
    ]
}

/// The frame of a page of direction.
fn frame(me: &Me, title: &str, audience: &str) -> Shell {
    show::shell(me, title, "/aims", audience)
}

/// The frame of a page about one aim.
fn frame_of(me: &Me, title: &str, aim: &Aim, circles: &Circles) -> Shell {
    let together = if aim.shared.is_empty() { "" } else { ", of the circles that carry the aim together" };
    let audience = format!(
        "Who can see this: the people of {} and of the circles within it{together}, and whoever leads above. No client's people.",
        circles.name(aim.circle)
    );
    frame(me, title, &audience)
}

const SEEN: &str =
    "You see here the aims of your own circles, of those above them and of those that you lead. No client's people do.";

/// An identifier that a form sends, or nothing.
fn chosen<T>(field: &str, text: &str) -> Result<Option<Id<T>>, Wrongs> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Wrongs::one(field, "Choose one of the list."))
}

/// The aim of an address, when this person sees it.
async fn seen(tx: &mut Tx, me: &Me, text: &str) -> Result<Aim, Failure> {
    aims::get(tx, &me.actor, id::<leadership::id::noun::Aim>(text)?).await?.ok_or(Failure::NotFound)
}

/// The aim of an address, when this person steers it.
async fn steered(tx: &mut Tx, me: &Me, text: &str) -> Result<Aim, Failure> {
    let aim = seen(tx, me, text).await?;
    if aim.steered_by(&me.actor) {
        Ok(aim)
    } else {
        Err(ledger::Refused::NotYours("Only who leads this circle or answers for the aim can do that.".into()).into())
    }
}

/// All circles, to name them.
struct Circles(BTreeMap<CircleId, Circle>);

impl Circles {
    async fn read(tx: &mut Tx) -> Result<Self, LedgerError> {
        Ok(Self(people::circles(tx).await?.into_iter().map(|circle| (circle.id, circle)).collect()))
    }

    fn name(&self, circle: CircleId) -> &str {
        self.0.get(&circle).map_or("a circle", |circle| circle.name.as_str())
    }

    /// Choices of a form, by name.
    fn choices(&self, keep: impl Fn(&Circle) -> bool) -> Vec<(String, String)> {
        let mut out: Vec<_> = self.0.values().filter(|circle| circle.closed_at.is_none() && keep(circle)).collect();
        out.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        out.into_iter()
            .map(|circle| (circle.id.to_string(), format!("{} ({})", circle.name, circle.kind.shown())))
            .collect()
    }
}

/// Names of people.
struct Names(BTreeMap<PersonId, String>);

impl Names {
    async fn read(tx: &mut Tx, ids: impl IntoIterator<Item = PersonId>) -> Result<Self, LedgerError> {
        let mut ids: Vec<PersonId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        let found = people::named(tx, &ids).await?;
        Ok(Self(found.into_iter().map(|person| (person.id, person.name)).collect()))
    }

    fn of(&self, person: PersonId) -> &str {
        self.0.get(&person).map_or("somebody", String::as_str)
    }
}

/// Choices as a form's parts take them.
fn pairs(choices: &[(String, String)]) -> Vec<(&str, &str)> {
    choices.iter().map(|(value, shown)| (value.as_str(), shown.as_str())).collect()
}

/// Aims to choose from: those that hold and are of a kind, by kind and title.
fn aim_choices(seen: &aims::Aims, circles: &Circles, keep: impl Fn(&Aim) -> bool) -> Pick {
    let mut out: Vec<&Aim> = seen.all.values().filter(|aim| aim.state.is_open() && keep(aim)).collect();
    out.sort_by(|a, b| (a.kind, &a.title, a.id).cmp(&(b.kind, &b.title, b.id)));
    let shown = |aim: &Aim| format!("{}: {} ({})", aim.kind.shown(), aim.title, circles.name(aim.circle));
    Pick::aims(out.into_iter().map(|aim| (aim.id, aim.title.clone(), shown(aim))))
}

/// The address of an aim.
fn to_aim(aim: AimId) -> String {
    format!("/aims/{aim}")
}
