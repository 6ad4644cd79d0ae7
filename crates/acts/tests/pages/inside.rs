//! What of the inside pages rest on: see `acts::tested`.

use std::sync::Arc;

use acts::guard::{COOKIE, cookie, token};
use acts::password::{FILE, Hash, LONGEST, PasswordError};
use acts::{App, Config, Me, NoRecord, tested};
use axum::http::{HeaderMap, HeaderValue};
use jiff::civil::date;
use leadership::profile::{NoMean, WholeMean, WholeMeans};
use leadership::pulse::{Figure, POINTS};
use leadership::{CircleKind, PersonId, Role};
use ledger::people::{self, AddPerson, Begin, Look, OpenCircle, Person};
use ledger::promises::Give;
use ledger::status::Open;
use ledger::testing::{Clock, sqlite};
use ledger::{Act, Ledger};

fn person(number: u32, name: &str) -> Person {
    Person {
        id: format!("019a0000-0000-7000-8000-{number:012}").parse().unwrap(),
        name: name.to_owned(),
        email: Some(format!("p{number}@example.org")),
        zone: "UTC".to_owned(),
        left_at: None,
        erased_at: None,
    }
}

#[test]
fn a_few_are_a_list_and_many_are_searched() {
    let few = [person(1, "Bo Kim"), person(2, "Cy Ott"), person(1, "Bo Kim")];
    let (page, _) = tested::picked(&few, "");
    assert!(page.contains("<select") && page.matches("<option").count() == 3, "{page}");

    let mut many: Vec<Person> = (10..3_010).map(|at| person(at, &format!("Somebody {at}"))).collect();
    many.extend([person(1, "Bo Kim"), person(2, "Bo Kim"), person(3, "Bo Ray")]);
    let shown = |typed: &str| tested::picked(&many, typed).0;
    let meant = |typed: &str| tested::picked(&many, typed).1;
    let page = shown("");
    assert!(!page.contains("<select") && page.len() < 1_000, "a page carries no three thousand names: {page}");
    // What fits is told and suggested, by words in any order.
    let page = shown("kim bo");
    assert!(page.contains("fits: Bo Kim (p1@example.org), Bo Kim (p2@example.org). Choose"), "{page}");
    let page = shown("somebody");
    assert!(page.contains("and 2992 more") && page.matches("<option").count() == 60, "{page}");
    assert!(shown("zed").contains("Nobody here is called"));
    // Whoever is meant is found by the name alone, by what was suggested, by the address, by the identifier.
    let id = |at: usize| many[at].id.to_string();
    assert_eq!(meant("bo ray"), id(3_002));
    assert_eq!(meant(" Bo Kim (p2@example.org) "), id(3_001));
    assert_eq!(meant("P1@example.org"), id(3_000));
    assert_eq!(meant(&id(7)), id(7));
    assert_eq!((meant("Bo Kim"), meant("bo"), meant("")), Default::default(), "not one alone");
    // A chosen one is shown by name, and no more is said.
    let page = shown(&id(3_002));
    assert!(page.contains("value=\"Bo Ray\"") && !page.contains("fits"), "{page}");
}

fn said(found: &WholeMeans) -> String {
    tested::means(found)
}

