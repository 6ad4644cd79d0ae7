//! A change of plan: what was asked of an aim as it read before is asked of it as it reads now.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use leadership::CircleId;
use leadership::teach::has_lapsed;

use super::{Next, QuestionId, ask, in_days, others, speakers};
use crate::aims::Aim;
use crate::error::LedgerError;
use crate::tx::Tx;

/// Takes back the questions that were not answered yet and asks them anew, from two days on: whoever says back what holds
/// now would be told wrong, and whoever says back what held before would be told right. What lapsed stays as it was.
pub(in crate::aims) async fn ask_anew(tx: &mut Tx, aim: &Aim) -> Result<(), LedgerError> {
    let rows = tx
        .rows(
            "select t.id, t.person, t.circle, t.round, t.due, p.zone from teach_back t join person p on p.id = t.person \
             where t.aim = $1 and t.answered_at is null and p.left_at is null and p.erased_at is null order by t.id",
            args![aim.id],
        )
        .await?;
    let others = others(tx, aim).await?;
    let mut voices: BTreeMap<CircleId, usize> = BTreeMap::new();
    for row in &rows {
        let zone = TimeZone::get(&row.text("zone")?).unwrap_or(TimeZone::UTC);
        if has_lapsed(row.day("due")?, in_days(tx, &zone, 0)) {
            continue;
        }
        let (id, circle): (QuestionId, CircleId) = (row.id("id")?, row.id("circle")?);
        tx.run("delete from teach_back where id = $1", args![id]).await?;
        let speakers = match voices.get(&circle) {
            Some(known) => *known,
            None => speakers(tx, aim, circle).await?,
        };
        voices.insert(circle, speakers);
        // The words are new: how far apart questions came before says nothing of them.
        let next = Next { circle, speakers, person: row.id("person")?, zone, round: row.int("round")?, in_a_row: 0 };
        ask(tx, aim, &others, &next).await?;
    }
    Ok(())
}
