//! What asks, triage, Today and the post hold about a person.

use crate::people::Place;

/// The places of these rooms.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Asks",
        what: "What you asked",
        covers: ("request", "asked_by"),
        sql: "select title, state, asked_at, due from request where asked_by = $1 order by asked_at",
        shows: &[("title", "What"), ("state", "Stands"), ("asked_at", "Asked"), ("due", "Needed by")],
    },
    Place {
        room: "Asks",
        what: "What was asked of you",
        covers: ("request", "owner"),
        sql: "select title, state, asked_at, due from request where owner = $1 order by asked_at",
        shows: &[("title", "What"), ("state", "Stands"), ("asked_at", "Asked"), ("due", "Needed by")],
    },
    Place {
        room: "Asks",
        what: "What you wrote down as asked",
        covers: ("request", "noted_by"),
        sql: "select title, asked_name, asked_at from request where noted_by = $1 order by asked_at",
        shows: &[("title", "What"), ("asked_name", "By whom"), ("asked_at", "When")],
    },
    Place {
        room: "Asks",
        what: "What you were asked to take on",
        covers: ("request", "taker"),
        sql: "select title, state, taker_due from request where taker = $1 order by asked_at",
        shows: &[("title", "What"), ("state", "Stands"), ("taker_due", "By when")],
    },
    Place {
        room: "Asks",
        what: "Verdicts that you gave",
        covers: ("triage", "person"),
        sql: "select r.title, t.verdict, t.reason, t.at from triage t join request r on r.id = t.request \
              where t.person = $1 order by t.at",
        shows: &[("title", "On"), ("verdict", "Verdict"), ("reason", "Reason"), ("at", "When")],
    },
    Place {
        room: "Today",
        what: "What you have in hand",
        covers: ("in_hand", "person"),
        sql: "select title, since from in_hand where person = $1",
        shows: &[("title", "What"), ("since", "Since")],
    },
    Place {
        room: "Today",
        what: "Interruptions that you wrote down",
        covers: ("interruption", "person"),
        sql: "select at, words, title from interruption where person = $1 order by at",
        shows: &[("at", "When"), ("words", "What"), ("title", "Pushed aside")],
    },
    Place {
        room: "Today",
        what: "How you want to be told",
        covers: ("post", "person"),
        sql: "select cast(hour as text) as hour, mail_off, calendar_off, changed_at from post where person = $1",
        shows: &[
            ("hour", "Hour of the mail"),
            ("mail_off", "Left out of the mail"),
            ("calendar_off", "Left out of the calendar"),
            ("changed_at", "Since"),
        ],
    },
    Place {
        room: "Today",
        what: "Mails that were sent to you",
        covers: ("mailing", "person"),
        sql: "select day, state, told_at from mailing where person = $1 order by day",
        shows: &[("day", "Day"), ("state", "Ended"), ("told_at", "When")],
    },
    Place {
        room: "Today",
        what: "The secret address of your calendar, of which only a hash is kept",
        covers: ("calendar_link", "person"),
        sql: "select made_at from calendar_link where person = $1",
        shows: &[("made_at", "Made")],
    },
];
