//! What the record is asked, each question one `select` over one kind of act: who, whether it counts toward the
//! share, a title, a day, and where it opens. `{}` is the list of persons, `$1` the day since which an aim counts as
//! explained, `$2` and `$6` the last day, `$3` now, `$4` the first of the last day's month, `$5` the first day.
//!
//! The day decides whether a row belongs to the year that is looked at: it is that of the act itself, and of what holds
//! until it is ended the last day on which it held.
//!
//! Titles are the person's own words or the organisation's; what others wrote is never copied, so that erasing them
//! leaves nothing behind.

use leadership::profile::Unit;

/// One question.
pub(super) struct Question {
    /// Its name.
    pub name: &'static str,
    /// What is counted.
    pub words: &'static str,
    /// What the figure is.
    pub unit: Unit,
    /// `select` of `person, so, title, at, page, subject`.
    pub sql: &'static str,
    /// Whether nothing but the number may be told.
    pub confidential: bool,
}

/// The last day up to `$6` on which an aim `a` was live: an aim of years ago that still holds belongs to this year, one
/// that was dropped before it does not.
const LIVE: &str = "case when a.state = 'live' then $6 else coalesce((select min(v.at) from aim_version v \
     where v.aim = a.id and v.version > (select max(w.version) from aim_version w where w.aim = a.id \
     and w.state = 'live')), a.changed_at) end";

impl Question {
    /// Its `select` over the persons of these places.
    pub(super) fn over(&self, places: &str) -> String {
        self.sql.replace("{live}", LIVE).replace("{}", places)
    }
}

const fn share(name: &'static str, words: &'static str, sql: &'static str) -> Question {
    Question { name, words, unit: Unit::Share, sql, confidential: false }
}

const fn count(name: &'static str, words: &'static str, sql: &'static str) -> Question {
    Question { name, words, unit: Unit::Count, sql, confidential: false }
}

