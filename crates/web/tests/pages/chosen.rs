//! A window that is chosen for work on a problem is kept with what was predicted, and held against what came.

use std::fmt::Write as _;

use axum::http::StatusCode;
use casebook::{Act, Chosen};
use ledger::casework::Write;
use ledger::people::Begin;

use crate::support::{between, desk, run, worded};

#[test]
fn a_chosen_window_is_kept_and_shown_beside_what_came() {
    run(async {
        // Thirty tickets on what the work touches are the fewest for a window to be offered.
        let mut text = String::from_utf8(worded()).unwrap();
        for i in 0..40 {
            let day = jiff::civil::date(2026, 1, 6).checked_add(jiff::Span::new().days(2 * i)).unwrap();
            let title = "Label printer in the warehouse prints blank labels";
            writeln!(
                text,
                "INC9{i:04},{day} 09:00:00,{day} 11:00:00,Closed,Category 0,Warehouse,Team 0,\"{title}\",Caller 3"
            )
            .unwrap();
        }
        let desk = desk(None);
        desk.import("incidents.csv", text.as_bytes()).await;
        let one = desk.problem("abel printer").await;
        let path = format!("{one}/window");
        let offered = desk.get(&format!("{path}?hours=4")).await.text();
        let from = between(&offered, "name=\"from\" value=\"", "\"").expect("a window is offered").to_owned();
        let gone = desk.post(&path, "hours=4&from=2020-01-01+00:00").await;
        assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(gone.text().contains("not offered any more") && gone.text().contains(&from), "{}", gone.text());
        assert_eq!(desk.post(&path, "hours=900&from=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = desk.post(&path, &format!("hours=4&from={}&by=Ada", web::address::escaped(&from))).await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.text());
        let page = desk.get(&one).await.text();
        assert!(page.contains(&format!("<strong>{from} to ")) && page.contains("Not known yet"), "{page}");
        assert!(page.contains("90% interval") && page.contains("by Ada"), "{page}");
        // Another one, which has passed: its tickets are counted and named.
        let entries = desk.entries().await;
        let Act::Window { of, chosen } = entries[0].act.clone() else { panic!("{entries:?}") };
        assert!(chosen.looked_at.contains("Warehouse") && chosen.lost.0 < chosen.lost.1, "{chosen:?}");
        let day = jiff::civil::date(2026, 2, 4);
        let past = Chosen { from: day.at(7, 0, 0, 0), to: day.at(11, 0, 0, 0), n: (12, 12), ..*chosen };
        let act = Act::Window { of, chosen: Box::new(past) };
        let write = Write { act, by: String::new(), asks: Vec::new() };
        desk.ledger.perform(&Begin::nobody(), &write).await.unwrap();
        let page = desk.get(&one).await.text();
        assert!(page.contains("2026-02-04 07:00 to 2026-02-04 11:00") && page.contains("INC00030"), "{page}");
        assert!(page.contains("within what was predicted") || page.contains("outside of what was predicted"), "{page}");
        assert!(!page.contains("because of"), "one after the other");
    });
}
