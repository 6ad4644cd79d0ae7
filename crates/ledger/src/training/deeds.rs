//! What ends a module: an act of the very kind that the module is about, by the person, since they began it. Each kind
//! has one question to the record; what somebody else has to do for it (confirm, say back) belongs to the question.

use jiff::Timestamp;
use leadership::PersonId;
use leadership::circle::Actor;
use leadership::decision::Deliberation;
use leadership::promise::days_between;
use model::Deed;

use crate::error::LedgerError;
use crate::store::Row;
use crate::tx::Tx;

/// How many of one's latest acts are offered for a module.
const OFFERED: usize = 20;
/// Options of a decision that is laid out: two beside doing nothing, which is always the first.
const OPTIONS: usize = 3;
/// Causes on a canvas before one is chosen to be tested.
const CAUSES: usize = 2;

/// One of a person's own acts that ends a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnAct {
    /// What it was about.
    pub noun: &'static str,
    /// The identifier of that.
    pub subject: String,
    /// When.
    pub at: Timestamp,
}

/// What a person did of one kind since an instant; the newest first, each thing once.
///
/// # Errors
/// When the database is away.
#[crate::asked]
pub async fn done_since(tx: &mut Tx, actor: &Actor, deed: Deed, since: Timestamp) -> Result<Vec<OwnAct>, LedgerError> {
    let me = actor.person;
    let mut out = match deed {
        Deed::PromisedTeam => promised_team(tx, me, since).await?,
        Deed::SetTestOfCause => set_test(tx, me, since).await?,
        Deed::LaidOutDecision => laid_out(tx, me, since).await?,
        Deed::Explained => asked(tx, me, since, "aim", EXPLAINED).await?,
        Deed::Listened => asked(tx, me, since, "talk", LISTENED).await?,
        Deed::Mediated => asked(tx, me, since, "talk", MEDIATED).await?,
        Deed::Delegated => asked(tx, me, since, "request", DELEGATED).await?,
        Deed::AskedSomebody => asked(tx, me, since, "ask", ASKED).await?,
        Deed::PromisedClient => asked(tx, me, since, "promise", PROMISED_CLIENT).await?,
    };
    out.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.subject.cmp(&b.subject)));
    out.truncate(OFFERED);
    Ok(out)
}

/// An aim explained to a circle, and said back by somebody of it after that.
const EXPLAINED: &str = "select e.aim as subject, max(e.at) as at from explanation e where e.said_by = $1 and e.at >= $2 \
     and exists (select 1 from teach_back t where t.aim = e.aim and t.circle = e.circle and t.person <> e.said_by \
     and t.answered_at >= e.at) group by e.aim";

/// A talk in which this person said back what they heard and was answered, and of which a promise of theirs came.
const LISTENED: &str = "select h.talk as subject, max(h.said_at) as at from talk_heard h join talk t on t.id = h.talk \
     where h.heard_by = $1 and h.said_at >= $2 and h.answered_at is not null and h.state in ('confirmed', 'corrected') \
     and t.kind <> 'mediation' and exists (select 1 from promise p where p.origin = 'talk' and p.origin_id = h.talk \
     and p.from_person = h.heard_by and p.made_at >= $2) group by h.talk";

/// A mediation that this person called, in which both sides confirmed what they said back, with promises of both.
const MEDIATED: &str = "select t.id as subject, t.made_at as at from talk t where t.kind = 'mediation' \
     and t.called_by = $1 and t.made_at >= $2 and (select count(distinct h.heard_of) from talk_heard h \
     where h.talk = t.id and h.heard_by = t.called_by and h.state = 'confirmed') = 2 \
     and (select count(distinct p.from_person) from promise p where p.origin = 'talk' and p.origin_id = t.id \
     and p.from_person <> t.called_by) = 2";

/// A verdict to delegate that was not taken back.
const DELEGATED: &str = "select t.request as subject, max(t.at) as at from triage t where t.person = $1 and t.at >= $2 \
     and t.verdict = 'delegate' and t.undone_at is null group by t.request";

