//! What goes out by itself: one mail a day and a calendar to read, as each person wants them; and the book of
//! mails, which is why a day's mail goes out once, however many processes there are and however often they
//! start anew.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as TOKEN;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use leadership::circle::Actor;
use leadership::{PersonId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::sessions::kept;
use crate::store::Row;
use crate::tx::Tx;

/// What a mail and a calendar are made of, each of which can be switched off: name and words.
pub const KINDS: [(&str, &str); 9] = [
    ("acknowledge", "What you were told and have not acknowledged"),
    ("answer", "Questions and asks to answer"),
    ("decide", "What is to be decided or triaged"),
    ("review", "Decisions whose outcome is to be judged"),
    ("keep", "What you promised or are doing"),
    ("close", "Promises to you, to be closed"),
    ("renegotiate", "What is to be settled anew"),
    ("hints", "The aim that is being forgotten, the conversation to have"),
    ("news", "What came in since yesterday"),
];

/// How a person wants to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// Whether the daily mail is wanted at all.
    pub mail: bool,
    /// The hour of the day at which it is sent, where the person is.
    pub hour: i64,
    /// First hour in which nothing is sent, and the hour in which that ends; the same twice: no quiet hours.
    pub quiet: (i64, i64),
    /// Whether single keys do things on Today.
    pub keys: bool,
    /// Kinds that are left out of the mail.
    pub mail_off: Vec<String>,
    /// Kinds that are left out of the calendar.
    pub calendar_off: Vec<String>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { mail: true, hour: 7, quiet: (19, 7), keys: true, mail_off: Vec::new(), calendar_off: Vec::new() }
    }
}

fn wishes(row: &Row) -> Result<Wishes, LedgerError> {
    Ok(Wishes {
        mail: row.truth("mail")?,
        hour: row.int("hour")?,
        quiet: (row.int("quiet_from")?, row.int("quiet_to")?),
        keys: row.truth("keys")?,
        mail_off: row.json("mail_off")?,
        calendar_off: row.json("calendar_off")?,
    })
}

/// How a person wants to be told.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn of(tx: &mut Tx, person: PersonId) -> Result<Wishes, LedgerError> {
    let row = tx.one("select * from post where person = $1", args![person]).await?;
    row.as_ref().map(wishes).transpose().map(Option::unwrap_or_default)
}

/// Says how one wants to be told, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Whether the daily mail is wanted.
    pub mail: bool,
    /// At which hour.
    pub hour: String,
    /// First quiet hour.
    pub quiet_from: String,
    /// The hour in which quiet ends.
    pub quiet_to: String,
    /// Whether single keys do things.
    pub keys: bool,
    /// Kinds that are wanted in the mail.
    pub in_mail: Vec<String>,
    /// Kinds that are wanted in the calendar.
    pub in_calendar: Vec<String>,
}

/// Whether some hour is quiet: from the one to the other, past midnight where it ends before it begins.
fn is_quiet(hour: i64, (from, to): (i64, i64)) -> bool {
    if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
}

/// Whether a mail that is wished at an hour ever comes: it waits for the end of quiet hours, and not into another day.
pub(crate) fn ever_comes(hour: i64, quiet: (i64, i64)) -> bool {
    (hour..24).any(|hour| !is_quiet(hour, quiet))
}

fn off(wanted: &[String]) -> Vec<&'static str> {
    KINDS.iter().map(|(name, _)| *name).filter(|name| !wanted.iter().any(|kind| kind == name)).collect()
}

#[crate::act]
impl Act for Wish {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let hour = wrongs.take(text::whole("hour", &self.hour, 0..=23, "hours"));
        let from = wrongs.take(text::whole("quiet_from", &self.quiet_from, 0..=23, "hours"));
        let to = wrongs.take(text::whole("quiet_to", &self.quiet_to, 0..=23, "hours"));
        let json = |kinds: Vec<&str>| serde_json::to_string(&kinds).map_err(LedgerError::from);
        if self.mail && wrongs.0.is_empty() && !ever_comes(hour, (from, to)) {
            wrongs.add(
                "hour",
                format!("From {hour}:00 to midnight everything is quiet, so that no mail would ever come. Choose an hour outside."),
            );
        }
        wrongs.or(())?;
        tx.run(
            "insert into post (person, mail, hour, quiet_from, quiet_to, keys, mail_off, calendar_off, changed_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (person) do update set mail = excluded.mail, \
             hour = excluded.hour, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, \
             keys = excluded.keys, mail_off = excluded.mail_off, calendar_off = excluded.calendar_off, \
             changed_at = excluded.changed_at",
            args![
                actor.person,
                self.mail,
                hour,
                from,
                to,
                self.keys,
                json(off(&self.in_mail))?,
                json(off(&self.in_calendar))?,
                tx.now()
            ],
        )
        .await?;
        tx.say(Said::new("person", actor.person, "wished_post").by(actor.person).with("mail", self.mail));
        Ok(())
    }
}

