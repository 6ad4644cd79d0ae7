//! Where people sign in: what they do with problems is theirs, in the ledger; and it is for the organisation's own
//! people alone.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use acts::App;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use casebook::{Act, Stage};
use leadership::decision::Typed;
use leadership::{CircleId, CircleKind, DecisionId, PersonId, Role};
use ledger::decisions::Write as WriteDecision;
use ledger::people::{self, AddPerson, Begin, Erase, OpenCircle};
use ledger::sessions::SignIn;
use ledger::{casework, evidence};

use crate::support::{Answer, Desk, between, desk, entry, run, worded_desk};

/// A desk of words with Ann, who leads; Bo and Cy of the team; Kim, a client's contact; Lou, who holds no role.
pub struct House {
    pub desk: Desk,
    pub root: CircleId,
    pub ann: PersonId,
    pub bo: PersonId,
    pub cy: PersonId,
    pub kim: PersonId,
    lou: PersonId,
}

pub async fn house() -> House {
    house_of(worded_desk().await).await
}

async fn house_of(mut desk: Desk) -> House {
    let ledger = desk.ledger.clone();
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann Lee".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let acts = people::actor(&mut ledger.read().await.unwrap(), ann).await.unwrap().unwrap();
    let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let client = OpenCircle { parent: root, kind: CircleKind::Client, name: "Harbour".into(), purpose: String::new() };
    let harbour = ledger.perform(&acts, &client).await.unwrap();
    let acts = people::actor(&mut ledger.read().await.unwrap(), ann).await.unwrap().unwrap();
    let add = async |name: &str, circle, role| {
        let act = AddPerson { name: name.into(), email: String::new(), circle, role };
        ledger.perform(&acts, &act).await.unwrap()
    };
    let (bo, cy) = (add("Bo Kim", root, Role::Member).await, add("Cy Dahl", root, Role::Member).await);
    let kim = add("Kim Harbour", harbour, Role::ClientContact).await;
    let lou = add("Lou Gone", root, Role::Member).await;
    let end = people::EndRole { person: lou, circle: root, role: Role::Member };
    ledger.perform(&acts, &end).await.unwrap();
    let config = acts::Config { address: "http://127.0.0.1".into(), secure_cookie: false };
    // One desk for the pages of people and for its own, as the program has it.
    let record = Arc::new(web::desk::Desk::new(&desk.data, ledger.clone()));
    let app = App::new(ledger.clone(), config, Arc::new(web::DeskRecord::new(Arc::clone(&record))));
    desk.server = web::Server::new(web::Config { app: Some(app), ..desk.server.config().clone() }, record);
    House { desk, root, ann, bo, cy, kim, lou }
}

impl House {
    async fn cookie(&self, person: PersonId) -> String {
        let actor = people::sighted(&mut self.desk.ledger.read().await.unwrap(), person).await.unwrap();
        let token = self.desk.ledger.perform(&actor, &SignIn { person, agent: "a test".into() }).await.unwrap();
        format!("{}={token}", acts::guard::COOKIE)
    }

    pub async fn ask(&self, person: PersonId, method: Method, path: &str, form: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:7070")
            .header(header::COOKIE, self.cookie(person).await)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        self.desk.ask(request).await
    }

