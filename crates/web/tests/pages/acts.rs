//! What people do with problems: the list follows at once, nothing is lost, everything can be undone.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::support::{Desk, entry, run, worded, worded_desk};

async fn undo(desk: &Desk, entry: u64, holds: u8) -> u64 {
    let answer = desk.post("/casebook/undo", &format!("entry={entry}&holds={holds}&back=/casebook")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    crate::support::entry(&answer)
}

fn id(path: &str) -> String {
    path.trim_start_matches("/problems/").to_owned()
}

#[test]
fn two_problems_become_one_and_two_again() {
    run(async {
        let desk = worded_desk().await;
        let (one, other) = (desk.problem("abel printer").await, desk.problem("VPN tunnel").await);
        let before = desk.problems().await;
        // Why its tickets belong together: in sentences, in numbers, and marked in the tickets.
        let page = desk.get(&one).await.text();
        let why = page.split("Why these belong together").nth(1).unwrap();
        assert!(why.contains("What tells them from others") && why.contains(" of all others"), "{why}");
        let marked: Vec<&str> = why.split("<mark>").skip(1).filter_map(|rest| rest.split("</mark>").next()).collect();
        assert!(marked.iter().any(|word| "label printer blank labels".contains(&word.to_lowercase())), "{marked:?}");
        let form = desk.get(&format!("{one}/merge")).await.text();
        assert!(form.contains("VPN tunnel") && form.contains("type=\"radio\""), "{form}");
        let put = desk.post(&format!("{one}/merge"), &format!("other={}&by=Ada", id(&other))).await;
        assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text());
        let page = desk.get(put.to()).await.text();
        assert!(page.contains("role=\"status\"") && page.contains("Put together: “"), "{page}");
        assert!(page.contains("by Ada") && page.contains("People put these together"));
        assert_eq!(desk.problems().await, before - 1, "the list follows at once");
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&one))).await, 40);
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&other))).await, 40, "an old name still opens its rows");
        let csv = desk.get(&format!("/rows.csv?problem={}", id(&one))).await.text();
        assert_eq!(csv.lines().count(), 41);
        let old = desk.get(&other).await;
        assert_eq!(
            (old.status, old.to()),
            (StatusCode::SEE_OTHER, one.as_str()),
            "an old address leads to the new one"
        );
        // A restart finds it as it was.
        assert_eq!(desk.restarted().problems().await, before - 1);
        let number = entry(&put);
        let undone = undo(&desk, number, 0).await;
        assert_eq!(desk.problems().await, before);
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&one))).await, 20);
        assert_eq!(desk.get(&other).await.status, StatusCode::OK);
        // Undone twice by two people is undone once.
        assert_eq!(
            desk.post("/casebook/undo", &format!("entry={number}&holds=0&back=/problems")).await.to(),
            "/problems"
        );
        assert_eq!(undo(&desk, number, 1).await, undone + 1);
        assert_eq!(desk.problems().await, before - 1, "done again");
        let book = desk.get("/casebook").await.text();
        assert_eq!(
            book.matches("<li").count() - book.split("</header>").next().unwrap().matches("<li").count(),
            3,
            "{book}"
        );
    });
}

#[test]
fn a_merge_without_a_choice_says_so_at_the_field() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        for (form, wrong) in [
            ("by=Ada", "Choose one of them first."),
            ("other=gone", "no longer there"),
            (&format!("other={}", id(&one)), "one problem already"),
        ] {
            let again = desk.post(&format!("{one}/merge"), form).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
            let text = again.text();
            assert!(text.contains(wrong) && text.contains("aria-describedby=\"other-wrong\""), "{text}");
        }
        let found = desk.get(&format!("{one}/merge?q=payroll")).await.text();
        assert!(found.contains("PX-4471") && !found.contains("VPN tunnel"), "{found}");
        assert!(desk.get(&format!("{one}/merge?q=zzzz")).await.text().contains("None fits."));
    });
}