#[test]
fn a_mean_says_its_noise_and_a_missing_one_why() {
    let all = Some(WholeMean { mean: 3.62, noise: 0.11, forms: 402 });
    let unflagged = Some(WholeMean { mean: 3.71, noise: 0.14, forms: 397 });
    let told = WholeMeans { raters: 400, all, unflagged, not: None, epsilon: 1.37 };
    let page = said(&told);
    for words in ["3.62", "± 0.11 of noise (402 forms)", "3.71", "± 0.14", "400 people", "ε = 1.37 of the 2"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let half = WholeMeans { unflagged: None, not: Some(NoMean::Spent), ..told };
    assert!(said(&half).contains("There is no mean without flagged forms: what a year allows"), "{}", said(&half));
    let spent = WholeMeans { all: None, unflagged: None, not: Some(NoMean::Spent), ..told };
    assert!(said(&spent).contains("what a year allows to tell of those who answered is spent"), "{}", said(&spent));
    let few = WholeMeans { not: Some(NoMean::TooFew), ..WholeMeans::default() };
    assert!(said(&few).contains("from 50 people who answered on"), "{}", said(&few));
    // What an earlier version worked out has no mean that may be told.
    assert_eq!(said(&WholeMeans::default()), "");
}

#[test]
fn the_key_is_what_apps_read() {
    let (uri, drawn, spaced) = tested::second_factor("ann+it@example.org", "JBSWY3DPEHPK3PXP");
    assert_eq!(
        uri,
        "otpauth://totp/Plumb:ann%2Bit%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Plumb&algorithm=SHA1&digits=6&period=30"
    );
    let drawn = drawn.unwrap();
    assert!(drawn.contains("<svg") && !drawn.contains("style="), "no inline style");
    assert_eq!(spaced, "JBSW Y3DP EHPK 3PXP");
}

#[test]
fn monday_is_after_today() {
    assert_eq!(tested::next_monday(date(2026, 3, 2)), date(2026, 3, 9));
    assert_eq!(tested::next_monday(date(2026, 3, 8)), date(2026, 3, 9));
}

/// Statements that a day may take when it is gathered, and when it is kept: counted, since a clock would say
/// something else on every machine.
const GATHERED: u64 = 65;
const KEPT_ONE: u64 = 1;

async fn me(ledger: &Ledger, person: PersonId) -> Me {
    let actor = people::actor(&mut ledger.read().await.unwrap(), person).await.unwrap().unwrap();
    Me { actor, name: String::new(), zone: "UTC".to_owned(), sample: false }
}

async fn does<A: Act>(ledger: &Ledger, person: PersonId, act: &A) -> A::Done {
    ledger.perform(&me(ledger, person).await.actor, act).await.unwrap()
}

/// How many statements the day of a person takes now, and whether it holds a text.
async fn statements(app: &App, person: PersonId, text: &str) -> (u64, bool) {
    let me = me(app.ledger(), person).await;
    let mut tx = app.ledger().read().await.unwrap();
    let page = tested::day(app, &mut tx, &me).await.unwrap();
    (tx.statements(), page.contains(text))
}

#[tokio::test]
async fn a_day_is_gathered_again_only_when_its_person_may_feel_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::at("2026-03-02T08:00:00Z");
    let ledger = sqlite(folder.path(), &clock).await;
    let begin = Begin {
        organisation: "Northwind IT".into(),
        name: "Ann".into(),
        email: "ann@example.org".into(),
        password: "no hash".into(),
        zone: "UTC".into(),
    };
    let ann = ledger.perform(&Begin::nobody(), &begin).await.unwrap();
    let root = people::circles(&mut ledger.read().await.unwrap()).await.unwrap()[0].id;
    let open = OpenCircle { parent: root, kind: CircleKind::Team, name: "Desk".into(), purpose: String::new() };
    let desk = does(&ledger, ann, &open).await;
    let add = |name: &str| AddPerson { name: name.into(), email: String::new(), circle: desk, role: Role::Member };
    let (bo, cy, di) = (
        does(&ledger, ann, &add("Bo")).await,
        does(&ledger, ann, &add("Cy")).await,
        does(&ledger, ann, &add("Di")).await,
    );
    let config = Config { address: "http://plumb.test".into(), secure_cookie: false };
    let app = App::new(ledger.clone(), config, Arc::new(NoRecord));
    let give = |whom: PersonId, what: &str| Give {
        whom: whom.to_string(),
        what: what.into(),
        known: "It can be seen.".into(),
        due: "2026-03-04".into(),
        ..Give::default()
    };
    let (first, _) = statements(&app, di, "").await;
    assert!((20..=GATHERED).contains(&first), "{first} statements to gather a day");
    assert_eq!(statements(&app, di, "").await.0, KEPT_ONE, "kept while nothing is written");

    // What two others promise each other, and a look at somebody's page, leave it as it is: it is theirs to feel.
    does(&ledger, bo, &give(cy, "Call the client")).await;
    does(&ledger, ann, &Look { person: bo, what: "the page of a person" }).await;
    assert_eq!(statements(&app, di, "Call the client").await, (KEPT_ONE, false));
    let (again, told) = statements(&app, bo, "Call the client").await;
    assert!(again > KEPT_ONE && told, "on the day of who promised: {again}");
    assert!(statements(&app, cy, "Call the client").await.1, "and of whom it was promised to");

    // What is promised to oneself, or to a circle that one sees, is felt at once; so is what says nothing of whom.
    does(&ledger, bo, &give(di, "Bring the key")).await;
    let (again, told) = statements(&app, di, "Bring the key").await;
    assert!(again > KEPT_ONE && told, "{again}");
    does(&ledger, bo, &Give { whom: desk.to_string(), ..give(di, "Write it up") }).await;
    assert!(statements(&app, di, "Write it up").await.1, "promised to her circle");
    assert_eq!(statements(&app, di, "").await.0, KEPT_ONE);
    does(&ledger, ann, &add("Ed")).await;
    assert!(statements(&app, di, "").await.0 > KEPT_ONE, "a newcomer is news to everybody");

    // What is promised in a circle is evidence for whoever answers for how it stands: a side or not.
    let line = Open {
        noun: "circle".into(),
        subject: desk.to_string(),
        title: "The desk".into(),
        circle: Some(desk),
        owner: Some(ann),
        due: "2026-06-01".into(),
    };
    does(&ledger, ann, &line).await;
    statements(&app, ann, "").await;
    assert_eq!(statements(&app, ann, "").await.0, KEPT_ONE);
    does(&ledger, bo, &give(cy, "Count the keys")).await;
    assert!(statements(&app, ann, "").await.0 > KEPT_ONE, "it may gainsay what she claims");

    // The clock ends it as well, and so does another process.
    statements(&app, di, "").await;
    assert_eq!(statements(&app, di, "").await.0, KEPT_ONE);
    clock.advance(jiff::SignedDuration::from_mins(1));
    assert!(statements(&app, di, "").await.0 > KEPT_ONE, "a minute at most");
    let other = sqlite(folder.path(), &clock).await;
    does(&other, bo, &give(di, "From the other server")).await;
    assert!(statements(&app, di, "From the other server").await.1, "another process wrote it");
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}

