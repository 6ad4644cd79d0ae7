//! What this room holds about a person, and what erasing them takes.

use leadership::PersonId;

use crate::error::LedgerError;
use crate::people::Place;
use crate::seal::ERASED;
use crate::tx::Tx;

pub(crate) const MINE: &[Place] = &[
    Place {
        room: "Profile",
        what: "Reports on you; they open on the page Profile",
        covers: ("report", "person"),
        sql: "select w.title, r.closed_on, r.rated_self_on, r.reply from report r join wave w on w.id = r.wave \
              where r.person = $1 order by r.closed_on desc, r.id",
        shows: &[
            ("title", "Wave"),
            ("closed_on", "Closed"),
            ("rated_self_on", "You rated yourself"),
            ("reply", "Your reply"),
        ],
    },
    Place {
        room: "Profile",
        what: "Reports that others shared with you",
        covers: ("report_share", "viewer"),
        sql: "select p.name, s.seer, s.parts, s.since from report_share s join report r on r.id = s.report \
              join person p on p.id = r.person where s.viewer = $1 order by s.since desc, s.report",
        shows: &[("name", "Whose"), ("seer", "As"), ("parts", "Parts"), ("since", "Since")],
    },
    Place {
        room: "Profile",
        what: "Consents of others that you use their report for pay",
        covers: ("report_pay", "viewer"),
        sql: "select p.name, c.words, c.given_at, c.withdrawn_at from report_pay c join report r on r.id = c.report \
              join person p on p.id = r.person where c.viewer = $1 order by c.given_at desc, c.id",
        shows: &[("name", "Whose"), ("words", "Words"), ("given_at", "Given"), ("withdrawn_at", "Taken back")],
    },
    Place {
        room: "Profile",
        what: "What you wrote on profiles of others",
        covers: ("report_said", "said_by"),
        sql: "select p.name, s.kind, s.words, s.said_at, s.state, s.answer from report_said s \
              join report r on r.id = s.report join person p on p.id = r.person where s.said_by = $1 \
              order by s.said_at desc, s.id",
        shows: &[
            ("said_at", "When"),
            ("name", "Whose"),
            ("kind", "As"),
            ("words", "Words"),
            ("state", "State"),
            ("answer", "Answer"),
        ],
    },
];

/// Takes away the reports on an erased person with all that hangs on them, and blanks what they wrote on others'.
///
/// # Errors
/// When the database refuses or is away.
#[crate::asked]
pub async fn erase(tx: &mut Tx, person: PersonId) -> Result<(), LedgerError> {
    for sql in [
        "delete from report_share where report in (select id from report where person = $1)",
        "delete from report_pay where report in (select id from report where person = $1)",
        "delete from report_said where report in (select id from report where person = $1)",
        "delete from report where person = $1",
        "delete from report_share where viewer = $1",
    ] {
        tx.run(sql, args![person]).await?;
    }
    tx.run(
        "update report_pay set withdrawn_at = coalesce(withdrawn_at, $2) where viewer = $1",
        args![person, tx.now()],
    )
    .await?;
    tx.run("update report_said set words = $2, state = 'kept' where said_by = $1", args![person, ERASED]).await?;
    Ok(())
}