#[test]
fn tickets_are_split_off_by_ticks_or_by_words() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        let form = desk.get(&format!("{one}/split")).await.text();
        assert_eq!(form.matches("name=\"ticket\"").count(), 20);
        let keys: Vec<&str> =
            form.split("name=\"ticket\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let none = desk.post(&format!("{one}/split"), "title=Only+mine").await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.text().contains("Tick the tickets") && none.text().contains("value=\"Only mine\""));
        let all: Vec<String> = keys.iter().map(|key| format!("ticket={}", web::address::escaped(key))).collect();
        let all = desk.post(&format!("{one}/split"), &all.join("&")).await;
        assert!(
            all.status == StatusCode::UNPROCESSABLE_ENTITY && all.text().contains("At least two tickets must stay")
        );
        assert_eq!(all.text().matches(" checked").count(), 20, "ticks stay");
        let three: Vec<String> = keys[..3].iter().map(|key| format!("ticket={}", web::address::escaped(key))).collect();
        let off = desk.post(&format!("{one}/split"), &format!("{}&title=Night+shift+only", three.join("&"))).await;
        assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.text());
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&one))).await, 17);
        let new = desk.problem("Night shift only").await;
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&new))).await, 3);
        assert!(desk.get(&new).await.text().contains("People took these 3 tickets out of"));
        undo(&desk, entry(&off), 0).await;
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&one))).await, 20);
        assert_eq!(desk.get(&new).await.to(), one, "its address leads to where its tickets are");
        // By words, whatever page they stand on.
        let shown = desk.get(&format!("{one}/split?q=again")).await.text();
        assert!(shown.contains("All 10") && shown.matches("name=\"ticket\"").count() == 10, "{shown}");
        let off = desk.post(&format!("{one}/split"), "q=again&all=1").await;
        assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.text());
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&one))).await, 10);
    });
}

#[test]
fn a_title_is_kept_and_two_who_rename_at_once_lose_nothing() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        let long = "x".repeat(121);
        for (title, wrong) in [("+++", "The title is missing."), (long.as_str(), "121 characters; at most 120.")] {
            let again = desk.post(&format!("{one}/rename"), &format!("title={title}&seen=0&by=Ada")).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
            let text = again.text();
            assert!(
                text.contains(wrong) && text.contains("value=\"Ada\"") && text.contains("id=\"title-wrong\""),
                "{text}"
            );
        }
        let hostile = "title=%3Cscript%3Ealert(1)%3C%2Fscript%3E+%22labels%22&seen=0";
        assert_eq!(desk.post(&format!("{one}/rename"), hostile).await.status, StatusCode::SEE_OTHER);
        for path in ["/problems", one.as_str(), "/casebook"] {
            let text = desk.settled(path).await.text();
            assert!(text.contains("&lt;script&gt;alert(1)") && !text.contains("<script>alert"), "{path}");
        }
        // The form was opened before that.
        let late = desk.post(&format!("{one}/rename"), "title=Blank+labels&seen=0").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.text().contains("Somebody renamed it") && late.text().contains("value=\"Blank labels\""));
        assert!(late.text().contains("name=\"seen\" value=\"1\""), "sent again it is taken");
        assert_eq!(
            desk.post(&format!("{one}/rename"), "title=Blank+labels&seen=1").await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(desk.problem("Blank labels").await, one);
        undo(&desk, 2, 0).await;
        assert_eq!(desk.problem("alert(1)").await, one, "the title before comes back");
    });
}

#[test]
fn what_is_no_problem_leaves_the_list_and_its_sums_with_a_reason() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        let before = desk.problems().await;
        let none = desk.post(&format!("{one}/dismiss"), "reason=+").await;
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text().contains("The reason is missing."));
        let gone = desk.post(&format!("{one}/dismiss"), "reason=Planned+test+of+labels").await;
        assert!(gone.to().starts_with("/problems?done="), "{}", gone.text());
        let list = desk.get(gone.to()).await.text();
        assert!(list.contains("Planned test of labels") && list.contains("1 dismissed"), "{list}");
        assert_eq!(desk.problems().await, before - 1);
        assert!(desk.get("/problems?seen=dismissed").await.text().contains("Planned test of labels"));
        let page = desk.get(&one).await.text();
        assert!(page.contains("Not a problem: ") && page.contains("It is one after all"));
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&one))).await, 20, "its rows can still be seen");
        let again = desk.post(&format!("{one}/dismiss"), "reason=Mine").await;
        assert!(again.status == StatusCode::CONFLICT && again.text().contains(">Mine</textarea>"));
        undo(&desk, 1, 0).await;
        assert_eq!(desk.problems().await, before);
    });
}

#[test]
fn a_fix_is_credited_to_a_team_and_lies_in_the_past() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        for (form, wrong) in [
            ("on=2026-06-09&team=Print", "still to come"),
            ("on=soon&team=Print", "no day"),
            ("on=&team=Print", "The day is missing."),
            ("on=2026-03-01&team=", "The team is missing."),
        ] {
            let again = desk.post(&format!("{one}/fixed"), form).await;
            assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.text().contains(wrong), "{form}");
        }
        let marked = desk.post(&format!("{one}/fixed"), "on=2026-03-01&team=Print+team&what=New+driver").await;
        let page = desk.get(marked.to()).await.text();
        assert!(page.contains("Marked as fixed on 1 March 2026 by <strong>Print team</strong>: New driver"), "{page}");
        assert!(desk.get("/problems").await.text().contains("marked as fixed on 1 March 2026 by Print team"));
    });
}

