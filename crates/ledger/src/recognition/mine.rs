//! What recognition holds about a person, for that person.

use crate::people::Place;

macro_rules! places {
    ($($what:literal, $covers:expr, $sql:literal, [$(($column:literal, $heading:literal)),* $(,)?];)*) => {
        /// What nominations and badges hold of a person.
        pub(crate) const MINE: &[Place] = &[$(Place {
            room: "Recognition", what: $what, covers: $covers, sql: $sql, shows: &[$(($column, $heading)),*],
        }),*];
    };
}
places! {
    "Standards that you set", ("recognition_standard", "set_by"),
        "select version, qualities, whats, hows, months, set_at from recognition_standard where set_by = $1 order by version",
        [("set_at", "When"), ("version", "Version"), ("qualities", "Qualities"), ("whats", "WHATs"), ("hows", "HOWs"),
         ("months", "Months")];
    "Nominations of you", ("nomination", "person"),
        "select n.made_at, p.name, n.words, n.state, n.reason from nomination n join person p on p.id = n.nominated_by \
         where n.person = $1 order by n.made_at",
        [("made_at", "When"), ("name", "By"), ("words", "Why"), ("state", "Stands"), ("reason", "Reason of a refusal")];
    "Nominations that you made", ("nomination", "nominated_by"),
        "select n.made_at, p.name, n.words from nomination n join person p on p.id = n.person where n.nominated_by = $1 \
         order by n.made_at",
        [("made_at", "When"), ("name", "Whom"), ("words", "Why")];
    "Nominations that you were asked to confirm", ("nomination", "verifier"),
        "select n.asked_at, p.name, n.state, n.reason from nomination n join person p on p.id = n.person where n.verifier = $1 \
         order by n.asked_at",
        [("asked_at", "Asked"), ("name", "Whose"), ("state", "Stands"), ("reason", "Your reason")];
    "Badges that you hold", ("badge", "person"),
        "select issued_on, holds_until, revoked_at, revoked_why, file from badge where person = $1 order by issued_on",
        [("issued_on", "Given"), ("holds_until", "Holds until"), ("revoked_at", "Revoked"), ("revoked_why", "Why"), ("file", "File")];
    "Badges that you confirmed", ("badge", "verified_by"),
        "select b.issued_on, p.name from badge b join person p on p.id = b.person where b.verified_by = $1 order by b.issued_on",
        [("issued_on", "When"), ("name", "Whose")];
    "Badges that you revoked", ("badge", "revoked_by"),
        "select b.revoked_at, p.name, b.revoked_why from badge b join person p on p.id = b.person where b.revoked_by = $1 \
         order by b.revoked_at",
        [("revoked_at", "When"), ("name", "Whose"), ("revoked_why", "Why")];
}