/// Somebody was asked for.
const ASKED: &str = "select a.id as subject, a.asked_at as at from ask a where a.asker = $1 and a.asked_at >= $2 \
     and a.withdrawn_at is null";

/// A promise to a client, a client's contact or a department.
const PROMISED_CLIENT: &str = "select p.id as subject, p.made_at as at from promise p where p.from_person = $1 \
     and p.made_at >= $2 and p.state not in ('proposed', 'declined') and (exists (select 1 from circle c \
     where c.id = p.to_circle and c.kind in ('client', 'department')) or exists (select 1 from held_role r \
     where r.person = p.to_person and r.role = 'client_contact'))";

fn own(row: &Row, noun: &'static str) -> Result<OwnAct, LedgerError> {
    Ok(OwnAct { noun, subject: row.text("subject")?, at: row.at("at")? })
}

/// What one statement gives.
async fn asked(
    tx: &mut Tx,
    me: PersonId,
    since: Timestamp,
    noun: &'static str,
    sql: &'static str,
) -> Result<Vec<OwnAct>, LedgerError> {
    tx.rows(sql, args![me, since]).await?.iter().map(|row| own(row, noun)).collect()
}

/// Promises to circles of one's own, whose first day is near.
async fn promised_team(tx: &mut Tx, me: PersonId, since: Timestamp) -> Result<Vec<OwnAct>, LedgerError> {
    let rows = tx
        .rows(
            "select p.id as subject, p.made_at as at, p.made_on as made_on, p.first_due as first_due from promise p \
             join circle c on c.id = p.to_circle where p.from_person = $1 and p.made_at >= $2 \
             and p.state not in ('proposed', 'declined') and c.kind <> 'client' and exists (select 1 from held_role r \
             where r.circle = c.id and r.person = p.from_person)",
            args![me, since],
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        if days_between(row.day("made_on")?, row.day("first_due")?) <= Deed::PROMISED_DAYS {
            out.push(own(row, "promise")?);
        }
    }
    Ok(out)
}

/// Promises made after one wrote causes on the canvas of a problem.
async fn set_test(tx: &mut Tx, me: PersonId, since: Timestamp) -> Result<Vec<OwnAct>, LedgerError> {
    let rows = tx
        .rows(
            "select at, body from problem_entry where person = $1 and kind in ('canvas', 'open') and at >= $2 order by at",
            args![me, since],
        )
        .await?;
    let mut written = None;
    for row in &rows {
        let act: casebook::Act = row.json("body")?;
        let causes = act
            .canvas()
            .map_or(0, |canvas| canvas.hypotheses.iter().filter(|cause| !cause.claim.trim().is_empty()).count());
        if causes >= CAUSES {
            written = Some(row.at("at")?);
            break;
        }
    }
    let Some(written) = written else { return Ok(Vec::new()) };
    let sql = "select id as subject, made_at as at from promise where from_person = $1 and made_at >= $2 \
               and state not in ('proposed', 'declined')";
    asked(tx, me, written, "promise", sql).await
}

/// Decisions of one's own that are laid out with what it takes to judge them later.
async fn laid_out(tx: &mut Tx, me: PersonId, since: Timestamp) -> Result<Vec<OwnAct>, LedgerError> {
    let rows = tx
        .rows(
            "select d.id as subject, d.made_at as at, d.form as form from decision d where d.author = $1 \
             and d.decider = $1 and d.made_at >= $2 and d.review_on is not null and exists (select 1 \
             from decision_call k where k.decision = d.id and (k.gut_percent is not null or k.analysed_percent is not null))",
            args![me, since],
        )
        .await?;
    let mut out = Vec::new();
    for row in &rows {
        let form: Deliberation = row.json("form")?;
        if form.options.len() >= OPTIONS && !form.criteria.is_empty() {
            out.push(own(row, "decision")?);
        }
    }
    Ok(out)
}
