//! Good news beside bad news that somebody told, for their own eyes: acts of theirs, each with its row. It is no measure of
//! how confident or optimistic anybody is, which cannot be computed; and good news never makes up for bad news that was
//! told late, so the two are never set off against each other.

use jiff::SignedDuration;
use jiff::civil::Date;
use leadership::circle::Actor;
use leadership::share::Share;

use crate::error::LedgerError;
use crate::tx::Tx;

/// Days that it looks back.
pub const NEWS_DAYS: i64 = 90;

/// Something that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What sort of news it is, in words.
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// On which day it was told.
    pub day: Date,
    /// The page of it.
    pub page: String,
    /// Whether bad news was told before the day that it was about; true for good news.
    pub early: bool,
}

/// What somebody told in the last [`NEWS_DAYS`] days, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct News {
    /// Good news: thanks, promises kept, a status that is on course again or done, an aim reached, an idea told back.
    pub good: Vec<Told>,
    /// Bad news, on promises and on how things stand.
    pub bad: Vec<Told>,
}

impl News {
    /// How much of the bad news was told before the day that it was about.
    #[must_use]
    pub fn early(&self) -> Share {
        let counted = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        Share { so: counted(self.bad.iter().filter(|one| one.early).count()), n: counted(self.bad.len()) }
    }
}

/// Each act of either sort: whether it is good, its words, its title, its day and its page.
const TOLD: &str = "select 1 as good, 'Thanks' as kind, p.name as title, t.given_at as at, '/thanks/' as page, \
     t.id as subject, 1 as early from thanks t join person p on p.id = t.to_person \
     where t.from_person = $1 and t.taken_back_at is null \
     union all select 1, 'A promise kept', p.what, p.closed_on, '/promises/', p.id, 1 from promise p \
     where p.from_person = $1 and p.state = 'kept' and p.closed_on is not null \
     union all select 1, 'On course again', l.title, s.said_at, '/status/', l.id, 1 from status_said s \
     join status_line l on l.id = s.line join status_said b on b.line = s.line and b.place = s.place - 1 \
     where s.said_by = $1 and s.colour = 'on_course' and b.colour <> 'on_course' \
     union all select 1, 'Done', l.title, l.done_at, '/status/', l.id, 1 from status_line l \
     where l.owner = $1 and l.done_at is not null \
     union all select 1, 'An aim reached', v.title, v.at, '/aims/', v.aim, 1 from aim_version v \
     join aim_version w on w.aim = v.aim and w.version = v.version - 1 \
     where v.said_by = $1 and v.state = 'reached' and w.state <> 'reached' \
     union all select 1, 'What came of an idea', i.title, i.result_at, '/ideas/', i.id, 1 from idea i \
     where i.result_by = $1 and i.result_at is not null \
     union all select 0, 'On a promise', p.what, coalesce(p.warned_on, p.due), '/promises/', p.id, \
     case when p.lead_days > 0 then 1 else 0 end from promise p where p.from_person = $1 and p.lead_days is not null \
     union all select 0, 'On how it stands', l.title, s.said_at, '/status/', l.id, \
     case when s.lead_days > 0 then 1 else 0 end from status_said s join status_line l on l.id = s.line \
     where s.said_by = $1 and s.lead_days is not null";

/// What this actor told.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn told_news(tx: &mut Tx, actor: &Actor) -> Result<News, LedgerError> {
    let since = (tx.now() - SignedDuration::from_hours(24 * NEWS_DAYS)).to_zoned(jiff::tz::TimeZone::UTC).date();
    let sql = sqlx::AssertSqlSafe(format!(
        "select cast(good as bigint) as good, kind, title, substr(at, 1, 10) as day, page, subject, \
         cast(early as bigint) as early from ({TOLD}) told where substr(at, 1, 10) >= $2 order by 4 desc, 2, 3, 6"
    ));
    let mut out = News::default();
    for row in &tx.rows(sql, args![actor.person, since]).await? {
        let one = Told {
            kind: row.text("kind")?,
            title: row.text("title")?,
            day: row.day("day")?,
            page: row.text("page")? + &row.text("subject")?,
            early: row.truth("early")?,
        };
        if row.truth("good")? { out.good.push(one) } else { out.bad.push(one) }
    }
    Ok(out)
}
