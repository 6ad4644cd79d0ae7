use leadership::today::Do;
use leadership::wave::{Kind, Question, RaterRole, Stage};
use ledger::people::{Begin, Correct};
use ledger::testing::{Clock, each};
use ledger::waves::{
    self, By, Choose, Close, Confirm, Decline, MakeLink, Nominate, NominateMyself, Plan, Remind, Sweep, UNABLE,
};
use ledger::{Refused, today};

use super::{answer, confirm_all, house, questions, seat_of, seats};
use crate::links::actor;

const START: &str = "2026-03-02T08:00:00Z";

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn a_wave_goes_from_its_plan_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "waves_cycle", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        let day = "2026-03-02".parse().unwrap();

        // Whoever leads a team does not plan; a wrong plan says at each field what is wrong.
        let plan = Plan { circle: Some(at.desk), ..Plan::default() };
        let refused = ledger.perform(&actor(&ledger, at.lea).await, &plan).await;
        assert!(matches!(refused, Err(Refused::Wrong(wrongs)) if wrongs.of("circle").is_some()), "{engine}");
        let eve = actor(&ledger, at.eve).await;
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&eve, &plan).await else { panic!("{engine}") };
        for field in ["title", "opens_on", "closes_on", "question_limit", "qualities"] {
            assert!(wrongs.of(field).is_some(), "{engine}: {field}");
        }
        let wave = at.plan(&ledger, &clock).await;
        let asked = questions(&ledger, wave).await;
        assert!(asked > 0 && asked <= 31, "{engine}: {asked}");

        // By title: nominated; without one: only by themselves.
        let member = at.members[0];
        let nominate = |people| Nominate { wave, people };
        assert!(ledger.perform(&eve, &nominate(vec![member])).await.is_err(), "{engine}");
        assert!(ledger.perform(&eve, &nominate(vec![at.contacts[0]])).await.is_err(), "{engine}");
        ledger.perform(&eve, &nominate(vec![at.nik, at.lea])).await.unwrap();
        let mine = actor(&ledger, member).await;
        ledger.perform(&mine, &NominateMyself { wave }).await.unwrap();
        let contact = actor(&ledger, at.contacts[0]).await;
        assert!(matches!(ledger.perform(&contact, &NominateMyself { wave }).await, Err(Refused::NotFound)), "{engine}");
        let rated = waves::people_rated(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
        let kinds: Vec<Kind> = rated.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [Kind::Designated, Kind::SelfEmpowered, Kind::Designated], "{engine}");
        assert!(waves::people_rated(&mut ledger.read().await.unwrap(), &mine, wave).await.is_err(), "{engine}");

        // Proposed from the circles.
        let lea = actor(&ledger, at.lea).await;
        let mut tx = ledger.read().await.unwrap();
        let waiting = waves::waiting(&mut tx, at.lea, day).await.unwrap();
        let titles: Vec<&str> = waiting.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["Rate yourself", "Choose who rates you in “Spring wave”"], "{engine}");
        let choice = waves::to_choose(&mut tx, &lea, wave).await.unwrap().unwrap();
        let role = |person| choice.proposals.iter().find(|one| one.person == person).map(|one| one.role);
        assert_eq!(role(at.dan), Some(RaterRole::HigherUp), "{engine}");
        assert_eq!(role(at.members[3]), Some(RaterRole::Subordinate), "{engine}");
        assert_eq!(role(at.nik), Some(RaterRole::Peer), "{engine}");
        assert_eq!(role(at.contacts[1]), Some(RaterRole::Client), "{engine}");
        assert_eq!(role(at.ann), None, "{engine}: who leads the whole is two steps up");
        drop(tx);
        let choose = |raters: Vec<_>, outsiders: &str| Choose { wave: Some(wave), raters, outsiders: outsiders.into() };
        assert!(ledger.perform(&lea, &choose(vec![], "")).await.is_err(), "{engine}: nobody");
        assert!(ledger.perform(&lea, &choose(vec![at.lea], "")).await.is_err(), "{engine}: oneself");
        let wrong = ledger.perform(&lea, &choose(vec![at.nik], "no address")).await;
        assert!(matches!(wrong, Err(Refused::Wrong(wrongs)) if wrongs.of("outsiders").is_some()), "{engine}");
        let mut raters = at.members[..5].to_vec();
        raters.extend([at.dan, at.nik, at.contacts[0]]);
        ledger.perform(&lea, &choose(raters, "Out Side, out@example.com")).await.unwrap();

        // Nobody is asked before a higher-up confirmed; the one who is rated does not.
        let first = actor(&ledger, at.members[1]).await;
        assert!(seats(&ledger, &first, wave, false).await.is_empty(), "{engine}");
        assert!(
            ledger
                .perform(&lea, &Confirm { wave: Some(wave), rated: Some(at.lea), ..Confirm::default() })
                .await
                .is_err()
        );
        let nik = actor(&ledger, at.nik).await;
        assert!(waves::to_confirm(&mut ledger.read().await.unwrap(), &nik, wave).await.unwrap().is_empty(), "{engine}");
        let dan = actor(&ledger, at.dan).await;
        let mut tx = ledger.read().await.unwrap();
        let waiting = waves::waiting(&mut tx, at.dan, day).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].act, waiting[0].holds_up), (1, Do::Decide, 1), "{engine}");
        // Eve is an executive of IT: she is above Lea too only by Dan's circle, where both lead.
        let choice = waves::to_confirm(&mut tx, &dan, wave).await.unwrap().remove(0);
        drop(tx);
        assert_eq!((choice.seats.len(), choice.rated), (9, at.lea), "{engine}");
        // One is struck, one who was left out is added.
        let keep: Vec<_> = choice
            .seats
            .iter()
            .filter(|seat| seat.rater != waves::Rater::Person(at.members[4]))
            .map(|seat| seat.id)
            .collect();
        let confirm = Confirm { wave: Some(wave), rated: Some(at.lea), keep, add: vec![at.members[8]] };
        ledger.perform(&dan, &confirm).await.unwrap();
        assert!(ledger.perform(&dan, &confirm).await.is_err(), "{engine}: twice");
        assert!(seats(&ledger, &actor(&ledger, at.members[4]).await, wave, false).await.is_empty(), "{engine}: struck");

        // Answering: all or nothing of a form; once; by whose seat it is.
        let seat = seats(&ledger, &first, wave, false).await[0];
        let mut tx = ledger.read().await.unwrap();
        let waiting = today::waiting(&mut tx, &first, day).await.unwrap();
        assert!(waiting.iter().any(|one| one.title == "Say how Lea Day leads"), "{engine}: {waiting:?}");
        drop(tx);
        let half = answer(seat, By::Me, asked - 1, "4");
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&first, &half).await else { panic!("{engine}") };
        assert_eq!(wrongs.0.len(), 1, "{engine}: only the one that is missing");
        assert!(ledger.perform(&first, &answer(seat, By::Me, asked, "6")).await.is_err(), "{engine}: off the scale");
        assert!(ledger.perform(&first, &answer(seat, By::Me, asked, UNABLE)).await.is_err(), "{engine}: nothing said");
        let other = actor(&ledger, at.members[2]).await;
        assert!(matches!(ledger.perform(&other, &answer(seat, By::Me, asked, "4")).await, Err(Refused::NotFound)));
        let mut said = answer(seat, By::Me, asked, "4");
        said.answers[0] = UNABLE.to_owned();
        said.comments = vec![(Question::Helps, "Says why.".into()), (Question::Differently, " ".into())];
        ledger.perform(&first, &said).await.unwrap();
        assert!(matches!(ledger.perform(&first, &said).await, Err(Refused::Conflict { .. })), "{engine}: twice");
        assert!(ledger.perform(&first, &Decline { seat, by: By::Me }).await.is_err(), "{engine}: after answering");

        // Rating oneself is asked from the start, and cannot be declined.
        assert!(!waves::rated_self(&mut ledger.read().await.unwrap(), wave, at.lea).await.unwrap());
        let own = seats(&ledger, &lea, wave, true).await[0];
        assert!(ledger.perform(&lea, &Decline { seat: own, by: By::Me }).await.is_err(), "{engine}");
        ledger.perform(&lea, &answer(own, By::Me, asked, "5")).await.unwrap();
        assert!(waves::rated_self(&mut ledger.read().await.unwrap(), wave, at.lea).await.unwrap(), "{engine}");

        // Without an account: by link, for that seat alone; a new one ends the old.
        let eve = actor(&ledger, at.eve).await;
        let without = waves::without_account(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
        let outside = without.iter().find(|one| one.name == "Out Side").unwrap();
        assert_eq!(outside.email.as_deref(), Some("out@example.com"), "{engine}");
        assert!(waves::without_account(&mut ledger.read().await.unwrap(), &lea, wave).await.is_err(), "{engine}");
        let link = MakeLink { wave, seat: outside.seat };
        let old = ledger.perform(&eve, &link).await.unwrap();
        let token = ledger.perform(&eve, &link).await.unwrap();
        assert_eq!(
            (seat_of(&ledger, &old).await, seat_of(&ledger, &token).await),
            (None, Some(outside.seat)),
            "{engine}"
        );
        let by_link = |with: &str| answer(outside.seat, By::Link(token.clone()), asked, with);
        let stranger = answer(seats(&ledger, &other, wave, false).await[0], By::Link(token.clone()), asked, "1");
        assert!(matches!(ledger.perform(&Begin::nobody(), &stranger).await, Err(Refused::NotFound)), "{engine}");
        ledger.perform(&Begin::nobody(), &by_link("3")).await.unwrap();
        assert!(ledger.perform(&Begin::nobody(), &by_link("3")).await.is_err(), "{engine}: once");

        // Reminders: after three days, at most two.
        let remind = Remind { wave };
        assert!(ledger.perform(&eve, &remind).await.is_err(), "{engine}: on the first day");
        clock.days(3);
        ledger.perform(&eve, &remind).await.unwrap();
        assert!(ledger.perform(&eve, &remind).await.is_err(), "{engine}: at once again");
        let waiting =
            waves::waiting(&mut ledger.read().await.unwrap(), at.members[2], "2026-03-05".parse().unwrap()).await;
        assert!(waiting.unwrap()[0].because.contains("You were reminded on 2026-03-05."), "{engine}");
        clock.days(3);
        ledger.perform(&eve, &remind).await.unwrap();
        clock.days(1);
        assert!(matches!(ledger.perform(&eve, &remind).await, Err(Refused::Conflict { .. })), "{engine}: a third time");

        // The last day is a day of answers; the day after is not, closed or not.
        let seat = seats(&ledger, &other, wave, false).await[0];
        ledger.perform(&other, &Decline { seat, by: By::Me }).await.unwrap();
        let late = actor(&ledger, at.members[3]).await;
        let seat = seats(&ledger, &late, wave, false).await[0];
        clock.days(1);
        assert!(matches!(
            ledger.perform(&late, &answer(seat, By::Me, asked, "1")).await,
            Err(Refused::Conflict { .. })
        ));
        assert!(
            !waves::is_due(&mut ledger.read().await.unwrap()).await.unwrap(),
            "{engine}: still the day before, far west"
        );
        clock.advance(jiff::SignedDuration::from_hours(5));
        assert!(waves::is_due(&mut ledger.read().await.unwrap()).await.unwrap(), "{engine}");
        assert_eq!(ledger.perform(&Begin::nobody(), &Sweep).await.unwrap(), 1, "{engine}");
        assert_eq!(ledger.perform(&Begin::nobody(), &Sweep).await.unwrap(), 0, "{engine}");
        let closed = waves::seen(&mut ledger.read().await.unwrap(), &lea, wave).await.unwrap().unwrap();
        assert_eq!(closed.stage("2026-03-10".parse().unwrap()), Stage::Closed, "{engine}");
        assert!(ledger.perform(&eve, &Close { wave }).await.is_err(), "{engine}: closed once");
        assert!(seat_of(&ledger, &token).await.is_none(), "{engine}: links end with the wave");
        assert!(ledger.perform(&late, &answer(seat, By::Me, asked, "1")).await.is_err(), "{engine}");
        assert!(ledger.perform(&lea, &choose(vec![at.members[7]], "")).await.is_err(), "{engine}: too late");
        let left = waves::without_account(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
        assert!(left.iter().all(|one| one.name != "Out Side"), "{engine}: the name is forgotten");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn nobody_is_asked_more_than_the_limit_in_a_month() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "waves_limit", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let at = house(&ledger).await;
        let asked = questions(&ledger, at.plan(&ledger, &clock).await).await;
        // As many waves as fit, all of this month, in all of which the same member is asked.
        let fits = 120 / asked;
        for n in 0..=fits {
            let wave = at.plan(&ledger, &clock).await;
            let lea = actor(&ledger, at.lea).await;
            let choose =
                Choose { wave: Some(wave), raters: vec![at.members[0], at.members[1 + n % 2]], ..Choose::default() };
            let done = ledger.perform(&lea, &choose).await;
            if n < fits {
                done.unwrap();
                confirm_all(&ledger, at.dan, wave, at.lea).await;
                continue;
            }
            let Err(Refused::Wrong(wrongs)) = done else { panic!("{engine}: not refused") };
            let told = wrongs.of("raters").unwrap();
            assert!(told.contains("Member 0") && !told.contains("Member 1") && told.contains("March 2026"), "{told}");
            // In the next month they are asked again.
            clock.days(30);
            let wave = at.plan(&ledger, &clock).await;
            ledger.perform(&lea, &Choose { wave: Some(wave), ..choose }).await.unwrap();
        }
        ledger.close().await;
    }
}

