//! The tickets of the sample's service desk: a year of them, made up, as an export that `plumb import` reads. Three kinds
//! are the problems that the sample's people work on; the others are what comes to any desk.

use std::fmt::Write as _;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::DAYS;
use crate::changes::{changes, mending};
use crate::world::lot;

/// Name of the file under which they are imported.
pub const FILE: &str = "alder-it-sample-tickets.csv";
/// The source that the profile of the export gives them.
const SOURCE: &str = "servicenow";

/// What a ticket is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Scanners lose the wireless; the network team fixes it.
    Scanners,
    /// Screens of practices stay dark in the morning; what was done does not help.
    Screens,
    /// Guests cannot sign in; since a few weeks, and nobody has looked yet.
    Guests,
    /// Anything else.
    Other,
}

/// A ticket.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) number: String,
    pub(crate) opened: Timestamp,
    /// Days before the last one, as a negative number.
    pub(crate) day: i32,
    pub(crate) kind: Kind,
    hours: i64,
    team: &'static str,
    service: &'static str,
    client: &'static str,
    title: String,
    reopened: u32,
    reassigned: u32,
}

impl Ticket {
    /// Its key in the record.
    pub(crate) fn key(&self) -> String {
        format!("{SOURCE}/{}", self.number)
    }

    /// Its source and its number there.
    pub(crate) fn named(&self) -> (String, String) {
        (SOURCE.to_owned(), self.number.clone())
    }

    /// The team that has it.
    pub(crate) fn team(&self) -> &'static str {
        self.team
    }

    /// The service that it is about.
    pub(crate) fn service(&self) -> &'static str {
        self.service
    }
}

/// The day on which the fix of the scanners was made, and that of the screens.
pub(crate) const FIXED: [i32; 2] = [-84, -60];
/// The day from which the desk says back what is really needed.
pub(crate) const LISTENS: i32 = -112;

/// What comes to any desk: title, service, team.
#[rustfmt::skip]
const OTHER: [(&str, &str, &str); 20] = [
    ("Password forgotten after the holidays", "Sign-in", "Identity and access"),
    ("New colleague needs access to the shared drive", "Files", "Identity and access"),
    ("Mailbox is full", "Mail", "Workplace"),
    ("A shared calendar shows the wrong week", "Mail", "Workplace"),
    ("Keyboard with a broken key", "Devices", "Service desk"),
    ("Headset has no sound in calls", "Devices", "Service desk"),
    ("Laptop battery lasts an hour", "Devices", "Workplace"),
    ("Please install the drawing program", "Software", "Service desk"),
    ("Spreadsheet opens read-only", "Files", "Service desk"),
    ("Printer asks for a code", "Printing", "Service desk"),
    ("Paper jam in the second tray", "Printing", "Service desk"),
    ("Backup report is missing", "Servers", "Infrastructure"),
    ("Disk of the archive is almost full", "Servers", "Infrastructure"),
    ("Test place of the portal does not answer", "Portal", "Platform"),
    ("Portal shows yesterday’s figures", "Portal", "Platform"),
    ("Line of a shop was down for an hour", "Network", "Network"),
    ("Remote access asks for the second factor twice", "Sign-in", "Identity and access"),
    ("Order a second screen", "Devices", "Service desk"),
    ("How do I send an encrypted mail?", "Mail", "Service desk"),
    ("Meeting room cannot share a picture", "Devices", "Workplace"),
];
const SCANNERS: [&str; 3] = [
    "Hand scanner loses the wireless in the warehouse",
    "Warehouse hand scanner drops off the wireless again",
    "Scanner in hall three has no wireless, has to be restarted",
];
const SCREENS: [&str; 3] = [
    "Practice screen stays dark in the morning",
    "Screen in the practice is dark after the nightly update",
    "Dark practice screen in the morning, patients wait",
];
const GUESTS: [&str; 2] =
    ["Guest network page does not open for visitors", "Visitors cannot reach the sign-in page of the guest network"];

/// Whether something happens, in so many of a hundred cases; the same whenever it is asked.
pub(crate) fn happens(of: &str, percent: u32) -> bool {
    lot(of) < percent
}

/// What of a service changes touch; empty where it is a thing on somebody's desk.
pub(crate) fn item(service: &str) -> &'static str {
    match service {
        "Sign-in" => "Sign-in gateway",
        "Files" => "File servers",
        "Mail" => "Mail server",
        "Printing" => "Print server",
        "Servers" => "Archive",
        "Portal" => "Portal",
        "Network" => "Lines of the shops",
        "Scanners" => "Wireless of the scanners",
        "Screens" => "Screens of the practices",
        "Guest network" => "Guest network",
        _ => "",
    }
}

