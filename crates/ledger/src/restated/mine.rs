//! What restated needs hold about a person, for that person.

use crate::people::Place;

/// What is held of a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Tickets",
        what: "What you said back as really needed",
        covers: ("restated", "said_by"),
        sql: "select said_at, ticket, words, state from restated where said_by = $1 order by said_at, id",
        shows: &[("said_at", "When"), ("ticket", "Ticket"), ("words", "In your words"), ("state", "Stands")],
    },
    Place {
        room: "Tickets",
        what: "What you answered on behalf of who asked",
        covers: ("restated", "answered_by"),
        sql: "select answered_at, ticket, state, correction, note from restated where answered_by = $1 \
              order by answered_at, id",
        shows: &[
            ("answered_at", "When"),
            ("ticket", "Ticket"),
            ("state", "Stands"),
            ("correction", "What is needed instead"),
            ("note", "How you heard it"),
        ],
    },
    Place {
        room: "Tickets",
        what: "Teams of which you stated since when they say back what is needed",
        covers: ("listening", "stated_by"),
        sql: "select l.stated_at, c.name, l.since from listening l join circle c on c.id = l.circle \
              where l.stated_by = $1 order by l.stated_at",
        shows: &[("stated_at", "When"), ("name", "Circle"), ("since", "Since")],
    },
];
