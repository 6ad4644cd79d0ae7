//! Pulses: set, opened, answered under seal, closed, told as far as they may be, answered in words; and that no row and no
//! event joins somebody with an answer.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use leadership::pulse::{Kind, Stage, Why};
use leadership::{CircleId, PersonId, PulseId, Role, RoundId};
use ledger::people::{self, Begin, Erase, Leave};
use ledger::pulses::{self, Answer, End, Reply, Round, Set, Sweep, Swept, UNABLE};
use ledger::testing::{Clock, each};
use ledger::{Ledger, Refused, ideas};

use crate::honesty::{World, actor, join, world};
use crate::waves::seal::dump;

const START: &str = "2026-03-02T08:00:00Z";
const QUESTIONS: [&str; 3] = ["pulse-belonging", "pulse-heard", "pulse-pace"];

fn setting(circle: CircleId, next_on: &str) -> Set {
    Set {
        circle: Some(circle),
        kind: Kind::Circle.name().to_owned(),
        questions: QUESTIONS.iter().map(|key| (*key).to_owned()).collect(),
        every_weeks: "4".into(),
        answer_days: "14".into(),
        next_on: next_on.into(),
    }
}

fn answer(round: RoundId, with: &str) -> Answer {
    let answers = QUESTIONS.iter().map(|key| ((*key).to_owned(), with.to_owned())).collect();
    Answer { round, answers, line: String::new(), skip: false }
}

async fn sweep(ledger: &Ledger) -> Swept {
    ledger.perform(&Begin::nobody(), &Sweep).await.unwrap()
}

async fn says(ledger: &Ledger, who: PersonId, act: Answer) -> Result<(), Refused> {
    ledger.perform(&actor(ledger, who).await, &act).await
}

async fn newest(ledger: &Ledger, who: PersonId, pulse: PulseId) -> Round {
    let who = actor(ledger, who).await;
    pulses::rounds(&mut ledger.read().await.unwrap(), &who, pulse).await.unwrap().remove(0)
}

async fn waits(ledger: &Ledger, who: PersonId, day: &str) -> Vec<String> {
    let waiting = pulses::waiting(&mut ledger.read().await.unwrap(), who, day.parse().unwrap()).await.unwrap();
    waiting.into_iter().map(|one| one.page).collect()
}

/// Opens a round of the team, has it answered by these people with these answers, and closes it.
async fn a_round(ledger: &Ledger, clock: &Clock, pulse: PulseId, by: &[(PersonId, &str)]) -> Round {
    let opened = sweep(ledger).await;
    assert_eq!(opened.opened, 1, "{opened:?}");
    let ann = by[0].0;
    let round = newest(ledger, ann, pulse).await;
    for (person, with) in by {
        says(ledger, *person, answer(round.id, with)).await.unwrap();
    }
    clock.days(8);
    assert_eq!(sweep(ledger).await, Swept { closed: 1, ..Swept::default() });
    clock.days(20);
    newest(ledger, ann, pulse).await
}

