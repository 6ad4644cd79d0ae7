//! Which tickets a problem has and when to work on it, for programs: over a record that is made here.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use acts::cases::{Case, Offers, Told};
use acts::{Later, Reading, WorkRecord};
use axum::http::StatusCode;
use casebook::{Act as Deed, Chosen, Entry, Side};
use jiff::civil::date;
use ledger::casework;
use ledger::tokens::Scope;
use serde_json::{Value, json};

use super::api::{Answer, World};

/// A record with one problem of five tickets, which answers to an earlier id as well.
#[derive(Default)]
struct Desk {
    acted: AtomicU32,
}

fn keys() -> Vec<String> {
    (1..=5).map(|n| format!("desk/INC{n}")).collect()
}

fn known(id: &str) -> bool {
    ["p1", "earlier"].contains(&id)
}

fn window(day: i8) -> Chosen {
    let day = date(2026, 3, day);
    Chosen {
        from: day.at(22, 0, 0, 0),
        to: day.tomorrow().unwrap().at(2, 0, 0, 0),
        tickets: (0.1, 0.5, 1.9),
        minutes: (3.0, 15.0),
        lost: (6.0, 30.0),
        n: (12, 24),
        looked_at: "tickets on the label printer".to_owned(),
    }
}

impl WorkRecord for Desk {
    fn readings(&self) -> Later<'_, Vec<Reading>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    fn problem<'a>(&'a self, id: &'a str) -> Later<'a, Told<Option<Case>>> {
        let side = Side { id: "p1".into(), title: "Labels are blank".into(), n: 5, tickets: keys() };
        let case = known(id).then(|| Case { side, ..Case::default() });
        Box::pin(std::future::ready(Told::Known(case)))
    }

    fn tickets_of<'a>(&'a self, id: &'a str) -> Later<'a, Told<Option<Vec<String>>>> {
        Box::pin(std::future::ready(Told::Known(known(id).then(keys))))
    }

    fn windows<'a>(&'a self, id: &'a str, hours: u32, now: jiff::Timestamp) -> Later<'a, Told<Option<Offers>>> {
        assert_eq!(now, "2026-03-02T08:00:00Z".parse().unwrap(), "the server's clock");
        let offers = Offers {
            windows: if hours == 4 { vec![window(3), window(5)] } else { Vec::new() },
            busiest: (hours == 4).then(|| window(9)),
            sentence: "Three windows.".to_owned(),
            zone: "Europe/Berlin".to_owned(),
            looked_at: "tickets on the label printer".to_owned(),
            n: (120, 24),
        };
        Box::pin(std::future::ready(Told::Known(known(id).then_some(offers))))
    }

    fn acted(&self) {
        self.acted.fetch_add(1, Ordering::Relaxed);
    }
}

