//! What is asked back: orders of dates, zones, cells that cannot be read.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

use crate::tests::{context, csv, read};
use crate::{DateKind, Options, inspect, render_text};

const AMBIGUOUS: &str =
    "number,opened_at,short_description,state\nINC1,03/04/2024 10:00,One,New\nINC2,05/06/2024 11:00,Two,New\n";

#[test]
fn an_order_that_stays_open_is_refused_with_both_readings() {
    let recognised =
        crate::recognise(&mut csv(AMBIGUOUS)(), Path::new("a.csv"), &Options::default()).expect("looked at");
    let refusal = recognised.settled(Path::new("a.csv")).expect_err("refused").to_string();
    assert_eq!(
        refusal,
        "a.csv: the order of dates stays open: `03/04/2024 10:00` in column `opened_at` is 2024-04-03 10:00:00 (dmy) or 2024-03-04 10:00:00 (mdy). Give the order that is right: --date-order dmy or --date-order mdy"
    );
    let shown = render_text(&inspect(&recognised, &context(), None).expect("shown"));
    assert!(
        shown.contains("2024-04-03 10:00:00 or 2024-03-04 10:00:00")
            || shown.contains("2024-04-03 10:00:00 (dmy) or 2024-03-04 10:00:00 (mdy)"),
        "{shown}"
    );
}

#[test]
fn the_flag_settles_it() {
    for (order, expected) in [(DateKind::Dmy, "2024-04-03"), (DateKind::Mdy, "2024-03-04")] {
        let (recognised, _, _) = read(csv(AMBIGUOUS), &Options { date_order: Some(order), ..Options::default() });
        let inspection = inspect(&recognised, &context(), None).expect("shown");
        assert!(
            inspection.rows[0].iter().any(|(name, value)| name == "opened" && value.starts_with(expected)),
            "{:?}",
            inspection.rows
        );
    }
}

#[test]
fn another_column_of_the_file_settles_it() {
    let text = "number,opened_at,short_description,state,closed_at\nINC1,03/04/2024 10:00,One,New,\nINC2,05/06/2024 11:00,Two,New,25/06/2024 10:00\n";
    let (recognised, _, _) = read(csv(text), &Options::default());
    let opened = recognised.fields.iter().find(|finding| finding.columns == ["opened_at"]).expect("opened");
    assert!(opened.reason.contains("column `closed_at` of the same file is day-month-year"), "{}", opened.reason);
}

#[test]
fn a_cell_far_down_settles_it() {
    let mut text = String::from("number,opened_at,short_description,state\n");
    for row in 0..30_000 {
        writeln!(text, "INC{row},0{}/0{}/2024 10:00,One,New", row % 9 + 1, row % 8 + 1).expect("a String");
    }
    text.push_str("INCX,31/01/2024 10:00,One,New\n");
    let text: &'static str = Box::leak(text.into_boxed_str());
    let (recognised, counts, _) = read(csv(text), &Options::default());
    assert_eq!(recognised.looked_at, 30_001);
    assert_eq!(counts.accepted, 30_001);
}