pub(super) const QUESTIONS: &[Question] = &[
    share(
        "aims_explained",
        "Aims that they answer for and explained to those whom they concern, within the last 91 days",
        "select x.person as person, case when x.explained >= $1 then 1 else 0 end as so, x.title as title, \
         coalesce(x.explained, $6) as at, '/aims/' as page, x.subject as subject from (select a.owner as person, \
         a.title as title, a.id as subject, (select max(substr(e.at, 1, 10)) from explanation e where e.aim = a.id \
         and e.said_by = a.owner and substr(e.at, 1, 10) >= $5 and substr(e.at, 1, 10) <= $6) as explained \
         from aim a where a.state = 'live' and substr(a.made_at, 1, 10) <= $6 and a.owner in ({})) x",
    ),
    share(
        "teach_back_answered",
        "Aims that they answer for and that most could say back, among aims with five answers of three people or more",
        "select a.owner as person, case when 2 * sum(t.correct) > count(*) then 1 else 0 end as so, a.title as title, \
         max(t.answered_at) as at, '/aims/' as page, a.id as subject from aim a join teach_back t on t.aim = a.id \
         where t.correct is not null and t.person <> a.owner and a.owner in ({}) group by a.id, a.owner, a.title \
         having count(*) >= 5 and count(distinct t.person) >= 3",
    ),
    share(
        "goals_linked",
        "Goals, strategies and standards of theirs that are linked to the aim above that they serve",
        "select a.owner as person, case when a.serves is not null then 1 else 0 end as so, a.title as title, \
         {live} as at, '/aims/' as page, a.id as subject from aim a \
         where a.kind in ('goal', 'strategy', 'standard') and substr(a.made_at, 1, 10) <= $6 and a.owner in ({})",
    ),
    share(
        "aims_with_why",
        "Aims that they wrote and that say, beside the why, what it looks like when it is so",
        "select a.made_by as person, case when a.why <> '' and a.picture <> '' then 1 else 0 end as so, a.title as title, \
         {live} as at, '/aims/' as page, a.id as subject from aim a \
         where substr(a.made_at, 1, 10) <= $6 and a.made_by in ({})",
    ),
    share(
        "resources_granted",
        "What was asked of them for an aim and answered, granted in full",
        "select r.asked_of as person, case when r.granted >= r.asked then 1 else 0 end as so, a.title as title, \
         r.answered_at as at, '/aims/' as page, r.aim as subject from aim_resource r join aim a on a.id = r.aim \
         where r.answered_at is not null and r.asked_of in ({})",
    ),
    share(
        "promises_kept",
        "Promises of theirs that are closed as kept, late or broken: kept in time",
        "select p.from_person as person, case when p.state = 'kept' then 1 else 0 end as so, p.what as title, \
         p.closed_on as at, '/promises/' as page, p.id as subject from promise p \
         where p.state in ('kept', 'late', 'broken') and p.closed_on is not null and p.from_person in ({})",
    ),
    share(
        "promises_renegotiated_early",
        "Promises of theirs that could not be kept by their first day: told or settled anew before it",
        "select p.from_person as person, case when p.lead_days > 0 then 1 else 0 end as so, p.what as title, \
         coalesce(p.closed_on, p.due) as at, '/promises/' as page, p.id as subject from promise p \
         where (p.state in ('late', 'broken') or p.renegotiated > 0) and p.from_person in ({})",
    ),
    share(
        "decisions_told",
        "Decisions of theirs that were told to those whom they affect",
        "select d.decider as person, case when exists (select 1 from notice n where n.noun = 'decision' and n.subject = d.id) \
         then 1 else 0 end as so, d.question as title, d.decided_at as at, '/decisions/' as page, d.id as subject \
         from decision d where d.decided_at is not null and d.state <> 'draft' and d.decider in ({})",
    ),
    share(
        "decisions_acknowledged",
        "What they told of a decision: acknowledged as seen by at least four fifths of those who were told",
        "select n.told_by as person, case when 5 * count(t.seen_at) >= 4 * count(*) then 1 else 0 end as so, n.title as title, \
         n.told_at as at, '/decisions/' as page, n.subject as subject from notice n join notice_to t on t.notice = n.id \
         where n.noun = 'decision' and n.told_by in ({}) group by n.id, n.told_by, n.title, n.told_at, n.subject",
    ),
    share(
        "decisions_said_back",
        "Decisions of theirs that most of those who were told could say back, among decisions with five answers or more",
        "select d.decider as person, case when 2 * sum(b.correct) > count(*) then 1 else 0 end as so, d.question as title, \
         max(b.answered_on) as at, '/decisions/' as page, d.id as subject from decision d join decision_back b \
         on b.decision = d.id where b.answered_on is not null and b.round = 0 and b.person <> d.decider \
         and d.decider in ({}) group by d.id, d.decider, d.question having count(*) >= 5",
    ),
    share(
        "decisions_reviewed",
        "Decisions of theirs whose day of review has come: judged by what came of them",
        "select d.decider as person, case when d.reviewed_at is not null then 1 else 0 end as so, d.question as title, \
         d.review_on as at, '/decisions/' as page, d.id as subject from decision d \
         where d.review_on is not null and d.review_on <= $2 and d.decided_at is not null and d.decider in ({})",
    ),
    share(
        "dissent_kept",
        "Objections to their decisions: kept with an answer",
        "select d.decider as person, case when v.answered_at is not null then 1 else 0 end as so, d.question as title, \
         v.said_at as at, '/decisions/' as page, d.id as subject from decision_voice v join decision d on d.id = v.decision \
         where v.objects = 1 and v.person <> d.decider and d.decided_at is not null and d.decider in ({})",
    ),
    share(
        "options_from_others",
        "Decisions of theirs before which those affected were asked",
        "select d.decider as person, case when d.asked_at is not null and d.asked_at <= d.decided_at then 1 else 0 end as so, \
         d.question as title, d.decided_at as at, '/decisions/' as page, d.id as subject from decision d \
         where d.decided_at is not null and d.state <> 'draft' and d.decider in ({})",
    ),
    share(
        "bad_news_early",
        "Bad news of theirs, on promises and on how things stand: told before the day that it was about",
        "select p.from_person as person, case when p.lead_days > 0 then 1 else 0 end as so, p.what as title, \
         coalesce(p.warned_on, p.due) as at, '/promises/' as page, p.id as subject from promise p \
         where p.lead_days is not null and p.from_person in ({}) \
         union all select s.said_by as person, case when s.lead_days > 0 then 1 else 0 end as so, l.title as title, \
         s.said_at as at, '/status/' as page, l.id as subject from status_said s join status_line l on l.id = s.line \
         where s.lead_days is not null and s.said_by in ({})",
    ),
    share(
        "ethics_acknowledged",
        "Clauses of the code that they were told of, in the version in force: acknowledged by them",
        "select t.person as person, case when t.seen_at is not null then 1 else 0 end as so, n.title as title, \
         n.told_at as at, '/code/clauses/' as page, n.subject as subject from notice n join notice_to t on t.notice = n.id \
         where n.noun = 'clause' and n.superseded_by is null and t.person in ({})",
    ),
    share(
        "replans_core_held",
        "Changes of aims that they told, ends and pauses not counted: with what stays, and without turning the aim around",
        "select v.said_by as person, case when v.stays <> '' and v.turn <> 'reversal' then 1 else 0 end as so, v.title as title, \
         v.at as at, '/aims/' as page, v.aim as subject from aim_version v join aim_version w on w.aim = v.aim \
         and w.version = v.version - 1 where v.state = w.state and v.said_by in ({})",
    ),
    share(
        "delegations_accepted",
        "What they delegated and got an answer to: accepted by who was asked to take it",
        "select t.person as person, case when r.state in ('taken', 'done') then 1 else 0 end as so, \
         'Something that was delegated' as title, t.at as at, '/requests/' as page, r.id as subject \
         from triage t join request r on r.id = t.request where t.verdict = 'delegate' and t.undone_at is null \
         and (r.state in ('taken', 'done') or r.handed_back <> '') and t.person in ({})",
    ),
    share(
        "asks_answered_in_time",
        "Asks for them: answered within the time that they had stated",
        "select a.asked as person, case when a.answered_at is not null and a.answered_at <= a.due_at then 1 else 0 end as so, \
         'Somebody asked for them' as title, a.asked_at as at, '/asks' as page, '' as subject from ask a \
         where a.due_at is not null and a.withdrawn_at is null and (a.answered_at is not null or a.due_at < $3) \
         and a.asked in ({})",
    ),
    Question {
        name: "concerns_followed",
        words: "Concerns that were addressed to them in confidence, up to the end of last month: closed with an answer",
        unit: Unit::Share,
        sql: "select c.person as person, case when k.closed_day is not null then 1 else 0 end as so, '' as title, k.raised_day as at, '' as page, k.id as subject \
              from concern_to c join concern k on k.id = c.concern where k.raised_day < $4 and c.person in ({})",
        confidential: true,
    },
    count(
        "horizon_watched",
        "Signals from outside that they look after",
        "select h.keeper as person, 1 as so, h.title as title, h.seen_at as at, '/aims/horizon/' as page, h.id as subject \
         from horizon_signal h where h.keeper in ({})",
    ),
    share(
        "exceptions_logged",
        "Exceptions from the code that they allowed: ended by the day that was set, or still within it",
        "select e.allowed_by as person, case when (e.ended_at is not null and substr(e.ended_at, 1, 10) <= e.until_day) \
         or (e.ended_at is null and e.until_day >= $2) then 1 else 0 end as so, e.title as title, e.allowed_at as at, \
         '/code/clauses/' as page, e.clause as subject from code_exception e where e.allowed_by in ({})",
    ),
    share(
        "ideas_answered",
        "Ideas of others that were theirs to answer: answered by the day that was stated",
        "select i.answerer as person, case when i.answered_on is not null and i.answered_on <= i.due then 1 else 0 end as so, \
         'Somebody offered an idea' as title, i.offered_at as at, '/ideas/' as page, i.id as subject from idea i \
         where i.offered_by <> i.answerer and (i.answered_on is not null or i.due < $2) and i.answerer in ({})",
    ),
    share(
        "pulse_answered",
        "Pulses of circles that they lead and that told something: answered openly, by the day that was stated",
        "select h.person as person, case when r.replied_on is not null and r.replied_on <= r.answer_by then 1 else 0 end \
         as so, c.name as title, coalesce(r.replied_on, r.answer_by) as at, '/pulse/rounds/' as page, r.id as subject \
         from pulse_round r join held_role h on h.circle = r.circle and h.role = 'leader' join circle c on c.id = r.circle \
         where r.state = 'closed' and r.told > 0 and (r.replied_by is null or r.replied_by = h.person) \
         and (r.replied_on is not null or r.answer_by < $2) and substr(h.since, 1, 10) <= r.closes_on and h.person in ({})",
    ),
    share(
        "problems_removed",
        "Problems that they answered for when a team marked them as fixed, once the work record could tell: fixed, and not back",
        "select f.owner as person, case when f.stage = 'fixed' then 1 else 0 end as so, f.title \
         || case when exists (select 1 from problem_side s join problem_word w on w.side = s.id \
         where s.entry = f.entry and w.agrees = 1) then ', countersigned by those whom it touched' else '' end \
         || case when exists (select 1 from problem_side s join problem_word w on w.side = s.id \
         where s.entry = f.entry and w.agrees = 0) then ', objected to by those whom it touched' else '' end as title, \
         f.day as at, '/problems/' as page, f.problem as subject from problem_fix f where f.stage <> 'unproven' and f.owner in ({})",
    ),
    count(
        "thanks_given",
        "Thanks that they gave, also on profiles, and good things that they noted of others with the difference these made",
        "select s.said_by as person, 1 as so, 'Thanks on a profile' as title, s.said_at as at, '/profile/' as page, \
         s.report as subject from report_said s where s.kind = 'thanks' and s.said_by in ({}) \
         union all select o.by_person as person, 1 as so, 'Something good, noted with its difference' as title, \
         o.noted_at as at, '/observations' as page, '' as subject from observation o \
         where o.lacking = 0 and o.withdrawn_at is null and o.by_person in ({}) \
         union all select t.from_person as person, 1 as so, c.name as title, t.given_at as at, '/thanks/' as page, \
         t.id as subject from thanks t join circle c on c.id = t.circle \
         where t.taken_back_at is null and t.from_person in ({})",
    ),
    share(
        "talks_held",
        "One-to-ones that they called and whose day has come: held",
        // What the other called off is not theirs to answer for. Between whom it was stays between the two.
        "select t.called_by as person, case when t.state = 'held' then 1 else 0 end as so, 'A one-to-one' as title, \
         coalesce(t.held_on, t.planned_on) as at, '/talks/' as page, t.id as subject from talk t \
         where t.kind = 'one_to_one' and (t.state in ('held', 'missed') or (t.state = 'planned' and t.planned_on < $2) \
         or (t.state = 'called_off' and t.ended_by = t.called_by and t.planned_on <= $2)) and t.called_by in ({})",
    ),
    share(
        "heard_confirmed",
        "What they said back in talks, once it was answered: confirmed by the one who had said it",
        "select h.heard_by as person, case when h.state = 'confirmed' then 1 else 0 end as so, \
         'What they heard in a talk' as title, h.answered_at as at, '/talks/' as page, h.talk as subject from talk_heard h \
         where h.answered_at is not null and h.heard_by in ({})",
    ),
    Question {
        name: "conflicts_raised",
        words: "Conflicts that they mediated, up to the end of last month: the first side heard within seven days of its being noticed",
        unit: Unit::Share,
        sql: "select t.called_by as person, case when t.first_days <= 7 then 1 else 0 end as so, '' as title, t.first_on as at, \
              '' as page, t.id as subject from talk t where t.kind = 'mediation' and t.first_on is not null \
              and t.first_on < $4 and t.called_by in ({})",
        confidential: true,
    },
];
