//! What direction holds about a person, for their own eyes.

use crate::people::Place;

const ROOM: &str = "Direction";

/// Something that names the aim beside the person.
const fn place(
    what: &'static str,
    covers: (&'static str, &'static str),
    sql: &'static str,
    shows: &'static [(&'static str, &'static str)],
) -> Place {
    Place { room: ROOM, what, covers, sql, shows }
}

/// What this room holds about a person.
pub(crate) const MINE: &[Place] = &[
    place(
        "Aims that you answer for",
        ("aim", "owner"),
        "select title, state, horizon from aim where owner = $1 order by id",
        &[("title", "Aim"), ("state", "State"), ("horizon", "By")],
    ),
    place(
        "Aims that you made",
        ("aim", "made_by"),
        "select title, made_at from aim where made_by = $1 order by id",
        &[("made_at", "When"), ("title", "Aim")],
    ),
    place(
        "Restatements that you were asked to confirm",
        ("aim", "confirmer"),
        "select title, confirm_state, confirm_at, confirm_words from aim where confirmer = $1 order by id",
        &[("title", "Aim"), ("confirm_state", "State"), ("confirm_at", "Answered"), ("confirm_words", "Your words")],
    ),
    place(
        "Versions of aims that you wrote",
        ("aim_version", "said_by"),
        "select at, title, changed, because from aim_version where said_by = $1 order by at, aim, version",
        &[("at", "When"), ("title", "Aim"), ("changed", "What changed"), ("because", "Why")],
    ),
    place(
        "Circles that you asked to carry an aim",
        ("aim_circle", "asked_by"),
        "select s.asked_at, a.title, c.name from aim_circle s join aim a on a.id = s.aim \
         join circle c on c.id = s.circle where s.asked_by = $1 order by s.asked_at, a.id",
        &[("asked_at", "When"), ("title", "Aim"), ("name", "Circle")],
    ),
    place(
        "What you answered when your circle was asked to carry an aim",
        ("aim_circle", "answered_by"),
        "select s.answered_at, a.title, s.state, s.words from aim_circle s join aim a on a.id = s.aim \
         where s.answered_by = $1 order by s.answered_at, a.id",
        &[("answered_at", "When"), ("title", "Aim"), ("state", "Answer"), ("words", "Words")],
    ),
    place(
        "Conflicts between aims that you marked",
        ("aim_conflict", "marked_by"),
        "select c.marked_at, a.title, c.why from aim_conflict c join aim a on a.id = c.aim \
         where c.marked_by = $1 order by c.marked_at, a.id",
        &[("marked_at", "When"), ("title", "Aim"), ("why", "Why")],
    ),
    place(
        "Conflicts between aims that you settled",
        ("aim_conflict", "settled_by"),
        "select c.settled_at, a.title, c.settled from aim_conflict c join aim a on a.id = c.aim \
         where c.settled_by = $1 order by c.settled_at, a.id",
        &[("settled_at", "When"), ("title", "Aim"), ("settled", "How")],
    ),
    place(
        "Values of measures that you typed",
        ("aim_value", "said_by"),
        "select v.at, m.name, v.value, m.unit from aim_value v join aim_measure m on m.id = v.measure \
         where v.said_by = $1 order by v.at, v.id",
        &[("at", "When"), ("name", "Measure"), ("value", "Value"), ("unit", "Unit")],
    ),
    place(
        "What you asked for",
        ("aim_resource", "asked_by"),
        "select asked_at, kind, what from aim_resource where asked_by = $1 order by asked_at, id",
        &[("asked_at", "When"), ("kind", "Kind"), ("what", "What")],
    ),
    place(
        "What you were asked to grant",
        ("aim_resource", "asked_of"),
        "select asked_at, kind, what, state, words from aim_resource where asked_of = $1 order by asked_at, id",
        &[("asked_at", "When"), ("kind", "Kind"), ("what", "What"), ("state", "State"), ("words", "Your words")],
    ),
    place(
        "Work that you linked to aims",
        ("aim_work", "linked_by"),
        "select w.linked_at, a.title, w.field, w.value from aim_work w join aim a on a.id = w.aim \
         where w.linked_by = $1 order by w.linked_at, a.id",
        &[("linked_at", "When"), ("title", "Aim"), ("field", "Field"), ("value", "Value")],
    ),
    place(
        "Explanations that you gave",
        ("explanation", "said_by"),
        "select e.at, a.title, e.words from explanation e join aim a on a.id = e.aim \
         where e.said_by = $1 order by e.at, e.id",
        &[("at", "When"), ("title", "Aim"), ("words", "Words")],
    ),
    place(
        "Questions to you and what you said back; nobody else sees which answers are yours",
        ("teach_back", "person"),
        "select due, prompt, answered_at, answer, choices, case when correct = 1 then 'right' \
         when correct = 0 then 'not yet' else '' end as marked from teach_back where person = $1 order by due, id",
        &[
            ("due", "Due"),
            ("prompt", "Question"),
            ("answered_at", "Answered"),
            ("answer", "Answer"),
            ("choices", "Choices"),
            ("marked", "Marked"),
        ],
    ),
    place(
        "Aims on which you were asked where you stand",
        ("aim_asked", "person"),
        "select s.asked_at, a.title from aim_asked s join aim a on a.id = s.aim where s.person = $1 \
         order by s.asked_at, a.id",
        &[("asked_at", "When"), ("title", "Aim")],
    ),
    place(
        "That you asked somebody where they stand",
        ("aim_asked", "asked_by"),
        "select s.asked_at, a.title, p.name from aim_asked s join aim a on a.id = s.aim \
         join person p on p.id = s.person where s.asked_by = $1 order by s.asked_at, a.id",
        &[("asked_at", "When"), ("title", "Aim"), ("name", "Whom")],
    ),
    place(
        "Where you stand on aims, as you stated it",
        ("aim_stance", "person"),
        "select s.at, a.title, s.stance, s.words from aim_stance s join aim a on a.id = s.aim \
         where s.person = $1 order by s.at, s.id",
        &[("at", "When"), ("title", "Aim"), ("stance", "Position"), ("words", "Your words")],
    ),
    place(
        "What aims mean for your work, as you said it",
        ("aim_reply", "person"),
        "select r.at, a.title, r.words from aim_reply r join aim a on a.id = r.aim where r.person = $1 \
         order by r.at, r.id",
        &[("at", "When"), ("title", "Aim"), ("words", "Your words")],
    ),
    place(
        "Setbacks and restarts that you noted",
        ("aim_bump", "said_by"),
        "select b.at, a.title, b.kind, b.words from aim_bump b join aim a on a.id = b.aim where b.said_by = $1 \
         order by b.at, b.id",
        &[("at", "When"), ("title", "Aim"), ("kind", "Kind"), ("words", "Words")],
    ),
    place(
        "Signals that you noted",
        ("horizon_signal", "keeper"),
        "select seen_at, title, so_what, verdict from horizon_signal where keeper = $1 order by seen_at, id",
        &[("seen_at", "When"), ("title", "Signal"), ("so_what", "So what"), ("verdict", "Verdict")],
    ),
];
