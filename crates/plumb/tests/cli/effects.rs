//! Did a fix take, and when would work disturb least: whole outputs over the bundled sample, and what is refused.

use insta::assert_snapshot;

use crate::support::{Folder, sample};

/// The problem of the sample with the most tickets among those that one can judge over months.
fn problem() -> String {
    let value = sample().run("problems --data record --format json").done().json();
    let problems = value.as_array().unwrap().iter().filter(|problem| problem["level"] == "problem");
    problems.max_by_key(|problem| problem["tickets"].as_u64()).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn verify_tells_both_series_and_its_placebo() {
    let id = problem();
    let ran = sample().run(&format!("verify {id} --fixed-on 2016-04-18 --fixed-by Network team --data record")).done();
    assert!(ran.out.contains("Fixed on 2016-04-18 by Network team: not fixed."), "{}", ran.out);
    assert!(ran.out.contains("left out (worst)") && ran.out.contains("placebo on days at random"), "{}", ran.out);
    assert_snapshot!("verify", ran.out.replace(&id, "[id]"));

    let value = sample().run(&format!("verify {id} --fixed-on 2016-04-18 --data record --format json")).done().json();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "after",
            "before",
            "expected",
            "fixed_by",
            "fixed_on",
            "high",
            "low",
            "placebo",
            "problem",
            "ratio",
            "reopened_on",
            "sentence",
            "shown_on",
            "spread",
            "stage",
            "verdict",
            "weeks"
        ]
    );
    assert_eq!((value["verdict"].as_str(), value["stage"].as_str()), (Some("not_fixed"), Some("not_fixed")));
    let sum = |side: &str, of: &str| {
        let weeks = value["weeks"].as_array().unwrap().iter().filter(|week| week["side"] == side);
        weeks.map(|week| week[of].as_u64().unwrap()).sum::<u64>()
    };
    for side in ["before", "after"] {
        assert_eq!(value[side]["tickets"].as_u64().unwrap(), sum(side, "tickets"), "{side}");
        assert_eq!(value[side]["others"].as_u64().unwrap(), sum(side, "others"), "{side}");
    }
    let number = |name: &str| value[name].as_f64().unwrap();
    assert!(number("low") < number("ratio") && number("ratio") < number("high"));
    for line in value["placebo"].as_array().unwrap().iter().filter(|line| line["dates"] != "after_worst_so_far") {
        let count = |name: &str| line[name].as_u64().unwrap();
        assert!(count("judged") >= 20 && count("fixed") * 10 <= count("judged") + 10, "{line}");
        let (planted, seen) = (line["cut_70"][0].as_u64().unwrap(), line["cut_70"][1].as_u64().unwrap());
        assert!(seen * 100 >= planted * 65, "{line}");
    }
}

#[test]
fn a_fix_that_is_too_young_or_too_old_is_not_judged() {
    let id = problem();
    for day in ["2016-02-29", "2016-06-05", "2031-01-01", "1971-01-01"] {
        let value = sample().run(&format!("verify {id} --fixed-on {day} --data record --format json")).done().json();
        assert_eq!((value["verdict"].as_str(), value["stage"].as_str()), (Some("unproven"), Some("claimed")), "{day}");
        assert!(value["sentence"].as_str().unwrap().starts_with("Not enough to say"), "{value}");
    }
}

#[test]
fn windows_are_told_with_what_they_rest_on() {
    let id = problem();
    let ran = sample().run(&format!("window {id} --hours 4 --after 2016-07-01 --data record")).done();
    assert_snapshot!("window", ran.out.replace(&id, "[id]"));
    let value =
        sample().run(&format!("window {id} --hours 4 --after 2016-07-01 --data record --format json")).done().json();
    let windows = value["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 3);
    let busiest = value["busiest"]["expected"].as_f64().unwrap();
    for window in windows {
        let number = |name: &str| window[name].as_f64().unwrap();
        assert!(number("low") <= number("expected") && number("expected") <= number("high") && number("n") >= 0.0);
        assert!(number("expected") * 10.0 < busiest, "{window}");
        assert!(window["from"].as_str().unwrap() >= "2016-07-01");
        assert!(window["user_minutes"]["low"].as_f64() <= window["user_minutes"]["high"].as_f64());
    }
}

#[test]
fn what_cannot_be_asked_is_refused_with_a_remedy() {
    let id = problem();
    let folder = sample();
    let refused = |arguments: &str, code: i32, words: &str| {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, code, "{}", ran.whole());
        assert!(ran.out.is_empty() && ran.err.contains(words) && ran.err.contains("hint:"), "{}", ran.whole());
    };
    refused("verify nothing --fixed-on 2016-04-18 --data record", 2, "there is no problem `nothing`");
    refused(&format!("verify {id} --fixed-on yesterday --data record"), 2, "`yesterday` is no day");
    refused(&format!("window {id} --hours 4 --after soon --data record"), 2, "`soon` is no day");
    assert_eq!(folder.run(&format!("window {id} --hours 0 --data record")).code, 2);
    assert_eq!(folder.run(&format!("window {id} --hours 4 --calendar none.toml --data record")).code, 3);
    let small = Folder::small();
    let list = small.run("problems --data record --format json").done().json();
    let list = list.as_array().or_else(|| list["problems"].as_array()).unwrap().clone();
    let id = list[0]["id"].as_str().unwrap();
    let told = small.run(&format!("window {id} --hours 2 --after 2026-02-01 --data record")).done();
    assert!(told.out.contains("Not enough to say"), "{}", told.out);
}
