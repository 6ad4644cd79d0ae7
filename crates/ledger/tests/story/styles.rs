//! Which way of leading was chosen for which work: who sees what of it, what is counted, what goes with a person. And good
//! news beside bad news, as one's own acts show it.

use leadership::promise::Act as Step;
use leadership::status::Colour;
use leadership::style::{Ability, Style};
use leadership::{CircleId, PersonId};
use ledger::growth::{
    self, AnswerStyle, ChooseStyle, LookBackOnStyle, StyleChoice, StyleId, TakeStyleBack, With, style_figures,
    style_one, styles, styles_with_me,
};
use ledger::people::{self, Erase};
use ledger::promises::{Give, Take};
use ledger::status::{Done, Open, State};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, thanks};

use crate::honesty::{World, actor, world};
use crate::talks::{at, does, refused};

fn to(person: PersonId, ability: &str, will: &str, chosen: &str) -> ChooseStyle {
    ChooseStyle {
        person: Some(person),
        circle: None,
        work: "The new scanners".into(),
        ability: ability.into(),
        will: will.into(),
        chosen: chosen.into(),
        why: "They asked for quiet zwieback.".into(),
    }
}

async fn seen(ledger: &Ledger, who: PersonId, style: StyleId) -> Option<StyleChoice> {
    let who = actor(ledger, who).await;
    style_one(&mut ledger.read().await.unwrap(), &who, style).await.unwrap()
}

async fn waits(ledger: &Ledger, person: PersonId) -> Vec<String> {
    let mut tx = ledger.read().await.unwrap();
    let waiting = growth::waiting(&mut tx, person, "2026-03-02".parse().unwrap()).await.unwrap();
    waiting.into_iter().filter(|one| one.noun == "style_choice").map(|one| one.title).collect()
}

