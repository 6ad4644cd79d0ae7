//! The canvas: every version is kept, nobody's words are lost.

use axum::http::StatusCode;

use crate::support::{entry, run, worded_desk};

#[test]
fn every_version_can_be_seen_and_brought_back() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        assert!(desk.get(&one).await.text().contains("Begin the canvas"));
        let path = format!("{one}/canvas");
        let form = desk.get(&path).await.text();
        for name in
            ["asked", "needed", "h0-claim", "h0-t0-on", "w0", "nothing-what", "o0-benefit-high", "owner", "decision"]
        {
            assert!(form.contains(&format!("name=\"{name}\"")), "{name}");
        }
        let first = "asked=A+new+printer&needed=Labels+by+six&h0-claim=The+driver&h0-for=Since+March&h0-against=Two+sites\
                     &h0-t0-what=Old+driver&h0-t0-result=Prints&h0-t0-on=2026-02-03&w0=No+ribbon&o0-what=New+driver\
                     &o0-cost-low=100&o0-cost-high=200&o0-benefit-low=1%2C000&owner=Print+team&decision=https%3A%2F%2Fd.example%2F7";
        let kept = desk.post(&path, &format!("base=0&{first}&by=Ada")).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
        let page = desk.get(kept.to()).await.text();
        for part in [
            "A new printer",
            "Labels by six",
            "The driver",
            "Since March",
            "Tried on 3 February 2026",
            "Do nothing",
            "Print team",
            "href=\"https://d.example/7\"",
            "by Ada",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(desk.get("/problems").await.text().contains("owner: Print team"));
        let second = desk.post(&path, "base=1&asked=Another+thing&owner=Print+team").await;
        assert_eq!(entry(&second), 2);
        let old = desk.get(&format!("{path}/1")).await.text();
        assert!(old.contains("Labels by six") && old.contains("Make this the newest version"));
        assert!(desk.get(&format!("{path}/2")).await.text().contains("This is the newest version."));
        let back = desk.post(&format!("{path}/1"), "").await;
        assert!(desk.get(back.to()).await.text().contains("Labels by six") && entry(&back) == 3);
        // Kept unchanged it is no new version.
        let same = desk.post(&path, &format!("base=3&{first}")).await;
        assert_eq!(same.to(), one);
    });
}

#[test]
fn two_who_write_at_once_both_keep_their_words() {
    run(async {
        let desk = worded_desk().await;
        let path = format!("{}/canvas", desk.problem("abel printer").await);
        desk.post(&path, "base=0&asked=Theirs&owner=Ada").await;
        let late = desk.post(&path, "base=0&asked=Mine&h0-claim=The+cable").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let text = late.text();
        assert!(text.contains(">Mine</textarea>") && text.contains(">The cable</textarea>"), "{text}");
        assert!(text.contains("What is kept there now") && text.contains("Theirs") && text.contains("Ada"));
        assert!(text.contains("name=\"base\" value=\"1\""));
        assert_eq!(entry(&desk.post(&path, "base=1&asked=Mine&h0-claim=The+cable").await), 2);
        assert!(desk.get(&format!("{path}/1")).await.text().contains("Theirs"));
    });
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_the_rest_stays() {
    run(async {
        let desk = worded_desk().await;
        let path = format!("{}/canvas", desk.problem("abel printer").await);
        let again = desk
            .post(&path, &format!("base=0&asked={}&o0-what=Buy&o0-cost-low=cheap&h0-t0-on=soon", "x".repeat(2001)))
            .await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = again.text();
        for id in ["asked-wrong", "o0-cost-low-wrong", "h0-t0-on-wrong"] {
            assert!(text.contains(&format!("id=\"{id}\"")), "{id}: {text}");
        }
        assert!(
            text.contains(">Buy</textarea>") && text.contains("value=\"cheap\"") && text.contains(&"x".repeat(2001))
        );
        let nothing = desk.post(&path, "base=0&asked=+").await;
        assert!(nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.text().contains("begin anywhere"));
        let more = desk.post(&path, "base=0&do=more&h0-claim=One&h1-claim=Two").await;
        assert!(more.status == StatusCode::OK && more.text().contains("name=\"h2-claim\""), "room for a third");
        assert!(desk.entries().await.is_empty(), "nothing was kept");
    });
}