fn everybody(w: &World) -> Vec<PersonId> {
    w.members.iter().copied().chain([w.bo]).collect()
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story, told in its order")]
async fn a_pulse_goes_from_its_setting_to_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "pulse_cycle", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let (bo, cy) = (actor(&ledger, w.bo).await, actor(&ledger, w.members[0]).await);

        // Who works in the team does not set it, a client has none, and what is wrong is told at its field.
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&cy, &setting(w.team, "2026-03-02")).await else {
            panic!("{engine}")
        };
        assert!(wrongs.of("circle").is_some(), "{engine}");
        let harbour = actor(&ledger, w.kim).await.sight.own.first().copied().unwrap();
        let ann = actor(&ledger, w.ann).await;
        assert!(ledger.perform(&ann, &setting(harbour, "2026-03-02")).await.is_err(), "{engine}: a client's");
        let wrong =
            Set { questions: vec!["pulse-heard".into()], every_weeks: "1".into(), ..setting(w.team, "2026-03-01") };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &wrong).await else { panic!("{engine}") };
        for field in ["questions", "every_weeks", "next_on"] {
            assert!(wrongs.of(field).is_some(), "{engine}: {field}");
        }
        let leaders = Set { kind: "leaders".into(), ..setting(w.team, "2026-03-02") };
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &leaders).await else { panic!("{engine}") };
        assert!(wrongs.of("kind").is_some() && wrongs.of("questions").is_some(), "{engine}: {wrongs}");
        let pulse = ledger.perform(&bo, &setting(w.team, "2026-03-02")).await.unwrap();

        // The clock opens it: everybody of the team is asked, nobody else.
        assert!(pulses::is_due(&mut ledger.read().await.unwrap()).await.unwrap(), "{engine}");
        assert_eq!(sweep(&ledger).await, Swept { opened: 1, ..Swept::default() }, "{engine}");
        assert_eq!(sweep(&ledger).await.all(), 0, "{engine}");
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &setting(w.team, "2026-03-15")).await else {
            panic!("{engine}: less than two weeks after the last")
        };
        assert!(wrongs.of("next_on").is_some(), "{engine}");
        let round = newest(&ledger, w.bo, pulse).await;
        assert_eq!((round.stage, round.asked, round.closes_on.to_string().as_str()), (Stage::Open, 6, "2026-03-08"));
        for person in everybody(&w) {
            assert_eq!(waits(&ledger, person, "2026-03-04").await, [format!("/pulse/rounds/{}/answer", round.id)]);
            assert!(waits(&ledger, person, "2026-03-09").await.is_empty(), "{engine}: over where they are");
        }
        for person in [w.ann, w.kim] {
            assert!(waits(&ledger, person, "2026-03-04").await.is_empty(), "{engine}");
            assert!(matches!(says(&ledger, person, answer(round.id, "4")).await, Err(Refused::NotFound)), "{engine}");
        }
        let kim = actor(&ledger, w.kim).await;
        let mut tx = ledger.read().await.unwrap();
        assert!(pulses::round(&mut tx, &kim, round.id).await.unwrap().is_none(), "{engine}: a client finds nothing");
        assert!(pulses::list(&mut tx, &kim).await.unwrap().is_empty(), "{engine}");
        drop(tx);

        // Answered once, or skipped; what is missing comes back at its question.
        let mut half = answer(round.id, "4");
        half.answers.remove("pulse-heard");
        let Err(Refused::Wrong(wrongs)) = says(&ledger, w.members[0], half).await else { panic!("{engine}") };
        assert!(wrongs.of("pulse-heard").is_some() && wrongs.0.len() == 1, "{engine}");
        let long = Answer { line: "x".repeat(201), ..answer(round.id, "4") };
        let Err(Refused::Wrong(wrongs)) = says(&ledger, w.members[0], long).await else { panic!("{engine}") };
        assert!(wrongs.of("line").is_some(), "{engine}");
        assert!(says(&ledger, w.members[0], answer(round.id, "6")).await.is_err(), "{engine}");
        for (person, with) in w.members.iter().zip(["1", "3", "4", "4", "5"]) {
            let mut act = answer(round.id, with);
            if with == "3" {
                act.answers.insert("pulse-heard".into(), UNABLE.into());
            }
            if with == "1" {
                act.line = " A quiet hour would help. ".into();
            }
            says(&ledger, *person, act).await.unwrap();
        }
        assert!(matches!(says(&ledger, w.members[0], answer(round.id, "5")).await, Err(Refused::Conflict { .. })));
        assert!(waits(&ledger, w.members[0], "2026-03-04").await.is_empty(), "{engine}");
        says(&ledger, w.bo, Answer { skip: true, ..answer(round.id, "") }).await.unwrap();
        assert!(
            newest(&ledger, w.bo, pulse).await.figures.iter().all(Option::is_none),
            "{engine}: nothing before its end"
        );
        let reply =
            |words: &str, links: &[String]| Reply { round: round.id, words: words.into(), links: links.to_vec() };
        assert!(matches!(ledger.perform(&bo, &reply("Thanks", &[])).await, Err(Refused::Conflict { .. })), "{engine}");

        // Closed: five answers are told, four are not.
        clock.days(7);
        assert!(matches!(says(&ledger, w.bo, answer(round.id, "5")).await, Err(Refused::Conflict { .. })), "{engine}");
        clock.advance(SignedDuration::from_hours(5));
        assert_eq!(sweep(&ledger).await, Swept { closed: 1, ..Swept::default() }, "{engine}");
        let closed = newest(&ledger, w.members[0], pulse).await;
        let told = closed.figure("pulse-belonging").unwrap();
        assert_eq!((told.n, told.agree), (5, None), "{engine}: how many agree is told from ten on");
        assert!((told.mean - 3.4).abs() < 1e-9, "{engine}: {told:?}");
        assert_eq!(closed.figure("pulse-heard"), None, "{engine}: four answers");
        assert!(closed.is_told() && closed.stage == Stage::Closed, "{engine}");
        assert_eq!(closed.lines, ["A quiet hour would help."], "{engine}: five answered, one in words");
        for left in ["select count(*) as n from pulse_form", "select count(*) as n from pulse_line"] {
            assert_eq!(ledger.read().await.unwrap().count(left, &[]).await.unwrap(), 0, "{engine}");
        }

        // You said, we did.
        let page = format!("/pulse/rounds/{}", round.id);
        assert_eq!(waits(&ledger, w.bo, "2026-03-10").await, [page.as_str()], "{engine}");
        assert!(waits(&ledger, w.members[0], "2026-03-10").await.is_empty(), "{engine}");
        assert!(matches!(ledger.perform(&cy, &reply("x", &[])).await, Err(Refused::NotYours(_))), "{engine}");
        assert!(matches!(ledger.perform(&kim, &reply("x", &[])).await, Err(Refused::NotFound)), "{engine}");
        let offer = ideas::Offer { circle: Some(w.team), title: "A quiet hour".into(), words: "Two to three.".into() };
        let idea = ledger.perform(&cy, &offer).await.unwrap();
        let link = format!("idea/{idea}");
        let Err(Refused::Wrong(wrongs)) = ledger.perform(&bo, &reply(" ", &["idea/none".into()])).await else {
            panic!("{engine}")
        };
        assert!(wrongs.of("words").is_some() && wrongs.of("links").is_some(), "{engine}");
        let words = "You said that the pace is too much. We keep an hour quiet.";
        ledger.perform(&bo, &reply(words, &[link])).await.unwrap();
        assert!(waits(&ledger, w.bo, "2026-03-10").await.is_empty(), "{engine}");
        let said = newest(&ledger, w.members[0], pulse).await.said.unwrap();
        assert_eq!(
            (said.by, said.on.to_string().as_str(), said.words.as_str()),
            (w.bo, "2026-03-09", words),
            "{engine}"
        );
        let links = pulses::links(&mut ledger.read().await.unwrap(), &cy, round.id).await.unwrap();
        assert_eq!(links[0].title, "A quiet hour", "{engine}");

        // The next round opens on its grid; an ended pulse opens none, and can be set anew.
        clock.days(13);
        assert_eq!(sweep(&ledger).await.all(), 0, "{engine}");
        ledger.perform(&bo, &End { pulse }).await.unwrap();
        assert!(matches!(ledger.perform(&bo, &End { pulse }).await, Err(Refused::Conflict { .. })), "{engine}");
        clock.days(30);
        assert_eq!(sweep(&ledger).await.all(), 0, "{engine}");
        let again = setting(w.team, "2026-04-21");
        assert_eq!(ledger.perform(&bo, &again).await.unwrap(), pulse, "{engine}: it is the same one");
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

