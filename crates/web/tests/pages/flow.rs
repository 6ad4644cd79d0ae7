//! The way of a file from upload to brief, the rows behind it, and what is refused on the way.

use axum::http::StatusCode;

use crate::support::{desk, desk_with, export, run};

#[test]
fn an_empty_record_says_what_would_fill_it() {
    run(async {
        let desk = desk(None);
        assert!(desk.get("/").await.text().contains("Begin with an export"));
        for path in ["/problems", "/coming", "/measures", "/rows"] {
            let page = desk.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(
                page.text().contains("There is nothing here yet.") && page.text().contains("href=\"/import\""),
                "{path}"
            );
        }
        for path in ["/brief.json", "/brief.pdf", "/rows.csv"] {
            assert_eq!(desk.get(path).await.status, StatusCode::CONFLICT, "{path}");
        }
        assert_eq!(desk.get("/rejects.csv").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_file_goes_from_upload_to_brief() {
    run(async {
        let desk = desk(None);
        let answer = desk.upload("../../in\"cidents.csv", &export()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let to = answer.to().to_owned();
        let look = desk.settled(&to).await.text();
        assert!(look.contains("How it would be read") && look.contains("241 rows"), "{look}");
        assert!(look.contains("INC00000") && look.contains("Look again with these"), "rows and choices are shown");
        assert!(!look.contains("Grace Hopper"), "names of those who handle tickets are not even shown");
        assert!(!look.contains("<script>alert"), "words of the file are escaped");
        assert!(desk.server.desk().record().unwrap().is_empty(), "nothing is kept before it was seen");

        desk.post(&to, "do=import").await;
        let done = desk.settled(&to).await;
        assert!(done.to().starts_with("/?imported="));
        let brief = desk.settled(done.to()).await.text();
        assert!(brief.contains("241 rows read = 240 kept + 0 updated + 0 unchanged + 1 set aside"), "{brief}");
        assert!(brief.contains("article class=\"brief\"") && brief.contains("/rejects.csv"));
        assert!(desk.get("/rejects.csv").await.text().contains("no number"));
        let inbox: Vec<_> = std::fs::read_dir(desk.data.join("inbox"))
            .unwrap()
            .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
            .collect();
        assert!(inbox.is_empty(), "the upload is not kept");

        for path in ["/problems", "/coming", "/measures", "/measures?by=group", "/rows", "/settings", "/import"] {
            let page = desk.settled(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(!page.text().contains("NaN") && !page.text().contains("<script>alert"), "{path}");
        }
        assert_eq!(desk.get("/brief.pdf?paper=letter").await.body.get(..5), Some(&b"%PDF-"[..]));
        assert!(serde_json::from_slice::<serde_json::Value>(&desk.get("/brief.json").await.body).is_ok());
        let again = desk.import("again.csv", &export()).await.text();
        assert!(again.contains("0 kept + 0 updated + 240 unchanged + 1 set aside"), "{again}");
    });
}

#[test]
fn the_rows_behind_a_number_can_be_filtered_sorted_paged_and_exported() {
    run(async {
        let desk = desk(None);
        desk.import("incidents.csv", &export()).await;
        let all = desk.settled("/rows").await.text();
        assert!(all.contains("Rows 1 to 50 of 240") && all.contains("Page 1 of 5"));
        let last = desk.get("/rows?sort=id&order=asc&page=4").await.text();
        assert!(last.contains("INC00239") && !last.contains("INC00199") && last.contains("aria-sort=\"ascending\""));
        let team = desk.get("/rows?column=team&value=Team+1").await.text();
        assert!(team.contains("of 80.") && team.contains("Team: Team 1") && team.contains("take away"));
        let hostile = desk.get("/rows?q=script").await.text();
        assert!(hostile.contains("&lt;script&gt;alert") && !hostile.contains("<script>alert"));
        let csv = desk.get("/rows.csv?team=Team+1").await;
        assert_eq!(csv.text().trim_end().lines().count(), 81);
        assert!(desk.get("/rows?password=x").await.text().contains("role=\"alert\""), "no column of that name");
        assert_eq!(desk.get("/rows.csv?password=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(desk.get("/rows?from=yesterday").await.text().contains("is no day"));
        assert_eq!(desk.get("/rows?problem=none").await.status, StatusCode::NOT_FOUND);
        assert!(desk.get("/rows?q=%27%3B+drop+table+tickets").await.text().contains("No row fits"));
        assert!(desk.get("/rows?page=99999999999999999999").await.status.is_success());
    });
}

#[test]
fn a_mapping_can_be_corrected() {
    run(async {
        let desk = desk(None);
        let csv =
            "ref,begun,topic,squad,note\nA1,2026-01-05 08:00:00,x,North,one\nA2,2026-01-06 08:00:00,y,South,two\n";
        let to = desk.upload("odd.csv", csv.as_bytes()).await.to().to_owned();
        desk.settled(&to).await;
        desk.post(&to, "do=look&field0.id=ref&field0.opened=begun&field0.group=squad&field0.title=note").await;
        let look = desk.settled(&to).await.text();
        assert!(look.contains("Read as you told it."), "{look}");
        desk.post(&to, "do=import&field0.id=ref&field0.opened=begun&field0.group=squad&field0.title=note").await;
        let done = desk.settled(&to).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        desk.settled("/rows").await;
        let rows = desk.get("/rows?team=South").await.text();
        assert!(rows.contains("A2") && !rows.contains(">A1<"), "{rows}");
    });
}

#[test]
fn what_is_no_export_is_refused_in_words() {
    run(async {
        let desk = desk(None);
        let to = desk.upload("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").await.to().to_owned();
        let page = desk.settled(&to).await.text();
        assert!(
            page.contains("This cannot be read.") && page.contains("picture.png") && !page.contains("data/inbox"),
            "{page}"
        );
        assert!(!page.contains("value=\"import\""), "it cannot be imported");
        let nothing = desk.upload("", b"").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.text().contains("No file was sent."));
        let small = desk_with(None, 1000);
        let large = small.upload("large.csv", &export()).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(large.text().contains("1.0 kB"));
        assert!(
            !small.data.join("inbox").read_dir().is_ok_and(|mut left| left.next().is_some()),
            "nothing is left of it"
        );
    });
}

#[test]
fn settings_are_checked_and_kept() {
    run(async {
        let desk = desk(None);
        assert!(desk.get("/settings").await.text().contains("These rates are assumed."));
        let form = "organisation=Example+AG&currency=chf&staff_low=60&staff_mid=80&staff_high=120&people_low=30&people_mid=50&people_high=80&touch_low=10&touch_mid=25&touch_high=60&lost_low=10&lost_mid=30&lost_high=90&affected_low=0.5&affected_mid=1&affected_high=2";
        let wrong = desk.post("/settings", &form.replace("staff_low=60", "staff_low=600")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            wrong.text().contains("rising order") && wrong.text().contains("value=\"600\""),
            "what was typed is still there"
        );
        let kept = desk.post("/settings", form).await;
        assert!(kept.text().contains("Kept.") && kept.text().contains("value=\"CHF\""));
        let settings = desk.server.desk().settings().unwrap();
        assert!(settings.rates_given && settings.organisation.as_deref() == Some("Example AG"));
    });
}
