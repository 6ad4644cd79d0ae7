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
    "Fixes of problems that you answered for, as the work record shows them", ("problem_fix", "owner"),
        "select fixed_on, title, team, replace(stage, '_', ' ') as stage, day, figures from problem_fix \
         where owner = $1 order by fixed_on, entry",
        [
            ("fixed_on", "Fixed on"), ("title", "Problem"), ("team", "By the team"), ("stage", "Stands"), ("day", "Since"),
            ("figures", "Figures"),
        ];
}