#[tokio::test]
async fn the_planner_counts_and_does_not_see_who() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "waves_counts", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let at = house(&ledger).await;
        let wave = at.plan(&ledger, &clock).await;
        let mut raters = at.members[..4].to_vec();
        raters.extend([at.contacts[0], at.nik]);
        at.ask(&ledger, wave, &raters, "").await;
        let asked = questions(&ledger, wave).await;
        for rater in [at.members[0], at.members[1], at.nik] {
            let by = actor(&ledger, rater).await;
            let seat = seats(&ledger, &by, wave, false).await[0];
            ledger.perform(&by, &answer(seat, By::Me, asked, "3")).await.unwrap();
        }
        let eve = actor(&ledger, at.eve).await;
        let counts = waves::counts(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
        let of = |role| counts.iter().find(|one| one.role == role).map(|one| (one.asked, one.far)).unwrap();
        assert_eq!(of(RaterRole::Subordinate), (4, Some((2, 0))), "{engine}");
        assert_eq!(of(RaterRole::Peer), (1, None), "{engine}: how many is who");
        assert_eq!(of(RaterRole::Client), (1, None), "{engine}");
        let lea = actor(&ledger, at.lea).await;
        assert!(waves::counts(&mut ledger.read().await.unwrap(), &lea, wave).await.is_err(), "{engine}");
        // What the person rated is shown of their seats is the same whether somebody answered or not.
        let choice = waves::to_choose(&mut ledger.read().await.unwrap(), &lea, wave).await.unwrap().unwrap();
        assert!(choice.seats.iter().all(|seat| seat.confirmed), "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_wave_opens_to_those_without_a_zone_on_the_day_of_who_hands_out_the_links() {
    let folder = tempfile::tempdir().unwrap();
    // Half past midnight on the third of March in Berlin, where the planner is; still the second in UTC.
    let clock = Clock::at("2026-03-02T23:30:00Z");
    for (engine, ledger) in each(folder.path(), "waves_midnight", &clock).await {
        let at = house(&ledger).await;
        let eve = actor(&ledger, at.eve).await;
        let zone = "Europe/Berlin".to_owned();
        let email = "eve.hill@example.org".to_owned();
        let there = Correct { person: at.eve, name: "Eve Hill".into(), email, zone };
        ledger.perform(&eve, &there).await.unwrap();
        let wave = at.plan_from(&ledger, "2026-03-03".parse().unwrap(), &[at.lea]).await;
        at.ask(&ledger, wave, &at.members[..5], "Out Side, out@example.com").await;
        let without = waves::without_account(&mut ledger.read().await.unwrap(), &eve, wave).await.unwrap();
        let outside = without.iter().find(|one| one.name == "Out Side").unwrap();
        let token = ledger.perform(&eve, &MakeLink { wave, seat: outside.seat }).await.unwrap();
        let by = By::Link(token.clone());
        let form = waves::asked(&mut ledger.read().await.unwrap(), &Begin::nobody(), outside.seat, &by).await;
        assert_eq!(form.unwrap().unwrap().stage, Stage::Open, "{engine}");
        let asked = questions(&ledger, wave).await;
        ledger.perform(&Begin::nobody(), &answer(outside.seat, by, asked, "4")).await.unwrap();
        ledger.close().await;
    }
}
