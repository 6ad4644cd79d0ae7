//! Signing in over several processes, second factors, invitations, people who come, move, leave and are erased.

use jiff::SignedDuration;
use leadership::{CircleKind, PersonId, Role};
use ledger::accounts::{
    self, AwaitCode, BeginOpenId, BeginSecond, ChangePassword, ChangeSecond, ConfirmSecond, GiveCode, Invite, Join,
    KnowByOpenId, OpenIdTry, Shown, TakeOpenId,
};
use ledger::people::{self, AddPerson, Begin, CloseCircle, Correct, EndRole, GiveRole, Leave, MoveCircle};
use ledger::sessions::{self, EndAll, SignIn};
use ledger::testing::{Clock, each};
use ledger::tries::{Counted, Right, Try};
use ledger::{Ledger, Refused, totp};

use crate::begin::begun;
use crate::links::{actor, add, circle, root};

const START: &str = "2026-03-02T08:00:00Z";

fn start(clock: &Clock) {
    let since = clock.now().duration_since(START.parse().unwrap());
    clock.advance(-since);
}

async fn account(ledger: &Ledger, person: PersonId) -> accounts::Account {
    accounts::get(&mut ledger.read().await.unwrap(), person).await.unwrap()
}

#[tokio::test]
async fn tries_are_counted_together_and_forgotten_after_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at(START);
    for (engine, ledger) in each(folder.path(), "tries", &clock).await {
        start(&clock);
        let nobody = Begin::nobody();
        let email = || Counted::Account("ann@example.org".to_owned());
        let tried = |from: &str| Try(vec![Counted::Network(from.to_owned()), email()]);
        for n in 0..10 {
            assert_eq!(ledger.perform(&nobody, &tried(&format!("10.0.0.{n}"))).await.unwrap(), None, "{engine} {n}");
        }
        // From wherever: the account's tries are used up, until the window ends.
        clock.advance(SignedDuration::from_mins(5));
        let wait = ledger.perform(&nobody, &tried("10.0.0.99")).await.unwrap();
        assert_eq!(wait, Some(SignedDuration::from_mins(10)), "{engine}");
        // The owner got in by another way: counting begins anew, for the account only.
        ledger.perform(&nobody, &Right(email())).await.unwrap();
        assert_eq!(ledger.perform(&nobody, &tried("10.0.0.99")).await.unwrap(), None, "{engine}");
        for n in 0..49 {
            let other = Try(vec![Counted::Network("10.0.0.99".into()), Counted::Account(format!("{n}@example.org"))]);
            assert_eq!(ledger.perform(&nobody, &other).await.unwrap(), None, "{engine} {n}");
        }
        let wait = ledger.perform(&nobody, &tried("10.0.0.99")).await.unwrap();
        assert!(wait.is_some(), "{engine}: fifty accounts from one address");
        clock.advance(SignedDuration::from_mins(16));
        assert_eq!(ledger.perform(&nobody, &tried("10.0.0.99")).await.unwrap(), None, "{engine}");
        // Many at once are not more than one after the other.
        let many: Vec<_> = (0..20)
            .map(|_| {
                let ledger = ledger.clone();
                tokio::spawn(async move {
                    ledger.perform(&Begin::nobody(), &Try(vec![Counted::Codes("x".into())])).await.unwrap()
                })
            })
            .collect();
        let mut let_through = 0;
        for one in many {
            let_through += u32::from(one.await.unwrap().is_none());
        }
        assert_eq!(let_through, 5, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_second_factor_with_codes_that_work_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at(START);
    for (engine, ledger) in each(folder.path(), "second_factor", &clock).await {
        start(&clock);
        let ann = begun(&ledger).await;
        let me = actor(&ledger, ann).await;
        ledger.perform(&me, &BeginSecond).await.unwrap();
        let secret = accounts::begun_second(&mut ledger.read().await.unwrap(), ann).await.unwrap().unwrap();
        let secret = totp::from_base32(&secret).unwrap();
        assert_eq!(secret.len(), totp::SECRET);
        assert_eq!(account(&ledger, ann).await.second_since, None, "not asked for before it was confirmed");
        assert!(ledger.perform(&me, &ConfirmSecond { typed: "000000".into() }).await.is_err());
        let now = || totp::code(&secret, totp::step(clock.now()));
        let codes = ledger.perform(&me, &ConfirmSecond { typed: now() }).await.unwrap();
        assert_eq!(codes.len(), accounts::CODES);
        assert!(account(&ledger, ann).await.second_since.is_some());
        assert!(ledger.perform(&me, &BeginSecond).await.is_err(), "a second one does not replace the first");

        let owed = || async { ledger.perform(&Begin::nobody(), &AwaitCode { person: ann }).await.unwrap() };
        let give = |token: &str, typed: &str| GiveCode { token: token.to_owned(), typed: typed.to_owned() };
        let token = owed().await;
        let used = ledger.perform(&Begin::nobody(), &give(&token, &now())).await;
        assert!(used.is_err(), "{engine}: the code that confirmed it is used up");
        clock.advance(SignedDuration::from_secs(30));
        let (person, shown) = ledger.perform(&Begin::nobody(), &give(&token, &now())).await.unwrap();
        assert_eq!((person, shown), (ann, Shown::Code), "{engine}");
        clock.advance(SignedDuration::from_secs(30));
        assert!(ledger.perform(&Begin::nobody(), &give(&token, &now())).await.is_err(), "the token is used up");

        let token = owed().await;
        let typed = codes[3].to_lowercase().replace('-', " ");
        let (_, shown) = ledger.perform(&Begin::nobody(), &give(&token, &typed)).await.unwrap();
        assert_eq!(shown, Shown::Recovery(9), "{engine}");
        let token = owed().await;
        assert!(ledger.perform(&Begin::nobody(), &give(&token, &codes[3])).await.is_err(), "used up");
        clock.advance(SignedDuration::from_mins(11));
        assert!(ledger.perform(&Begin::nobody(), &give(&token, &codes[4])).await.is_err(), "too late");

        let fresh = ledger.perform(&me, &ChangeSecond { typed: now(), end: false }).await.unwrap();
        assert!(fresh.len() == 10 && !fresh.contains(&codes[4]));
        assert!(ledger.perform(&me, &ChangeSecond { typed: codes[4].clone(), end: true }).await.is_err());
        ledger.perform(&me, &ChangeSecond { typed: fresh[0].clone(), end: true }).await.unwrap();
        assert_eq!(account(&ledger, ann).await.second_since, None);
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_their_owner() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at(START);
    for (engine, ledger) in each(folder.path(), "sessions_owner", &clock).await {
        start(&clock);
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let bo = add(&ledger, ann, "Bo Kim", top, Role::Member).await;
        let (ann_acts, bo_acts) = (actor(&ledger, ann).await, actor(&ledger, bo).await);
        let sign_in = |person, agent: &str| SignIn { person, agent: agent.to_owned() };
        let first = ledger.perform(&ann_acts, &sign_in(ann, "Phone\u{0}")).await.unwrap();
        let second = ledger.perform(&ann_acts, &sign_in(ann, "Desk")).await.unwrap();
        let third = ledger.perform(&ann_acts, &sign_in(ann, "Train")).await.unwrap();
        let listed = sessions::list(&mut ledger.read().await.unwrap(), ann).await.unwrap();
        assert_eq!(listed.len(), 3, "{engine}");
        let end = sessions::End { kept: sessions::kept(&first) };
        assert!(matches!(ledger.perform(&bo_acts, &end).await, Err(Refused::NotFound)), "{engine}: another's");
        ledger.perform(&ann_acts, &end).await.unwrap();
        let open = |token: String| {
            let ledger = ledger.clone();
            async move { sessions::find(&mut ledger.read().await.unwrap(), &token).await.unwrap().is_some() }
        };
        assert!(!open(first).await && open(second.clone()).await);
        // A new password ends the sessions elsewhere.
        let was = account(&ledger, ann).await.password;
        let change = ChangePassword { hash: "another".into(), was: was.clone(), session: second.clone() };
        ledger.perform(&ann_acts, &change).await.unwrap();
        assert!(open(second.clone()).await && !open(third).await, "{engine}");
        assert!(ledger.perform(&ann_acts, &change).await.is_err(), "the old password is another by now");
        assert_eq!(ledger.perform(&ann_acts, &EndAll { but: None }).await.unwrap(), 1);
        assert!(!open(second).await, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn an_invitation_is_taken_once_and_only_handed_out_by_who_may_give_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at(START);
    for (engine, ledger) in each(folder.path(), "invitation", &clock).await {
        start(&clock);
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let team = circle(&ledger, ann, top, CircleKind::Team, "Service desk").await;
        let lead = add(&ledger, ann, "Lea Day", team, Role::Leader).await;
        let bo = add(&ledger, ann, "Bo Kim", team, Role::Member).await;
        let until = clock.now() + SignedDuration::from_hours(24 * 7);
        let (ann_acts, lead_acts) = (actor(&ledger, ann).await, actor(&ledger, lead).await);
        let token = ledger.perform(&lead_acts, &Invite { person: bo, until }).await.unwrap();
        let newer = ledger.perform(&lead_acts, &Invite { person: bo, until }).await.unwrap();
        let join = |token: &str| Join {
            token: token.to_owned(),
            name: "Bo Kimura".to_owned(),
            hash: "a hash".to_owned(),
            zone: "Asia/Tokyo".to_owned(),
        };
        let nobody = Begin::nobody();
        assert!(ledger.perform(&nobody, &join(&token)).await.is_err(), "{engine}: the newer one ended it");
        let wrong = Join { zone: "Mars".into(), name: String::new(), ..join(&newer) };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&nobody, &wrong).await else { panic!("{engine}") };
        assert!(wrongs.of("zone").is_some() && wrongs.of("name").is_some());
        assert_eq!(ledger.perform(&nobody, &join(&newer)).await.unwrap(), bo);
        assert!(ledger.perform(&nobody, &join(&newer)).await.is_err(), "{engine}: once");
        let person = people::get(&mut ledger.read().await.unwrap(), bo).await.unwrap().unwrap();
        assert_eq!((person.name.as_str(), person.zone.as_str()), ("Bo Kimura", "Asia/Tokyo"));
        assert!(ledger.perform(&lead_acts, &Invite { person: bo, until }).await.is_err(), "has an account");

        // Somebody who is more elsewhere: who opened the link would be all of it.
        let cy = add(&ledger, ann, "Cy Lo", team, Role::Member).await;
        ledger.perform(&ann_acts, &GiveRole { person: cy, circle: top, role: Role::Administrator }).await.unwrap();
        assert!(matches!(ledger.perform(&lead_acts, &Invite { person: cy, until }).await, Err(Refused::NotYours(_))));
        // Whose address changes must not be joined by the reader of the old one.
        let token = ledger.perform(&ann_acts, &Invite { person: cy, until }).await.unwrap();
        let correct = Correct { person: cy, name: "Cy Lo".into(), email: "cy2@example.org".into(), zone: "UTC".into() };
        ledger.perform(&ann_acts, &correct).await.unwrap();
        assert!(ledger.perform(&nobody, &join(&token)).await.is_err(), "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn a_provider_brings_in_only_who_is_here_and_keeps_to_one_identity() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at(START);
    for (engine, ledger) in each(folder.path(), "by_provider", &clock).await {
        start(&clock);
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let bo = add(&ledger, ann, "Bo Kim", top, Role::Member).await;
        let nobody = Begin::nobody();
        let known = |subject: &str, email: Option<&str>| KnowByOpenId {
            subject: format!("https://id.example {subject}"),
            email: email.map(str::to_owned),
        };
        let ask = |act: KnowByOpenId| {
            let (ledger, nobody) = (ledger.clone(), nobody.clone());
            async move { ledger.perform(&nobody, &act).await.unwrap() }
        };
        assert_eq!(ask(known("1", Some("stranger@example.org"))).await, None, "{engine}");
        assert_eq!(ask(known("1", None)).await, None, "an address that is not vouched for");
        assert_eq!(ask(known("1", Some("Bo.Kim@example.org"))).await, Some(bo));
        assert_eq!(ask(known("1", None)).await, Some(bo), "by identity from then on");
        assert_eq!(ask(known("2", Some("bo.kim@example.org"))).await, None, "{engine}: another identity");
        let ann = actor(&ledger, ann).await;
        ledger.perform(&ann, &Leave { person: bo }).await.unwrap();
        assert_eq!(ask(known("1", Some("bo.kim@example.org"))).await, None, "who left stays out");

        let begun = OpenIdTry { state: "s".into(), nonce: "n".into(), verifier: "v".into(), next: "/aims".into() };
        ledger.perform(&nobody, &BeginOpenId(begun.clone())).await.unwrap();
        let take = TakeOpenId { state: "s".into() };
        assert_eq!(ledger.perform(&nobody, &take).await.unwrap(), begun);
        assert!(ledger.perform(&nobody, &take).await.is_err(), "{engine}: a state works once");
        ledger.close().await;
    }
}

#[tokio::test]
async fn circles_move_without_loops_and_somebody_always_administers() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at(START);
    for (engine, ledger) in each(folder.path(), "circles_move", &clock).await {
        start(&clock);
        let ann = begun(&ledger).await;
        let top = root(&ledger).await;
        let dept = circle(&ledger, ann, top, CircleKind::Department, "IT").await;
        let team = circle(&ledger, ann, dept, CircleKind::Team, "Desk").await;
        let client = circle(&ledger, ann, top, CircleKind::Client, "Alpine Rail").await;
        let other = circle(&ledger, ann, top, CircleKind::Client, "Beach Hotels").await;
        let me = actor(&ledger, ann).await;
        let wrong = |refused: Result<(), Refused>, field: &str| match refused {
            Err(Refused::Wrong(wrongs)) => assert!(wrongs.of(field).is_some(), "{engine}: {wrongs}"),
            other => panic!("{engine}: {other:?}"),
        };
        wrong(ledger.perform(&me, &MoveCircle { circle: dept, parent: team }).await, "parent");
        wrong(ledger.perform(&me, &MoveCircle { circle: team, parent: client }).await, "parent");
        wrong(ledger.perform(&me, &MoveCircle { circle: client, parent: other }).await, "parent");
        wrong(ledger.perform(&me, &MoveCircle { circle: top, parent: dept }).await, "parent");
        ledger.perform(&me, &MoveCircle { circle: team, parent: top }).await.unwrap();
        ledger.perform(&me, &MoveCircle { circle: dept, parent: team }).await.unwrap();
        assert!(ledger.perform(&me, &CloseCircle { circle: team, reopen: false }).await.is_err(), "IT is within it");
        ledger.perform(&me, &CloseCircle { circle: dept, reopen: false }).await.unwrap();
        let into_closed = AddPerson { name: "X".into(), email: String::new(), circle: dept, role: Role::Member };
        assert!(matches!(ledger.perform(&me, &into_closed).await, Err(Refused::Conflict { .. })), "{engine}");
        ledger.perform(&me, &CloseCircle { circle: dept, reopen: true }).await.unwrap();
        ledger.perform(&me, &into_closed).await.unwrap();

        // One client's contact is nobody else's, and nobody inside.
        let cy = add(&ledger, ann, "Cy Nord", client, Role::ClientContact).await;
        wrong(ledger.perform(&me, &GiveRole { person: cy, circle: other, role: Role::ClientContact }).await, "role");
        wrong(ledger.perform(&me, &GiveRole { person: cy, circle: team, role: Role::Member }).await, "role");
        wrong(ledger.perform(&me, &GiveRole { person: ann, circle: top, role: Role::ClientContact }).await, "role");

        let end = EndRole { person: ann, circle: top, role: Role::Administrator };
        assert!(matches!(ledger.perform(&me, &end).await, Err(Refused::Conflict { .. })), "{engine}");
        assert!(ledger.perform(&me, &Leave { person: ann }).await.is_err(), "{engine}: nobody leaves last");
        assert!(actor(&ledger, ann).await.sight.administers(top), "and nothing was changed");

        // Who leaves is gone from the lists, and the same person when they come back.
        ledger.perform(&me, &Leave { person: cy }).await.unwrap();
        let mut tx = ledger.read().await.unwrap();
        assert!(people::actor(&mut tx, cy).await.unwrap().is_none());
        assert!(people::search(&mut tx, &me, "cy", None).await.unwrap().is_empty());
        drop(tx);
        assert_eq!(add(&ledger, ann, "Cy Nord", other, Role::ClientContact).await, cy);
        assert!(actor(&ledger, cy).await.sight.sees(other), "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}
