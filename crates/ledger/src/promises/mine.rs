//! What this room holds about a person, for their own eyes.

use crate::people::Place;

const PROMISE: &[(&str, &str)] =
    &[("made_at", "Made"), ("what", "What"), ("known", "How it will be known"), ("due", "By"), ("state", "Stands")];

pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Promises",
        what: "What you promised, or were asked to",
        covers: ("promise", "from_person"),
        sql: "select made_at, what, known, due, state from promise where from_person = $1 order by made_at desc, id",
        shows: PROMISE,
    },
    Place {
        room: "Promises",
        what: "What was promised to you",
        covers: ("promise", "to_person"),
        sql: "select made_at, what, known, due, state from promise where to_person = $1 order by made_at desc, id",
        shows: PROMISE,
    },
    Place {
        room: "Promises",
        what: "What you asked others to promise",
        covers: ("promise", "made_by"),
        sql: "select made_at, what, known, due, state from promise where made_by = $1 and from_person <> $1 \
              order by made_at desc, id",
        shows: PROMISE,
    },
    Place {
        room: "Promises",
        what: "Promises that you closed",
        covers: ("promise", "closed_by"),
        sql: "select closed_on, what, due, state from promise where closed_by = $1 order by closed_on desc, id",
        shows: &[("closed_on", "Closed"), ("what", "What"), ("due", "By"), ("state", "As")],
    },
    Place {
        room: "Promises",
        what: "What you answered about relying on others, from 1 to 5",
        covers: ("trust_answer", "by_person"),
        sql: "select t.on_day, p.name, t.answer from trust_answer t \
              join person p on p.id = t.about where t.by_person = $1 order by t.on_day desc, t.id",
        shows: &[("on_day", "Day"), ("name", "About"), ("answer", "Answer")],
    },
    Place {
        room: "Promises",
        what: "What others answered about relying on you, from 1 to 5",
        covers: ("trust_answer", "about"),
        sql: "select t.on_day, p.name, t.answer from trust_answer t \
              join person p on p.id = t.by_person where t.about = $1 order by t.on_day desc, t.id",
        shows: &[("on_day", "Day"), ("name", "By"), ("answer", "Answer")],
    },
];