#[tokio::test]
async fn who_comes_is_not_asked_alone_and_who_goes_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "pulse_between", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let bo = actor(&ledger, w.bo).await;
        let pulse = ledger.perform(&bo, &setting(w.team, "2026-03-02")).await.unwrap();
        let all: Vec<(PersonId, &str)> = everybody(&w).into_iter().zip(["2", "3", "4", "4", "5", "3"]).collect();
        assert!(a_round(&ledger, &clock, pulse, &all).await.is_told(), "{engine}");

        // One comes: not asked, and the rest are told as before.
        let hal = join(&ledger, w.ann, "Hal", w.team, Role::Member).await;
        let second = a_round(&ledger, &clock, pulse, &all).await;
        assert_eq!((second.asked, second.is_told()), (6, true), "{engine}");
        let seat =
            pulses::asked(&mut ledger.read().await.unwrap(), &actor(&ledger, hal).await, second.id).await.unwrap();
        assert!(seat.is_none(), "{engine}");

        // One goes: what is left and what was told would tell of the one. Nobody is asked, and it is said why.
        ledger.perform(&actor(&ledger, w.ann).await, &Leave { person: w.members[0] }).await.unwrap();
        assert_eq!(sweep(&ledger).await, Swept { withheld: 1, ..Swept::default() }, "{engine}");
        let third = newest(&ledger, w.bo, pulse).await;
        assert_eq!((third.stage, third.why), (Stage::Withheld, Some(Why::Apart)), "{engine}");
        assert!(waits(&ledger, w.bo, &third.opens_on.to_string()).await.iter().all(|page| !page.ends_with("answer")));

        // Another comes: three changed, and everybody is asked.
        join(&ledger, w.ann, "Ida", w.team, Role::Member).await;
        clock.days(28);
        let fourth = a_round(&ledger, &clock, pulse, &all[1..]).await;
        assert_eq!((fourth.asked, fourth.is_told()), (7, true), "{engine}");

        // A department that is the team and one more: its pulse is not asked; two more make three.
        let ann = actor(&ledger, w.ann).await;
        let today = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        let whole = ledger.perform(&ann, &setting(w.root, &today)).await.unwrap();
        assert!(sweep(&ledger).await.withheld == 1, "{engine}: Ann and the team, less the team, is Ann");
        let not = newest(&ledger, w.ann, whole).await;
        assert_eq!((not.stage, not.asked), (Stage::Withheld, 8), "{engine}");
        for name in ["Jo", "Kit"] {
            join(&ledger, w.ann, name, w.root, Role::Member).await;
        }
        clock.days(28);
        sweep(&ledger).await;
        let asked = newest(&ledger, w.ann, whole).await;
        assert_eq!((asked.stage, asked.asked), (Stage::Open, 10), "{engine}: no client’s people");
        ledger.close().await;
    }
}