#[test]
fn a_cookie_of_a_neighbouring_host_is_not_ours() {
    assert_eq!(cookie(Some("t"), true), "__Host-plumb_person=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    assert_eq!(cookie(None, false), "plumb_person=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    let both = headers(&[("cookie", "a=b; plumb_person=planted"), ("cookie", "__Host-plumb_person=own")]);
    assert_eq!(
        (tested::kept_in(&both, COOKIE, true), tested::kept_in(&both, COOKIE, false)),
        (Some("own"), Some("planted"))
    );
    assert_eq!(token(&both), Some("own"));
    assert_eq!(tested::kept_in(&headers(&[("cookie", "plumb_person=planted")]), COOKIE, true), None);
}

#[test]
fn only_a_proxy_on_this_machine_is_believed() {
    let told = headers(&[("x-forwarded-for", "9.9.9.9, 203.0.113.7")]);
    assert_eq!(tested::network_of("198.51.100.1".parse().unwrap(), &told), "198.51.100.1");
    assert_eq!(tested::network_of("127.0.0.1".parse().unwrap(), &told), "203.0.113.7");
    assert_eq!(tested::network_of("::ffff:127.0.0.1".parse().unwrap(), &headers(&[])), "127.0.0.1");
    let one = tested::network_of("2001:db8:1:2:aaaa::1".parse().unwrap(), &headers(&[]));
    assert_eq!(one, tested::network_of("2001:db8:1:2:bbbb::2".parse().unwrap(), &headers(&[])));
}

#[test]
fn the_right_password_and_no_other() {
    let hash = Hash::new("correct horse", [7; 16]).unwrap();
    assert!(hash.is("correct horse"));
    assert!(!hash.is("correct horsf") && !hash.is("") && !hash.is(&"x".repeat(LONGEST + 1)));
    assert!(!format!("{hash:?}").contains("argon2id"));
}

#[test]
fn short_ones_are_refused_by_characters_not_bytes() {
    assert!(matches!(Hash::new("ééééééééé", [7; 16]), Err(PasswordError::Length(9))));
    assert!(Hash::new("éééééééééé", [7; 16]).is_ok());
}

#[test]
fn kept_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Hash::load(folder.path()).unwrap().is_none());
    let hash = Hash::new("correct horse", [7; 16]).unwrap();
    hash.save(folder.path()).unwrap();
    assert_eq!(Hash::load(folder.path()).unwrap(), Some(hash));
    assert!(std::fs::read_to_string(folder.path().join(FILE)).unwrap().starts_with("$argon2id$"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "nobody but the owner may read it");
    }
    Hash::clear(folder.path()).unwrap();
    Hash::clear(folder.path()).unwrap();
    assert!(Hash::load(folder.path()).unwrap().is_none());
}

fn comment(pairs: &[(&str, &str)]) -> (String, bool) {
    tested::comment(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

#[test]
fn a_comment_is_shown_before_it_is_sent_and_again_when_it_was_changed() {
    assert!(!comment(&[("trust-1", "4"), ("helps", "  ")]).1);
    let (mark, shown) = comment(&[("helps", "Says why.")]);
    assert!(shown);
    assert!(!comment(&[("helps", "Says why. "), ("shown", &mark)]).1);
    assert!(comment(&[("helps", "Says why, always."), ("shown", &mark)]).1);
    assert!(comment(&[("differently", "Says why."), ("shown", &mark)]).1);
}

#[test]
fn tables_come_in_the_encodings_of_spreadsheets() {
    assert_eq!(tested::decoded("name\nZoë".as_bytes()), "name\nZoë");
    assert_eq!(tested::decoded(b"name\nZo\xeb"), "name\nZoë");
    assert_eq!(tested::decoded(b"\xff\xfeZ\x00o\x00\xeb\x00"), "Zoë");
    assert_eq!(tested::decoded(b"\xef\xbb\xbfname"), "name");
}

#[test]
fn a_change_of_a_pulse_names_no_cause_and_says_when_it_is_chance() {
    let figure = |mean: f64| Figure { n: 12, mean, interval: (mean - 0.3, mean + 0.3), agree: Some(9) };
    let told = |after: f64| tested::pulse(&figure(3.0), Some(&figure(after)), date(2026, 3, 8)).0;
    assert_eq!(told(4.0), "since 8 Mar: +1.0 points (90 % interval +0.6 to +1.4), higher");
    assert!(told(3.2).ends_with("no change that can be told from chance"), "{}", told(3.2));
    assert!(told(2.0).ends_with("lower"));
    assert_eq!(tested::pulse(&figure(3.0), None, date(2026, 3, 8)).1, "not enough to say");
    assert_eq!(model::AGREED.len(), usize::from(POINTS), "a word a point");
}
