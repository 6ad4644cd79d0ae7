//! Reading reports: each for its person, and in parts for those with whom it is shared.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leadership::circle::Actor;
use leadership::profile::{Findings, Part, Report, Seer};
use leadership::today::{Do, Waiting};
use leadership::{PersonId, WaveId};

use super::ReportId;
use crate::error::{LedgerError, Refused};
use crate::questionnaire;
use crate::store::Row;
use crate::tx::Tx;
use crate::waves;

/// A report in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its identifier.
    pub id: ReportId,
    /// Whose.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The wave.
    pub wave: WaveId,
    /// What the wave is called.
    pub title: String,
    /// When it closed.
    pub closed_on: Date,
    /// Whether the person has rated themselves, so that it is open to them.
    pub rated_self: bool,
}

fn line(row: &Row) -> Result<Line, LedgerError> {
    Ok(Line {
        id: row.id("id")?,
        person: row.id("person")?,
        name: row.text("name")?,
        wave: row.id("wave")?,
        title: row.text("title")?,
        closed_on: row.day("closed_on")?,
        rated_self: row.day_or_null("rated_self_on")?.is_some(),
    })
}

/// As what somebody looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Eyes {
    /// Whose report it is.
    Own,
    /// With whom parts of it were shared.
    Shared(Seer, Vec<Part>),
    /// Everybody inside, to whom parts of it were opened.
    Everybody(Vec<Part>),
}

/// A report as somebody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Where it stands in lists.
    pub line: Line,
    /// As what.
    pub eyes: Eyes,
    /// What they see of it; `None` while its person has not rated themselves.
    pub report: Option<Report>,
    /// Parts that are open to everybody inside.
    pub open_to_all: Vec<Part>,
    /// What the person replied to it; empty for nothing.
    pub reply: String,
    /// When.
    pub replied_at: Option<Timestamp>,
    /// When it was worked out.
    pub made_at: Timestamp,
}

/// Parts as they are kept in a column.
pub(super) fn parts_of(text: &str) -> Vec<Part> {
    text.split(' ').filter_map(Part::from_name).collect()
}

/// As they are kept.
pub(super) fn parts_text(parts: &[Part]) -> String {
    parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" ")
}

const LINE: &str = "select r.id, r.person, p.name, r.wave, w.title, r.closed_on, r.rated_self_on \
    from report r join wave w on w.id = r.wave join person p on p.id = r.person";

/// A person's own reports, newest first.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<Vec<Line>, LedgerError> {
    let sql = format!("{LINE} where r.person = $1 order by r.closed_on desc, r.id desc");
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), args![actor.person]).await?;
    rows.iter().map(line).collect()
}

/// Reports that others shared with a person, newest first, with as what.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn shared_with(tx: &mut Tx, actor: &Actor) -> Result<Vec<(Line, Seer)>, LedgerError> {
    let rows = tx
        .rows(
            "select r.id, r.person, p.name, r.wave, w.title, r.closed_on, r.rated_self_on, s.seer from report_share s \
             join report r on r.id = s.report join wave w on w.id = r.wave join person p on p.id = r.person \
             where s.viewer = $1 order by r.closed_on desc, r.id desc",
            args![actor.person],
        )
        .await?;
    rows.iter().map(|row| Ok((line(row)?, Seer::from_name(&row.text("seer")?).unwrap_or(Seer::Other)))).collect()
}

/// The newest report of each person that is open to everybody inside, by name.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn open_to_all(tx: &mut Tx, actor: &Actor) -> Result<Vec<Line>, LedgerError> {
    if !actor.sight.is_inside() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{LINE} where r.open_parts <> '' and r.person <> $1 and p.left_at is null \
         and r.closed_on = (select max(o.closed_on) from report o where o.person = r.person and o.open_parts <> '') \
         order by p.name, r.id limit 500"
    );
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), args![actor.person]).await?;
    rows.iter().map(line).collect()
}

/// A report as somebody sees it; `None` where nothing of it is for them.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: ReportId) -> Result<Option<Seen>, LedgerError> {
    let rows = tx
        .rows(
            "select r.id, r.person, p.name, r.wave, w.title, r.closed_on, r.rated_self_on, r.made_at, r.open_parts, \
             r.reply, r.replied_at, r.body, s.seer, s.parts from report r join wave w on w.id = r.wave \
             join person p on p.id = r.person left join report_share s on s.report = r.id and s.viewer = $2 \
             where r.id = $1",
            args![id, actor.person],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let line = line(row)?;
    let open = parts_of(&row.text("open_parts")?);
    let shared = row.text_or_null("parts")?.map(|text| parts_of(&text));
    let eyes = if line.person == actor.person {
        Eyes::Own
    } else if let Some(mut parts) = shared {
        parts.extend(open.iter().copied().filter(|_| actor.sight.is_inside()));
        parts.sort_unstable();
        parts.dedup();
        let seer = row.text_or_null("seer")?.and_then(|seer| Seer::from_name(&seer));
        Eyes::Shared(seer.unwrap_or(Seer::Other), parts)
    } else if !open.is_empty() && actor.sight.is_inside() {
        Eyes::Everybody(open.clone())
    } else {
        return Ok(None);
    };
    let report = if line.rated_self { Some(row.json::<Report>("body")?) } else { None };
    let report = match &eyes {
        Eyes::Own => report,
        Eyes::Shared(_, parts) | Eyes::Everybody(parts) => report.map(|report| report.only(parts)),
    };
    Ok(Some(Seen {
        eyes,
        report,
        open_to_all: open,
        reply: row.text("reply")?,
        replied_at: row.at_or_null("replied_at")?,
        made_at: row.at("made_at")?,
        line,
    }))
}

