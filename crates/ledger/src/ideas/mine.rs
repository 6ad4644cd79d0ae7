//! What the idea inbox holds about a person, for that person.

use crate::people::Place;

macro_rules! places {
    ($($what:literal, $covers:expr, $sql:literal, [$(($column:literal, $heading:literal)),* $(,)?];)*) => {
        /// What ideas hold of a person.
        pub(crate) const MINE: &[Place] = &[$(Place {
            room: "Ideas", what: $what, covers: $covers, sql: $sql, shows: &[$(($column, $heading)),*],
        }),*];
    };
}
places! {
    "Ideas that you offered", ("idea", "offered_by"),
        "select offered_at, title, words, state from idea where offered_by = $1 order by offered_at",
        [("offered_at", "When"), ("title", "Idea"), ("words", "Words"), ("state", "Stands")];
    "Ideas that you are credited for", ("idea_credit", "person"),
        "select i.title, c.since from idea_credit c join idea i on i.id = c.idea where c.person = $1 order by c.since",
        [("since", "Since"), ("title", "Idea")];
    "Where you said that you stand on ideas", ("idea_stance", "person"),
        "select s.said_at, i.title, replace(s.stance, '_', ' ') as stance, s.words from idea_stance s join idea i on i.id = s.idea where s.person = $1 order by s.said_at",
        [("said_at", "When"), ("title", "Idea"), ("stance", "Where"), ("words", "Why")];
    "Ideas that are yours to answer", ("idea", "answerer"),
        "select title, due, answered_on, state from idea where answerer = $1 order by due",
        [("title", "Idea"), ("due", "By"), ("answered_on", "Answered"), ("state", "Stands")];
    "Ideas that you answered", ("idea", "answered_by"),
        "select answered_at, title, state, reason from idea where answered_by = $1 order by answered_at",
        [("answered_at", "When"), ("title", "Idea"), ("state", "As"), ("reason", "Why")];
    "What you said was learned", ("idea", "learned_by"),
        "select learned_at, title, learned from idea where learned_by = $1 order by learned_at",
        [("learned_at", "When"), ("title", "Idea"), ("learned", "What")];
    "What you told back", ("idea", "result_by"),
        "select result_at, title, result from idea where result_by = $1 order by result_at",
        [("result_at", "When"), ("title", "Idea"), ("result", "What")];
    "Days within which ideas are answered, as you stated them", ("idea_inbox", "stated_by"),
        "select c.name, i.days, i.stated_at from idea_inbox i join circle c on c.id = i.circle where i.stated_by = $1 order by i.stated_at",
        [("stated_at", "When"), ("name", "Circle"), ("days", "Days")];
}
