//! What talks hold about a person, for that person.

use crate::people::Place;

macro_rules! places {
    ($($what:literal, $covers:expr, $sql:literal, [$(($column:literal, $heading:literal)),* $(,)?];)*) => {
        /// What talks hold of a person.
        pub(crate) const MINE: &[Place] = &[$(Place {
            room: "Talks", what: $what, covers: $covers, sql: $sql, shows: &[$(($column, $heading)),*],
        }),*];
    };
}
places! {
    "Talks that you called", ("talk", "called_by"),
        "select planned_on, replace(kind, '_', ' ') as kind, about, state from talk where called_by = $1 order by planned_on",
        [("planned_on", "Day"), ("kind", "Kind"), ("about", "About"), ("state", "Stands")];
    "What you wrote of talks, as all who took part read it", ("talk", "noted_by"),
        "select held_on, words from talk where noted_by = $1 and words <> '' order by held_on",
        [("held_on", "Day"), ("words", "Words")];
    "Talks that you called off, or said did not take place", ("talk", "ended_by"),
        "select planned_on, replace(kind, '_', ' ') as kind, state from talk where ended_by = $1 order by planned_on",
        [("planned_on", "Day"), ("kind", "Kind"), ("state", "Stands")];
    "Talks in which you take part", ("talk_with", "person"),
        "select t.planned_on, replace(t.kind, '_', ' ') as kind, p.name, t.about, t.state, w.seen_at from talk_with w \
         join talk t on t.id = w.talk join person p on p.id = t.called_by where w.person = $1 order by t.planned_on",
        [("planned_on", "Day"), ("kind", "Kind"), ("name", "Called by"), ("about", "About"), ("state", "Stands"),
         ("seen_at", "You had seen it")];
    "What you heard of others", ("talk_heard", "heard_by"),
        "select h.said_at, p.name, h.words, h.state, h.correction from talk_heard h join person p on p.id = h.heard_of \
         where h.heard_by = $1 order by h.said_at",
        [("said_at", "When"), ("name", "Of"), ("words", "What you heard"), ("state", "Stands"), ("correction", "Their correction")];
    "What others heard of you", ("talk_heard", "heard_of"),
        "select h.said_at, p.name, h.words, h.state, h.correction from talk_heard h join person p on p.id = h.heard_by \
         where h.heard_of = $1 order by h.said_at",
        [("said_at", "When"), ("name", "By"), ("words", "What they heard"), ("state", "Stands"), ("correction", "Your correction")];
    "How you saw a conflict, as you told the mediator", ("mediation_account", "person"),
        "select told_at, words, opened_at from mediation_account where person = $1 order by told_at",
        [("told_at", "When"), ("words", "Words"), ("opened_at", "Opened to the other side")];
    "What you wrote to be told of a talk", ("talk_word", "written_by"),
        "select written_at, kind, words, shared_at from talk_word where written_by = $1 order by written_at",
        [("written_at", "When"), ("kind", "What"), ("words", "Words"), ("shared_at", "Told since")];
    "That you agreed to what is told of a talk", ("talk_word_consent", "person"),
        "select c.agreed_at, w.kind, w.words from talk_word_consent c join talk_word w on w.id = c.word \
         where c.person = $1 order by c.agreed_at",
        [("agreed_at", "When"), ("kind", "What"), ("words", "Words")];
    "Notes on what goes on in your life", ("life_note", "person"),
        "select made_at, words from life_note where person = $1 order by made_at",
        [("made_at", "Written"), ("words", "Words")];
    "Notes on their lives that others show you", ("life_note_shown", "person"),
        "select s.shown_at, p.name from life_note_shown s join life_note n on n.id = s.note join person p on p.id = n.person \
         where s.person = $1 order by s.shown_at",
        [("shown_at", "Since"), ("name", "Whose")];
    "How often you mean to talk with whom", ("cadence", "set_by"),
        "select c.since, replace(c.kind, '_', ' ') as kind, coalesce(p.name, k.name) as name, \
         cast(c.every_days as text) as days, c.ended_at from cadence c left join person p on p.id = c.with_person \
         join circle k on k.id = c.circle where c.set_by = $1 order by c.since",
        [("since", "Since"), ("kind", "Kind"), ("name", "With"), ("days", "Every so many days"), ("ended_at", "Ended")];
    "How often others mean to talk with you", ("cadence", "with_person"),
        "select c.since, p.name, cast(c.every_days as text) as days, c.ended_at from cadence c \
         join person p on p.id = c.set_by where c.with_person = $1 order by c.since",
        [("since", "Since"), ("name", "Who"), ("days", "Every so many days"), ("ended_at", "Ended")];
    "Uncertain times that you stated", ("uncertain", "said_by"),
        "select from_day, until_day, reason from uncertain where said_by = $1 order by from_day",
        [("from_day", "From"), ("until_day", "Until"), ("reason", "Why")];
    "What you said is known, or not known yet", ("uncertain_post", "said_by"),
        "select said_at, words from uncertain_post where said_by = $1 order by said_at",
        [("said_at", "When"), ("words", "What")];
}