#[test]
fn verdicts_follow_their_tickets_when_more_come_in() {
    run(async {
        let desk = worded_desk().await;
        let (one, other) = (desk.problem("abel printer").await, desk.problem("VPN tunnel").await);
        desk.post(&format!("{one}/merge"), &format!("other={}", id(&other))).await;
        desk.post(&format!("{one}/rename"), "title=Two+in+one&seen=0").await;
        let more = String::from_utf8(worded()).unwrap();
        let mut lines = more.lines();
        let mut later = format!("{}\n", lines.next().unwrap());
        for line in lines.take(60) {
            later.push_str(&line.replace("INC00", "INC90").replace("2026-0", "2025-0"));
            later.push('\n');
        }
        desk.import("more.csv", later.as_bytes()).await;
        let now = desk.problem("Two in one").await;
        assert_eq!(desk.rows(&format!("/rows?problem={}", id(&now))).await, 60, "new tickets of both are in it");
        for old in [&one, &other] {
            let answer = desk.get(old).await;
            assert!(answer.status == StatusCode::OK || answer.to() == now, "{old}: {} {}", answer.status, answer.to());
        }
    });
}

#[test]
fn perhaps_the_same_is_answered_with_yes_or_no() {
    run(async {
        let desk = worded_desk().await;
        let (one, other) = (desk.problem("abel printer").await, desk.problem("VPN tunnel").await);
        let no = desk.post(&format!("{one}/apart"), &format!("other={}", id(&other))).await;
        assert!(desk.get(no.to()).await.text().contains("Not the same: “"), "{}", no.text());
        assert_eq!(desk.post(&format!("{one}/apart"), "other=none").await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            desk.post(&format!("{one}/apart"), &format!("other={}", id(&one))).await.status,
            StatusCode::CONFLICT
        );
    });
}

#[test]
fn a_problem_that_was_merged_meanwhile_keeps_what_was_typed() {
    run(async {
        let desk = worded_desk().await;
        let (one, other) = (desk.problem("abel printer").await, desk.problem("VPN tunnel").await);
        desk.post(&format!("{one}/merge"), &format!("other={}", id(&other))).await;
        let late = desk.post(&format!("{other}/dismiss"), "reason=A+long+reason").await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let text = late.text();
        assert!(
            text.contains("Meanwhile somebody put this problem into") && text.contains(">A long reason</textarea>")
        );
        assert!(text.contains(&format!("action=\"{one}/dismiss\"")), "sent again it is done there");
        assert_eq!(desk.get(&format!("{other}/split")).await.to(), format!("{one}/split"));
    });
}

#[test]
fn many_who_act_at_once_are_all_written_down() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        let mut acts = tokio::task::JoinSet::new();
        for day in 1..=8 {
            let request = Request::post(format!("{one}/fixed"))
                .header(header::HOST, "localhost:7070")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("on=2026-03-0{day}&team=T{day}")))
                .unwrap();
            acts.spawn(tower::ServiceExt::oneshot(web::router(desk.server.clone()), request));
        }
        while let Some(answer) = acts.join_next().await {
            assert_eq!(answer.unwrap().unwrap().status(), StatusCode::SEE_OTHER);
        }
        assert_eq!(desk.entries().await.len(), 8);
    });
}

#[test]
fn what_is_not_there_is_told() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        for path in
            ["/problems/none/merge", "/problems/none/canvas", &format!("{one}/canvas/7"), "/problems?theme=none"]
        {
            assert_eq!(desk.settled(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(desk.post("/problems/none/merge", "other=x").await.status, StatusCode::NOT_FOUND);
        let undo = desk.post("/casebook/undo", "entry=99&holds=0&back=//evil.example").await;
        assert_eq!(undo.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn a_fix_is_judged_and_the_next_windows_are_told() {
    run(async {
        let desk = worded_desk().await;
        let one = desk.problem("abel printer").await;
        let little = desk.get(&format!("{one}/window?hours=4")).await.text();
        assert!(little.contains("Not enough to say: 20 tickets"), "{little}");
        let busier = desk.problem("invoice of floor").await;
        let page = desk.get(&format!("{busier}/window?hours=4")).await.text();
        assert!(page.contains("90% interval") && page.matches("<tr").count() >= 4, "three windows: {page}");
        assert!(page.contains("tickets on Other"), "what was counted is told: {page}");
        assert_eq!(desk.get(&format!("{one}/window?hours=400")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let put = desk.post(&format!("{one}/fixed"), "on=2026-03-02&team=Warehouse+IT&what=New+ribbon&by=Ada").await;
        assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text());
        let page = desk.get(&one).await.text();
        assert!(page.contains("Warehouse IT") && page.contains("Tickets a week before"), "{page}");
        assert!(page.contains("So far: "), "{page}");
    });
}
