//! The doctor says what is wrong and what to do.

use ledger::doctor::{Given, State, examine};
use ledger::testing::{Clock, postgres_place, random, tamper};
use ledger::{Ledger, LedgerError};

use super::ground::leader;

/// What was found about something.
async fn states(given: Given<'_>, clock: &Clock) -> Vec<(&'static str, State)> {
    let found = examine(given, &clock.handed_in(), &random(3)).await;
    for finding in &found {
        assert_eq!(finding.remedy.is_empty(), finding.state == State::Good, "{finding}");
        // Sentences, without the password of an address.
        assert!(finding.found.ends_with('.') && !finding.to_string().contains("secret"), "{finding}");
    }
    found.into_iter().map(|finding| (finding.about, finding.state)).collect()
}

fn of(states: &[(&'static str, State)], about: &str) -> State {
    states.iter().find(|(name, _)| *name == about).unwrap_or_else(|| panic!("nothing about {about}: {states:?}")).1
}

#[tokio::test]
async fn each_thing_that_can_be_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let mail = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mail = mail.local_addr().map(|address| (address.to_string(), mail)).unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("ledger.sqlite").display());
    let address = Some("https://plumb.example.org");
    let clock = Clock::at("2099-03-02T08:00:00Z");
    let fresh = states(Given { database: &sqlite, address: None, mail: None, folder: None }, &clock).await;
    assert_eq!(of(&fresh, "database"), State::Note);
    assert!(!folder.path().join("ledger.sqlite").exists(), "the doctor changes nothing");
    for url in [Some(sqlite), postgres_place("doctor_each").await].into_iter().flatten() {
        let clock = if url.starts_with("sqlite:") {
            clock.clone()
        } else {
            // The server's clock is the real one.
            #[expect(clippy::disallowed_methods, reason = "held against the clock of the server")]
            Clock::at(&jiff::Timestamp::now().to_string())
        };
        let ledger = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap();
        leader(&ledger).await;
        let given = Given { database: &url, address, mail: Some(&mail.0), folder: None };
        let good = states(given, &clock).await;
        let expected = ["configuration", "database", "migrations", "writing", "clock", "chain", "mail"];
        for about in expected {
            assert_eq!(of(&good, about), State::Good, "{about} on {url}");
        }
        // Where the server's disk cannot be seen from here that is said, with what the database takes.
        let disk = examine(given, &clock.handed_in(), &random(3)).await;
        let disk = disk.iter().find(|finding| finding.about == "disk").unwrap();
        assert!(disk.found.contains(" MiB") && disk.state != State::Bad, "{disk} on {url}");
        assert_eq!(disk.found.contains("the database takes"), !url.starts_with("sqlite:"), "{disk}");
        // A mail that was given up lately is told, one of last month is not.
        assert!(good.iter().all(|(about, _)| *about != "mails"), "{good:?}");
        for (days, told) in [(30, 0), (2, 1)] {
            let day = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_sub(jiff::Span::new().days(days));
            tamper(
                &url,
                &format!(
                    "insert into mailing (person, day, state, tries, next_at, told_at, error) \
                     select id, '{day}', 'failed', 5, '', '{day}', '550 no such mailbox' from person limit 1"
                ),
            )
            .await;
            let found = examine(given, &clock.handed_in(), &random(3)).await;
            let mails: Vec<_> = found.iter().filter(|finding| finding.about == "mails").collect();
            assert_eq!(mails.len(), told, "{url}: {found:?}");
            assert!(mails.iter().all(|one| one.found.starts_with("One mail") && one.found.contains("550 no such")));
        }
        clock.days(-1);
        assert_eq!(of(&states(given, &clock).await, "clock"), State::Bad, "{url}");
        clock.days(3);
        let expected = if url.starts_with("sqlite:") { State::Good } else { State::Note };
        assert_eq!(of(&states(given, &clock).await, "clock"), expected, "{url}");
        tamper(&url, "update event set noun = 'x' where seq = 2").await;
        assert_eq!(of(&states(given, &clock).await, "chain"), State::Bad, "{url}");
        tamper(&url, "delete from _sqlx_migrations where version = 3").await;
        assert_eq!(of(&states(given, &clock).await, "migrations"), State::Note, "{url}");
        tamper(&url, "update _sqlx_migrations set version = 9999 where version = 4").await;
        assert_eq!(of(&states(given, &clock).await, "migrations"), State::Bad, "{url}");
        ledger.close().await;
        // An older program says so and changes nothing.
        let older = Ledger::open(&url, clock.handed_in(), random(1)).await.unwrap_err();
        assert!(matches!(older, LedgerError::Newer(9999)) && older.to_string().contains("newer Plumb"), "{older}");
    }
    let dead = Given {
        database: "postgres://plumb:secret@127.0.0.1:1/plumb",
        address,
        mail: Some("127.0.0.1:1"),
        folder: None,
    };
    let dead = states(dead, &clock).await;
    assert_eq!((of(&dead, "database"), of(&dead, "mail")), (State::Bad, State::Bad));
    let odd = states(Given { database: "mysql://secret@x", address, mail: None, folder: None }, &clock).await;
    assert_eq!(of(&odd, "configuration"), State::Bad);
}
