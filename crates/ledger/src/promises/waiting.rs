//! What waits for a person because of promises.

use jiff::civil::Date;
use leadership::PersonId;
use leadership::today::{Do, Waiting};

use super::{Names, Promise, closes, read, select, trust};
use crate::error::LedgerError;
use crate::people;
use crate::store::listed;
use crate::tx::Tx;

/// How many days before its day a promise of one's own begins to wait.
const AHEAD_DAYS: i64 = 7;
/// The most of each kind that are told.
const MOST: i64 = 200;

/// A day as people write it.
fn shown(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn one(promise: &Promise, act: Do, because: String) -> Waiting {
    Waiting {
        act,
        noun: "promise".to_owned(),
        subject: promise.id.to_string(),
        title: promise.what.clone(),
        because,
        since: promise.made_at,
        due: Some(promise.terms.due),
        holds_up: 1,
        page: format!("/promises/{}", promise.id),
    }
}

/// What of one's own promises, and of those made to one, waits for a person: to keep what is due within a
/// week, to answer what was asked for, to agree to another day or stay, to close what is said to be done or
/// whose day has passed; soonest first. Last one question about trust.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let Some(actor) = people::actor(tx, person).await? else { return Ok(Vec::new()) };
    let until = today.checked_add(jiff::Span::new().days(AHEAD_DAYS)).unwrap_or(today);
    let mine = tx
        .rows(
            select(
                "where live = 1 and from_person = $1 and claimed_on is null and (due <= $2 or state = 'proposed') \
                 order by due, id limit $3",
            ),
            args![person, until, MOST],
        )
        .await?;
    let circles = closes(tx, &actor).await?;
    let mut theirs = tx
        .rows(
            select(
                "where live = 1 and to_person = $1 and state <> 'proposed' and (claimed_on is not null or \
                 asked_due is not null or due < $2) order by due, id limit $3",
            ),
            args![person, today, MOST],
        )
        .await?;
    for some in circles.chunks(500) {
        let mut args = args![person, today, MOST].to_vec();
        args.extend(some.iter().map(|circle| crate::Arg::from(*circle)));
        let sql = listed(
            "select p.* from promise p where p.live = 1 and p.from_person <> $1 and p.state <> 'proposed' \
             and (p.claimed_on is not null or p.asked_due is not null or p.due < $2) and p.to_circle in ({}) \
             and (p.shared = 1 or exists (select 1 from held_role r where r.circle = p.to_circle and r.person = $1 \
             and r.role = 'leader') or not exists (select 1 from held_role r where r.circle = p.to_circle \
             and r.person <> p.from_person and r.role = 'leader')) order by p.due, p.id limit $3",
            4,
            some.len(),
        );
        theirs.extend(tx.rows(sql, &args).await?);
    }
    let (mine, theirs) = (
        mine.iter().map(read).collect::<Result<Vec<_>, _>>()?,
        theirs.iter().map(read).collect::<Result<Vec<_>, _>>()?,
    );
    let all: Vec<Promise> = mine.iter().chain(&theirs).cloned().collect();
    let names = Names::of(tx, &all).await?;
    let mut out = Vec::new();
    for promise in &mine {
        let (terms, to) = (&promise.terms, names.to(promise));
        out.push(if terms.state.is_open() {
            let told = if terms.is_past(today) { "was due on" } else { "is due on" };
            one(promise, Do::Keep, format!("You promised it to {to}; it {told} {}.", shown(terms.due)))
        } else {
            one(promise, Do::Answer, format!("{to} asks you to promise it by {}: accept or decline.", shown(terms.due)))
        });
    }
    for promise in &theirs {
        let (terms, from) = (&promise.terms, names.from(promise));
        out.push(if let Some(asked) = terms.asked_due {
            let because = format!(
                "{from} asked, before {}, for {} instead: agree, or stay with the day.",
                shown(terms.due),
                shown(asked)
            );
            Waiting { due: Some(terms.due), ..one(promise, Do::Renegotiate, because) }
        } else if let Some(done) = terms.claimed_on {
            one(
                promise,
                Do::Close,
                format!("{from} says that it was done on {}: say whether it was kept.", shown(done)),
            )
        } else {
            let because =
                format!("{from} promised it by {}, and the day has passed: say what came of it.", shown(terms.due));
            one(promise, Do::Close, because)
        });
    }
    out.sort_by(|a, b| (a.due, &a.subject).cmp(&(b.due, &b.subject)));
    out.extend(trust::asked(tx, person, today).await?);
    Ok(out)
}