/// Makes the secret address of one's calendar; an earlier one stops working. It is shown once: only its hash
/// is kept.
#[derive(Debug, Clone)]
pub struct MakeCalendar;

#[crate::act]
impl Act for MakeCalendar {
    type Done = String;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<String, Refused> {
        let token = TOKEN.encode(tx.random::<32>());
        tx.run(
            "insert into calendar_link (person, token, made_at) values ($1, $2, $3) \
             on conflict (person) do update set token = excluded.token, made_at = excluded.made_at",
            args![actor.person, kept(&token), tx.now()],
        )
        .await?;
        tx.say(Said::new("person", actor.person, "made_calendar").by(actor.person));
        Ok(token)
    }
}

/// Revokes the address of one's calendar.
#[derive(Debug, Clone)]
pub struct RevokeCalendar;

#[crate::act]
impl Act for RevokeCalendar {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        if tx.run("delete from calendar_link where person = $1", args![actor.person]).await? > 0 {
            tx.say(Said::new("person", actor.person, "revoked_calendar").by(actor.person));
        }
        Ok(())
    }
}

/// Since when a person's calendar has an address.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn calendar_since(tx: &mut Tx, person: PersonId) -> Result<Option<Timestamp>, LedgerError> {
    let row = tx.one("select made_at from calendar_link where person = $1", args![person]).await?;
    row.map(|row| row.at("made_at")).transpose()
}

/// Whose calendar has this address.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn calendar_of(tx: &mut Tx, token: &str) -> Result<Option<PersonId>, LedgerError> {
    let row = tx.one("select person from calendar_link where token = $1", args![kept(token)]).await?;
    row.map(|row| row.id("person")).transpose()
}

/// How often a mail is tried on its day.
pub const TRIES: i64 = 5;
/// How long a process may take over a mail before another tries it.
pub const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Most mails claimed at once.
const BATCH: i64 = 100;

/// A mail that is to be written and sent now, by whoever claimed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// To whom.
    pub person: PersonId,
    /// Their address.
    pub email: String,
    /// Their name.
    pub name: String,
    /// The day where they are.
    pub day: Date,
    /// Their time zone.
    pub zone: TimeZone,
    /// How they want to be told.
    pub wishes: Wishes,
    /// Which try this is, from 1.
    pub tried: i64,
}

/// Claims the mails that are due now: of persons whose hour has come, who are not in their quiet hours, and
/// whose mail of the day was not sent, nor is being sent by another process. Nobody acts: the clock does.
#[derive(Debug, Clone)]
pub struct Claim;

#[crate::act]
impl Act for Claim {
    type Done = Vec<Due>;

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<Vec<Due>, Refused> {
        let now = tx.now();
        let zones = tx
            .rows("select distinct zone from person where email is not null and left_at is null order by zone", args![])
            .await?;
        let mut due = Vec::new();
        for row in zones {
            let name = row.text("zone")?;
            let zone = TimeZone::get(&name).unwrap_or(TimeZone::UTC);
            let local = zone.to_datetime(now);
            let (day, hour) = (local.date(), i64::from(local.hour()));
            let standard = Wishes::default();
            let rows = tx
                .rows(
                    "select p.id, p.email, p.name, m.tries, o.person as wished, o.mail, o.hour, o.quiet_from, \
                     o.quiet_to, o.keys, o.mail_off, o.calendar_off \
                     from person p left join post o on o.person = p.id \
                     left join mailing m on m.person = p.id and m.day = $1 \
                     where p.zone = $2 and p.email is not null and p.left_at is null and p.erased_at is null \
                     and p.sample = 0 and coalesce(o.mail, 1) = 1 and coalesce(o.hour, $3) <= $4 \
                     and not (coalesce(o.quiet_from, $8) <= coalesce(o.quiet_to, $9) \
                       and coalesce(o.quiet_from, $8) <= $4 and $4 < coalesce(o.quiet_to, $9)) \
                     and not (coalesce(o.quiet_from, $8) > coalesce(o.quiet_to, $9) \
                       and ($4 >= coalesce(o.quiet_from, $8) or $4 < coalesce(o.quiet_to, $9))) \
                     and (m.person is null or (m.state = 'claimed' and m.next_at <= $5 and m.tries < $6)) \
                     order by p.id limit $7",
                    args![day, &name, standard.hour, hour, now, TRIES, BATCH, standard.quiet.0, standard.quiet.1],
                )
                .await?;
            for row in rows {
                let wishes = if row.text_or_null("wished")?.is_some() { wishes(&row)? } else { standard.clone() };
                let person: PersonId = row.id("id")?;
                let tried = row.int_or_null("tries")?.unwrap_or_default() + 1;
                tx.run(
                    "insert into mailing (person, day, state, tries, next_at) values ($1, $2, 'claimed', $3, $4) \
                     on conflict (person, day) do update set tries = excluded.tries, next_at = excluded.next_at",
                    args![person, day, tried, now + LEASE],
                )
                .await?;
                due.push(Due {
                    person,
                    email: row.text("email")?,
                    name: row.text("name")?,
                    day,
                    zone: zone.clone(),
                    wishes,
                    tried,
                });
            }
        }
        Ok(due)
    }
}

