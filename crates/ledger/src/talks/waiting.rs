//! What of talks waits for a person: all of it from one statement, since a day is gathered from every room.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use leadership::talk::{self, Heard, Kind, Side, Step, Who};
use leadership::today::{Do, Waiting};
use leadership::{CircleId, PersonId};

use super::uncertain;
use crate::error::LedgerError;
use crate::people;
use crate::store::Row;
use crate::tx::Tx;

/// One `select` a kind of thing, all of the same columns. `$1` is the person, `$2` today, `$3` tomorrow.
const WAITS: &str = "\
    select 'heard' as what, h.id as subject, h.talk as talk, p.name as name, t.kind as kind, h.said_at as since, \
     cast(null as text) as due, '' as a, '' as b, '' as c, cast(0 as bigint) as n \
     from talk_heard h join talk t on t.id = h.talk join person p on p.id = h.heard_by \
     where h.heard_of = $1 and h.state = 'waits' and {seat} \
    union all select 'corrected', h.id, h.talk, p.name, t.kind, coalesce(h.answered_at, h.said_at), cast(null as text), \
     '', '', '', cast(0 as bigint) \
     from talk_heard h join talk t on t.id = h.talk join person p on p.id = h.heard_of \
     where h.heard_by = $1 and h.state = 'corrected' and {seat} \
    union all select 'planned', t.id, t.id, p.name, t.kind, t.made_at, t.planned_on, \
     case when t.called_by = $1 then 'mine' else '' end, case when w.seen_at is null then '' else 'seen' end, \
     coalesce((select min(q.name) from talk_with v join person q on q.id = v.person where v.talk = t.id and v.person <> $1), ''), \
     cast(0 as bigint) \
     from talk_with w join talk t on t.id = w.talk join person p on p.id = t.called_by \
     where w.person = $1 and t.state = 'planned' and (t.planned_on <= $3 or w.seen_at is null) \
    union all select 'side', v.person, t.id, q.name, t.kind, coalesce(x.told_at, t.made_at), cast(null as text), \
     case when x.told_at is null then '' when x.opened_at is null then 'told' else 'opened' end, \
     coalesce((select h.state from talk_heard h where h.talk = t.id and h.heard_of = v.person and h.heard_by = t.called_by), ''), \
     coalesce((select h.state from talk_heard h where h.talk = t.id and h.heard_of = v.person and h.heard_by <> t.called_by), ''), \
     v.side \
     from talk t join talk_with w on w.talk = t.id and w.person = $1 join talk_with v on v.talk = t.id and v.side > 0 \
     join person q on q.id = v.person left join mediation_account x on x.talk = t.id and x.person = v.person \
     where t.kind = 'mediation' and t.state in ('planned', 'held') \
     and not exists (select 1 from promise r where r.origin = 'talk' and r.origin_id = t.id) \
    union all select 'cadence', c.id, coalesce(c.with_person, c.circle), coalesce(p.name, k.name), c.kind, c.since, \
     cast(null as text), coalesce((select max(t.held_on) from talk t where t.kind = c.kind and t.state = 'held' and {ours}), ''), \
     c.circle, case when exists (select 1 from talk t where t.kind = c.kind and t.state = 'planned' and {ours}) then 'planned' else '' end, \
     c.every_days \
     from cadence c join circle k on k.id = c.circle left join person p on p.id = c.with_person \
     where c.set_by = $1 and c.ended_at is null \
    union all select 'uncertain', u.circle, u.circle, '', '', u.said_at, cast(null as text), '', '', '', cast(0 as bigint) \
     from uncertain u where u.from_day <= $2 and u.until_day >= $2 and u.ended_at is null \
    union all select 'word', k.id, t.id, p.name, t.kind, k.written_at, cast(null as text), k.kind, '', '', cast(0 as bigint) \
     from talk_word k join talk t on t.id = k.talk join talk_with w on w.talk = t.id and w.person = $1 \
     join person p on p.id = k.written_by where k.shared_at is null \
     and not exists (select 1 from talk_word_consent c where c.word = k.id and c.person = $1) \
    order by 6, 2";

