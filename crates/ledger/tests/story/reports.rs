//! Reports: a wave worked out once, opened to its person after they rated themselves, shared in parts and taken back,
//! used for pay only in writing; what a second wave with one more rater does not tell; what erasure takes.

use std::collections::BTreeMap;

use leadership::profile::{Kind, Part, Seer, Who};
use leadership::promise::Act as Do;
use leadership::wave::Question;
use leadership::{PersonId, WaveId};
use ledger::growth::{self, BeginPlan, ClosePlan, Retested};
use ledger::people::{self, Erase};
use ledger::promises::{Give, Take};
use ledger::questionnaire::{Reword, Wording};
use ledger::reports::{
    self, Consent, Decide, Eyes, Open, OpenTo, Pay, Reply, ReportId, Say, SeeYourself, Share, TakeBack, WithdrawConsent,
};
use ledger::testing::{Clock, each};
use ledger::waves::{By, Close, UNABLE};
use ledger::{Ledger, Refused, evidence, waves};
use model::{Direction, EvidenceSpec};

use crate::links::actor;
use crate::waves::{House, answer, house, questions, seats};

const START: &str = "2026-03-02T08:00:00Z";

/// Everybody of these answers about Lea, each a little differently; then the wave is closed and worked out.
async fn answered(ledger: &Ledger, at: &House, clock: &Clock, raters: &[PersonId], own: bool) -> WaveId {
    let wave = at.plan(ledger, clock).await;
    at.ask(ledger, wave, raters, "").await;
    let asked = questions(ledger, wave).await;
    for (n, rater) in raters.iter().enumerate() {
        let by = actor(ledger, *rater).await;
        let seat = seats(ledger, &by, wave, false).await[0];
        let mut form = answer(seat, By::Me, asked, "4");
        for (place, given) in form.answers.iter_mut().enumerate() {
            *given = (3 + (n + place / 2) % 3).to_string();
        }
        form.comments = vec![(Question::Helps, format!("Says why, number {n}."))];
        ledger.perform(&by, &form).await.unwrap();
    }
    if own {
        let lea = actor(ledger, at.lea).await;
        let seat = seats(ledger, &lea, wave, true).await[0];
        ledger.perform(&lea, &answer(seat, By::Me, asked, "5")).await.unwrap();
    }
    clock.days(2);
    ledger.perform(&actor(ledger, at.eve).await, &Close { wave }).await.unwrap();
    wave
}