#[test]
fn years_of_two_digits_are_known_by_being_few() {
    // Every `31.01.24` could be the 24th of January 2031 as well; the column cannot.
    let column = |date: fn(u32) -> String| {
        let mut text = String::from("number,opened_at,short_description,state\n");
        for day in 1..=28 {
            writeln!(text, "INC{day},{} 10:00,One,New", date(day)).expect("a String");
        }
        let text: &'static str = Box::leak(text.into_boxed_str());
        text
    };
    for (text, order) in [
        (column(|day| format!("{day:02}.01.24")), DateKind::Dmy),
        (column(|day| format!("1/{day}/24")), DateKind::Mdy),
        (column(|day| format!("24-01-{day:02}")), DateKind::Ymd),
    ] {
        let (recognised, counts, kept) = read(csv(text), &Options::default());
        assert_eq!(recognised.mapping.fields[&crate::Field::Opened].date, Some(order), "{text}");
        assert_eq!(counts.accepted, 28);
        let last = jiff::civil::date(2024, 1, 28).at(10, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a time");
        let last = format!("opened: Some({})", last.timestamp().as_millisecond());
        assert!(kept.tickets[27].contains(&last), "{}", kept.tickets[27]);
    }
    // Too few to tell them apart: all readings are shown.
    let few = "number,opened_at,short_description,state\nINC1,25.01.24 10:00,One,New\nINC2,26.01.24 10:00,Two,New\n";
    let recognised = crate::recognise(&mut csv(few)(), Path::new("a.csv"), &Options::default()).expect("looked at");
    let refusal = recognised.settled(Path::new("a.csv")).expect_err("refused").to_string();
    assert!(refusal.contains("2024-01-25") && refusal.contains("2025-01-24"), "{refusal}");
}

#[test]
fn a_column_of_two_orders_is_refused() {
    let text =
        "number,opened_at,short_description,state\nINC1,13/04/2024 10:00,One,New\nINC2,05/16/2024 11:00,Two,New\n";
    let recognised = crate::recognise(&mut csv(text)(), Path::new("a.csv"), &Options::default()).expect("looked at");
    let refusal = recognised.settled(Path::new("a.csv")).expect_err("refused").to_string();
    assert!(refusal.contains("13/04/2024 10:00, 05/16/2024 11:00") && refusal.contains("--date-order"), "{refusal}");
}

#[test]
fn a_zone_is_assumed_aloud_or_told() {
    let text = "number,opened_at,short_description,state\nINC1,2024-07-01 10:00,One,New\n";
    let (recognised, _, _) = read(csv(text), &Options::default());
    assert!(
        recognised.notes.iter().any(|note| note.contains("read as UTC") && note.contains("--time-zone")),
        "{:?}",
        recognised.notes
    );
    let (recognised, _, kept) =
        read(csv(text), &Options { time_zone: Some("Europe/Berlin".into()), ..Options::default() });
    assert!(recognised.notes.iter().any(|note| note.contains("Europe/Berlin")));
    let eight = jiff::civil::date(2024, 7, 1)
        .at(8, 0, 0, 0)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .expect("a time")
        .timestamp()
        .as_millisecond();
    assert!(kept.tickets[0].contains(&format!("opened: Some({eight})")), "{}", kept.tickets[0]);
    let wrong = crate::recognise(
        &mut csv(text)(),
        Path::new("a.csv"),
        &Options { time_zone: Some("Mars".into()), ..Options::default() },
    );
    assert!(wrong.expect_err("refused").to_string().contains("no time zone `Mars`"));
}

#[test]
fn bad_rows_are_told_with_column_reason_and_raw_text() {
    let text = "number,opened_at,caller_id,short_description,state,reassignment_count,assigned_to,closed_at\n\
        INC1,13/02/2016 10:00,Ada,\"a, b\",New,1,Bob,\n\
        ,13/02/2016 10:00,Ada,no number,New,1,Bob,\n\
        INC3,31/02/2016 10:00,Ada,no such day,New,1,Bob,\n\
        INC4,?,Ada,no opening,New,1,Bob,\n\
        INC5,soon,Ada,no date,New,1,Bob,\n\
        INC6,13/02/2016 10:00,Ada,\"less, than nothing\",New,-1,Bob,\n\
        INC7,13/02/2016 10:00,Ada,words,New,many,Bob,\n\
        INC8,13/02/2206 10:00,Ada,far,New,1,Bob,\n\
        INC9,13/02/2016 10:00,Ada,closed first,Frobnicated,1,Bob,13/02/2015 10:00\n\
        INC10,13/02/2016 10:00,Ada,filler,New,1,Bob,01/01/1900 00:00\n";
    let (_, counts, kept) = read(csv(text), &Options::default());
    assert_eq!((counts.read, counts.accepted, counts.rejected), (10, 3, 7));
    let ada = crate::persons::pseudonym(&[7; 32], "Ada");
    let told: Vec<String> =
        kept.rejects.iter().map(|reject| format!("{} {}: {}", reject.row, reject.column, reject.reason)).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert_eq!(kept.rejects[4].raw, format!("INC6,13/02/2016 10:00,{ada},\"less, than nothing\",New,-1,…,"));
    assert!(!kept.all().contains("Bob") && !kept.all().contains("Ada"));
    let difficulties: Vec<String> =
        counts.difficulties.iter().map(|one| format!("{}: {} ({})", one.column, one.what, one.count)).collect();
    insta::assert_snapshot!(difficulties.join("\n"));
}

#[test]
fn epochs_and_worksheet_days() {
    for (cells, kind) in [
        (["1456708560", "1456808560"], DateKind::EpochSeconds),
        (["1456708560000", "1456808560000"], DateKind::EpochMillis),
        (["42429.0527777778", "42430.25"], DateKind::Excel),
    ] {
        let text: &'static str = Box::leak(
            format!("number,opened_at,short_description,state\nINC1,{},One,New\nINC2,{},Two,New\n", cells[0], cells[1])
                .into_boxed_str(),
        );
        let (recognised, counts, kept) = read(csv(text), &Options::default());
        assert_eq!(recognised.mapping.fields[&crate::Field::Opened].date, Some(kind));
        assert_eq!(counts.accepted, 2);
        assert!(kept.tickets[0].contains("opened: Some(1456708560000)"), "{}", kept.tickets[0]);
    }
}

