//! The changes of the sample's service desk: what its people planned in the year, and what they had to mend at once. The
//! fixes of its problems are among them.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::DAYS;
use crate::tickets::{FIXED, Ticket, happens, item, moment, tickets};
use crate::world::lot;

/// Name of the file under which they are imported.
pub const CHANGES: &str = "alder-it-sample-changes.csv";

/// Days ahead for which work is planned already.
const AHEAD: i32 = 10;
/// Of a hundred tickets on something that changes touch, how many are mended at once by an emergency change.
const AT_ONCE: u32 = 2;

/// Title, service, every so many days, the first of them, from this hour on, minutes, type, risk.
type Again = (&'static str, &'static str, i32, i32, u32, u32, &'static str, &'static str);

/// Work that comes again.
#[rustfmt::skip]
const AGAIN: [Again; 10] = [
    ("Monthly patches of the mail server", "Mail", 28, 3, 19, 120, "standard", "Low"),
    ("Monthly patches of the file servers", "Files", 28, 10, 19, 120, "standard", "Low"),
    ("Sign-in gateway restarted after its patches", "Sign-in", 28, 17, 6, 45, "standard", "Low"),
    ("Certificate of the sign-in gateway renewed", "Sign-in", 90, 24, 12, 30, "normal", "Moderate"),
    ("New version of the portal", "Portal", 14, 5, 12, 60, "normal", "Moderate"),
    ("Update of the practice screens", "Screens", 14, 9, 22, 60, "standard", "Low"),
    ("Channels of the warehouse wireless moved", "Scanners", 42, 8, 18, 90, "normal", "Moderate"),
    ("New firmware for the lines of the shops", "Network", 35, 12, 20, 150, "normal", "High"),
    ("Print queues moved to the new server", "Printing", 56, 16, 13, 60, "normal", "Low"),
    ("One shelf more for the archive", "Servers", 60, 30, 17, 180, "normal", "Moderate"),
];

/// Work that was done once: title, service, day, hour, minutes. The last is followed by what visitors see.
#[rustfmt::skip]
const ONCE: [(&str, &str, i32, u32, u32); 3] = [
    ("Signal turned down in both halls, one access point more in the passage", "Scanners", FIXED[0], 16, 120),
    ("The update of the screens waits until the screen is on", "Screens", FIXED[1], 16, 60),
    ("Sign-in page of the guest network moved to another machine", "Guest network", -21, 19, 90),
];

/// From when to when.
type Span = (Timestamp, Timestamp);

/// A change.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    number: String,
    how: &'static str,
    risk: &'static str,
    service: &'static str,
    title: String,
    opened: Timestamp,
    planned: Span,
    /// When it was done; nothing while it is only planned.
    actual: Option<Span>,
    /// The ticket that it mends.
    mends: Option<String>,
}

fn minutes(many: u32) -> SignedDuration {
    SignedDuration::from_mins(many.into())
}

fn after(at: Timestamp, many: u32) -> Timestamp {
    at.checked_add(minutes(many)).unwrap_or(at)
}

/// Work that is planned for an hour of a day: it begins a little later, and about every third time it takes longer than
/// was planned. What would end after `end` is only planned so far.
fn planned(
    today: Date,
    (day, hour, long): (i32, u32, u32),
    (title, service): (&str, &'static str),
    (how, risk): (&'static str, &'static str),
    end: Timestamp,
) -> Option<Change> {
    let of = |what: &str| lot(&format!("{title} {day} {what}"));
    let date = today.saturating_add(day.days());
    let from = date.at(i8::try_from(hour).ok()?, 0, 0, 0).to_zoned(TimeZone::UTC).ok()?.timestamp();
    let to = after(from, long);
    let began = after(from, of("late") % 10);
    let ended = if of("longer") < 30 { after(to, 10 + of("beyond")) } else { after(began, long * 3 / 4) };
    let asked = from.checked_sub(SignedDuration::from_hours(i64::from(3 + of("asked") % 11) * 24)).ok()?;
    // What nobody has asked for yet is in no list.
    if asked > end {
        return None;
    }
    Some(Change {
        number: String::new(),
        how,
        risk,
        service,
        title: title.to_owned(),
        opened: asked,
        planned: (from, to),
        actual: (ended < end).then_some((began, ended)),
        mends: None,
    })
}

/// What was mended at once: it begins after the ticket that tells of it.
fn at_once(ticket: &Ticket, end: Timestamp) -> Option<Change> {
    let of = |what: &str| lot(&format!("{} {what}", ticket.number));
    let item = item(ticket.service());
    if item.is_empty() || !happens(&format!("{} mended at once", ticket.number), AT_ONCE) {
        return None;
    }
    let from = after(ticket.opened, 20 + of("until"));
    let ended = after(from, 20 + of("long"));
    if ended >= end {
        return None;
    }
    Some(Change {
        number: String::new(),
        how: "emergency",
        risk: "High",
        service: ticket.service(),
        title: format!("{item} mended at once"),
        opened: after(ticket.opened, 10),
        planned: (from, after(from, 60)),
        actual: Some((from, ended)),
        mends: Some(ticket.number.clone()),
    })
}

/// All changes up to some days after an instant, in the order in which they were asked for.
pub(crate) fn changes(tickets: &[Ticket], end: Timestamp) -> Vec<Change> {
    let today: Date = end.to_zoned(TimeZone::UTC).date();
    let mut out: Vec<Change> = Vec::new();
    for day in -DAYS..=AHEAD {
        for (title, service, every, first, hour, long, how, risk) in AGAIN {
            if (day + DAYS).rem_euclid(every) == first {
                out.extend(planned(today, (day, hour, long), (title, service), (how, risk), end));
            }
        }
    }
    for (title, service, day, hour, long) in ONCE {
        out.extend(planned(today, (day, hour, long), (title, service), ("normal", "Moderate"), end));
    }
    out.extend(tickets.iter().filter_map(|ticket| at_once(ticket, end)));
    out.sort_by(|a, b| (a.opened, &a.title).cmp(&(b.opened, &b.title)));
    for (at, change) in out.iter_mut().enumerate() {
        change.number = format!("ALC{:04}", at + 1);
    }
    out
}

/// The change that mends a ticket, by the ticket's number.
pub(crate) fn mending<'a>(changes: &'a [Change], ticket: &str) -> &'a str {
    changes.iter().find(|change| change.mends.as_deref() == Some(ticket)).map_or("", |change| &change.number)
}

/// The changes of the year that ends at an instant and of the days after it, as comma-separated text with the columns of
/// a service desk's export. Nobody is named in it.
#[must_use]
pub fn export_changes(end: Timestamp) -> String {
    let mut text = String::from(
        "number,type,risk,cab_required,start_date,end_date,work_start,work_end,opened_at,closed_at,cmdb_ci,\
         business_service,short_description\n",
    );
    for change in changes(&tickets(end), end) {
        let (began, ended) = change.actual.map(|(began, ended)| (moment(began), moment(ended))).unwrap_or_default();
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{began},{ended},{},{ended},{},{},\"{}\"",
            change.number,
            change.how,
            change.risk,
            change.how == "normal",
            moment(change.planned.0),
            moment(change.planned.1),
            moment(change.opened),
            item(change.service),
            change.service,
            change.title
        );
    }
    text
}