/// How many tickets of a kind come on a day.
fn come(kind: Kind, day: i32, weekday: bool) -> u32 {
    let of = format!("{kind:?} {day}");
    let some = |percent: u32| u32::from(happens(&of, percent)) + u32::from(happens(&format!("{of} more"), percent / 3));
    match kind {
        Kind::Scanners if day < -230 => 0,
        Kind::Scanners if day < FIXED[0] => some(55),
        Kind::Scanners => u32::from(happens(&of, 5)),
        Kind::Screens if day < -170 || !weekday => 0,
        Kind::Screens => some(55),
        Kind::Guests if day < -20 || !weekday => 0,
        Kind::Guests => u32::from(happens(&of, 60)),
        Kind::Other if weekday => 4 + lot(&of) % 3,
        Kind::Other => lot(&of) % 2,
    }
}

fn words(kind: Kind, of: &str) -> (String, &'static str, &'static str, &'static str) {
    let at = |many: usize| usize::try_from(lot(&format!("{of} words"))).unwrap_or_default() % many;
    match kind {
        Kind::Scanners => (SCANNERS[at(SCANNERS.len())].to_owned(), "Scanners", "Network", "Harbour Foods"),
        Kind::Screens => (SCREENS[at(SCREENS.len())].to_owned(), "Screens", "Workplace", "Northlight Clinics"),
        Kind::Guests => (GUESTS[at(GUESTS.len())].to_owned(), "Guest network", "Network", "Northlight Clinics"),
        Kind::Other => {
            let (title, service, team) = OTHER[at(OTHER.len())];
            let client = ["Harbour Foods", "Northlight Clinics", ""][at(3)];
            // People do not write the same words twice.
            let place = lot(&format!("{of} place")) % 40 + 1;
            (format!("{title} (room {place})"), service, team, client)
        }
    }
}

/// How often a ticket comes back: of those of the desk less often since it says back what is needed.
fn reopened(team: &str, day: i32, of: &str) -> u32 {
    let percent = if team == "Service desk" && day >= LISTENS { 5 } else { 16 };
    u32::from(happens(&format!("{of} again"), percent))
}

/// All tickets up to the day of an instant, in order of time. A day of the year has the same tickets whenever it is asked.
pub(crate) fn tickets(end: Timestamp) -> Vec<Ticket> {
    let today: Date = end.to_zoned(TimeZone::UTC).date();
    let mut out = Vec::new();
    for day in -DAYS..0 {
        let date = today.saturating_add(day.days());
        // The week is that of the sample, not of the calendar, so that numbers do not change from day to day.
        let weekday = day.rem_euclid(7) < 5;
        for kind in [Kind::Scanners, Kind::Screens, Kind::Guests, Kind::Other] {
            for at in 0..come(kind, day, weekday) {
                let of = format!("{kind:?} {day} {at}");
                let (hour, minute) = (7 + lot(&format!("{of} hour")) % 10, lot(&format!("{of} minute")) % 60);
                let time = date.at(i8::try_from(hour).unwrap_or(7), i8::try_from(minute).unwrap_or(0), 0, 0);
                let (title, service, team, client) = words(kind, &of);
                out.push(Ticket {
                    number: String::new(),
                    opened: time.to_zoned(TimeZone::UTC).map_or(end, |at| at.timestamp()),
                    day,
                    kind,
                    hours: i64::from(1 + lot(&format!("{of} hours")) * lot(&format!("{of} days")) / 60),
                    team,
                    service,
                    client,
                    title,
                    reopened: reopened(team, day, &of),
                    reassigned: u32::from(happens(&format!("{of} handed on"), 20)),
                });
            }
        }
    }
    out.sort_by(|a, b| (a.opened, &a.title).cmp(&(b.opened, &b.title)));
    for (at, ticket) in out.iter_mut().enumerate() {
        ticket.number = format!("ALD{:05}", at + 1);
    }
    out
}

/// An instant as the exports write it.
pub(crate) fn moment(at: Timestamp) -> String {
    let at: DateTime = at.to_zoned(TimeZone::UTC).datetime();
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The tickets of the year that ends at an instant, as comma-separated text with the columns of a service desk's export.
/// Callers are numbers: nobody in it is a person.
#[must_use]
pub fn export(end: Timestamp) -> String {
    let mut text = String::from(
        "number,opened_at,resolved_at,closed_at,incident_state,reopen_count,reassignment_count,category,\
         business_service,cmdb_ci,rfc,assignment_group,company,caller_id,short_description\n",
    );
    let tickets = tickets(end);
    let changes = changes(&tickets, end);
    for ticket in &tickets {
        let ended = ticket.opened.checked_add(SignedDuration::from_hours(ticket.hours)).unwrap_or(end);
        let (ended, state) = if ended < end { (moment(ended), "Closed") } else { (String::new(), "Active") };
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "{},{},{ended},{ended},{state},{},{},{},{},{},{},{},{},Caller {},\"{}\"",
            ticket.number,
            moment(ticket.opened),
            ticket.reopened,
            ticket.reassigned,
            ticket.service,
            ticket.service,
            item(ticket.service),
            mending(&changes, &ticket.number),
            ticket.team,
            ticket.client,
            lot(&format!("{} caller", ticket.number)) % 80,
            ticket.title
        );
    }
    text
}