#[test]
fn a_column_of_another_sort_than_the_profile_knows_is_left_out() {
    let text = "Summary,Issue key,Status,Created,Custom field (Request Type),Custom field (First response)\nOne,SD-1,Done,2024-01-31 10:00,Access,0h 12m\nTwo,SD-2,Done,2024-01-31 10:00,Access,-1h 12m\n";
    let (recognised, counts, _) = read(csv(text), &Options::default());
    assert_eq!(recognised.profile.as_deref(), Some("jira-service-management"));
    assert_eq!(counts.accepted, 2);
    let told = &recognised.difficulties[0];
    assert_eq!(told.column, "Custom field (First response)");
    assert!(told.what.starts_with("left out: `first_response` wants dates"), "{}", told.what);
}

#[test]
fn dates_that_a_worksheet_has_turned_are_refused() {
    let mut text = String::from("number,opened_at,short_description,state\n");
    for row in 1..=9 {
        // The 13th to the 21st of March stayed text; the days before became the 3rd of every month.
        writeln!(text, "INC1{row},3/{}/2021 9:57,One,New\nINC2{row},2021-0{row}-03T09:57:00,Two,New", row + 12)
            .expect("written");
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    let recognised = crate::recognise(&mut csv(text)(), Path::new("x"), &Options::default()).expect("looked at");
    let refused = recognised.settled(Path::new("x")).expect_err("refused").to_string();
    assert!(
        refused.contains("2021-01-03 09:57:00 (year-month-day) or 2021-03-01 09:57:00 (year-day-month)"),
        "{refused}"
    );
    assert!(refused.contains("never saved by a worksheet"), "{refused}");
    // Who says so has them as they stand.
    let told = Options { date_order: Some(DateKind::Mdy), ..Options::default() };
    assert_eq!(read(csv(text), &told).1.accepted, 18);
    // Two orders of which one has late days, too, are two tools, and no worksheet.
    let both: &'static str = Box::leak(text.replace("2021-09-03", "2021-09-30").into_boxed_str());
    assert_eq!(read(csv(both), &Options::default()).1.accepted, 18);
}

#[test]
fn objects_in_cells_numbers_apart_and_words_for_dates() {
    let text = "number,opened_at,assignment_group,caller_id,short_description,state,due_date,closed_at\n\
        28 316,2024-01-31 10:00,\"{'id': '1', 'name': 'Network'}\",\"{'id': '7', 'name': 'Ada Example'}\",{odd} words,New,UNKNOWN,\n\
        28 317,2024-01-31 11:00,Desk,Ada Example,words,New,2024-02-01,unknown\n";
    let (_, counts, kept) = read(csv(text), &Options::default());
    assert_eq!(counts.accepted, 2, "{:?}", kept.rejects);
    let ada = crate::persons::pseudonym(&[7; 32], "Ada Example");
    for told in ["id: \"28316\"", "group: Some(\"Network\")", ada.as_str(), "title: Some(\"{odd} words\")", "due: None"]
    {
        assert!(kept.tickets[0].contains(told), "{told}: {}", kept.tickets[0]);
    }
    assert!(kept.tickets[1].contains("closed: None") && kept.tickets[1].contains(&ada), "{}", kept.tickets[1]);
    assert!(!kept.all().contains("Ada Example"));
    let fillers = counts.difficulties.iter().filter(|one| one.what.starts_with("the date is a filler")).count();
    assert_eq!(fillers, 2, "{:?}", counts.difficulties);
}

#[test]
fn the_column_tells_its_decimal_mark() {
    let desk = |one: &str, other: &str| {
        let text: &'static str = Box::leak(
            format!(
                "number,opened_at,short_description,state,u_time_worked_minutes\nINC1,2024-01-31 10:00,words,New,\"{one}\"\n\
                 INC2,2024-01-31 10:00,words,New,\"{other}\"\n"
            )
            .into_boxed_str(),
        );
        let (recognised, _, kept) = read(csv(text), &Options::default());
        let told = |at: usize, minutes: &str| {
            let ticket: &String = &kept.tickets[at];
            assert!(ticket.contains(&format!("touch_minutes: Some({minutes})")), "{one}, {other}: {ticket}");
        };
        told(0, if recognised.difficulties.is_empty() { "1234.0" } else { "1.234" });
        told(1, "12.5");
        recognised.difficulties.len()
    };
    assert_eq!((desk("1.234", "12,5"), desk("1,234", "12.5")), (0, 0));
    // Nothing tells in a column of nothing else; that is said aloud, with the remedy.
    let text =
        "number,opened_at,short_description,state,u_time_worked_minutes\nINC1,2024-01-31 10:00,words,New,1.234\n";
    let (recognised, _, kept) = read(csv(text), &Options::default());
    assert!(kept.tickets[0].contains("touch_minutes: Some(1.234)"), "{}", kept.tickets[0]);
    let [open] = recognised.difficulties.as_slice() else { panic!("{:?}", recognised.difficulties) };
    assert_eq!(
        (open.column.as_str(), open.examples.as_slice()),
        ("u_time_worked_minutes", ["1.234".to_owned()].as_slice())
    );
    assert!(open.what.contains("thousands") && open.remedy.contains("fields.touch_minutes.decimal"), "{open:?}");
}