#[tokio::test]
async fn a_way_is_suggested_chosen_seen_by_whom_it_is_about_and_looked_back_on() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "styles_one", &Clock::at("2026-03-02T08:00:00Z")).await {
        let w = world(&ledger).await;
        let (bo, cy, di) = (w.bo, w.members[0], w.members[1]);
        // What is wrong is told at its field, and the guide is asked before a way is chosen.
        for (field, act) in [
            ("ability", to(cy, "", "sure", "coaching")),
            ("will", to(cy, "new", "x", "coaching")),
            ("chosen", to(cy, "new", "sure", "shouting")),
            ("work", ChooseStyle { work: " ".into(), ..to(cy, "new", "sure", "coaching") }),
            ("person", ChooseStyle { person: None, ..to(cy, "new", "sure", "coaching") }),
            ("person", to(w.kim, "new", "sure", "coaching")),
            ("person", to(bo, "new", "sure", "coaching")),
            ("circle", ChooseStyle { circle: Some(w.team), ..to(cy, "new", "sure", "coaching") }),
            ("circle", ChooseStyle { person: None, circle: Some(w.root), ..to(cy, "new", "sure", "coaching") }),
        ] {
            assert!(at(&refused(&ledger, bo, act).await, field), "{engine}: {field}");
        }
        let me = actor(&ledger, bo).await;
        let asked = to(cy, "new", "sure", "").guide(&mut ledger.read().await.unwrap(), &me).await.unwrap();
        assert_eq!(asked.style, Style::Directing, "{engine}");
        let style = does(&ledger, bo, to(cy, "new", "sure", "coaching")).await;

        // The leader reads all of it; whom it is about all but what is the leader's own; nobody else anything.
        let own = seen(&ledger, bo, style).await.unwrap();
        assert_eq!((own.suggested, own.chosen, own.ability), (Style::Directing, Style::Coaching, Ability::New));
        assert_eq!(
            (own.with, own.why.as_deref()),
            (With::Person(cy), Some("They asked for quiet zwieback.")),
            "{engine}"
        );
        let theirs = seen(&ledger, cy, style).await.unwrap();
        assert_eq!((theirs.chosen, theirs.why, theirs.work.as_str()), (Style::Coaching, None, "The new scanners"));
        for other in [w.ann, di, w.kim] {
            assert!(seen(&ledger, other, style).await.is_none(), "{engine}: whoever administers neither");
            let answer = AnswerStyle { style, points: "3".into() };
            assert!(matches!(refused(&ledger, other, answer).await, Refused::NotFound), "{engine}");
            assert!(matches!(refused(&ledger, other, TakeStyleBack { style }).await, Refused::NotFound), "{engine}");
        }
        let mut tx = ledger.read().await.unwrap();
        let open =
            tx.count("select count(*) as n from style_choice where sealed like '%zwieback%'", &[]).await.unwrap();
        let told = tx
            .count("select count(*) as n from event where noun = 'style_choice' and body <> '{}'", &[])
            .await
            .unwrap();
        assert_eq!((open, told), (0, 0), "{engine}: sealed, and in no event");
        drop(tx);

        // Said that it was seen, without a word on whether it fits; then with one, then with another.
        assert_eq!(waits(&ledger, cy).await, ["Bo wrote how they mean to work with you"], "{engine}");
        does(&ledger, cy, AnswerStyle { style, points: String::new() }).await;
        assert!(waits(&ledger, cy).await.is_empty(), "{engine}");
        let found = seen(&ledger, bo, style).await.unwrap();
        assert_eq!((found.seen_at.is_some(), found.points), (true, None), "{engine}");
        for points in ["0", "6", "much"] {
            assert!(
                at(&refused(&ledger, cy, AnswerStyle { style, points: points.into() }).await, "points"),
                "{engine}"
            );
        }
        does(&ledger, cy, AnswerStyle { style, points: "2".into() }).await;
        does(&ledger, cy, AnswerStyle { style, points: "4".into() }).await;
        assert_eq!(seen(&ledger, bo, style).await.unwrap().points, Some(4), "{engine}");
        let own_answer = AnswerStyle { style, points: "5".into() };
        assert!(matches!(refused(&ledger, bo, own_answer).await, Refused::NotYours(_)), "{engine}: not the leader's");

        let back = |words: &str| LookBackOnStyle { style, words: words.into() };
        assert!(matches!(refused(&ledger, cy, back("x")).await, Refused::NotYours(_)), "{engine}");
        assert!(at(&refused(&ledger, bo, back(" ")).await, "came_of_it"), "{engine}");
        does(&ledger, bo, back("Too many steps at once.")).await;
        does(&ledger, bo, back("Fewer steps next time.")).await;
        let came = seen(&ledger, bo, style).await.unwrap().came_of_it.unwrap();
        assert_eq!(
            (came.0.to_string().as_str(), came.1.as_str()),
            ("2026-03-02", "Fewer steps next time."),
            "{engine}"
        );
        assert_eq!(seen(&ledger, cy, style).await.unwrap().came_of_it, None, "{engine}");

        // Everyone sees what is held about them.
        let export = people::export(&mut ledger.read().await.unwrap(), cy).await.unwrap().unwrap();
        let held = export.held.iter().find(|held| held.what.starts_with("How others chose to lead you")).unwrap();
        assert_eq!(held.rows[0][1..], ["Bo", "The new scanners", "new", "sure", "coaching", "4"], "{engine}");
        assert!(!serde_json::to_string(&export).unwrap().contains("zwieback"), "{engine}");

        does(&ledger, bo, TakeStyleBack { style }).await;
        assert!(seen(&ledger, bo, style).await.is_none() && seen(&ledger, cy, style).await.is_none(), "{engine}");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

async fn in_circle(ledger: &Ledger, w: &World, circle: CircleId) -> StyleId {
    let act = ChooseStyle { person: None, circle: Some(circle), ..to(w.bo, "able", "sure", "delegating") };
    does(ledger, w.bo, act).await
}

#[tokio::test]
async fn figures_are_the_leaders_alone_and_said_from_a_minimum_on() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "styles_figures", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let figures = async || {
            let bo = actor(&ledger, w.bo).await;
            style_figures(&mut ledger.read().await.unwrap(), &bo).await.unwrap()
        };
        let answered = async |person, chosen: &str, points: &str| {
            let style = does(&ledger, w.bo, to(person, "new", "sure", chosen)).await;
            does(&ledger, person, AnswerStyle { style, points: points.into() }).await;
            style
        };
        // Five answers of two people are about two people: nothing is told of them.
        let (cy, di, ed) = (w.members[0], w.members[1], w.members[2]);
        let mut last = answered(cy, "directing", "5").await;
        for (person, points) in [(di, "4"), (cy, "3"), (di, "2")] {
            last = answered(person, "directing", points).await;
        }
        let found = figures().await;
        assert_eq!((found.variety.n, found.variety.enough(), found.fitted), (4, false, None), "{engine}");
        answered(cy, "coaching", "1").await;
        let found = figures().await;
        assert_eq!((found.variety.n, found.variety.enough(), found.fitted), (5, true, None), "{engine}");
        answered(ed, "coaching", "4").await;
        in_circle(&ledger, &w, w.team).await;
        does(&ledger, w.bo, LookBackOnStyle { style: last, words: "It went well.".into() }).await;
        let found = figures().await;
        assert_eq!((found.variety.n, found.variety.chosen, found.variety.otherwise), (7, [4, 2, 0, 1], 2), "{engine}");
        assert_eq!(found.fitted.map(|share| (share.so, share.n)), Some((3, 6)), "{engine}");
        assert_eq!((found.looked_back.so, found.looked_back.n), (1, 7), "{engine}");
        // Nobody of the circle is told of what was assumed about it.
        let cy_acts = actor(&ledger, cy).await;
        let mut tx = ledger.read().await.unwrap();
        let with_me = styles_with_me(&mut tx, &cy_acts).await.unwrap();
        assert_eq!((with_me.len(), styles(&mut tx, &cy_acts).await.unwrap().len()), (3, 0), "{engine}");
        assert!(with_me.iter().all(|one| one.with == With::Person(cy) && one.why.is_none()), "{engine}");
        drop(tx);
        // A year later they are past; with the person goes what was chosen for them, with the leader the rest.
        does(&ledger, w.ann, Erase { person: cy }).await;
        assert_eq!(figures().await.variety.n, 4, "{engine}");
        clock.days(366);
        assert_eq!(figures().await.variety.n, 0, "{engine}");
        does(&ledger, w.ann, Erase { person: w.bo }).await;
        let left = ledger.read().await.unwrap().count("select count(*) as n from style_choice", &[]).await.unwrap();
        assert_eq!(left, 0, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn good_news_stands_beside_bad_news_with_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "growth_news", &Clock::at("2026-03-02T08:00:00Z")).await {
        let clock = Clock::at("2026-03-02T08:00:00Z");
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy) = (w.bo, w.members[0]);
        let told = async |who| {
            let who = actor(&ledger, who).await;
            growth::told_news(&mut ledger.read().await.unwrap(), &who).await.unwrap()
        };
        assert_eq!(told(bo).await, growth::News::default(), "{engine}");
        let give = |what: &str, due: &str| Give {
            whom: "Cy".into(),
            what: what.into(),
            known: "It can be seen.".into(),
            due: due.into(),
            ..Give::default()
        };
        let kept = does(&ledger, bo, give("A quiet hour", "2026-03-20")).await;
        let late = does(&ledger, bo, give("New labels", "2026-03-20")).await;
        let open = Open {
            noun: "circle".into(),
            circle: Some(w.team),
            title: "The move".into(),
            due: "2026-04-01".into(),
            ..Open::default()
        };
        let line = does(&ledger, bo, open).await;
        let says = async |colour: Colour, due: &str| {
            let state = State {
                line: Some(line),
                colour: colour.name().into(),
                words: "As it is.".into(),
                due: due.into(),
                reads: Vec::new(),
            };
            does(&ledger, bo, state).await;
        };
        says(Colour::OnCourse, "2026-04-01").await;
        clock.days(1);
        says(Colour::AtRisk, "2026-04-01").await;
        let step = |promise, act, day: &str, why: &str| Take { promise, act, day: day.into(), why: why.into() };
        does(&ledger, bo, step(late, Step::Warn, "", "The supplier is late.")).await;
        clock.days(1);
        says(Colour::OnCourse, "2026-04-01").await;
        does(&ledger, bo, step(kept, Step::Claim, "2026-03-04", "")).await;
        does(&ledger, cy, step(kept, Step::Keep, "", "")).await;
        clock.days(1);
        does(&ledger, bo, Done { line }).await;
        let thank = thanks::Give {
            to: Some(cy),
            words: "You stayed.".into(),
            difference: "Nobody waited.".into(),
            aim: String::new(),
        };
        does(&ledger, bo, thank).await;
        let found = told(bo).await;
        let shown = |all: &[growth::Told]| {
            let mut all: Vec<String> =
                all.iter().map(|one| format!("{} {}: {} {}", one.day, one.kind, one.title, one.early)).collect();
            all.sort();
            all
        };
        assert_eq!(
            shown(&found.good),
            [
                "2026-03-04 A promise kept: A quiet hour true",
                "2026-03-04 On course again: The move true",
                "2026-03-05 Done: The move true",
                "2026-03-05 Thanks: Cy true",
            ],
            "{engine}"
        );
        assert_eq!(
            shown(&found.bad),
            ["2026-03-03 On a promise: New labels true", "2026-03-03 On how it stands: The move true"],
            "{engine}"
        );
        assert_eq!((found.early().so, found.early().n), (2, 2), "{engine}");
        assert!(found.good.iter().chain(&found.bad).all(|one| one.page.starts_with('/') && one.page.len() > 10));
        assert_eq!(told(cy).await, growth::News::default(), "{engine}: whom it was told to told nothing");
        clock.days(100);
        assert_eq!(told(bo).await, growth::News::default(), "{engine}: it is past");
        ledger.close().await;
    }
}
