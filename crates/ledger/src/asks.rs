//! When people are available, and “I need you”: an ask with one act, answered within the time that was stated
//! or not. The share answered in time is for the eyes of whoever was asked, and nobody else's.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use leadership::available::{self, WEEK, Window};
use leadership::circle::Actor;
use leadership::share::Share;
use leadership::today::{Do, Waiting};
use leadership::{CircleId, Id, PersonId, Wrongs, text};

use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::honesty::{of_circles, zone_of};
use crate::ledger::Act;
use crate::people;
use crate::seal::ERASED;
use crate::store::Row;
use crate::tx::Tx;

/// Names asks, for the type of their identifiers.
#[derive(Debug)]
pub enum AskNoun {}
/// An ask.
pub type AskId = Id<AskNoun>;

/// What somebody stated about being available.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Weekly windows, in their zone; none where the hours run on.
    pub windows: Vec<Window>,
    /// Within how many hours they answer, counted while they are available.
    pub within_hours: i64,
    /// How else they can be reached, or what they ask of askers.
    pub words: String,
    /// Their zone.
    pub zone: String,
}

impl Availability {
    /// In one line, such as “Monday 09:00–17:00 (Europe/Berlin); answers within 4 hours of it”.
    #[must_use]
    pub fn shown(&self) -> String {
        let within = match self.within_hours {
            1 => "answers within an hour".to_owned(),
            hours => format!("answers within {hours} hours"),
        };
        if self.windows.is_empty() {
            return format!("At any time; {within}");
        }
        let mut spans: Vec<String> = Vec::new();
        let text = |window: &Window| format!("{}–{}", available::shown(window.from), available::shown(window.to));
        let mut at = 0;
        while at < self.windows.len() {
            // Days that follow one another with the same hours are told as one span.
            let first = self.windows[at];
            let mut last = at;
            while last + 1 < self.windows.len()
                && text(&self.windows[last + 1]) == text(&first)
                && self.windows[last + 1].day == self.windows[last].day.next()
            {
                last += 1;
            }
            let days = if last == at {
                available::named(first.day).to_owned()
            } else {
                format!("{} to {}", available::named(first.day), available::named(self.windows[last].day))
            };
            spans.push(format!("{days} {}", text(&first)));
            at = last + 1;
        }
        format!("{} ({}); {within} of that", spans.join(", "), self.zone)
    }
}

/// What a person stated; `None` when they stated nothing. The caller has made sure that its reader shares a
/// circle with them; see [`reachable`].
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn availability(tx: &mut Tx, person: PersonId) -> Result<Option<Availability>, LedgerError> {
    let Some(row) = tx
        .one(
            "select a.within_hours, a.words, p.zone from availability a join person p on p.id = a.person where a.person = $1",
            args![person],
        )
        .await?
    else {
        return Ok(None);
    };
    let windows = tx
        .rows(
            "select day, from_minute, to_minute from available_window where person = $1 order by day, from_minute",
            args![person],
        )
        .await?;
    let windows = windows
        .iter()
        .map(|row| {
            let broken = || LedgerError::Inside("a window of time is not as it should be".to_owned());
            let day = usize::try_from(row.int("day")? - 1).ok().and_then(|at| WEEK.get(at)).ok_or_else(broken)?;
            let minute = |column| i16::try_from(row.int(column)?).map_err(|_| broken());
            Ok(Window { day: *day, from: minute("from_minute")?, to: minute("to_minute")? })
        })
        .collect::<Result<_, LedgerError>>()?;
    Ok(Some(Availability {
        windows,
        within_hours: row.int("within_hours")?,
        words: row.text("words")?,
        zone: row.text("zone")?,
    }))
}

/// States when one is available and within how many hours one answers.
#[derive(Debug, Clone, Default)]
pub struct StateAvailability {
    /// Per day of the week, Monday first: from and to, as typed; both empty for a day without a window.
    pub week: Vec<(String, String)>,
    /// Hours within which one answers, 1 to 168.
    pub within_hours: String,
    /// How else one can be reached; may be empty.
    pub words: String,
}

#[crate::act]
impl Act for StateAvailability {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let mut wrongs = Wrongs::default();
        let mut windows = Vec::new();
        for (day, (from, to)) in WEEK.iter().zip(&self.week) {
            windows.extend(wrongs.take(available::window("week", *day, from, to)));
        }
        let within = wrongs.take(text::whole("within_hours", &self.within_hours, 1..=168, "hours"));
        let words = wrongs.take(text::prose_or_empty("words", &self.words));
        let (within, words) = wrongs.or((within, words))?;
        let me = actor.person;
        tx.run(
            "insert into availability (person, within_hours, words, stated_at) values ($1, $2, $3, $4) \
             on conflict (person) do update set within_hours = $2, words = $3, stated_at = $4",
            args![me, within, &words, tx.now()],
        )
        .await?;
        tx.run("delete from available_window where person = $1", args![me]).await?;
        for window in &windows {
            tx.run(
                "insert into available_window (person, day, from_minute, to_minute) values ($1, $2, $3, $4)",
                args![me, i64::from(window.day.to_monday_one_offset()), i64::from(window.from), i64::from(window.to)],
            )
            .await?;
        }
        tx.say(
            Said::new("availability", me, "stated")
                .by(me)
                .with("within_hours", within)
                .with("windows", windows.len())
                .sealed(me, "words", words),
        );
        Ok(())
    }
}