/// The newest report of a person that they may see themselves: what growth and recognition begin with. The caller
/// has made sure that it is for this person's own eyes, or asks on their behalf.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn latest(tx: &mut Tx, person: PersonId) -> Result<Option<(ReportId, Report)>, LedgerError> {
    let rows = tx
        .rows(
            "select id, body from report where person = $1 and rated_self_on is not null \
             order by closed_on desc, id desc limit 1",
            args![person],
        )
        .await?;
    rows.first().map(|row| Ok((row.id("id")?, row.json("body")?))).transpose()
}

/// With whom a report is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// With whom.
    pub viewer: PersonId,
    /// Their name.
    pub name: String,
    /// As what they look.
    pub seer: Seer,
    /// Which parts.
    pub parts: Vec<Part>,
    /// Since when.
    pub since: Timestamp,
}

/// With whom a person's own report is shared; nothing for anybody else.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn viewers(tx: &mut Tx, actor: &Actor, id: ReportId) -> Result<Vec<Shared>, LedgerError> {
    let rows = tx
        .rows(
            "select s.viewer, p.name, s.seer, s.parts, s.since from report_share s join report r on r.id = s.report \
             join person p on p.id = s.viewer where s.report = $1 and r.person = $2 order by p.name, s.viewer",
            args![id, actor.person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Shared {
                viewer: row.id("viewer")?,
                name: row.text("name")?,
                seer: Seer::from_name(&row.text("seer")?).unwrap_or(Seer::Other),
                parts: parts_of(&row.text("parts")?),
                since: row.at("since")?,
            })
        })
        .collect()
}

/// Everybody inside with whom a report may be shared, by name: whom its person sees.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn everybody(tx: &mut Tx, actor: &Actor) -> Result<Vec<(PersonId, String)>, LedgerError> {
    let inside: Vec<_> = actor.sight.inside.iter().copied().collect();
    let mut out: Vec<(PersonId, String)> = crate::people::within(tx, &inside)
        .await?
        .into_iter()
        .filter(|(person, _, role)| !role.outside() && person.id != actor.person)
        .map(|(person, ..)| (person.id, person.name))
        .collect();
    out.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    out.dedup();
    Ok(out)
}

/// The questions of a report's wave in the words of a self-rating, for its person while they have not rated
/// themselves: key, words, quality.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn before_seeing(
    tx: &mut Tx,
    actor: &Actor,
    id: ReportId,
) -> Result<Option<(Line, Vec<waves::Item>)>, LedgerError> {
    let sql = format!("{LINE} where r.id = $1 and r.person = $2 and r.rated_self_on is null");
    let rows = tx.rows(sqlx::AssertSqlSafe(sql), args![id, actor.person]).await?;
    let Some(line) = rows.first().map(line).transpose()? else { return Ok(None) };
    let items = waves::items(tx, line.wave).await?;
    Ok(Some((line, items)))
}

/// What waves told of their questions, newest first: for who owns the questionnaire.
///
/// # Errors
/// When this is not theirs to see, or the database is away.
#[crate::asked]
pub async fn findings(tx: &mut Tx, actor: &Actor) -> Result<Vec<(WaveId, String, Findings)>, Refused> {
    if !questionnaire::owns(tx, actor).await? {
        return Err(Refused::NotFound);
    }
    let rows = tx
        .rows(
            "select f.wave, w.title, f.body from wave_findings f join wave w on w.id = f.wave \
             order by f.made_at desc, f.wave limit 20",
            args![],
        )
        .await?;
    let read = |row: &Row| -> Result<_, LedgerError> { Ok((row.id("wave")?, row.text("title")?, row.json("body")?)) };
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// What of reports waits for a person: to rate themselves, so that theirs opens; and what others said, to decide.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn waiting(tx: &mut Tx, person: PersonId, _today: Date) -> Result<Vec<Waiting>, LedgerError> {
    let rows = tx
        .rows(
            "select r.id, w.title, r.closed_on, r.made_at from report r join wave w on w.id = r.wave \
             where r.person = $1 and r.rated_self_on is null order by r.closed_on, r.id",
            args![person],
        )
        .await?;
    let mut out = rows
        .iter()
        .map(|row| {
            let id = row.text("id")?;
            Ok(Waiting {
                act: Do::Answer,
                noun: "report".to_owned(),
                page: format!("/profile/{id}/self"),
                subject: id,
                title: "Rate yourself, then your report opens".to_owned(),
                because: format!("“{}” closed on {} and is worked out.", row.text("title")?, row.day("closed_on")?),
                since: row.at("made_at")?,
                due: None,
                holds_up: 0,
            })
        })
        .collect::<Result<Vec<_>, LedgerError>>()?;
    let rows = tx
        .rows(
            "select s.id, s.report, s.said_at, p.name from report_said s join report r on r.id = s.report \
             join person p on p.id = s.said_by where r.person = $1 and s.state = 'waiting' order by s.said_at, s.id limit 50",
            args![person],
        )
        .await?;
    for row in &rows {
        let (id, at) = (row.text("id")?, row.at("said_at")?);
        out.push(Waiting {
            act: Do::Decide,
            noun: "saying".to_owned(),
            page: format!("/profile/{}#said-{id}", row.text("report")?),
            subject: id,
            title: format!("{} wrote on your profile", row.text("name")?),
            because: format!(
                "Written on {}; nobody else sees it unless you say so.",
                at.to_zoned(TimeZone::UTC).date()
            ),
            since: at,
            due: None,
            holds_up: 0,
        });
    }
    Ok(out)
}
