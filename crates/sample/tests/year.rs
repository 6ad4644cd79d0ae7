//! The sample is lived on SQLite: every act is accepted, the chain holds, no page is empty, and it goes as a whole.

use std::collections::{BTreeMap, BTreeSet};

use casebook::Stage;
use leadership::circle::Actor;
use leadership::opening::Came;
use leadership::teach::WAITS_DAYS;
use leadership::{CircleKind, Role};
use ledger::people::{self, AddPerson};
use ledger::testing::Clock;
use ledger::{
    Ledger, Refused, Tx, aims, casework, code, common, decisions, growth, ideas, network, openings, promises,
    recognition, reports, restated, sample as whole, thanks, today, training,
};

#[tokio::test]
async fn a_year_is_lived_and_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-06-16T11:00:00Z");
    let ledger = ledger::testing::sqlite(folder.path(), &clock).await;
    let lived = sample::fill(&ledger, "no hash").await.unwrap_or_else(|refused| panic!("{refused:?}"));
    assert_eq!(lived.people, 28, "24 and four of the clients");
    assert!(lived.acts > 600, "{lived:?}");
    let walked = ledger.verify(|_| ()).await.unwrap();
    assert_eq!(walked.broken, None);

    let mut tx = ledger.read().await.unwrap();
    assert!(whole::is_sample(&mut tx).await.unwrap());
    let circles = people::circles(&mut tx).await.unwrap();
    assert_eq!(circles.iter().filter(|circle| circle.kind == CircleKind::Client).count(), 2);
    let ada = people::by_email(&mut tx, sample::EMAIL).await.unwrap().unwrap();
    let ada = people::actor(&mut tx, ada.id).await.unwrap().unwrap();

    // Nothing on Today is empty for the head of IT.
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let day = today::gather(&mut tx, &ada, &zone).await.unwrap();
    assert!(day.waiting.len() >= 8, "{:?}", day.waiting);
    // Neither is it a heap: a year of questions that nobody answered has lapsed.
    let day_of = |item: &leadership::today::Ranked| item.waiting.due.map(|due| (day.day - due).get_days());
    let said_back = |item: &&leadership::today::Ranked| {
        ["/decisions/back/", "/aims/teach/"].iter().any(|page| item.waiting.page.starts_with(page))
    };
    let asked: Vec<_> = day.waiting.iter().filter(said_back).map(day_of).collect();
    assert!(asked.len() <= 5 && asked.iter().flatten().all(|days| *days < WAITS_DAYS), "{asked:?}");
    assert!(day.waiting.len() <= 40, "{}: {:?}", day.waiting.len(), day.waiting);
    let nouns: std::collections::BTreeSet<_> = day.waiting.iter().map(|item| item.waiting.noun.as_str()).collect();
    for noun in ["request", "promise", "decision"] {
        assert!(nouns.contains(noun), "{noun} in {nouns:?}");
    }
    assert!(!day.serves.is_empty() && !day.promised.is_empty() && !day.news.is_empty());
    assert!(day.forgotten.is_some() && day.conversation.is_some(), "{:?} {:?}", day.forgotten, day.conversation);
    assert!(
        today::interruptions(&mut tx, &ada, clock.now() - jiff::SignedDuration::from_hours(72)).await.unwrap().len()
            >= 3
    );

    // Enough for the figures that have a minimum.
    let called = decisions::calibration::mine(&mut tx, &ada).await.unwrap();
    assert!(called.len() >= 12, "{} judged", called.len());
    let seen = aims::seen(&mut tx, &ada).await.unwrap();
    let memories = aims::memory::memories(&mut tx, &ada, &seen).await.unwrap();
    assert!(memories.iter().any(|memory| memory.curve.is_some()), "{memories:?}");
    let given = promises::given(&mut tx, &ada, promises::Which::Closed, 0).await.unwrap();
    assert!(given.total >= 8, "{}", given.total);

    // The code asks at decisions; most was answered, some with no, and not all of it.
    let answered = code::runs(&mut tx, &ada).await.unwrap();
    assert!(answered.len() >= 10, "{}", answered.len());
    let passed_over = code::missing(&mut tx, &ada).await.unwrap();
    assert!(passed_over.n >= 12 && passed_over.so >= 1, "{passed_over:?}");

    worked_on(&mut tx, &ada, clock.now()).await;
    grown(&mut tx, &ada).await;
    together(&mut tx, &ada).await;

    // A client's contact sees their own, and nothing else.
    let clara = people::by_email(&mut tx, "clara@northlight.example").await.unwrap().unwrap();
    let clara = people::actor(&mut tx, clara.id).await.unwrap().unwrap();
    let day = today::gather(&mut tx, &clara, &zone).await.unwrap();
    let told = format!("{day:?}");
    assert!(!told.contains("Harbour") && !told.contains("carrier"), "{told}");
    drop(tx);

    // It goes as a whole.
    ledger.close().await;
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("ledger.sqlite"), copy.path().join("ledger.sqlite")).unwrap();
    goes_as_a_whole(&ledger::testing::sqlite(copy.path(), &clock).await).await;

    // Not over somebody's record, and not taken from one with a real person in it.
    let ledger = ledger::testing::sqlite(folder.path(), &clock).await;
    assert!(matches!(sample::fill(&ledger, "no hash").await, Err(Refused::Conflict { .. })));
    let root = circles.iter().find(|circle| circle.parent.is_none()).unwrap().id;
    let real =
        AddPerson { name: "A real one".into(), email: "real@example.org".into(), circle: root, role: Role::Member };
    ledger.perform(&ada, &real).await.unwrap();
    assert!(matches!(ledger.remove_sample().await, Err(Refused::Conflict { .. })));
}

