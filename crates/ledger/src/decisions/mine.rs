//! What this room holds about a person, for their own eyes.

use crate::people::Place;

pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Decisions",
        what: "Decisions that you wrote down",
        covers: ("decision", "author"),
        sql: "select question, state, made_at from decision where author = $1 order by made_at desc",
        shows: &[("made_at", "When"), ("question", "Question"), ("state", "State")],
    },
    Place {
        room: "Decisions",
        what: "Decisions that are yours to make, with how sure you were, in percent",
        covers: ("decision", "decider"),
        sql: "select d.question, d.state, d.decided_at, d.outcome, c.version, c.gut_percent, c.analysed_percent \
              from decision d left join decision_call c on c.decision = d.id where d.decider = $1 \
              order by d.made_at desc, c.version",
        shows: &[
            ("question", "Question"),
            ("state", "State"),
            ("decided_at", "Decided"),
            ("version", "Version"),
            ("gut_percent", "Gut"),
            ("analysed_percent", "Worked out"),
            ("outcome", "Outcome"),
        ],
    },
    Place {
        room: "Decisions",
        what: "Decisions by which you are affected",
        covers: ("decision_affected", "person"),
        // Of a closed one that was neither asked of the person nor told to them, only that it is there.
        sql: "select case when d.closed_why is not null and a.asked_at is null and a.told_at is null then 'closed' \
              when d.state = 'draft' then 'a draft' else d.question end as question, a.because, a.asked_at, a.told_at \
              from decision_affected a join decision d on d.id = a.decision where a.person = $1 order by d.made_at desc",
        shows: &[("question", "Question"), ("because", "Why"), ("asked_at", "Asked"), ("told_at", "Told")],
    },
    Place {
        room: "Decisions",
        what: "What you said of decisions",
        covers: ("decision_voice", "person"),
        sql: "select d.question, v.words, v.said_at, v.answer from decision_voice v join decision d on d.id = v.decision \
              where v.person = $1 order by v.said_at desc",
        shows: &[("said_at", "When"), ("question", "Question"), ("words", "Your words"), ("answer", "The answer")],
    },
    Place {
        room: "Decisions",
        what: "Whether you were clear to act",
        covers: ("decision_clear", "person"),
        sql: "select d.question, c.words, c.said_at, case when c.clear = 1 then 'yes' else 'not yet' end as clear \
              from decision_clear c join decision d on d.id = c.decision where c.person = $1 order by c.said_at desc",
        shows: &[("said_at", "When"), ("question", "Question"), ("clear", "Clear to act"), ("words", "Your words")],
    },
    Place {
        room: "Decisions",
        what: "What you said back of decisions, and whether it was right",
        covers: ("decision_back", "person"),
        sql: "select b.prompt, b.due, b.answered_on, case when b.correct = 1 then 'yes' when b.correct = 0 then 'no' end \
              as correct from decision_back b where b.person = $1 order by b.due desc, b.id",
        shows: &[("prompt", "Asked"), ("due", "From"), ("answered_on", "Answered"), ("correct", "Right")],
    },
    Place {
        room: "Decisions",
        what: "Conflicts between decisions that you marked",
        covers: ("decision_conflict", "marked_by"),
        sql: "select c.marked_at, d.question, c.why from decision_conflict c join decision d on d.id = c.decision \
              where c.marked_by = $1 order by c.marked_at desc",
        shows: &[("marked_at", "When"), ("question", "Decision"), ("why", "Your words")],
    },
    Place {
        room: "Decisions",
        what: "Conflicts between decisions that you settled",
        covers: ("decision_conflict", "settled_by"),
        sql: "select c.settled_at, d.question, c.settled from decision_conflict c join decision d on d.id = c.decision \
              where c.settled_by = $1 order by c.settled_at desc",
        shows: &[("settled_at", "When"), ("question", "Decision"), ("settled", "Your words")],
    },
    Place {
        room: "Decisions",
        what: "With whom you share how sure you were",
        covers: ("calibration_share", "person"),
        sql: "select p.name, s.since from calibration_share s join person p on p.id = s.viewer where s.person = $1 \
              order by s.since",
        shows: &[("name", "Whom"), ("since", "Since")],
    },
    Place {
        room: "Decisions",
        what: "Who shares with you how sure they were",
        covers: ("calibration_share", "viewer"),
        sql: "select p.name, s.since from calibration_share s join person p on p.id = s.person where s.viewer = $1 \
              order by s.since",
        shows: &[("name", "Who"), ("since", "Since")],
    },
];
