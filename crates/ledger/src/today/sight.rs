//! Line of sight: which aim a waiting thing serves. An aim serves the one above it; a decision the aims that it
//! touches; a promise the aim whose need it grants, or the aim of the decision that it comes from; a status the
//! aim that it is about. Only aims that this person sees are named.

use std::collections::{BTreeMap, BTreeSet};

use leadership::aim::AimKind;
use leadership::circle::Actor;
use leadership::today::Waiting;
use leadership::{AimId, CircleId};

use crate::error::LedgerError;
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// What a thing is: its noun and identifier.
pub type Thing = (String, String);

/// How far up is looked from an aim: no line of sight is longer.
const STEPS: usize = 12;

/// Of some aims, by their pages: title and page of the live vision that they lead up to, where each step of the way is seen
/// by this person. One query a step.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn visions(
    tx: &mut Tx,
    actor: &Actor,
    pages: &BTreeSet<String>,
) -> Result<BTreeMap<String, (String, String)>, LedgerError> {
    let mut out = BTreeMap::new();
    // Where each of them has come to on its way up.
    let mut at: BTreeMap<String, AimId> =
        pages.iter().filter_map(|page| Some((page.clone(), page.strip_prefix("/aims/")?.parse().ok()?))).collect();
    for _ in 0..STEPS {
        let mut ids: Vec<AimId> = at.values().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let mut known: BTreeMap<AimId, (String, bool, Option<AimId>)> = BTreeMap::new();
        for some in ids.chunks(500) {
            let args: Vec<Arg> = some.iter().map(|id| Arg::from(*id)).collect();
            let sql = listed(
                "select id, title, circle, kind, serves from aim where state = 'live' and id in ({})",
                1,
                some.len(),
            );
            for row in tx.rows(sql, &args).await? {
                let circle: CircleId = row.id("circle")?;
                if actor.sight.inside.contains(&circle) {
                    let vision = row.text("kind")? == AimKind::Vision.name();
                    known.insert(row.id("id")?, (row.text("title")?, vision, row.id_or_null("serves")?));
                }
            }
        }
        let mut above = BTreeMap::new();
        for (page, aim) in at {
            match known.get(&aim) {
                Some((title, true, _)) => {
                    out.insert(page, (title.clone(), format!("/aims/{aim}")));
                }
                Some((_, false, Some(serves))) => {
                    above.insert(page, *serves);
                }
                _ => {}
            }
        }
        at = above;
        if at.is_empty() {
            break;
        }
    }
    Ok(out)
}

/// Title and page of the aim that each thing serves, for those that serve one.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn serves(
    tx: &mut Tx,
    actor: &Actor,
    waiting: &[Waiting],
) -> Result<BTreeMap<Thing, (String, String)>, LedgerError> {
    let mut aims: BTreeMap<Thing, AimId> = BTreeMap::new();
    for (noun, sql) in [
        ("aim", "select id, serves as aim from aim where serves is not null and id in ({})"),
        (
            "decision",
            "select decision as id, min(subject) as aim from decision_touch where noun = 'aim' and decision in ({}) \
             group by decision",
        ),
        (
            "promise",
            "select p.id, r.aim from promise p join aim_resource r on r.id = p.origin_id \
             where p.origin = 'grant' and p.id in ({})",
        ),
        (
            "promise",
            "select p.id, min(t.subject) as aim from promise p join decision_touch t on t.decision = p.origin_id \
             where p.origin = 'decision' and t.noun = 'aim' and p.id in ({}) group by p.id",
        ),
        (
            "status",
            "select id, subject as aim from status_line where noun = 'aim' and subject is not null and id in ({})",
        ),
    ] {
        let ids: Vec<Arg> =
            waiting.iter().filter(|item| item.noun == noun).map(|item| Arg::from(item.subject.as_str())).collect();
        for some in ids.chunks(500) {
            for row in tx.rows(listed(sql, 1, some.len()), some).await? {
                aims.insert((noun.to_owned(), row.text("id")?), row.id("aim")?);
            }
        }
    }
    let mut ids: Vec<AimId> = aims.values().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut titles: BTreeMap<AimId, String> = BTreeMap::new();
    for some in ids.chunks(500) {
        let args: Vec<Arg> = some.iter().map(|id| Arg::from(*id)).collect();
        let sql = listed("select id, title, circle from aim where state = 'live' and id in ({})", 1, some.len());
        for row in tx.rows(sql, &args).await? {
            let circle: CircleId = row.id("circle")?;
            if actor.sight.inside.contains(&circle) {
                titles.insert(row.id("id")?, row.text("title")?);
            }
        }
    }
    Ok(aims
        .into_iter()
        .filter_map(|(thing, aim)| Some((thing, (titles.get(&aim)?.clone(), format!("/aims/{aim}")))))
        .collect())
}