/// No page of growth, of one's own, or of one's report is empty for the head of IT.
async fn grown(tx: &mut Tx, ada: &Actor) {
    let chosen = growth::styles(tx, ada).await.unwrap();
    assert_eq!(chosen.len(), 6, "{chosen:?}");
    assert!(chosen.iter().any(|one| one.came_of_it.is_some()) && chosen.iter().any(|one| one.points.is_none()));
    let figures = growth::style_figures(tx, ada).await.unwrap();
    assert!(figures.variety.enough() && figures.variety.ways() >= 3 && figures.variety.otherwise >= 1, "{figures:?}");
    assert!(figures.fitted.is_some(), "five answers of five people: {figures:?}");
    assert_eq!(growth::styles_with_me(tx, ada).await.unwrap().len(), 1);

    let ended = training::ended(tx, ada).await.unwrap();
    assert_eq!(ended.keys().map(String::as_str).collect::<Vec<_>>(), ["conflict", "explaining-why", "listening"]);
    assert!(ended.values().all(|end| training::page_of(&end.noun, &end.subject).is_some()), "{ended:?}");
    assert_eq!(training::self_check(tx, ada).await.unwrap().unwrap().1.answers.len(), 28);

    let weeks = growth::looks_back(tx, ada).await.unwrap();
    assert!(weeks.len() == 4 && weeks.iter().all(|week| week.said.len() == 2), "{weeks:?}");
    let thought = growth::tried(tx, ada).await.unwrap();
    assert!(thought.len() == 3 && thought.values().any(|one| !one.after.is_empty()), "{}", thought.len());
    assert_eq!(growth::held(tx, ada).await.unwrap().len(), 1);
    assert_eq!(growth::traits(tx, ada).await.unwrap().len(), 3);
    let seen = growth::about(tx, ada, ada.person).await.unwrap().unwrap();
    assert!(seen.len() == 3 && seen.iter().any(|one| one.lacking && one.reply.is_some()), "{seen:?}");
    assert_eq!(growth::by(tx, ada).await.unwrap().len(), 2);
    assert!(thanks::card(tx, ada, ada.person).await.unwrap().is_some());

    let liked = common::ground(tx, ada).await.unwrap();
    assert!(liked.iter().any(|one| one.mine && !one.people.is_empty()), "{liked:?}");

    // Her report is hers; what others see of it, she gave, and what they say on it waits for her.
    let report = reports::mine(tx, ada).await.unwrap()[0].id;
    assert_eq!(reports::viewers(tx, ada, report).await.unwrap().len(), 1);
    let seen = reports::get(tx, ada, report).await.unwrap().unwrap();
    assert!(!seen.open_to_all.is_empty() && !seen.reply.is_empty() && seen.report.is_some());
    let said = reports::sayings(tx, ada, report).await.unwrap();
    assert_eq!(said.iter().map(|one| one.state.name()).collect::<Vec<_>>(), ["shown", "waiting"]);

    let (hers, others) = recognition::nominations(tx, ada).await.unwrap();
    assert!(hers.len() == 1 && hers[0].state.is_live() && others.len() == 1, "{hers:?} {others:?}");
    assert!(!recognition::my_standings(tx, ada).await.unwrap().0.is_empty(), "where she stands");
}