#[test]
fn cells_that_a_worksheet_is_to_keep_as_text() {
    let text = "number,opened_at,short_description,state,reassignment_count,location\n\
        \"=\"\"00123\"\"\",\"=\"\"13/02/2024 10:00\"\"\",\"=\"\"It broke\"\"\",New,\"=\"\"2\"\"\",\"=\"\"\"\"\"\n\
        00124,14/02/2024 10:00,\"=A1&\"\"x\"\"\",New,1,Hall\n";
    let (_, counts, kept) = read(csv(text), &Options::default());
    assert_eq!(counts.accepted, 2, "{:?}", kept.rejects);
    for told in ["id: \"00123\"", "title: Some(\"It broke\")", "reassignments: Some(2)", "location: None"] {
        assert!(kept.tickets[0].contains(told), "{told}: {}", kept.tickets[0]);
    }
    assert!(kept.tickets[1].contains("title: Some(\"=A1&\\\"x\\\"\")"), "{}", kept.tickets[1]);
}

#[test]
fn work_of_decades_is_a_number_written_wrongly() {
    let text = "number,opened_at,short_description,state,u_time_worked_minutes\n\
        INC1,2024-01-31 10:00,words,New,\"3,87,16,91,111\"\nINC2,2024-01-31 10:00,words,New,1 hour 20 minutes\n";
    let (_, counts, kept) = read(csv(text), &Options::default());
    assert!(kept.tickets[0].contains("touch_minutes: None"), "{}", kept.tickets[0]);
    assert!(kept.tickets[1].contains("touch_minutes: Some(80.0)"), "{}", kept.tickets[1]);
    assert!(counts.difficulties.iter().any(|one| one.what.starts_with("more work than ten years")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is in a file: no panic, and each row ends once.
    #[test]
    fn any_cells_are_accounted_for(cells in proptest::collection::vec(proptest::collection::vec("\\PC{0,24}", 6), 0..20)) {
        let mut text = String::from("number,opened_at,state,caller_id,reassignment_count,short_description\n");
        for row in &cells {
            let row: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let options = Options { profile: Some("servicenow-incident".into()), date_order: Some(DateKind::Dmy), ..Options::default() };
        let open = || crate::testing::Memory::csv(&text, b',');
        let recognised = crate::recognise(&mut open(), Path::new("x"), &options).expect("looked at");
        if let Ok(mapping) = recognised.settled(Path::new("x")) {
            let mut kept = crate::testing::Kept::default();
            let counts = crate::read(&mut open(), mapping, &context(), &mut kept).expect("read");
            prop_assert_eq!(counts.read, counts.accepted + counts.rejected);
            prop_assert_eq!(counts.accepted, counts.tickets);
        }
    }
}
