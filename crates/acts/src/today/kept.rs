//! Days that were gathered once, and how long each of them holds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use leadership::PersonId;
use ledger::{Tx, Version};

use super::page::{View, view};
use crate::app::App;
use crate::failure::Failure;
use crate::guard::Me;

/// Days that were gathered: each kept for a minute at most, and until something is written that its person may feel.
/// People look again and again, and a day is gathered from every room.
#[derive(Default)]
pub(crate) struct Days(Mutex<BTreeMap<PersonId, Kept>>);

struct Kept {
    /// The version of everything written that it holds for.
    of: Version,
    minute: i64,
    view: Arc<View>,
}

/// Most days kept.
const KEPT: usize = 1_000;

impl Days {
    /// The day of a person where it still holds.
    fn get(&self, app: &App, me: &Me, (now, minute): (Version, i64)) -> Option<Arc<View>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let day = kept.get_mut(&me.actor.person)?;
        if day.minute != minute || !app.ledger().still_holds(day.of, now, &me.actor) {
            return None;
        }
        // What was looked over once is not looked over again.
        day.of = now;
        Some(day.view.clone())
    }

    fn keep(&self, person: PersonId, (of, minute): (Version, i64), view: Arc<View>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.retain(|_, day| day.minute == minute);
        }
        if kept.len() < KEPT {
            kept.insert(person, Kept { of, minute, view });
        }
    }
}

/// The day of a person: kept, or gathered.
pub(crate) async fn of_day(app: &App, tx: &mut Tx, me: &Me) -> Result<Arc<View>, Failure> {
    let moment = (tx.version().await?, tx.now().as_second().div_euclid(60));
    if let Some(view) = app.days().get(app, me, moment) {
        return Ok(view);
    }
    let view = Arc::new(view(tx, me).await?);
    app.days().keep(me.actor.person, moment, view.clone());
    Ok(view)
}