/// A place is open and somebody waits for an answer, introductions stand in each way, ideas meet, and a team has learned.
async fn together(tx: &mut Tx, ada: &Actor) {
    use network::Stands::{Met, Open, Yours};
    let places = openings::seen(tx, ada).await.unwrap();
    let [open, closed] = &places[..] else { panic!("{places:?}") };
    assert!(openings::public(tx, open.id).await.unwrap().is_some() && closed.closed_at.is_some(), "{places:?}");
    let applied = openings::applications(tx, ada, open).await.unwrap();
    let states: Vec<_> = applied.iter().map(|one| one.state.name()).collect();
    assert_eq!(states, ["waiting", "talking", "declined"]);
    let came = openings::came(tx, ada, closed).await.unwrap();
    assert_eq!(came, Some(Came { applied: 2, joined: 1, refused: 1, ..Came::default() }));

    let made = network::introductions(tx, ada).await.unwrap();
    assert_eq!(made.iter().map(|one| one.stands).collect::<Vec<_>>(), [Yours, Open, Met]);
    let mia = people::by_email(tx, "mia@alder.example").await.unwrap().unwrap();
    let mia = people::actor(tx, mia.id).await.unwrap().unwrap();
    let hers = network::introductions(tx, &mia).await.unwrap();
    assert!(hers.len() == 1 && hers[0].since.is_some_and(|since| since >= 1), "{hers:?}");

    let desk = people::circles(tx).await.unwrap().into_iter().find(|circle| circle.name == "Service desk").unwrap();
    let met = ideas::meeting(tx, ada, desk.id).await.unwrap();
    let together: Vec<_> = met.iter().map(|one| (one.together.so, one.together.n)).collect();
    assert_eq!(together, [(11, 11), (6, 9), (2, 5)], "those who differ on the meal agree on the visits");

    let paths = training::team_paths(tx, ada).await.unwrap();
    let told: Vec<_> = paths.iter().map(|path| (path.module.as_str(), path.open, path.at_least)).collect();
    // All five of the desk have done the first, which would tell of each of them.
    assert_eq!(told, [("self-awareness", true, 0), ("root-cause", true, 0), ("explaining-why", false, 0)]);
}

/// Problems went from symptom to cause: with tests, options that have authors, a fix that is countersigned and one that is
/// objected to; and what is named is in the export of the desk.
async fn worked_on(tx: &mut Tx, ada: &Actor, now: jiff::Timestamp) {
    let entries = casework::entries(tx).await.unwrap();
    let mut canvases = BTreeMap::new();
    for (id, canvas) in entries.iter().filter_map(|entry| Some((entry.act.sides()[0].id.clone(), entry.act.canvas()?)))
    {
        canvases.insert(id, canvas);
    }
    assert_eq!(canvases.len(), 3, "{canvases:?}");
    assert_eq!(canvases.values().filter(|canvas| canvas.is_tested()).count(), 2);
    assert!(canvases.values().all(|canvas| !canvas.contributors().is_empty()), "{canvases:?}");
    let scanners = canvases.values().find(|canvas| canvas.contributors().len() == 2).unwrap();
    assert!(scanners.owner_person.is_some() && scanners.whys.len() == 3, "{scanners:?}");

    let judged = casework::judged(tx).await.unwrap();
    assert_eq!((judged.len(), judged[0].team.as_str(), judged[0].stage), (2, "Network", Stage::Fixed), "{judged:?}");
    assert_ne!(judged[1].stage, Stage::Fixed, "the screens are as dark as before: {judged:?}");
    for (fix, agrees) in judged.iter().zip([true, false]) {
        let sides = casework::sides(tx, ada, fix.entry).await.unwrap();
        assert_eq!(sides[0].words[0].agrees, agrees, "{sides:?}");
    }

    let desk = people::circles(tx).await.unwrap().into_iter().find(|circle| circle.name == "Service desk").unwrap();
    let counts = restated::counts(tx).await.unwrap()[&desk.id];
    assert_eq!((counts.said, counts.confirmed, counts.corrected), (10, 8, 1), "{counts:?}");
    assert!(restated::listening(tx).await.unwrap()[&desk.id].stated);

    let export = sample::export(now);
    let numbers: BTreeSet<&str> = export.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(numbers.len() > 1_000 && numbers.len() + 1 == export.lines().count(), "{}", numbers.len());
    let named: BTreeSet<&str> = entries.iter().flat_map(|entry| entry.act.tickets()).collect();
    assert!(named.len() > 100, "{}", named.len());
    for key in named {
        assert!(numbers.contains(key.strip_prefix("servicenow/").unwrap()), "{key}");
    }
    changed(&export, &sample::export_changes(now), now);
}