fn fields(answer: &Answer) -> Vec<Value> {
    assert!(answer.is_problem(422), "{}", answer.text);
    answer.json()["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect()
}

async fn entries(world: &World) -> Vec<Entry> {
    casework::entries(&mut world.ledger.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn tickets_are_split_off_by_programs_once() {
    let desk = Arc::new(Desk::default());
    let world = World::over(Arc::clone(&desk) as Arc<dyn WorkRecord>).await;
    let (reads, acts) =
        (world.token(world.ann.person, Scope::Read).await, world.token(world.ann.person, Scope::Act).await);
    let list = world.get(&reads, "/api/v1/problems/earlier/tickets").await.json();
    assert_eq!((&list["total"], &list["items"][4]), (&json!(5), &json!("desk/INC5")));
    let beyond = world.get(&reads, "/api/v1/problems/p1/tickets?page=1").await.json();
    assert_eq!((&beyond["total"], &beyond["items"]), (&json!(5), &json!([])));
    assert!(world.get(&reads, "/api/v1/problems/none/tickets").await.is_problem(404));

    let path = "/api/v1/problems/p1/split";
    for wrong in [
        json!({ "tickets": [] }),
        json!({ "tickets": ["desk/INC1", "desk/INC9"] }),
        json!({ "tickets": ["INC1"] }),
        json!({ "tickets": keys()[..4] }),
    ] {
        assert_eq!(fields(&world.post(&acts, path, None, &wrong).await), ["tickets"], "{wrong}");
    }
    let long = json!({ "tickets": ["desk/INC1"], "title": "x".repeat(121) });
    assert_eq!(fields(&world.post(&acts, path, None, &long).await), ["title"]);
    let body = json!({ "tickets": ["desk/INC4", "desk/INC2"], "title": "Out  of paper" });
    assert!(world.post(&reads, path, None, &body).await.is_problem(403), "this token only reads");
    assert!(world.post(&acts, "/api/v1/problems/none/split", None, &body).await.is_problem(404));
    assert!(entries(&world).await.is_empty() && desk.acted.load(Ordering::Relaxed) == 0, "nothing was written yet");

    let done = world.post(&acts, path, Some("once"), &body).await;
    assert_eq!((done.status, done.json()), (StatusCode::OK, json!({ "entry": 1 })), "{}", done.text);
    let again = world.post(&acts, path, Some("once"), &body).await;
    assert_eq!((again.status, again.text), (StatusCode::OK, done.text), "sent twice, done once");
    let other = json!({ "tickets": ["desk/INC1"] });
    assert!(world.post(&acts, path, Some("once"), &other).await.is_problem(409), "another request under the key");
    let kept = entries(&world).await;
    let [Entry { act: Deed::Split { rest, off, title }, person, .. }] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!(
        (off.as_slice(), title.as_str()),
        (&["desk/INC2".to_owned(), "desk/INC4".to_owned()][..], "Out of paper")
    );
    assert_eq!((rest.n, rest.tickets.len(), *person), (3, 3, Some(world.ann.person)));
    assert!(rest.id == "p1" && desk.acted.load(Ordering::Relaxed) == 1, "what the pages show is worked out anew");
    assert_eq!(world.ledger.verify(|_| ()).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_window_that_is_offered_is_chosen_by_programs_once() {
    let world = World::over(Arc::new(Desk::default())).await;
    let acts = world.token(world.ann.person, Scope::Act).await;
    let offered = world.get(&acts, "/api/v1/problems/earlier/windows").await.json();
    assert_eq!(
        (&offered["zone"], &offered["n"], &offered["weeks"]),
        (&json!("Europe/Berlin"), &json!(120), &json!(24))
    );
    assert_eq!(
        (&offered["windows"][1]["from"], &offered["windows"][1]["to"]),
        (&json!("2026-03-05 22:00"), &json!("2026-03-06 02:00"))
    );
    assert_eq!(offered["windows"][0]["tickets"], json!({ "low": 0.1, "expected": 0.5, "high": 1.9 }));
    assert_eq!(offered["windows"][0]["user_minutes"], json!({ "low": 3.0, "high": 15.0 }));
    assert_eq!(offered["busiest"]["from"], "2026-03-09 22:00");
    for hours in ["0", "73"] {
        let asked = world.get(&acts, &format!("/api/v1/problems/p1/windows?hours={hours}")).await;
        assert_eq!(fields(&asked), ["hours"], "{hours}");
    }
    assert!(world.get(&acts, "/api/v1/problems/none/windows").await.is_problem(404));

    let path = "/api/v1/problems/p1/window";
    let mut body = json!({ "hours": 4, "from": "2026-03-04 22:00" });
    assert_eq!(fields(&world.post(&acts, path, None, &body).await), ["from"], "it is not among them");
    body["hours"] = json!(100);
    assert_eq!(fields(&world.post(&acts, path, None, &body).await), ["hours"]);
    (body["hours"], body["from"]) = (json!(4), json!("2026-03-05 22:00"));
    let done = world.post(&acts, path, Some("w"), &body).await;
    assert_eq!((done.status, done.json()), (StatusCode::OK, json!({ "entry": 1 })), "{}", done.text);
    assert_eq!(world.post(&acts, path, Some("w"), &body).await.text, done.text, "sent twice, chosen once");
    let kept = entries(&world).await;
    let [Entry { act: Deed::Window { of, chosen }, .. }] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(of.id == "p1" && **chosen == window(5), "kept with what was predicted: {chosen:?}");
}

#[tokio::test]
async fn without_a_record_there_is_nothing_to_split_and_no_window() {
    let world = World::new().await;
    let ann = world.token(world.ann.person, Scope::Act).await;
    let body = json!({ "title": "Labels are blank", "asked": "New printers", "circle": world.root });
    assert_eq!(world.post(&ann, "/api/v1/problems", None, &body).await.status, StatusCode::CREATED);
    let place = "/api/v1/problems/by-hand-1";
    assert_eq!(world.get(&ann, &format!("{place}/tickets")).await.json(), json!({ "items": [], "total": 0 }));
    let split = world.post(&ann, &format!("{place}/split"), None, &json!({ "tickets": ["desk/1"] })).await;
    assert_eq!(fields(&split), ["tickets"]);
    let offered = world.get(&ann, &format!("{place}/windows")).await.json();
    assert!(offered["windows"] == json!([]) && offered["sentence"].as_str().unwrap().starts_with("Not enough to say"));
    let chosen =
        world.post(&ann, &format!("{place}/window"), None, &json!({ "hours": 4, "from": "2026-03-05 22:00" })).await;
    assert_eq!(fields(&chosen), ["from"]);
}
