//! A problem that was opened to the people of a circle, so that they propose options: who is asked, until when, who has
//! answered. It waits for each of them until they propose one, say that they have none, or the day has passed.

use std::collections::BTreeMap;

use casebook::Act as Entry;
use jiff::ToSpan as _;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::today::{Do, Waiting};
use leadership::{CircleId, PersonId, Role, Wrongs, text};

use super::{counted, number};
use crate::error::{LedgerError, Refused};
use crate::honesty::day_of;
use crate::ideas::headed;
use crate::people;
use crate::store::{Arg, listed};
use crate::tx::Tx;

/// Most days ahead for which people are asked: what waits longer is forgotten, and can be asked again.
pub const LONGEST_DAYS: i32 = 60;

/// Whether somebody may ask the people of a circle: they hold a role in it, or lead it.
#[must_use]
pub fn may_ask(actor: &Actor, circle: CircleId) -> bool {
    actor.sight.leads(circle) || (actor.sight.own.contains(&circle) && actor.sight.inside.contains(&circle))
}

/// Whom an ask is to: who leads the circle or works in it or below it, without the one who asks. Clients' circles below
/// it are left out: who works for a client is asked in that client's circle.
pub(super) async fn whom(
    tx: &mut Tx,
    actor: &Actor,
    (circle, until): (CircleId, Date),
    why: &str,
) -> Result<Vec<PersonId>, Refused> {
    let mut wrongs = Wrongs::default();
    wrongs.take(text::prose("why", why));
    let today = day_of(tx, actor.person).await?;
    if until < today || until > today.saturating_add(LONGEST_DAYS.days()) {
        wrongs.add("until", format!("Choose a day from today on, at most {LONGEST_DAYS} days ahead."));
    }
    let mut people = Vec::new();
    if may_ask(actor, circle) {
        let tree = people::tree(tx).await?;
        let own = tree.client_of(circle);
        let circles: Vec<CircleId> =
            tree.within(circle).into_iter().filter(|below| tree.client_of(*below) == own).collect();
        let found = people::within(tx, &circles).await?;
        let works = found.into_iter().filter(|(_, _, role)| matches!(role, Role::Leader | Role::Member));
        people = works.map(|(person, ..)| person.id).filter(|person| *person != actor.person).collect();
        people.sort_unstable();
        people.dedup();
        if people.is_empty() {
            wrongs.add("circle", "Nobody else works in this circle. Choose another one.");
        }
    } else {
        wrongs.add("circle", "Choose one of your circles.");
    }
    wrongs.or(people).map_err(Refused::from)
}

/// Writes down whom an ask is to.
pub(super) async fn keep(tx: &mut Tx, entry: u64, until: Date, people: &[PersonId]) -> Result<(), LedgerError> {
    for person in people {
        tx.run(
            "insert into problem_asked (entry, person, until) values ($1, $2, $3)",
            args![counted(entry)?, *person, until],
        )
        .await?;
    }
    Ok(())
}

/// What was asked of this person is answered, as far as it was asked of them and is not answered yet.
pub(super) async fn answer(tx: &mut Tx, person: PersonId, asks: &[u64]) -> Result<(), LedgerError> {
    for ask in asks {
        tx.run(
            "update problem_asked set answered_at = $1 where entry = $2 and person = $3 and answered_at is null",
            args![tx.now(), counted(*ask)?, person],
        )
        .await?;
    }
    Ok(())
}

/// Who was asked, and whether they have answered.
pub type Asked = Vec<(PersonId, bool)>;

/// Of some asks, by the number of their entry: who was asked. The caller may see the desk's pages.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn asked(tx: &mut Tx, asks: &[u64]) -> Result<BTreeMap<u64, Asked>, LedgerError> {
    let mut out: BTreeMap<u64, Asked> = BTreeMap::new();
    let numbers: Vec<i64> = asks.iter().map(|ask| counted(*ask)).collect::<Result<_, _>>()?;
    for some in numbers.chunks(500) {
        let sql = listed(
            "select entry, person, answered_at from problem_asked where entry in ({}) order by entry, person",
            1,
            some.len(),
        );
        let args: Vec<Arg> = some.iter().map(|ask| Arg::from(*ask)).collect();
        for row in tx.rows(sql, &args).await? {
            let answered = row.at_or_null("answered_at")?.is_some();
            out.entry(number(&row, "entry")?).or_default().push((row.id("person")?, answered));
        }
    }
    Ok(out)
}

/// What waits for a person because they were asked for options: until they answered, the day passed, or the ask was
/// undone.
///
/// # Errors
/// When the database is away.
pub(super) async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    // Whoever has no role of ours any more does not see the pages of problems.
    if !people::actor(tx, person).await?.is_some_and(|actor| actor.sight.is_inside()) {
        return Ok(Vec::new());
    }
    let rows = tx
        .rows(
            "select a.entry, a.until, e.at, e.problem, e.title, e.body, p.name from problem_asked a \
             join problem_entry e on e.number = a.entry join person p on p.id = e.person \
             where a.person = $1 and a.answered_at is null and a.until >= $2 \
             and not exists (select 1 from problem_entry u where u.undoes = a.entry \
             and not exists (select 1 from problem_entry v where v.undoes = u.number)) \
             order by a.until, a.entry limit 200",
            args![person, today],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in &rows {
        let why = match row.json("body")? {
            Entry::Ask { why, .. } => why,
            _ => String::new(),
        };
        let (until, name) = (row.day("until")?, row.text("name")?);
        out.push(Waiting {
            act: Do::Answer,
            noun: super::NOUN.to_owned(),
            subject: number(row, "entry")?.to_string(),
            title: headed("Propose an option for:", &row.text("title")?),
            because: format!("{name} asks for options until {}: {why}", until.strftime("%-d %B %Y")),
            since: row.at("at")?,
            due: Some(until),
            holds_up: 1,
            page: format!("/problems/{}/option", row.text("problem")?),
        });
    }
    Ok(out)
}
