//! What people do with problems of the work record: put together, split, named, dismissed, marked as fixed, with a
//! canvas; every entry an act by who is signed in. Where the record of leadership is not begun, nobody is signed
//! in, and an entry has the name that was typed.
//!
//! The desk's pages are for the organisation's own people, and so are the entries: whoever may ask for a page of the
//! desk sees all of them. What a canvas links to, a decision, is seen by who sees that decision.

mod asked;
mod fixes;
mod mine;
mod opened;
mod sides;
mod take_over;
mod write;

use std::collections::BTreeMap;

use casebook::{Act, Entry, lives};
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::today::Waiting;
use leadership::{DecisionId, PersonId, Role};

use crate::decisions;
use crate::error::LedgerError;
use crate::seal::ERASED;
use crate::store::{Arg, Row, listed};
use crate::tx::Tx;

pub use asked::{Asked, LONGEST_DAYS, asked, may_ask};
pub use fixes::{judge, judged};
pub(crate) use mine::MINE;
pub use opened::{Opened, Turn, opened, own_circles};
pub use sides::{ASKED_DAYS, AskSide, SayWord, Touched, TouchedId, TouchedNoun, Verdict, Word};
pub use sides::{may_be_touched, side, sides};
pub use take_over::TakeOver;
pub use write::Write;

/// The noun of events.
pub const NOUN: &str = "problem";

fn number(row: &Row, column: &str) -> Result<u64, LedgerError> {
    let found = row.int(column)?;
    u64::try_from(found).map_err(|_| LedgerError::Inside(format!("no entry has the number {found}")))
}

fn counted(number: u64) -> Result<i64, LedgerError> {
    i64::try_from(number).map_err(|_| LedgerError::Inside(format!("no entry has the number {number}")))
}

/// Number of the last entry; 0 where there is none.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn last(tx: &mut Tx) -> Result<u64, LedgerError> {
    let last = tx.count("select coalesce(max(number), 0) as n from problem_entry", &[]).await?;
    u64::try_from(last).map_err(|_| LedgerError::Inside(format!("no entry has the number {last}")))
}

/// At what entries are: the number of the last one, and how many persons were erased so far, since words of theirs go
/// out of entries. Two equal versions mean that nothing has changed.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn version(tx: &mut Tx) -> Result<(u64, i64), LedgerError> {
    let erased = tx.count("select count(*) as n from person where erased_at is not null", &[]).await?;
    Ok((last(tx).await?, erased))
}

/// All entries, in order.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn entries(tx: &mut Tx) -> Result<Vec<Entry>, LedgerError> {
    let rows = tx.rows("select number, at, person, by_name, body from problem_entry order by number", &[]).await?;
    rows.iter()
        .map(|row| {
            Ok(Entry {
                number: number(row, "number")?,
                at: row.at("at")?,
                person: row.id_or_null("person")?,
                by: row.text("by_name")?,
                act: row.json("body")?,
            })
        })
        .collect()
}

/// The names of all persons who wrote an entry, or whom a canvas names as owner.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn names(tx: &mut Tx) -> Result<BTreeMap<PersonId, String>, LedgerError> {
    let rows = tx
        .rows(
            "select id, name from person where id in (select person from problem_entry where person is not null \
             union select owner from problem_entry where owner is not null)",
            &[],
        )
        .await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// Who may answer for a problem: everybody who is here and may see the desk's pages, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn may_own(tx: &mut Tx) -> Result<Vec<(PersonId, String)>, LedgerError> {
    let inside: Vec<Arg> = Role::ALL.iter().filter(|role| !role.outside()).map(|role| Arg::from(role.name())).collect();
    let sql = listed(
        "select p.id, p.name from person p where p.left_at is null and p.erased_at is null \
         and exists (select 1 from held_role r where r.person = p.id and r.role in ({})) order by p.name, p.id",
        1,
        inside.len(),
    );
    tx.rows(sql, &inside).await?.iter().map(|row| Ok((row.id("id")?, row.text("name")?))).collect()
}

/// The problems whose canvas links to a decision, as id and title at the time of the link; for who sees the decision
/// and the desk.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of_decision(
    tx: &mut Tx,
    actor: &Actor,
    decision: DecisionId,
) -> Result<Vec<(String, String)>, LedgerError> {
    if !actor.sight.is_inside() || decisions::get(tx, actor, decision).await?.is_none() {
        return Ok(Vec::new());
    }
    let linked = tx.count("select count(*) as n from problem_entry where decision = $1", args![decision]).await?;
    if linked == 0 {
        return Ok(Vec::new());
    }
    // Which versions hold is known from what was undone; no body is needed for that.
    let rows = tx
        .rows(
            "select number, at, problem, title, decision, undoes from problem_entry \
             where kind in ('canvas', 'undo') order by number",
            &[],
        )
        .await?;
    let mut undone = Vec::with_capacity(rows.len());
    for row in &rows {
        let entry = row.int_or_null("undoes")?.and_then(|entry| u64::try_from(entry).ok()).unwrap_or_default();
        let act = Act::Undo { entry };
        undone.push(Entry { number: number(row, "number")?, at: row.at("at")?, person: None, by: String::new(), act });
    }
    let lives = lives(&undone);
    let mut newest: BTreeMap<String, (String, Option<DecisionId>)> = BTreeMap::new();
    for row in &rows {
        if row.int_or_null("undoes")?.is_none() && lives.get(&number(row, "number")?) == Some(&true) {
            newest.insert(row.text("problem")?, (row.text("title")?, row.id_or_null("decision")?));
        }
    }
    let of = newest.into_iter().filter(|(_, (_, linked))| *linked == Some(decision));
    Ok(of.map(|(problem, (title, _))| (problem, title)).collect())
}

/// What waits for a person because of problems: options that they were asked for, verdicts on fixes of
/// what touched them, the reasoning on what was opened by hand.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let mut out = asked::waiting(tx, person, today).await?;
    out.extend(sides::waiting(tx, person, today).await?);
    out.extend(opened::waiting(tx, person, today).await?);
    Ok(out)
}

/// Takes a person's own words out of entries ([`casebook::Act::forget`]), and their name out of those that were written
/// before people signed in. The entries stay, as the organisation's; those written by them have no name but that of the
/// person, which goes with the person.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run(
        "update problem_entry set by_name = $2 where by_name <> '' \
         and by_name = (select name from person where id = $1)",
        args![person, ERASED],
    )
    .await?;
    sides::erase(tx, person).await?;
    let rows = tx
        .rows(
            "select number, person, body from problem_entry where person = $1 or body like $2 order by number",
            args![person, format!("%{person}%")],
        )
        .await?;
    for row in &rows {
        let mut act: Act = row.json("body")?;
        let mine = row.id_or_null("person")? == Some(person);
        if act.forget(person, mine, ERASED) {
            tx.run(
                "update problem_entry set body = $2 where number = $1",
                args![row.int("number")?, serde_json::to_string(&act)?],
            )
            .await?;
        }
    }
    Ok(())
}