#[tokio::test]
async fn all_who_lead_are_asked_together_and_only_they_see_it() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "pulse_leaders", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        for name in ["Lin", "Mia", "Noa"] {
            join(&ledger, w.ann, name, w.team, Role::Leader).await;
        }
        let ann = actor(&ledger, w.ann).await;
        let keys = model::shipped().pulse_for(model::Audience::Leaders).map(|one| one.key.clone()).collect();
        let act = Set { kind: "leaders".into(), questions: keys, ..setting(w.root, "2026-03-02") };
        let pulse = ledger.perform(&ann, &act).await.unwrap();
        assert_eq!(sweep(&ledger).await.opened, 1, "{engine}");
        assert_eq!(newest(&ledger, w.bo, pulse).await.asked, 5, "{engine}: Ann, Bo and three more");
        let cy = actor(&ledger, w.members[0]).await;
        assert!(pulses::get(&mut ledger.read().await.unwrap(), &cy, pulse).await.unwrap().is_none(), "{engine}");
        assert!(pulses::list(&mut ledger.read().await.unwrap(), &cy).await.unwrap().is_empty(), "{engine}");
        ledger.close().await;
    }
}

/// Holds while a round is open and after its end: what is in the whole database joins nobody with an answer.
async fn joins_nobody(engine: &str, ledger: &Ledger, at: &[Timestamp], forms: usize) -> String {
    let rows = dump(ledger).await;
    let (sealed, rest): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|(table, _)| table == "pulse_form" || table == "pulse_line");
    assert_eq!(sealed.len(), forms * 2, "{engine}: whoever wrote no line has one as well");
    assert_eq!(sealed.iter().filter(|(table, _)| table == "pulse_line").count(), forms, "{engine}");
    let mut lengths = BTreeSet::new();
    for (table, row) in &sealed {
        let columns: Vec<&str> = row.keys().map(String::as_str).collect();
        assert_eq!(columns, ["id", "part", "round", "sealed"], "{engine}");
        lengths.insert((table.clone(), row["sealed"].as_str().unwrap().len()));
        let id = row["id"].as_str().unwrap();
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{engine}: {id}");
    }
    assert!(lengths.len() < 3, "{engine}: a length tells a form or a line");
    let mut states = Vec::new();
    for (table, row) in &rest {
        let text = serde_json::to_string(row).unwrap();
        assert!(!text.contains("under seal and read by none"), "{engine}: {table} holds a line in the open");
        for (_, form) in &sealed {
            assert!(!text.contains(form["id"].as_str().unwrap()), "{engine}: {table} names a sealed row");
        }
        for at in at {
            // To the minute, and as the first 36 bits of an identifier of version 7: about four seconds.
            let (minute, begins) = (at.strftime("%Y-%m-%dT%H:%M").to_string(), format!("{:012x}", at.as_millisecond()));
            let begins = format!("{}-{}", &begins[..8], &begins[8..9]);
            assert!(!text.contains(&minute) && !text.contains(&begins), "{engine}: {table} tells an instant: {text}");
        }
        if table == "pulse_seat" {
            let columns: Vec<&str> = row.keys().map(String::as_str).collect();
            assert_eq!(columns, ["part", "person", "round", "state"], "{engine}: a column more would tell a time");
            states.push(row["state"].as_str().unwrap().to_owned());
        }
        if table == "event" && row["noun"] == "pulse" {
            let kind = row["kind"].as_str().unwrap();
            assert!(["set", "opened", "closed", "not_asked"].contains(&kind), "{engine}: {kind}");
            assert_eq!(kind == "set", !row["actor"].is_null(), "{engine}: only setting it is somebody’s act");
        }
    }
    states.sort();
    states.join(" ")
}

