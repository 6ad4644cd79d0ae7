//! What the entries on problems hold about a person, for that person.

use crate::people::Place;

macro_rules! places {
    ($($what:literal, $covers:expr, $sql:literal, [$(($column:literal, $heading:literal)),* $(,)?];)*) => {
        /// What entries on problems hold of a person.
        pub(crate) const MINE: &[Place] = &[$(Place {
            room: "Problems", what: $what, covers: $covers, sql: $sql, shows: &[$(($column, $heading)),*],
        }),*];
    };
}
places! {
    "What you did with problems of the work record", ("problem_entry", "person"),
        "select at, kind, title from problem_entry where person = $1 order by number",
        [("at", "When"), ("kind", "What"), ("title", "Problem")];
    "Versions of a canvas that name you as the owner", ("problem_entry", "owner"),
        "select at, title from problem_entry where owner = $1 order by number",
        [("at", "When"), ("title", "Problem")];
    "Problems on which you were asked for options", ("problem_asked", "person"),
        "select e.title, a.until, a.answered_at from problem_asked a join problem_entry e on e.number = a.entry \
         where a.person = $1 order by a.entry",
        [("title", "Problem"), ("until", "Until"), ("answered_at", "Answered")];
    "Problems that you opened by hand", ("problem_opened", "opened_by"),
        "select e.at, e.title, c.name, o.state from problem_opened o join problem_entry e on e.number = o.entry \
         join circle c on c.id = o.circle where o.opened_by = $1 order by o.entry",
        [("at", "When"), ("title", "Problem"), ("name", "Circle"), ("state", "Stands")];
    "Circles that you asked whether a fix held for them", ("problem_side", "asked_by"),
        "select s.asked_at, s.title, c.name from problem_side s join circle c on c.id = s.circle \
         where s.asked_by = $1 order by s.asked_at, s.id",
        [("asked_at", "When"), ("title", "Problem"), ("name", "Circle")];
    "What you said of fixes of problems that touched you", ("problem_word", "person"),
        "select w.said_at, s.title, case when w.agrees = 1 then 'countersigned' else 'objected' end as said, w.words \
         from problem_word w join problem_side s on s.id = w.side where w.person = $1 order by w.said_at, s.id",
        [("said_at", "When"), ("title", "Problem"), ("said", "What"), ("words", "In your words")];
    "Fixes of problems that you answered for, as the work record shows them", ("problem_fix", "owner"),
        "select fixed_on, title, team, replace(stage, '_', ' ') as stage, day, figures from problem_fix \
         where owner = $1 order by fixed_on, entry",
        [
            ("fixed_on", "Fixed on"), ("title", "Problem"), ("team", "By the team"), ("stage", "Stands"), ("day", "Since"),
            ("figures", "Figures"),
        ];
}