/// How sending a mail ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was handed over.
    Sent,
    /// There was nothing to tell, so nothing was sent.
    Nothing,
    /// It could not be handed over; the words of the failure.
    Failed(String),
}

/// Writes down how sending ended. A failure is tried again later, with growing pauses, up to [`TRIES`] times.
#[derive(Debug, Clone)]
pub struct Book {
    /// To whom.
    pub person: PersonId,
    /// The day.
    pub day: Date,
    /// How it ended.
    pub ended: Ended,
}

#[crate::act]
impl Act for Book {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, _: &Actor) -> Result<(), Refused> {
        let now = tx.now();
        let row =
            tx.one("select tries from mailing where person = $1 and day = $2", args![self.person, self.day]).await?;
        let tries = row.map(|row| row.int("tries")).transpose()?.unwrap_or(1);
        let (state, error, next) = match &self.ended {
            Ended::Sent => ("sent", String::new(), now),
            Ended::Nothing => ("nothing", String::new(), now),
            Ended::Failed(error) => {
                let error: String = error.chars().filter(|c| !c.is_control()).take(500).collect();
                // 5, 10, 20, 40 minutes.
                let pause = SignedDuration::from_mins(5 << (tries - 1).clamp(0, 8));
                (if tries >= TRIES { "failed" } else { "claimed" }, error, now + pause)
            }
        };
        tx.run(
            "update mailing set state = $1, error = $2, next_at = $3, told_at = $4 where person = $5 and day = $6",
            args![state, error, next, now, self.person, self.day],
        )
        .await?;
        Ok(())
    }
}

/// A mail that could not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// To whom.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The day.
    pub day: Date,
    /// How often it was tried.
    pub tries: i64,
    /// Whether it will be tried again.
    pub again: bool,
    /// What the server for mail said.
    pub error: String,
}

/// The mails that could not be sent, newest first, at most 100; for administrators of the whole.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn failures(tx: &mut Tx, actor: &Actor) -> Result<Vec<Failure>, LedgerError> {
    let root = tx.one("select id from circle where parent is null order by made_at limit 1", args![]).await?;
    let root = root.map(|row| row.id("id")).transpose()?;
    if !root.is_some_and(|root| actor.sight.administers(root)) {
        return Ok(Vec::new());
    }
    let rows = tx
        .rows(
            "select m.person, m.day, m.tries, m.state, m.error, p.name from mailing m join person p on p.id = m.person \
             where m.state in ('claimed', 'failed') and m.error <> '' order by m.day desc, p.name limit 100",
            args![],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Failure {
                person: row.id("person")?,
                name: row.text("name")?,
                day: row.day("day")?,
                tries: row.int("tries")?,
                again: row.text("state")? == "claimed",
                error: row.text("error")?,
            })
        })
        .collect()
}

/// Forgets how an erased person wanted to be told, and their mails.
///
/// # Errors
/// When the database refuses.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("delete from post where person = $1", args![person]).await?;
    tx.run("delete from mailing where person = $1", args![person]).await?;
    tx.run("delete from calendar_link where person = $1", args![person]).await?;
    Ok(())
}
