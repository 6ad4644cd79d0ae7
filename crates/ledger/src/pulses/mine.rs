//! What pulses hold of a person, for that person.

use crate::people::Place;

/// What this room holds of a person.
pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Pulse",
        what: "Rounds in which you were asked. What you answered lies under seal until the round closes and is deleted then; whether you answered is kept no longer than that",
        covers: ("pulse_seat", "person"),
        sql: "select c.name, r.opens_on, r.closes_on from pulse_seat s join pulse_round r on r.id = s.round \
              join circle c on c.id = r.circle where s.person = $1 order by r.opens_on desc, c.name",
        shows: &[("name", "Circle"), ("opens_on", "From"), ("closes_on", "To")],
    },
    Place {
        room: "Pulse",
        what: "Pulses that you set",
        covers: ("pulse", "set_by"),
        sql: "select c.name, p.every_weeks, p.answer_days, p.next_on, p.set_at from pulse p join circle c on c.id = p.circle \
              where p.set_by = $1 order by p.set_at desc, c.name",
        shows: &[
            ("set_at", "When"),
            ("name", "Circle"),
            ("every_weeks", "Every so many weeks"),
            ("answer_days", "Answered within so many days"),
            ("next_on", "Next round"),
        ],
    },
    Place {
        room: "Pulse",
        what: "Pulses that you ended",
        covers: ("pulse", "ended_by"),
        sql: "select c.name, p.ended_at from pulse p join circle c on c.id = p.circle where p.ended_by = $1 \
              order by p.ended_at desc, c.name",
        shows: &[("ended_at", "When"), ("name", "Circle")],
    },
    Place {
        room: "Pulse",
        what: "What you answered to a pulse of a circle that you lead: you said, we did",
        covers: ("pulse_round", "replied_by"),
        sql: "select c.name, r.replied_on, r.answer_by, r.reply from pulse_round r join circle c on c.id = r.circle \
              where r.replied_by = $1 order by r.replied_on desc, c.name",
        shows: &[("replied_on", "When"), ("name", "Circle"), ("answer_by", "Said by"), ("reply", "Words")],
    },
];