/// Of a mentoring talk nothing waits for a guest whose seat has ended.
const SEAT: &str = "(t.seat is null or exists (select 1 from growth_seat g where g.id = t.seat and (g.person = $1 or g.state = 'taken')))";

/// A talk of the relationship of a cadence `c`.
const OURS: &str = "((c.with_person is null and t.circle = c.circle) or (c.with_person is not null \
    and exists (select 1 from talk_with w where w.talk = t.id and w.person = c.set_by) \
    and exists (select 1 from talk_with w where w.talk = t.id and w.person = c.with_person)))";

/// A day as people write it.
fn shown(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

fn item(act: Do, row: &Row, title: String, because: String, page: String) -> Result<Waiting, LedgerError> {
    Ok(Waiting {
        act,
        noun: "talk".to_owned(),
        subject: row.text("talk")?,
        title,
        because,
        since: since(row)?,
        due: row.day_or_null("due")?,
        holds_up: 1,
        page,
    })
}

/// When it came: an instant, or a day of which it is the beginning.
fn since(row: &Row) -> Result<Timestamp, LedgerError> {
    if let Ok(at) = row.at("since") {
        return Ok(at);
    }
    let day = row.day("since")?.to_zoned(jiff::tz::TimeZone::UTC);
    Ok(day.map(|day| day.timestamp()).unwrap_or_default())
}

fn kind(row: &Row) -> Result<Kind, LedgerError> {
    super::named(Kind::from_name(&row.text("kind")?), "kind")
}

/// With its article: “a one-to-one”.
fn article(kind: Kind) -> String {
    format!("a {}", kind.shown())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn planned(row: &Row, today: Date) -> Result<Option<Waiting>, LedgerError> {
    let (kind, day, mine) = (kind(row)?, row.day("due")?, row.text("a")? == "mine");
    let with = match (mine, row.text("c")?) {
        (_, name) if kind == Kind::OneToOne || (mine && kind == Kind::ClientReview) => format!(" with {name}"),
        (false, _) => format!(", called by {}", row.text("name")?),
        _ => String::new(),
    };
    let page = format!("/talks/{}", row.text("talk")?);
    let title = format!("{}{with}", capital(&article(kind)));
    Ok(if day < today {
        // One answers for all: whoever called it.
        let because = format!("It was planned for {}: did it take place?", shown(day));
        mine.then(|| item(Do::Close, row, title, because, page)).transpose()?
    } else if day <= today.saturating_add(1.day()) {
        Some(item(Do::Keep, row, title, format!("It is planned for {}.", shown(day)), page)?)
    } else {
        let because = format!("It is planned for {}.", shown(day));
        Some(Waiting { due: None, ..item(Do::Acknowledge, row, title, because, page)? })
    })
}

/// What the sides of the mediations are waiting for, where it is for this person.
fn mediations(rows: &[&Row], me: PersonId) -> Result<Vec<Waiting>, LedgerError> {
    let mut of: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        of.entry(row.text("talk")?).or_default().push(row);
    }
    let mut out = Vec::new();
    for (id, mut sides) in of {
        sides.sort_by_key(|row| row.int("n").unwrap_or_default());
        let people = sides.iter().map(|row| row.id("subject")).collect::<Result<Vec<PersonId>, _>>()?;
        let mut all = [Side::default(); 2];
        for (side, row) in all.iter_mut().zip(&sides) {
            let told = row.text("a")?;
            *side = Side {
                told: !told.is_empty(),
                by_mediator: Heard::from_name(&row.text("b")?),
                opened: told == "opened",
                by_other: Heard::from_name(&row.text("c")?),
            };
        }
        let page = format!("/talks/{id}#steps");
        let here = |who: Who| match who {
            Who::Mediator => !people.contains(&me),
            Who::Side(at) => people.get(at) == Some(&me),
        };
        for (at, row) in sides.iter().enumerate().take(2) {
            // What is to be confirmed waits as what was heard.
            let Some((step, who)) = all[at].waits(at) else { continue };
            if here(who) && !matches!(step, Step::Confirm | Step::ConfirmOther) {
                let title = match step {
                    Step::Restate => format!("Say back how {} sees it", row.text("name")?),
                    Step::SayBack => format!("Say back to {} how they see it", row.text("name")?),
                    Step::Open => "Open how you see it to the other side".to_owned(),
                    _ => "Tell the mediator how you see it".to_owned(),
                };
                let because = "A mediation goes on when this is done.".to_owned();
                out.push(item(Do::Answer, row, title, because, format!("{page}-{}", at + 1))?);
            }
        }
        if talk::may_agree(&all)
            && here(Who::Mediator)
            && let Some(row) = sides.first()
        {
            let title = "Both sides were said back: write what they agree".to_owned();
            out.push(item(Do::Decide, row, title, "Each side confirmed it.".to_owned(), page)?);
        }
    }
    Ok(out)
}

/// A relationship in which a talk is due and none is planned.
fn due(row: &Row, today: Date, uncertain: bool) -> Result<Option<Waiting>, LedgerError> {
    if row.text("c")? == "planned" {
        return Ok(None);
    }
    let (kind, days, name) = (kind(row)?, row.int("n")?, row.text("name")?);
    let last = row.text("a")?;
    let last: Option<Date> = last.parse().ok();
    let due = talk::due(last, row.day("since")?, days, uncertain);
    if due > today {
        return Ok(None);
    }
    let every = match talk::every(days, uncertain) {
        1 => "every day".to_owned(),
        days => format!("every {days} days"),
    };
    let because = match (last, uncertain) {
        (_, true) => format!("You meant to, {every} while times are uncertain."),
        (Some(last), false) => format!("You meant to, {every}; the last was on {}.", shown(last)),
        (None, false) => format!("You meant to, {every}; there was none since."),
    };
    let key = if kind == Kind::NotWork { "circle" } else { "with" };
    let page = format!("/talks/new?kind={}&{key}={}", kind.name(), row.text("talk")?);
    Ok(Some(Waiting {
        noun: "cadence".to_owned(),
        subject: row.text("subject")?,
        due: Some(due),
        holds_up: u32::from(kind == Kind::OneToOne),
        ..item(Do::Keep, row, format!("{} with {name} is due", capital(&article(kind))), because, page)?
    }))
}

/// What of talks waits for a person.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let sql = WAITS.replace("{seat}", SEAT).replace("{ours}", OURS);
    // Only texts of the program go into the statement.
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), args![person, today, today.saturating_add(1.day())]).await?;
    let mut unsure: BTreeSet<CircleId> = BTreeSet::new();
    for row in &rows {
        if row.text("what")? == "uncertain" {
            unsure.insert(row.id("subject")?);
        }
    }
    let tree = if rows.iter().any(|row| row.text("what").is_ok_and(|what| what == "cadence")) {
        Some(people::tree(tx).await?)
    } else {
        None
    };
    let (mut out, mut sides) = (Vec::new(), Vec::new());
    for row in &rows {
        let what = row.text("what")?;
        let page =
            |at: &str| Ok::<_, LedgerError>(format!("/talks/{}#{at}-{}", row.text("talk")?, row.text("subject")?));
        match what.as_str() {
            "heard" => {
                let title = format!("{} says back what they heard from you", row.text("name")?);
                let because = "Confirm it or correct it: it stands as heard only when you say so.".to_owned();
                out.push(item(Do::Answer, row, title, because, page("heard")?)?);
            }
            "corrected" => {
                let title = format!("{} corrected what you heard", row.text("name")?);
                let because = "Say it back anew, with the correction.".to_owned();
                out.push(item(Do::Answer, row, title, because, page("heard")?)?);
            }
            "planned" => out.extend(planned(row, today)?),
            "side" => sides.push(row),
            "cadence" => {
                let circle: CircleId = row.id("b")?;
                let uncertain = tree.as_ref().is_some_and(|tree| uncertain::holds(tree, &unsure, circle));
                out.extend(due(row, today, uncertain)?);
            }
            "word" => {
                let title = format!("{} wrote what would be told of {}", row.text("name")?, article(kind(row)?));
                let because = "It is told only when everybody who took part agrees.".to_owned();
                out.push(item(Do::Answer, row, title, because, page("word")?)?);
            }
            _ => {}
        }
    }
    out.extend(mediations(&sides, person)?);
    Ok(out)
}
