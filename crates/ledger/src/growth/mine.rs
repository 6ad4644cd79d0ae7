//! What growth holds about a person, for that person.

use crate::people::Place;

macro_rules! places {
    ($($what:literal, $covers:expr, $sql:literal, [$(($column:literal, $heading:literal)),* $(,)?];)*) => {
        /// What plans, seats, notes and one's own pages hold of a person.
        pub(crate) const MINE: &[Place] = &[$(Place {
            room: "Growth", what: $what, covers: $covers, sql: $sql, shows: &[$(($column, $heading)),*],
        }),*];
    };
}
places! {
    "Your growth plans, with their practices", ("growth_plan", "person"),
        "select p.made_at, q.quality, q.why, g.words, g.due, g.note, p.retest_on, p.learned from growth_plan p \
         join growth_quality q on q.plan = p.id left join growth_practice g on g.plan = p.id and g.quality = q.quality \
         where p.person = $1 order by p.made_at desc, q.place, g.due",
        [("made_at", "Begun"), ("quality", "Quality"), ("why", "Why"), ("words", "Practice"), ("due", "By"),
         ("note", "What came of it"), ("retest_on", "To look again on"), ("learned", "What you learned")];
    "Whom you invited to look along", ("growth_seat", "person"),
        "select p.name, s.parts, s.words, s.state, s.invited_at from growth_seat s join person p on p.id = s.guest \
         where s.person = $1 order by s.invited_at",
        [("invited_at", "When"), ("name", "Whom"), ("parts", "To what"), ("words", "Your words"), ("state", "Stands")];
    "Who invited you to look along", ("growth_seat", "guest"),
        "select p.name, s.parts, s.words, s.state, s.invited_at from growth_seat s join person p on p.id = s.person \
         where s.guest = $1 order by s.invited_at",
        [("invited_at", "When"), ("name", "Who"), ("parts", "To what"), ("words", "Their words"), ("state", "Stands")];
    "Your strengths and limits", ("growth_trait", "person"),
        "select made_at, kind, title, used, retired_at from growth_trait where person = $1 order by made_at",
        [("made_at", "When"), ("kind", "Kind"), ("title", "What"), ("used", "How it serves others, or who is asked"),
         ("retired_at", "Taken off")];
    "Weeks that you looked back on; the words are sealed to you and stand on the page of your looks back alone", ("reflection", "person"),
        "select week, kept_at from reflection where person = $1 order by week desc",
        [("week", "Week of"), ("kept_at", "Kept")];
    "Messages that you hold; the words are sealed to you and stand on their own page alone", ("held_message", "person"),
        "select made_at, until from held_message where person = $1 order by made_at",
        [("made_at", "Written"), ("until", "Held until")];
    "Situations that you thought through; which, and what you wrote, stands on their pages alone", ("situation_tried", "person"),
        "select tried_at from situation_tried where person = $1 order by tried_at",
        [("tried_at", "When")];
    "Which way of leading you chose for which work; why, and what came of it, are sealed to you and stand on their own page", ("style_choice", "leader"),
        "select chosen_on, work, ability, will, suggested, chosen, came_of_it_on from style_choice where leader = $1 \
         order by made_at",
        [("chosen_on", "Day"), ("work", "Work"), ("ability", "Can"), ("will", "Is sure"), ("suggested", "Suggested"),
         ("chosen", "Chosen"), ("came_of_it_on", "Looked back on")];
    "How others chose to lead you in a work, and whether you said that it fitted", ("style_choice", "person"),
        "select s.chosen_on, p.name, s.work, s.ability, s.will, s.chosen, cast(s.points as text) as points \
         from style_choice s join person p on p.id = s.leader where s.person = $1 order by s.made_at",
        [("chosen_on", "Day"), ("name", "By"), ("work", "Work"), ("ability", "How far you can, as they take it"),
         ("will", "How sure you are, as they take it"), ("chosen", "Their way"), ("points", "How far it fitted you, of 5")];
    "What others saw you do", ("observation", "about"),
        "select o.seen_on, p.name, o.quality, o.lacking, o.words, o.effect, o.reply from observation o \
         join person p on p.id = o.by_person where o.about = $1 order by o.seen_on desc",
        [("seen_on", "Day"), ("name", "By"), ("quality", "Quality"), ("lacking", "Its lack (1)"),
         ("words", "What"), ("effect", "What it led to"), ("reply", "Your reply")];
    "What you saw others do", ("observation", "by_person"),
        "select o.seen_on, p.name, o.quality, o.words, o.effect, o.withdrawn_at from observation o \
         join person p on p.id = o.about where o.by_person = $1 order by o.seen_on desc",
        [("seen_on", "Day"), ("name", "Whom"), ("quality", "Quality"), ("words", "What"), ("effect", "What it led to"),
         ("withdrawn_at", "Taken back")];
}