/// The columns of an export of the sample; only its last one may hold a comma.
fn cells(line: &str) -> Vec<&str> {
    line.split(',').collect()
}

/// The desk has changes: planned, done, longer than planned, and some that mend what a ticket tells, after it.
fn changed(tickets: &str, changes: &str, now: jiff::Timestamp) {
    let now = now.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let opened: BTreeMap<&str, &str> = tickets.lines().skip(1).map(cells).map(|cell| (cell[0], cell[1])).collect();
    let mended: BTreeMap<&str, &str> = tickets
        .lines()
        .skip(1)
        .map(cells)
        .filter(|cell| !cell[10].is_empty())
        .map(|cell| (cell[10], cell[0]))
        .collect();
    let (mut done, mut ahead, mut emergencies, mut longer) = (0, 0, 0, 0);
    for cell in changes.lines().skip(1).map(cells) {
        let (number, planned_end, began, ended) = (cell[0], cell[5], cell[6], cell[7]);
        assert!(cell[4] < planned_end && !cell[10].is_empty() && !cell[11].is_empty(), "{cell:?}");
        assert!(cell[8] <= now.as_str(), "it was asked for: {cell:?}");
        if began.is_empty() {
            assert!(ended.is_empty() && planned_end > &now[..10], "{cell:?}");
            ahead += 1;
            continue;
        }
        assert!(began < ended && ended < now.as_str() && cell[8] <= began, "{cell:?}");
        done += 1;
        longer += u32::from(ended > planned_end);
        assert_eq!(cell[1] == "emergency", mended.contains_key(number), "{cell:?}");
        if let Some(ticket) = mended.get(number) {
            emergencies += 1;
            assert!(opened[ticket] < began, "it mends what was told before: {cell:?}");
        }
    }
    assert!(done > 80 && ahead > 0 && longer > 10, "{done} {ahead} {longer}");
    assert!(emergencies >= 5 && emergencies == mended.len() && emergencies * 3 < done, "{emergencies} of {done}");
}

/// Takes the sample away; then there is nothing, and nothing can be taken.
async fn goes_as_a_whole(ledger: &Ledger) {
    ledger.remove_sample().await.unwrap();
    assert!(people::is_empty(&mut ledger.read().await.unwrap()).await.unwrap());
    let walked = ledger.verify(|_| ()).await.unwrap();
    assert_eq!((walked.events, walked.broken), (0, None));
    assert!(matches!(ledger.remove_sample().await, Err(Refused::Conflict { .. })), "nothing is no sample");
    ledger.close().await;
}

#[tokio::test]
async fn a_sample_is_filled_and_goes_on_the_other_engine_too() {
    let clock = Clock::at("2026-06-16T11:00:00Z");
    let Some(ledger) = ledger::testing::postgres("sample_whole", &clock).await else { return };
    sample::fill(&ledger, "no hash").await.unwrap_or_else(|refused| panic!("{refused:?}"));
    goes_as_a_whole(&ledger).await;
}