/// An ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Its identifier.
    pub id: AskId,
    /// Who asks.
    pub asker: PersonId,
    /// Who is asked.
    pub asked: PersonId,
    /// What for.
    pub words: String,
    /// When.
    pub asked_at: Timestamp,
    /// By when it is to be answered, by what was stated then.
    pub due_at: Option<Timestamp>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The answer.
    pub answer: Option<String>,
    /// When the asker took it back.
    pub withdrawn_at: Option<Timestamp>,
}

impl Ask {
    /// Whether it waits for an answer.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.answered_at.is_none() && self.withdrawn_at.is_none()
    }
}

fn ask(row: &Row) -> Result<Ask, LedgerError> {
    Ok(Ask {
        id: row.id("id")?,
        asker: row.id("asker")?,
        asked: row.id("asked")?,
        words: row.text("words")?,
        asked_at: row.at("asked_at")?,
        due_at: row.at_or_null("due_at")?,
        answered_at: row.at_or_null("answered_at")?,
        answer: row.text_or_null("answer")?,
        withdrawn_at: row.at_or_null("withdrawn_at")?,
    })
}

/// The asks of a person: those made of them, then those that they made; open ones first, then newest.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn mine(tx: &mut Tx, actor: &Actor) -> Result<(Vec<Ask>, Vec<Ask>), LedgerError> {
    let rows = tx
        .rows("select * from ask where asked = $1 or asker = $1 order by asked_at desc, id desc", args![actor.person])
        .await?;
    let mut all = rows.iter().map(ask).collect::<Result<Vec<_>, _>>()?;
    all.sort_by_key(|ask| !ask.is_open());
    Ok(all.into_iter().partition(|ask| ask.asked == actor.person))
}

/// An ask, for one of its two people.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn get(tx: &mut Tx, actor: &Actor, id: AskId) -> Result<Option<Ask>, LedgerError> {
    let row = tx.one("select * from ask where id = $1 and (asker = $2 or asked = $2)", args![id, actor.person]).await?;
    row.as_ref().map(ask).transpose()
}

/// Whom a person may ask, by name, each with a circle that they share: everybody who holds a role in a circle
/// that the asker sees, but that a client's people do not ask one another through Plumb.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn reachable(tx: &mut Tx, actor: &Actor) -> Result<Vec<(people::Person, CircleId)>, LedgerError> {
    let inside = actor.sight.is_inside();
    let circles = if inside { &actor.sight.inside } else { &actor.sight.as_client };
    let rows = of_circles(tx, "select person, circle, role from held_role where circle in ({})", circles).await?;
    let mut shared = std::collections::BTreeMap::new();
    for row in &rows {
        let person: PersonId = row.id("person")?;
        if person != actor.person && row.text("role")? != "client_contact" {
            shared.entry(person).or_insert(row.id::<leadership::id::noun::Circle>("circle")?);
        }
    }
    let ids: Vec<PersonId> = shared.keys().copied().collect();
    let mut out: Vec<_> = people::named(tx, &ids)
        .await?
        .into_iter()
        .filter(|person| person.left_at.is_none() && person.erased_at.is_none())
        .filter_map(|person| shared.get(&person.id).map(|circle| (person.clone(), *circle)))
        .collect();
    out.sort_by(|a, b| (&a.0.name, a.0.id).cmp(&(&b.0.name, b.0.id)));
    Ok(out)
}

/// The share of asks that this person answered within the time that they had stated: for their own eyes, which
/// is why it is asked of the actor and of nobody else. Open asks count when their time is over.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn own_share(tx: &mut Tx, actor: &Actor) -> Result<Share, LedgerError> {
    let row = tx
        .one(
            "select count(*) as n, coalesce(cast(sum(case when answered_at <= due_at then 1 else 0 end) as bigint), 0) as so \
             from ask where asked = $1 and due_at is not null and withdrawn_at is null \
             and (answered_at is not null or due_at < $2)",
            args![actor.person, tx.now()],
        )
        .await?;
    match row {
        Some(row) => Ok(Share::counted(row.int("so")?, row.int("n")?)),
        None => Ok(Share::default()),
    }
}