async fn report_of(ledger: &Ledger, person: PersonId) -> ReportId {
    let me = actor(ledger, person).await;
    reports::mine(&mut ledger.read().await.unwrap(), &me).await.unwrap()[0].id
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn a_report_is_worked_out_once_and_belongs_to_its_person() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "reports_whole", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        // Seven report to Lea, one leads beside her, one is a client, one is above.
        let mut raters = at.members[..7].to_vec();
        raters.extend([at.nik, at.contacts[0], at.dan]);
        let wave = at.plan(&ledger, &clock).await;
        let open = reports::work_out(&ledger, wave, |_| ()).await;
        assert!(matches!(open, Err(Refused::Conflict { .. })), "{engine}: still open");
        let wave = answered(&ledger, &at, &clock, &raters, false).await;
        assert_eq!(reports::not_worked_out(&mut ledger.read().await.unwrap()).await.unwrap(), [wave], "{engine}");
        let done = reports::work_out(&ledger, wave, |_| ()).await.unwrap().unwrap();
        assert_eq!((done.reports, done.without_figures), (1, 0), "{engine}");
        assert_eq!(reports::work_out(&ledger, wave, |_| ()).await.unwrap(), None, "{engine}: once");
        assert!(reports::not_worked_out(&mut ledger.read().await.unwrap()).await.unwrap().is_empty(), "{engine}");

        // Before she rated herself nothing is told, not even to her; and nobody else knows of it.
        let (lea, dan, nik) =
            (actor(&ledger, at.lea).await, actor(&ledger, at.dan).await, actor(&ledger, at.nik).await);
        let id = report_of(&ledger, at.lea).await;
        let mut tx = ledger.read().await.unwrap();
        let seen = reports::get(&mut tx, &lea, id).await.unwrap().unwrap();
        assert_eq!((seen.report, seen.line.rated_self), (None, false), "{engine}");
        assert_eq!(reports::get(&mut tx, &dan, id).await.unwrap(), None, "{engine}");
        let day = "2026-03-05".parse().unwrap();
        let waiting = reports::waiting(&mut tx, at.lea, day).await.unwrap();
        assert_eq!(waiting[0].page, format!("/profile/{id}/self"), "{engine}");
        let (_, items) = reports::before_seeing(&mut tx, &lea, id).await.unwrap().unwrap();
        assert!(reports::before_seeing(&mut tx, &dan, id).await.unwrap().is_none(), "{engine}");
        drop(tx);
        let share = |parts: &[Part]| Share {
            report: id.to_string(),
            viewer: at.dan.to_string(),
            seer: Seer::HigherUp.name().into(),
            parts: parts.iter().map(|part| part.name().to_owned()).collect(),
        };
        assert!(matches!(ledger.perform(&lea, &share(&[Part::Together])).await, Err(Refused::Conflict { .. })));

        // She says how she sees herself, every question; then it opens.
        let mut answers: BTreeMap<String, String> = items.iter().map(|item| (item.key.clone(), "5".into())).collect();
        let first = items[0].key.clone();
        answers.remove(&first);
        let half = ledger.perform(&lea, &SeeYourself { report: id, answers: answers.clone() }).await;
        assert!(matches!(half, Err(Refused::Wrong(wrongs)) if wrongs.of(&first).is_some()), "{engine}");
        answers.insert(first, UNABLE.into());
        assert!(ledger.perform(&dan, &SeeYourself { report: id, answers: answers.clone() }).await.is_err(), "{engine}");
        ledger.perform(&lea, &SeeYourself { report: id, answers: answers.clone() }).await.unwrap();
        assert!(ledger.perform(&lea, &SeeYourself { report: id, answers }).await.is_err(), "{engine}: once");

        let mut tx = ledger.read().await.unwrap();
        let report = reports::get(&mut tx, &lea, id).await.unwrap().unwrap().report.unwrap();
        // Nine who are not under a name: one peer and one client are told with those who report to her.
        assert_eq!(report.groups.len(), 2, "{engine}: {:?}", report.groups);
        assert_eq!(report.groups[0].who, [Who::Subordinate, Who::Peer, Who::Client], "{engine}");
        assert_eq!(report.groups[1].who, [Who::HigherUp], "{engine}");
        let together = report.together.unwrap();
        assert!(together.n == 10 && together.mean > 3.0 && together.mean < 5.0, "{engine}: {together:?}");
        assert!(together.decision.unwrap().high >= together.development.high - 0.3, "{engine}");
        let quality = &report.qualities[0];
        assert_eq!((quality.together.unwrap().n, quality.kind), (10, Kind::What), "{engine}");
        assert_eq!(quality.distribution, None, "{engine}: nine under seal are fewer than ten");
        let own = quality.own.unwrap();
        assert!((own.seen - 5.0).abs() < 1e-9 && own.gap > 0.0 && own.interval.is_none(), "{engine}: {own:?}");
        assert_eq!(report.qualities.iter().filter(|quality| quality.kind == Kind::Outcome).count(), 3, "{engine}");
        assert!(report.qualities.iter().all(|q| q.kind != Kind::Outcome || q.evidence.is_empty()), "{engine}");
        assert!(report.qualities.iter().any(|quality| !quality.evidence.is_empty()), "{engine}");
        let said: usize = report.comments.iter().map(|comments| comments.words.len()).sum();
        assert_eq!(said, 10, "{engine}");
        assert!(tx.statements() < 20, "{engine}: a report is read at once");
        drop(tx);

        // Shared in parts, with a look that is noted; opened to all without comments; taken back.
        let wrong = ledger.perform(&lea, &Share { viewer: at.contacts[0].to_string(), ..share(&[]) }).await;
        let Err(Refused::Wrong(wrongs)) = wrong else { panic!("{engine}") };
        assert!(wrongs.of("viewer").is_some() && wrongs.of("parts").is_some(), "{engine}");
        ledger.perform(&lea, &share(&[Part::Together])).await.unwrap();
        let seen = ledger.perform(&dan, &Open { report: id }).await.unwrap();
        assert_eq!(seen.eyes, Eyes::Shared(Seer::HigherUp, vec![Part::Together]), "{engine}");
        let shown = seen.report.unwrap();
        assert!(shown.groups.is_empty() && shown.own.is_none() && shown.comments.is_empty(), "{engine}");
        assert!(shown.qualities.iter().all(|q| q.own.is_none() && q.evidence.is_empty() && q.groups.is_empty()));
        let looked = people::who_looked(&mut ledger.read().await.unwrap(), at.lea, 9).await.unwrap();
        assert_eq!((looked[0].viewer.as_str(), looked[0].what.as_str()), ("Dan Roe", "the report that they shared"));
        assert!(matches!(ledger.perform(&nik, &Open { report: id }).await, Err(Refused::NotFound)), "{engine}");
        let all =
            |parts: &[Part]| OpenTo { report: id, parts: parts.iter().map(|part| part.name().to_owned()).collect() };
        assert!(ledger.perform(&lea, &all(&[Part::Comments])).await.is_err(), "{engine}");
        assert!(ledger.perform(&dan, &all(&[Part::Together])).await.is_err(), "{engine}: not his");
        ledger.perform(&lea, &all(&[Part::Together, Part::Evidence])).await.unwrap();
        let seen = ledger.perform(&nik, &Open { report: id }).await.unwrap();
        assert_eq!(seen.eyes, Eyes::Everybody(vec![Part::Together, Part::Evidence]), "{engine}");
        let contact = actor(&ledger, at.contacts[0]).await;
        assert!(ledger.perform(&contact, &Open { report: id }).await.is_err(), "{engine}: a client's contact");

        // What is said on it is hers to decide, and seen by the two until then.
        let say = Say { report: id, kind: "thanks".into(), words: "You told us early.".into() };
        assert!(ledger.perform(&lea, &say).await.is_err(), "{engine}: to oneself");
        let saying = ledger.perform(&nik, &say).await.unwrap();
        let count = async |who| reports::sayings(&mut ledger.read().await.unwrap(), who, id).await.unwrap().len();
        assert_eq!((count(&nik).await, count(&lea).await, count(&dan).await), (1, 1, 0), "{engine}");
        let decide = |state: &str| Decide { report: id, saying, state: state.into(), answer: "Thank you.".into() };
        assert!(ledger.perform(&nik, &decide("shown")).await.is_err(), "{engine}");
        assert!(ledger.perform(&lea, &decide("waiting")).await.is_err(), "{engine}");
        ledger.perform(&lea, &decide("shown")).await.unwrap();
        assert_eq!(count(&dan).await, 1, "{engine}");
        ledger.perform(&lea, &Reply { report: id, words: "I will explain more.".into() }).await.unwrap();

        // Pay: in writing, to who sees it, an event of its own.
        let pay = |viewer: PersonId, words: &str| Pay { report: id, viewer: viewer.to_string(), words: words.into() };
        assert!(ledger.perform(&lea, &pay(at.dan, "yes")).await.is_err(), "{engine}: a word is no consent");
        let words = "Dan may use it for my pay of this year.";
        assert!(ledger.perform(&lea, &pay(at.nik, words)).await.is_err(), "{engine}: not shared with Nik");
        let consent = ledger.perform(&lea, &pay(at.dan, words)).await.unwrap();
        let consents = async |who| reports::consents(&mut ledger.read().await.unwrap(), who, id).await.unwrap();
        assert_eq!(consents(&dan).await[0].words, words, "{engine}");
        assert!(consents(&nik).await.is_empty(), "{engine}");
        let mut tx = ledger.read().await.unwrap();
        let events = tx.count("select count(*) as n from event where kind = 'consented_to_pay'", &[]).await.unwrap();
        assert_eq!(events, 1, "{engine}");
        drop(tx);
        ledger.perform(&lea, &WithdrawConsent { report: id, consent }).await.unwrap();
        ledger.perform(&lea, &pay(at.dan, words)).await.unwrap();
        ledger.perform(&lea, &TakeBack { report: id, viewer: at.dan }).await.unwrap();
        let given: Vec<Consent> = consents(&lea).await;
        assert!(
            given.len() == 2 && given.iter().all(|one| one.withdrawn_at.is_some()),
            "{engine}: with the share it ends"
        );
        let seen = ledger.perform(&dan, &Open { report: id }).await.unwrap();
        assert!(matches!(seen.eyes, Eyes::Everybody(_)), "{engine}: as everybody, no more");

        // What a wave tells of its questions is for who owns the questionnaire.
        let ann = actor(&ledger, at.ann).await;
        let mut tx = ledger.read().await.unwrap();
        let found = reports::findings(&mut tx, &ann).await.unwrap();
        assert!(found[0].2.items.iter().all(|item| item.parameters.is_none() && item.differs.is_none()), "{engine}");
        assert_eq!(found[0].2.flagged, None, "{engine}: ten forms");
        assert!(matches!(reports::findings(&mut tx, &lea).await, Err(Refused::NotFound)), "{engine}");
        drop(tx);

        // Erasing takes the report and all that hangs on it; of others their words.
        ledger.perform(&ann, &Erase { person: at.nik }).await.unwrap();
        let left = reports::sayings(&mut ledger.read().await.unwrap(), &lea, id).await.unwrap();
        assert!(!left[0].words.contains("early"), "{engine}: {left:?}");
        ledger.perform(&ann, &Erase { person: at.lea }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        for table in ["report", "report_share", "report_pay", "report_said"] {
            let sql = match table {
                "report" => "select count(*) as n from report",
                "report_share" => "select count(*) as n from report_share",
                "report_pay" => "select count(*) as n from report_pay",
                _ => "select count(*) as n from report_said",
            };
            assert_eq!(tx.count(sql, &[]).await.unwrap(), 0, "{engine}: {table}");
        }
        drop(tx);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn one_more_rater_than_in_the_wave_before_is_not_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "reports_waves", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        let mut means = Vec::new();
        // Six, then one more, then the six again.
        for raters in [&at.members[..6], &at.members[..7], &at.members[..6]] {
            let wave = answered(&ledger, &at, &clock, raters, true).await;
            let done = reports::work_out(&ledger, wave, |_| ()).await.unwrap().unwrap();
            assert_eq!(done.reports, 1, "{engine}");
            let (_, report) = reports::latest(&mut ledger.read().await.unwrap(), at.lea).await.unwrap().unwrap();
            let own = report.own.is_some();
            assert_eq!(own, report.together.is_some(), "{engine}: a gap needs both sides");
            let changes = report.qualities.iter().filter(|quality| quality.change.is_some()).count();
            means.push((report.together.is_some(), report.tells(), changes > 0));
            clock.days(40);
        }
        assert_eq!(means, [(true, true, false), (false, false, false), (true, true, false)], "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_report_names_its_questionnaire_and_says_where_other_questions_were_asked() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "reports_reworded", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        let latest = async || {
            let (_, report) = reports::latest(&mut ledger.read().await.unwrap(), at.lea).await.unwrap().unwrap();
            report
        };
        let wave = answered(&ledger, &at, &clock, &at.members[..6], true).await;
        reports::work_out(&ledger, wave, |_| ()).await.unwrap().unwrap();
        let shipped = &model::shipped().version;
        assert_eq!(&latest().await.model, shipped, "{engine}");

        clock.days(40);
        let first = &model::shipped().qualities[0];
        let words = Wording {
            subordinate: "Says what we do when a day is lost.".into(),
            peer: "Says to me what happens when a day is lost.".into(),
            higher_up: "Says what the team does when a day is lost.".into(),
            client: "Says what our firm can expect when a day is lost.".into(),
            own: "I say what we do when a day is lost.".into(),
        };
        let reword = Reword { item: first.items[0].key.clone(), over: 0, words, why: "Clearer.".into() };
        ledger.perform(&actor(&ledger, at.ann).await, &reword).await.unwrap();
        let wave = answered(&ledger, &at, &clock, &at.members[..6], true).await;
        reports::work_out(&ledger, wave, |_| ()).await.unwrap().unwrap();
        let report = latest().await;
        assert_eq!(report.model, format!("{shipped}+1"), "{engine}");
        let changes: Vec<_> =
            report.qualities.iter().filter_map(|quality| Some((&quality.key, quality.change?))).collect();
        assert!(changes.len() > 10, "{engine}: {changes:?}");
        for (key, change) in changes {
            assert_eq!(change.same_questions, *key != first.key, "{engine}: {key}");
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn the_record_answers_every_question_in_one_statement() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "reports_evidence", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        let mut tx = ledger.read().await.unwrap();
        let before = tx.statements();
        let people: Vec<PersonId> = at.members.iter().copied().chain([at.lea, at.dan]).collect();
        let found = evidence::gather(&mut tx, &people, "2026-03-02".parse().unwrap(), 5).await.unwrap();
        assert_eq!(tx.statements() - before, 1, "{engine}");
        assert_eq!(found.len(), 11, "{engine}");
        assert!(found.values().all(|answers| answers.len() == evidence::names().count()), "{engine}");
        drop(tx);

        // Six promises of Lea to Dan: five kept, one broken. One more that is open counts nowhere.
        let (lea, dan) = (actor(&ledger, at.lea).await, actor(&ledger, at.dan).await);
        let mut made = Vec::new();
        for n in 0..7 {
            let give = Give {
                whom: at.dan.to_string(),
                what: format!("Promise {n}"),
                known: "It is there.".into(),
                due: "2026-03-05".into(),
                ..Give::default()
            };
            made.push(ledger.perform(&lea, &give).await.unwrap());
        }
        for promise in &made[..5] {
            let keep = Take { promise: *promise, act: Do::Keep, day: String::new(), why: String::new() };
            ledger.perform(&dan, &keep).await.unwrap();
        }
        clock.days(6);
        let broken = Take { promise: made[5], act: Do::Break, day: String::new(), why: String::new() };
        ledger.perform(&dan, &broken).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let until = "2026-03-08".parse().unwrap();
        let found = evidence::gather(&mut tx, &[at.lea, at.dan], until, 3).await.unwrap();
        let kept = &found[&at.lea]["promises_kept"];
        assert_eq!((kept.so, kept.n, kept.rows.len()), (5, 6, 3), "{engine}");
        assert_eq!((kept.rows[0].title.as_str(), kept.rows[0].so), ("Promise 5", false), "{engine}: newest first");
        assert_eq!(kept.rows[0].page, format!("/promises/{}", made[5]), "{engine}");
        let spec = |minimum| EvidenceSpec {
            query: "promises_kept".into(),
            minimum,
            direction: Direction::HigherIsBetter,
            words: String::new(),
        };
        let told = kept.held_to(&spec(5));
        assert_eq!(told.shown(), "83 % (5 of 6; 90 % interval 50 to 96 %)", "{engine}");
        assert_eq!(told.days().as_deref(), Some("2026-03-02 to 2026-03-08"), "{engine}");
        assert_eq!(kept.held_to(&spec(7)).shown(), "not enough to say yet (it takes 7, and there are 6)", "{engine}");
        assert_eq!(found[&at.dan]["promises_kept"].n, 0, "{engine}: not his");
        // Silence about the broken one was no early news.
        let early = &found[&at.lea]["promises_renegotiated_early"];
        assert_eq!((early.so, early.n), (0, 1), "{engine}");
        drop(tx);
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_plan_is_looked_at_again_in_the_waves_after_it_was_begun() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "reports_retest", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        let lea = actor(&ledger, at.lea).await;
        let before = answered(&ledger, &at, &clock, &at.members[..6], true).await;
        reports::work_out(&ledger, before, |_| ()).await.unwrap().unwrap();
        let closed = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        clock.days(10);
        let first = model::shipped().qualities[0].key.clone();
        let begin = BeginPlan {
            qualities: vec![(first.clone(), "Say why".into()), ("humour".into(), "Laugh at myself".into())],
            retest_on: "2026-06-01".into(),
        };
        ledger.perform(&lea, &begin).await.unwrap();
        let plan = async || growth::plan_of_mine(&mut ledger.read().await.unwrap(), &lea).await.unwrap().unwrap();
        let told = async || growth::retests(&mut ledger.read().await.unwrap(), &lea, &plan().await).await.unwrap();
        let coming = async || growth::coming(&mut ledger.read().await.unwrap(), &lea, &plan().await).await.unwrap();
        assert_eq!(told().await, [], "{engine}: what was told before it was begun is no retest");
        assert_eq!(coming().await, None, "{engine}");

        // The next wave: nothing before she rated herself; then the change with its interval.
        clock.days(30);
        let after = answered(&ledger, &at, &clock, &at.members[..6], false).await;
        reports::work_out(&ledger, after, |_| ()).await.unwrap().unwrap();
        let found = told().await;
        assert_eq!((found.len(), found[0].told.clone()), (1, None), "{engine}");
        let items = waves::items(&mut ledger.read().await.unwrap(), after).await.unwrap();
        let answers = items.iter().map(|item| (item.key.clone(), "4".to_owned())).collect();
        let report = report_of(&ledger, at.lea).await;
        ledger.perform(&lea, &SeeYourself { report, answers }).await.unwrap();
        let found = told().await.remove(0);
        assert_eq!((found.report, found.title.as_str()), (report, "Spring wave"), "{engine}");
        let all = found.told.unwrap();
        let Retested::Told(figure, Some(change)) = &all[0].1 else { panic!("{engine}: {all:?}") };
        assert_eq!((all[0].0.as_str(), figure.n, change.since), (first.as_str(), 6, closed), "{engine}");
        // The same people answered the same: no change can be told.
        assert!(change.interval.low <= change.by && change.by <= change.interval.high, "{engine}: {change:?}");
        assert!(change.interval.holds_zero() && change.same_questions, "{engine}: {change:?}");
        assert_eq!(all[1], ("humour".to_owned(), Retested::NotAsked), "{engine}");
        // Who looks along at a plan is told nothing of reports by that.
        let dan = actor(&ledger, at.dan).await;
        let mine = plan().await;
        let mut tx = ledger.read().await.unwrap();
        assert_eq!(growth::retests(&mut tx, &dan, &mine).await.unwrap(), [], "{engine}");
        assert_eq!(growth::coming(&mut tx, &dan, &mine).await.unwrap(), None, "{engine}");
        drop(tx);

        // A wave that is under way and asks about one of the two is named; closed with the plan, its retest stays.
        clock.days(10);
        at.plan(&ledger, &clock).await;
        let next = coming().await.unwrap();
        assert_eq!((next.title.as_str(), next.asks), ("Spring wave", vec![first]), "{engine}");
        ledger.perform(&lea, &ClosePlan { plan: mine.id, learned: "To say why first.".into() }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        let ended = growth::earlier(&mut tx, &lea).await.unwrap().remove(0);
        assert_eq!(growth::retests(&mut tx, &lea, &ended).await.unwrap().len(), 1, "{engine}");
        assert_eq!(growth::coming(&mut tx, &lea, &ended).await.unwrap(), None, "{engine}");
        drop(tx);
        ledger.close().await;
    }
}