#[tokio::test]
async fn no_row_and_no_event_joins_somebody_with_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (engine, ledger) in each(folder.path(), "pulse_seal", &Clock::at(START)).await {
        let clock = Clock::at(START);
        let ledger = ledger.at(clock.handed_in());
        let w = world(&ledger).await;
        let pulse = ledger.perform(&actor(&ledger, w.bo).await, &setting(w.team, "2026-03-02")).await.unwrap();
        clock.advance(SignedDuration::from_mins(41));
        sweep(&ledger).await;
        let round = newest(&ledger, w.bo, pulse).await.id;
        let mut heard = Vec::new();
        for (n, person) in w.members.iter().enumerate() {
            clock.advance(SignedDuration::from_mins(41));
            heard.push(clock.now());
            let mut act = if n == 3 { Answer { skip: true, ..answer(round, "") } } else { answer(round, "2") };
            act.line = format!("{n}: under seal and read by none");
            says(&ledger, *person, act).await.unwrap();
        }
        clock.advance(SignedDuration::from_mins(41));
        assert_eq!(joins_nobody(engine, &ledger, &heard, 5).await, "open spent spent spent spent spent", "{engine}");
        // Nobody's own data says whether somebody answered.
        let held = people::held(&mut ledger.read().await.unwrap(), w.bo).await.unwrap();
        let seats = held.iter().find(|held| held.what.starts_with("Rounds in which you were asked")).unwrap();
        assert_eq!(seats.rows, [["Service desk", "2026-03-02", "2026-03-08"]], "{engine}");

        clock.days(8);
        sweep(&ledger).await;
        // Who did not answer is marked as those who did, and the heap is gone.
        assert_eq!(joins_nobody(engine, &ledger, &heard, 0).await, "spent spent spent spent spent spent", "{engine}");
        let told = newest(&ledger, w.bo, pulse).await;
        assert!(!told.is_told() && told.lines.is_empty(), "{engine}: four answers and one that was skipped");
        let ann = actor(&ledger, w.ann).await;
        ledger.perform(&ann, &Erase { person: w.members[0] }).await.unwrap();
        assert_eq!(ledger.verify(|_| ()).await.unwrap().broken, None, "{engine}");
        ledger.close().await;
    }
}

/// The same people, who answer low or high: the same rounds are asked, of the same number, and the same are not.
#[tokio::test]
async fn what_is_refused_does_not_depend_on_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut outcomes: BTreeMap<&str, Vec<Vec<(Stage, u64)>>> = BTreeMap::new();
    for with in [["1", "1", "2", "2", "3", "1"], ["5", "4", "5", "4", "3", "4"]] {
        let name = format!("pulse_alike_{}", with[0]);
        std::fs::create_dir_all(folder.path().join(with[0])).unwrap();
        for (engine, ledger) in each(&folder.path().join(with[0]), &name, &Clock::at(START)).await {
            let clock = Clock::at(START);
            let ledger = ledger.at(clock.handed_in());
            let w = world(&ledger).await;
            let pulse = ledger.perform(&actor(&ledger, w.bo).await, &setting(w.team, "2026-03-02")).await.unwrap();
            let all: Vec<(PersonId, &str)> = everybody(&w).into_iter().zip(with).collect();
            a_round(&ledger, &clock, pulse, &all).await;
            join(&ledger, w.ann, "Hal", w.team, Role::Member).await;
            a_round(&ledger, &clock, pulse, &all).await;
            ledger.perform(&actor(&ledger, w.ann).await, &Leave { person: w.members[1] }).await.unwrap();
            sweep(&ledger).await;
            let bo = actor(&ledger, w.bo).await;
            let rounds = pulses::rounds(&mut ledger.read().await.unwrap(), &bo, pulse).await.unwrap();
            outcomes.entry(engine).or_default().push(rounds.iter().map(|round| (round.stage, round.asked)).collect());
            ledger.close().await;
        }
    }
    for (engine, both) in outcomes {
        assert_eq!(both[0], both[1], "{engine}");
        assert_eq!(both[0][0].0, Stage::Withheld, "{engine}");
    }
}