/// Asks for somebody.
#[derive(Debug, Clone, Default)]
pub struct Need {
    /// Whom.
    pub whom: Option<PersonId>,
    /// What for.
    pub words: String,
}

#[crate::act]
impl Act for Need {
    type Done = AskId;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<AskId, Refused> {
        let mut wrongs = Wrongs::default();
        let words = wrongs.take(text::prose("words", &self.words));
        let found = match self.whom {
            Some(whom) => reachable(tx, actor).await?.into_iter().find(|(person, _)| person.id == whom),
            None => None,
        };
        if found.is_none() {
            wrongs.add("whom", "Choose somebody of your circles.");
        }
        let words = wrongs.or(words)?;
        let (whom, circle) = found.ok_or(Refused::NotFound)?;
        let zone = TimeZone::get(&whom.zone).unwrap_or(TimeZone::UTC);
        let due = availability(tx, whom.id)
            .await?
            .and_then(|stated| available::due(tx.now(), &stated.windows, stated.within_hours, &zone));
        let id: AskId = tx.id();
        tx.run(
            "insert into ask (id, asker, asked, circle, words, asked_at, due_at) values ($1, $2, $3, $4, $5, $6, $7)",
            args![id, actor.person, whom.id, circle, &words, tx.now(), due],
        )
        .await?;
        tx.say(Said::new("ask", id, "asked").by(actor.person).within(circle).with("of", whom.id.to_string()).sealed(
            actor.person,
            "words",
            words,
        ));
        Ok(id)
    }
}

/// Answers an ask.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Which.
    pub ask: AskId,
    /// The answer, or how it was given.
    pub words: String,
}

#[crate::act]
impl Act for Answer {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let ask = get(tx, actor, self.ask).await?.ok_or(Refused::NotFound)?;
        if ask.asked != actor.person {
            return Err(Refused::NotYours("Only who was asked answers.".to_owned()));
        }
        if !ask.is_open() {
            return Err(Refused::conflict("This ask is closed.", "Ask anew if there is more."));
        }
        let words = text::prose("words", &self.words)?;
        tx.run("update ask set answered_at = $1, answer = $2 where id = $3", args![tx.now(), &words, self.ask]).await?;
        tx.say(Said::new("ask", self.ask, "answered").by(actor.person).sealed(actor.person, "words", words));
        Ok(())
    }
}

/// Takes an ask back.
#[derive(Debug, Clone)]
pub struct Withdraw {
    /// Which.
    pub ask: AskId,
}

#[crate::act]
impl Act for Withdraw {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let ask = get(tx, actor, self.ask).await?.ok_or(Refused::NotFound)?;
        if ask.asker != actor.person {
            return Err(Refused::NotYours("Only who asked takes it back.".to_owned()));
        }
        if !ask.is_open() {
            return Err(Refused::conflict("This ask is closed.", "There is nothing to take back."));
        }
        tx.run("update ask set withdrawn_at = $1 where id = $2", args![tx.now(), self.ask]).await?;
        tx.say(Said::new("ask", self.ask, "withdrawn").by(actor.person));
        Ok(())
    }
}

/// Asks that wait for a person's answer.
pub(crate) async fn waiting(tx: &mut Tx, person: PersonId) -> Result<Vec<Waiting>, LedgerError> {
    let zone = zone_of(tx, person).await?;
    let rows = tx
        .rows(
            "select a.*, p.name as asker_name from ask a join person p on p.id = a.asker \
             where a.asked = $1 and a.answered_at is null and a.withdrawn_at is null order by a.asked_at, a.id",
            args![person],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let (found, name) = (ask(row)?, row.text("asker_name")?);
            let due = found.due_at.map(|due| due.to_zoned(zone.clone()));
            let because = match &due {
                Some(due) => format!(
                    "By what you stated, the answer is due on {} at {:02}:{:02}.",
                    due.date(),
                    due.hour(),
                    due.minute()
                ),
                None => "You stated no time within which you answer.".to_owned(),
            };
            Ok(Waiting {
                act: Do::Answer,
                noun: "ask".to_owned(),
                subject: found.id.to_string(),
                title: format!("{name} needs you"),
                because,
                since: found.asked_at,
                due: due.map(|due| due.date()),
                holds_up: 1,
                page: format!("/asks#ask-{}", found.id),
            })
        })
        .collect()
}

/// Blanks a person's own words: their asks, their answers, what they stated about being reached.
pub(crate) async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    tx.run("update ask set words = $2 where asker = $1", args![person, ERASED]).await?;
    tx.run("update ask set answer = $2 where asked = $1 and answer is not null", args![person, ERASED]).await?;
    tx.run("delete from available_window where person = $1", args![person]).await?;
    tx.run("delete from availability where person = $1", args![person]).await?;
    Ok(())
}