    pub async fn page(&self, person: PersonId, path: &str) -> String {
        for _ in 0..2400 {
            let answer = self.ask(person, Method::GET, path, "").await;
            let text = answer.text();
            if !text.contains("data-events") {
                assert_eq!(answer.status, StatusCode::OK, "{path}: {text}");
                return text;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} never settled");
    }

    /// Uploads an export, as Ann, and imports it as guessed.
    async fn import(&self, bytes: &[u8]) {
        let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"more.csv\"\r\n\r\n";
        let request = Request::post("/import")
            .header(header::HOST, "localhost:7070")
            .header(header::COOKIE, self.cookie(self.ann).await)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from([head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat()))
            .unwrap();
        let to = self.desk.ask(request).await.to().to_owned();
        self.page(self.ann, &to).await;
        self.post(self.ann, &to, "do=import").await;
        for _ in 0..2400 {
            if self.ask(self.ann, Method::GET, &to, "").await.status == StatusCode::SEE_OTHER {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("never imported");
    }

    pub async fn post(&self, person: PersonId, path: &str, form: &str) -> Answer {
        self.ask(person, Method::POST, path, form).await
    }

    /// The address of the problem whose title has these words.
    pub async fn problem(&self, words: &str) -> String {
        let page = self.page(self.ann, "/problems").await;
        let list = page.split("<ol class=\"problems\"").nth(1).unwrap();
        let before = &list[..list.find(words).unwrap_or_else(|| panic!("no “{words}” in {list}"))];
        between(&before[before.rfind("href=\"").unwrap()..], "href=\"", "\"").unwrap().to_owned()
    }

    /// A decision that is being written.
    async fn drafts(&self, person: PersonId, question: &str) -> DecisionId {
        let actor = people::actor(&mut self.desk.ledger.read().await.unwrap(), person).await.unwrap().unwrap();
        let typed = Typed { question: question.into(), ..Typed::default() };
        let act = WriteDecision {
            circle: self.root.to_string(),
            decider: person.to_string(),
            typed,
            ..WriteDecision::default()
        };
        self.desk.ledger.perform(&actor, &act).await.unwrap()
    }
}

#[test]
fn an_entry_is_of_who_is_signed_in_and_stays_when_they_are_erased() {
    run(async {
        let house = house().await;
        let one = house.problem("abel printer").await;
        let form = house.page(house.bo, &format!("{one}/rename")).await;
        assert!(form.contains("your name, Bo Kim") && !form.contains("name=\"by\""), "{form}");
        let kept = house.post(house.bo, &format!("{one}/rename"), "title=Blank+labels&seen=0&by=Somebody+else").await;
        assert_eq!((kept.status, entry(&kept)), (StatusCode::SEE_OTHER, 1), "{}", kept.text());
        let entries = house.desk.entries().await;
        assert_eq!((entries[0].person, entries[0].by.as_str()), (Some(house.bo), ""));
        for path in [one.as_str(), "/casebook"] {
            let page = house.page(house.ann, path).await;
            assert!(page.contains(", by Bo Kim") && !page.contains("Somebody else"), "{path}");
        }
        let mut tx = house.desk.ledger.read().await.unwrap();
        let history = tx.history("problem", one.trim_start_matches("/problems/")).await.unwrap();
        assert_eq!((history[0].kind.as_str(), history[0].actor), ("rename", Some(house.bo)));
        let mine = people::export(&mut tx, house.bo).await.unwrap().unwrap();
        drop(tx);
        let held = mine.held.iter().find(|held| held.what.starts_with("What you did with problems")).unwrap();
        assert_eq!(held.rows[0][1], "rename");
        let acts = people::actor(&mut house.desk.ledger.read().await.unwrap(), house.ann).await.unwrap().unwrap();
        house.desk.ledger.perform(&acts, &Erase { person: house.bo }).await.unwrap();
        let page = house.page(house.ann, "/casebook").await;
        assert!(page.contains("to “Blank labels”") && page.contains(", by [erased]") && !page.contains("Bo Kim"));
        assert_eq!(house.desk.ledger.verify(|_| ()).await.unwrap().broken, None);
    });
}

#[test]
fn nobody_from_outside_sees_or_writes_anything() {
    run(async {
        let house = house().await;
        let one = house.problem("abel printer").await;
        let marks = [
            ("canvas", "base=0&asked=Labels"),
            ("fixed", "on=2026-03-01&team=Print"),
            ("dismiss", "reason=No"),
            ("ask", "until=2026-12-31&why=No"),
            ("option", "o0-what=Buy"),
            ("touched", "title=Labels"),
        ];
        for person in [house.kim, house.lou] {
            let below =
                ["", "/canvas", "/canvas/1", "/ask", "/option", "/touched"].map(|below| format!("{one}{below}"));
            for path in below.iter().map(String::as_str).chain(["/problems", "/casebook"]) {
                let answer = house.ask(person, Method::GET, path, "").await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                assert!(!answer.text().contains("abel printer"), "{path}");
            }
            for (act, form) in marks {
                let answer = house.post(person, &format!("{one}/{act}"), form).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
            }
        }
        for (act, form) in marks {
            let answer = house.desk.post(&format!("{one}/{act}"), form).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{act} by nobody");
        }
        assert!(house.desk.entries().await.is_empty());
    });
}

#[test]
fn the_owner_is_chosen_from_those_who_may_see_the_desk() {
    run(async {
        let house = house().await;
        let path = format!("{}/canvas", house.problem("abel printer").await);
        let form = house.page(house.ann, &path).await;
        let owners = between(&form, "<select id=\"owner_person\"", "</select>").unwrap();
        assert!(["Ann Lee", "Bo Kim", "Cy Dahl"].iter().all(|name| owners.contains(name)), "{owners}");
        assert!(!owners.contains("Kim Harbour") && !owners.contains("Lou Gone"), "{owners}");
        for (owner, status) in [
            (house.kim.to_string(), StatusCode::UNPROCESSABLE_ENTITY),
            ("somebody".to_owned(), StatusCode::UNPROCESSABLE_ENTITY),
            (house.cy.to_string(), StatusCode::SEE_OTHER),
        ] {
            let kept = house.post(house.bo, &path, &format!("base=0&asked=Labels&owner_person={owner}")).await;
            assert_eq!(kept.status, status, "{}", kept.text());
        }
        assert!(house.page(house.bo, "/problems").await.contains("owner: Cy Dahl"));
        // Two who write at once are told the owner by name.
        let late = house.post(house.bo, &path, "base=0&asked=Other").await.text();
        assert!(late.contains("Cy Dahl") && late.contains("What is kept there now"), "{late}");
    });
}

#[test]
fn a_linked_decision_is_told_to_those_who_see_it_and_kept_by_those_who_do_not() {
    run(async {
        let house = house().await;
        let one = house.problem("abel printer").await;
        let path = format!("{one}/canvas");
        // A draft is seen by its author and by who decides.
        let draft = house.drafts(house.ann, "Which ribbon?").await;
        let kept = house.post(house.ann, &path, &format!("base=0&asked=Labels&decision_of={draft}")).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let page = house.page(house.ann, &one).await;
        assert!(page.contains(&format!("href=\"/decisions/{draft}\"")) && page.contains("Which ribbon?"), "{page}");
        assert!(page.contains("(draft)") && house.page(house.ann, "/problems").await.contains("decision draft"));
        let told = house.page(house.ann, &format!("/decisions/{draft}")).await;
        assert!(told.contains("The problem behind it") && told.contains(&format!("href=\"{one}\"")), "{told}");
        for path in [&one, &path, &format!("{path}/1"), "/problems", "/casebook"] {
            let page = house.page(house.bo, path).await;
            assert!(!page.contains("Which ribbon?") && !page.contains(&draft.to_string()), "{path}");
            assert!(!page.contains("decision draft"), "{path}");
        }
        // Bo writes without knowing of it, and it is not lost.
        let kept = house.post(house.bo, &path, "base=1&asked=Labels+and+ribbons").await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        assert!(house.page(house.ann, &one).await.contains("Which ribbon?"));
        // What he may not see he cannot link.
        let other = house.drafts(house.ann, "Another one?").await;
        let refused = house.post(house.bo, &path, &format!("base=2&asked=x&decision_of={other}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Unlinked again, the decision's page forgets the problem.
        let none = house.post(house.ann, &path, "base=2&asked=Labels&decision_of=").await;
        assert_eq!(none.status, StatusCode::SEE_OTHER, "{}", none.text());
        assert!(!house.page(house.ann, &format!("/decisions/{draft}")).await.contains("The problem behind it"));
    });
}

/// Tickets of some days of 2026: three of the desk's others every day, and one of the printer on some.
fn days(from: u32, to: u32, jams: impl Fn(u32) -> bool) -> Vec<u8> {
    let mut text = String::from("number,opened_at,incident_state,category,short_description\n");
    let other =
        ["VPN tunnel drops every hour", "Payroll export fails with error PX-4471", "Meeting room screen is black"];
    for day in from..to {
        let date = jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(i64::from(day))).unwrap();
        for (at, title) in other.iter().enumerate() {
            writeln!(text, "O{day:04}{at},{date} 09:0{at}:00,Closed,Other,{title}").unwrap();
        }
        if jams(day) {
            writeln!(text, "P{day:04},{date} 08:00:00,Closed,Print,Label printer prints blank labels").unwrap();
        }
    }
    text.into_bytes()
}

#[test]
fn what_the_record_shows_of_a_fix_counts_for_who_answers_for_the_problem_until_it_comes_back() {
    run(async {
        let desk = desk(None);
        desk.import("first.csv", &days(0, 120, |day| day < 60)).await;
        let house = house_of(desk).await;
        let one = house.problem("abel printer").await;
        let owner = format!("base=0&asked=Labels&owner_person={}", house.cy);
        assert_eq!(house.post(house.ann, &format!("{one}/canvas"), &owner).await.status, StatusCode::SEE_OTHER);
        let marked = house.post(house.bo, &format!("{one}/fixed"), "on=2026-03-02&team=Warehouse+IT").await;
        assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.text());
        // It is judged beside whatever else is going on.
        let judged = async |stage: Option<Stage>| {
            for _ in 0..1200 {
                let found = casework::judged(&mut house.desk.ledger.read().await.unwrap()).await.unwrap();
                if found.first().map(|fix| fix.stage) == stage {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            panic!("not judged as {stage:?}");
        };
        let evidence = async || {
            let mut tx = house.desk.ledger.read().await.unwrap();
            let day = "2026-12-01".parse().unwrap();
            let found = evidence::gather(&mut tx, &[house.bo, house.cy], day, 12).await.unwrap();
            [house.bo, house.cy].map(|person| {
                let found = &found[&person]["problems_removed"];
                (found.so, found.n, found.rows.first().map(|row| row.page.clone()))
            })
        };
        let fix = judged(Some(Stage::Fixed)).await.remove(0);
        assert_eq!((fix.entry, fix.owner, fix.team.as_str()), (2, Some(house.cy), "Warehouse IT"));
        assert!(fix.figures.contains("before") && fix.day > fix.on, "{fix:?}");
        let nothing = (0, 0, None);
        assert_eq!(evidence().await, [nothing.clone(), (1, 1, Some(one.clone()))], "not for who marked it");
        // Those whom it touched say whether it is so, beside the verdict.
        let kim = people::actor(&mut house.desk.ledger.read().await.unwrap(), house.kim).await.unwrap().unwrap();
        let harbour = kim.sight.own.first().unwrap();
        let form = house.page(house.ann, &format!("{one}/touched")).await;
        assert!(form.contains(">Harbour</option>") && form.contains("name no other client"), "{form}");
        let touched = format!("{one}/touched");
        let again = house.post(house.ann, &touched, "title=Labels").await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text().contains("id=\"circle-wrong\""));
        let asked = house.post(house.ann, &touched, &format!("circle={harbour}&title=Labels")).await;
        assert_eq!(asked.to(), format!("{one}#fixed"), "{}", asked.text());
        let page = house.page(house.ann, &one).await;
        let fix_page = format!("/fixes/{}", between(&page, "href=\"/fixes/", "\"").unwrap());
        assert!(page.contains("nobody has said anything yet"), "{page}");
        assert!(house.page(house.kim, "/today").await.contains(&format!("href=\"{fix_page}\"")));
        let said = house.post(house.kim, &fix_page, "agrees=no&words=We+stopped+calling").await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text());
        let page = house.page(house.ann, &one).await;
        assert!(page.contains("by Kim Harbour") && page.contains("We stopped calling"), "{page}");
        assert!(!house.page(house.bo, &one).await.contains("Kim Harbour"), "who sees no client is told of none");
        let shown = house.page(house.cy, "/profile/evidence/problems_removed").await;
        assert!(shown.contains(&format!("href=\"{one}\"")), "{shown}");
        // Whoever puts their name to it now is the owner, and not credited with what is known already.
        let mine = format!("base=1&asked=Labels&owner_person={}", house.bo);
        assert_eq!(house.post(house.bo, &format!("{one}/canvas"), &mine).await.status, StatusCode::SEE_OTHER);
        // More comes in, and so does the problem.
        let more = days(120, 220, |day| day > 150);
        house.import(&more).await;
        house.page(house.ann, "/problems").await;
        let fix = judged(Some(Stage::Reopened)).await.remove(0);
        assert_eq!((fix.entry, fix.owner), (2, Some(house.cy)));
        assert_eq!(evidence().await[1].0, 0, "it came back");
        let mut tx = house.desk.ledger.read().await.unwrap();
        let told = tx.history("problem", one.trim_start_matches("/problems/")).await.unwrap();
        let told: Vec<_> = told.iter().filter_map(|event| event.body["verdict"].as_str()).collect();
        assert_eq!(told.last(), Some(&"reopened"));
        assert!(told.contains(&"fixed"), "both are in the chain: {told:?}");
        drop(tx);
        // Undone, nothing is left of it but the history.
        let undone = house.post(house.bo, "/casebook/undo", "entry=2&holds=0&back=/casebook").await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER);
        judged(None).await;
        assert_eq!(evidence().await, [nothing.clone(), nothing]);
        assert!(matches!(house.desk.entries().await[1].act, Act::Fixed { .. }));
    });
}
