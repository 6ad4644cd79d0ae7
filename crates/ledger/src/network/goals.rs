//! Of whom an actor's aims depend: whom they asked for what an aim needs, and with whom they were last in contact. For
//! their own eyes, read from what stands on other pages; nothing is kept here and nobody is scored.

use std::collections::BTreeMap;

use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::{AimId, PersonId};

use crate::error::LedgerError;
use crate::honesty::zone_of;
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// Somebody on whom an aim depends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leans {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What they granted, each in words.
    pub granted: Vec<String>,
    /// What was asked of them and waits.
    pub waits: Vec<String>,
    /// What they were asked for and did not grant.
    pub not_granted: Vec<String>,
    /// Whether it was they who confirm the aim as a greater goal.
    pub confirms: bool,
    /// The day of the last contact where the actor is: an ask, a promise, a talk, thanks, either way; `None` where there was
    /// none.
    pub last: Option<Date>,
}

/// An aim of the actor's, with those on whom it depends, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Which.
    pub aim: AimId,
    /// Its title.
    pub title: String,
    /// On whom it depends.
    pub leans: Vec<Leans>,
}

/// When an actor and others were last in contact, as the record knows it: by the clock, and by the day.
const CONTACT: &str = "select other, max(at) as at, max(day) as day from ( \
     select asked as other, asked_at as at, cast(null as text) as day from ask where asker = $1 \
     union all select asker, asked_at, null from ask where asked = $1 \
     union all select to_person, null, made_on from promise where from_person = $1 and to_person is not null \
     union all select from_person, null, made_on from promise where to_person = $1 \
     union all select to_person, given_at, null from thanks where from_person = $1 and taken_back_at is null \
     union all select from_person, given_at, null from thanks where to_person = $1 and taken_back_at is null \
     union all select w.person, null, t.held_on from talk_with m join talk t on t.id = m.talk \
     join talk_with w on w.talk = t.id where m.person = $1 and t.held_on is not null \
     ) c where other <> $1 group by other";

/// The live aims that an actor answers for, and on whom each depends.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn goals(tx: &mut Tx, actor: &Actor) -> Result<Vec<Goal>, LedgerError> {
    let me = actor.person;
    let aims = tx
        .rows(
            "select id, title, confirmer from aim where owner = $1 and state = 'live' order by made_at, id",
            args![me],
        )
        .await?;
    let mut out = Vec::with_capacity(aims.len());
    let mut of: BTreeMap<AimId, BTreeMap<PersonId, Leans>> = BTreeMap::new();
    let empty = |person| Leans {
        person,
        name: String::new(),
        granted: Vec::new(),
        waits: Vec::new(),
        not_granted: Vec::new(),
        confirms: false,
        last: None,
    };
    for row in &aims {
        let aim = row.id("id")?;
        out.push(Goal { aim, title: row.text("title")?, leans: Vec::new() });
        if let Some(confirmer) = row.id_or_null::<leadership::id::noun::Person>("confirmer")?.filter(|who| *who != me) {
            of.entry(aim).or_default().entry(confirmer).or_insert_with(|| empty(confirmer)).confirms = true;
        }
    }
    let ids: Vec<Arg> = out.iter().map(|goal| Arg::from(goal.aim)).collect();
    for some in ids.chunks(500) {
        const NEEDS: &str = "select aim, asked_of, what, state, granted from aim_resource where aim in ({}) \
             order by asked_at, id";
        for row in tx.rows(listed(NEEDS, 1, some.len()), some).await? {
            let person: PersonId = row.id("asked_of")?;
            if person == me {
                continue;
            }
            let leans = of.entry(row.id("aim")?).or_default().entry(person).or_insert_with(|| empty(person));
            let (what, granted) = (row.text("what")?, row.int("granted")? > 0);
            match row.text("state")?.as_str() {
                "asked" => leans.waits.push(what),
                _ if granted => leans.granted.push(what),
                _ => leans.not_granted.push(what),
            }
        }
    }
    let people: Vec<PersonId> = of.values().flat_map(|each| each.keys().copied()).collect();
    let named = crate::people::named(tx, &people).await?;
    let names: BTreeMap<PersonId, String> = named.into_iter().map(|person| (person.id, person.name)).collect();
    let mut last: BTreeMap<PersonId, Date> = BTreeMap::new();
    let zone = zone_of(tx, me).await?;
    for row in tx.rows(CONTACT, args![me]).await? {
        let at = row.at_or_null("at")?.map(|at| at.to_zoned(zone.clone()).date());
        if let Some(day) = at.max(row.day_or_null("day")?) {
            last.insert(row.id("other")?, day);
        }
    }
    for goal in &mut out {
        goal.leans = of.remove(&goal.aim).unwrap_or_default().into_values().collect();
        for leans in &mut goal.leans {
            leans.name = names.get(&leans.person).cloned().unwrap_or_default();
            leans.last = last.get(&leans.person).copied();
        }
        goal.leans.sort_by(|a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
    }
    Ok(out)
}
