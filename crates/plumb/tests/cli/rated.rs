//! Answers about people: whole outputs, names that scripts rely on, and what is refused.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::support::Folder;

const ITEMS: &str = r#"
scale = 5
[[item]]
name = "l1"
quality = "listening"
[[item]]
name = "l2"
quality = "listening"
[[item]]
name = "l3"
quality = "listening"
reverse = true
[[item]]
name = "d1"
quality = "deciding"
[[item]]
name = "d2"
quality = "deciding"
[[item]]
name = "d3"
quality = "deciding"
"#;

/// Four leaders, six raters each in three roles and a self-rating, by a rule: leaders differ by a point, raters too.
fn forms() -> String {
    let mut text = String::from("leader,rater,role,l1,l2,l3,d1,d2,d3\n");
    let roles = ["subordinate", "subordinate", "subordinate", "peer", "peer", "higher-up", "self"];
    for leader in 0..4 {
        for (rater, role) in roles.iter().enumerate() {
            let name = if *role == "self" { format!("L{leader}") } else { format!("R{leader}{rater}") };
            let base = 2 + leader / 2 + (rater + leader) % 3;
            let answer = |item: usize| (base + (item * (rater + 2) + leader) % 2).clamp(1, 5);
            let turned = 6 - answer(2);
            let gap = if leader == 1 && rater == 4 { String::new() } else { answer(5).to_string() };
            writeln!(
                text,
                "L{leader},{name},{role},{},{},{turned},{},{},{gap}",
                answer(0),
                answer(1),
                answer(3),
                answer(4)
            )
            .unwrap();
        }
    }
    text
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("items.toml", ITEMS);
    folder.write("forms.csv", forms());
    folder
}

#[test]
fn a_fit_in_text() {
    assert_snapshot!("rating_fit", folder().run("rating fit forms.csv --items items.toml").done().whole());
}

#[test]
fn a_fit_in_json_has_its_names_and_no_holes() {
    let folder = folder();
    let value = folder.run("rating fit forms.csv --items items.toml --format json").done().json();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "components",
            "converged",
            "dif",
            "effective",
            "flags",
            "items",
            "leaders",
            "log_likelihood",
            "n",
            "notes",
            "qualities",
            "r_hat",
            "without_flagged"
        ]
    );
    assert_eq!(value["n"]["forms"], 24);
    assert_eq!(value["n"]["self_forms"], 4);
    assert_eq!(value["n"]["ratings"], 28 * 6 - 1);
    assert!(value["log_likelihood"].as_f64().unwrap() < 0.0);
    let items = value["items"].as_array().unwrap();
    assert_eq!(items.len(), 6);
    assert!(items.iter().all(|item| item["a1"].as_f64().unwrap() > 0.0), "a reversed item is turned round");
    let leaders = value["leaders"].as_array().unwrap();
    assert_eq!(leaders.len(), 4);
    let mut widths = (0.0, 0.0);
    for leader in leaders {
        let roles: Vec<&str> =
            leader["roles"].as_array().unwrap().iter().map(|role| role["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["subordinate", "peer", "higher-up"]);
        for estimate in leader["qualities"].as_array().unwrap().iter().chain([&leader["overall"]]) {
            let number = |path: &str| estimate.pointer(path).and_then(serde_json::Value::as_f64).unwrap();
            assert!((1.0..=5.0).contains(&number("/fair_average")));
            assert!(number("/development/low") < number("/fair_average"));
            assert!(number("/fair_average") < number("/development/high"));
            // At an end of the scale the decision interval may be the shorter one: it is not drawn to the middle.
            let width = |name: &str| number(&format!("/{name}/high")) - number(&format!("/{name}/low"));
            widths = (widths.0 + width("development"), widths.1 + width("decision"));
        }
        let quality = &leader["qualities"][0];
        assert!(quality["rwg.j"]["uniform"].is_number() && quality["rwg.j"]["slight_skew"].is_number());
        assert!(quality["AD.M"].is_number() && quality["distribution"].is_null(), "six forms are fewer than ten");
        assert!(leader["self"]["bias_probability"].as_f64().is_some_and(|p| (0.0..=1.0).contains(&p)));
    }
    assert!(widths.0 < widths.1, "{widths:?}");
    for name in ["alpha_raw", "omega_cfa_ml", "ICC1_aov", "ICC2_aov", "ICC1_reml", "ICC2_reml", "rwg.j_uniform_mean"] {
        assert!(value["qualities"][0].as_object().unwrap().contains_key(name), "{name}");
    }
    let again = folder.run("rating fit forms.csv --items items.toml --format json").done().json();
    assert_eq!(value, again, "the same seed, the same figures");
    let other = folder.run("rating fit forms.csv --items items.toml --format json --seed 2").done().json();
    assert_ne!(value["leaders"], other["leaders"]);
    assert_eq!(value["items"], other["items"]);
}

#[test]
fn agreement_in_text_and_json() {
    let folder = folder();
    let asked = "rating agreement forms.csv --group leader --items l1,l2,d1";
    assert_snapshot!("rating_agreement", folder.run(asked).done().whole());
    let ran = folder.run(&format!("{asked} --format json")).done();
    assert_snapshot!("rating_agreement_json", ran.whole());
    // One item that everybody answers, by hand: groups 1,1,3 and 5,5,4.
    folder.write("two.csv", "team,x\nA,1\nA,1\nA,3\nB,5\nB,5\nB,4\n");
    let value = folder.run("rating agreement two.csv --group team --items x --format json").done().json();
    let number = |name: &str| value[name].as_f64().unwrap_or_else(|| panic!("{name}: {}", value[name]));
    let close =
        |name: &str, expected: f64| assert!((number(name) - expected).abs() < 1e-10, "{name}: {}", number(name));
    close("rwg_x_mean", (1.0 - (4.0 / 3.0) / 2.0 + 1.0 - (1.0 / 3.0) / 2.0) / 2.0);
    close("MSB_x", 13.5);
    close("MSW_x", 5.0 / 6.0);
    close("ICC2_aov", (13.5 - 5.0 / 6.0) / (13.5));
    assert!(value["alpha_raw"].is_null() && value["notes"][0].as_str().unwrap().contains("two items"));
}

#[test]
fn what_cannot_be_told_is_said() {
    let folder = Folder::new();
    folder.write("odd.csv", "team,x,y,z\nA,1,3,9\nA,2,3,8\nB,4,3,\nC,NA,3,9\nD,5,3,7\n");
    let value = folder.run("rating agreement odd.csv --group team --items x,y,z --format json").done().json();
    let notes: Vec<&str> = value["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap()).collect();
    let told = |part: &str| notes.iter().any(|note| note.contains(part));
    assert!(
        told("`y` is the same") && told("3 of 4 groups have fewer than two rows") && told("outside of 1-5"),
        "{notes:?}"
    );
    assert!(value["rwg.j_uniform_mean"].is_null() && value["AD_mean_mean"].is_number());
    assert!(value["alpha_raw"].is_null());
    let one = folder.run("rating agreement odd.csv --group y --items x --format json").done().json();
    assert!(one["ICC1_aov"].is_null() && one["notes"].to_string().contains("at least two groups"), "{}", one["notes"]);
}

#[test]
fn bad_input_is_refused_with_file_row_and_remedy() {
    let folder = folder();
    let head = "leader,rater,role,l1,l2,l3,d1,d2,d3\n";
    let good = "A,r1,peer,1,2,3,4,5,1\nA,r2,peer,2,3,4,5,1,2\n";
    let mut told = String::new();
    for (name, text) in [
        ("ragged.csv", format!("{head}{good}A,r3,peer,1,2,3\n")),
        ("role.csv", format!("{head}{good}A,r3,boss,1,2,3,4,5,1\n")),
        ("scale.csv", format!("{head}{good}A,r3,peer,1,2,3,4,7,1\n")),
        ("half.csv", format!("{head}{good}A,r3,peer,1,2.5,3,4,5,1\n")),
        ("word.csv", format!("{head}{good}A,r3,peer,often,2,3,4,5,1\n")),
        ("nobody.csv", format!("{head}{good}A,,peer,1,2,3,4,5,1\n")),
        ("constant.csv", format!("{head}A,r1,peer,1,2,3,4,5,1\nA,r2,peer,1,3,4,5,1,2\n")),
        ("own.csv", format!("{head}A,A,self,1,2,3,4,5,1\n")),
        ("column.csv", "leader,rater,role,l1\nA,r1,peer,1\n".to_owned()),
        ("twice.csv", "leader,leader,role,l1\nA,r1,peer,1\n".to_owned()),
        ("empty.csv", head.to_owned()),
    ] {
        folder.write(name, text);
        let ran = folder.run(&format!("rating fit {name} --items items.toml --format json"));
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.whole());
        assert!(ran.err.contains("hint: "), "{}", ran.err);
        told.push_str(&ran.err);
    }
    folder.write("latin.csv", b"leader,rater,role,l1,l2,l3,d1,d2,d3\nM\xfcller,r,peer,1,2,3,4,5,1\n");
    for arguments in ["rating fit latin.csv --items items.toml", "rating fit missing.csv --items items.toml"] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 3, "{}", ran.whole());
        told.push_str(&ran.err);
    }
    for (name, text) in [
        ("none.toml", "scale = 5\n"),
        ("typo.toml", "[[item]]\nname = \"l1\"\nqualty = \"x\"\n"),
        ("double.toml", "[[item]]\nname = \"l1\"\nquality = \"x\"\n[[item]]\nname = \"l1\"\nquality = \"x\"\n"),
        ("slope.toml", "[[item]]\nname = \"l1\"\nquality = \"x\"\nslope = 2.0\n"),
        ("falls.toml", "[[item]]\nname = \"l1\"\nquality = \"x\"\nslope = 2.0\nthresholds = [1.0, 0.0, 2.0, 3.0]\n"),
    ] {
        folder.write(name, text);
        let ran = folder.run(&format!("rating fit forms.csv --items {name}"));
        assert_eq!(ran.code, 3, "{}", ran.whole());
        told.push_str(&ran.err);
    }
    assert_snapshot!("rating_refused", told);
    assert_eq!(folder.run("rating agreement forms.csv --group leader --items l1 --scale 5-1").code, 2);
    assert_eq!(folder.run("rating agreement forms.csv --group leader").code, 2);
    assert_eq!(folder.run("rating agreement forms.csv --group team --items l1").code, 3);
}

/// Words of which one must stand in the notes where a figure of agreement is null.
fn told_by(figure: &str) -> &'static [&'static str] {
    match figure {
        "G6" => &["no G6", "no alpha:"],
        "alpha_listwise" => &["no alpha_listwise", "no alpha:"],
        _ if figure.starts_with("alpha") || figure == "avg_r" || figure == "n_listwise" => &["no alpha:"],
        _ if figure.starts_with("omega") || figure.starts_with("cfa") => &["no omega"],
        _ if figure == "F" || figure.starts_with("F_") => &["no F", "no ICC"],
        _ if figure.starts_with("MS") || figure.starts_with("ICC") => &["no ICC"],
        _ if figure.starts_with("awg") => &["no a_wg", "fewer than two rows"],
        _ if figure.starts_with("rwg") => &["no r_wg", "fewer than two rows"],
        _ if figure.starts_with("AD_") => &["fewer than two rows"],
        "scale" => &["outside of"],
        _ => &[],
    }
}

#[test]
fn no_figure_is_missing_without_a_word() {
    let folder = Folder::new();
    for (name, rows, arguments) in [
        ("nobody differs within a team", "A,1,2,2\nA,1,2,2\nB,4,5,5\nB,4,5,5\n", ""),
        ("teams do not differ", "A,1,2,3\nA,3,4,1\nB,1,4,1\nB,3,2,3\n", ""),
        ("nobody differs at all", "A,3,3,3\nA,3,3,3\nB,3,3,3\nB,3,3,3\n", ""),
        ("a tenth three times", "A,0.1,2,3\nA,0.1,3,1\nA,0.1,3,2\nB,0.1,1,2\nB,0.1,2,2\n", " --scale 0-5"),
        ("items that cancel", "A,1,5,2\nA,2,4,2\nB,4,2,2\nB,5,1,2\n", ""),
        ("items that repeat", "A,1,1,1\nA,2,2,2\nB,4,4,4\nB,5,5,5\nB,3,3,3\n", ""),
        ("one team", "A,1,2,3\nA,2,3,4\nA,4,4,1\n", ""),
        ("teams of one", "A,1,2,3\nB,2,3,4\nC,4,4,1\n", ""),
        ("one row", "A,1,2,3\n", ""),
        ("an item that nobody answers", "A,1,2,\nA,2,3,\nB,4,4,\nB,5,2,\n", ""),
        ("nobody answers all", "A,1,2,\nA,2,,3\nB,,4,4\nB,5,2,\n", ""),
        ("nobody answers two", "A,1,,\nA,,2,\nB,,,4\nB,5,,\n", ""),
        ("near an end", "A,5,5,4\nA,5,4,5\nA,4,5,5\nB,4,5,5\nB,5,5,4\nB,5,4,5\n", ""),
        ("a scale of seven", "A,1,7,5\nA,2,6,5\nB,6,2,4\nB,7,2,1\n", " --scale 1-7"),
        ("off the scale", "A,1,2,9\nA,2,3,8\nB,4,4,7\nB,5,2,9\n", ""),
    ] {
        folder.write("odd.csv", format!("team,x,y,z\n{rows}"));
        for items in ["x", "x,y", "x,y,z"] {
            let asked = format!("rating agreement odd.csv --group team --items {items} --format json{arguments}");
            let value = folder.run(&asked).done().json();
            let notes = value["notes"].to_string();
            for (figure, found) in value.as_object().unwrap() {
                let words = told_by(figure);
                assert!(
                    !found.is_null() || words.iter().any(|word| notes.contains(word)),
                    "{name}, {items}: {figure} is missing, and the notes say {notes}"
                );
                // What should be nothing and is not quite, divided by, is large.
                assert!(found.as_f64().is_none_or(|found| found.abs() < 1e6), "{name}, {items}: {figure} is {found}");
            }
        }
    }
}

#[test]
fn agreement_refuses_what_it_cannot_read() {
    let folder = Folder::new();
    for (text, arguments, told) in [
        ("team,x\nA,1\nB\n", "--group team --items x", "row 3 has 1 cells where the header has 2"),
        ("team,x\nA,1\nB,often\n", "--group team --items x", "row 3: `x` is `often`, which is no number"),
        ("team,x\nA,1\nB,inf\n", "--group team --items x", "row 3: `x` is `inf`, which is no number"),
        ("team,x\nA,1\nB,NaN\n", "--group team --items x", "row 3: `x` is `NaN`, which is no number"),
        ("team,x\nA,1\nB,1e200\n", "--group team --items x", "row 3: `x` is `1e200`, and its square"),
        ("team,x\nA,1\n,2\n", "--group team --items x", "row 3: `team` is empty"),
        ("team,x\nA,1\nB,2\n", "--group team --items x,y", "there is no column `y`"),
        ("team,x\nA,1\nB,2\n", "--group circle --items x", "there is no column `circle`"),
        ("team,x,x\nA,1,2\n", "--group team --items x", "the column `x` is there twice"),
        ("team,x\n", "--group team --items x", "there are no rows below the header"),
    ] {
        folder.write("bad.csv", text);
        let ran = folder.run(&format!("rating agreement bad.csv {arguments} --format json"));
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.whole());
        assert!(ran.err.contains("bad.csv: ") && ran.err.contains(told) && ran.err.contains("hint: "), "{}", ran.err);
    }
    folder.write("good.csv", "team,x\nA,1\nB,2\n");
    let twice = folder.run("rating agreement good.csv --group team --items x,x");
    assert!(twice.code == 2 && twice.err.contains("the item `x` is given twice"), "{}", twice.whole());
}

#[test]
fn a_leader_of_one_form_and_one_of_none_are_told() {
    let folder = folder();
    let more = "L8,R80,peer,4,3,2,3,4,4\nL9,L9,self,4,4,2,5,4,4\nL7,R70,peer,,,,,,\n";
    folder.write("forms.csv", forms() + more);
    let value = folder.run("rating fit forms.csv --items items.toml --format json").done().json();
    let notes = value["notes"].to_string();
    let leaders = value["leaders"].as_array().unwrap();
    let names: Vec<&str> = leaders.iter().map(|leader| leader["leader"].as_str().unwrap()).collect();
    assert_eq!(names, ["L0", "L1", "L2", "L3", "L8"], "about whom no other answered has no place");
    assert!(notes.contains("no other answered anything about L9, L7:"), "{notes}");
    assert!(notes.contains("2 of 6 groups have fewer than two rows"), "{notes}");
    let eight = &leaders[4];
    assert_eq!(eight["overall"]["n"], 1);
    assert!(eight["self"].is_null() && eight["overall"]["fair_average"].is_number());
    for quality in eight["qualities"].as_array().unwrap() {
        assert!(quality["AD.M"].is_null() && quality["rwg.j"].as_object().unwrap().is_empty(), "{quality}");
    }
    // The answer that nobody gave.
    assert!(notes.contains("nobody answered 1 to `l1`: the model gives it no probability"), "{notes}");
    let l1 = value["items"].as_array().unwrap().iter().find(|item| item["item"] == "l1").unwrap();
    assert!(!l1["answers"].as_array().unwrap().contains(&serde_json::json!(1)), "{l1}");
}

/// What the reference says of a data set, by the name of the figure; omega of several factors is not computed here.
fn reference(set: &str) -> Option<Vec<(String, f64)>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/rating/ctt/ctt_values.csv");
    let Ok(mut reader) = csv::Reader::from_path(path) else {
        println!("skipped: the reference values are not beside the project");
        return None;
    };
    let rows = reader.records().map(Result::unwrap).filter(|row| &row[0] == set);
    let known = rows.filter(|row| !row[1].starts_with("omega_t_") && !row[1].starts_with("omega_h_"));
    Some(known.map(|row| (row[1].to_owned(), row[2].parse().unwrap())).collect())
}

#[test]
fn agreement_is_named_and_computed_as_the_reference_has_it() {
    const LEAD: &str = "AF06,AF07,AP12,AP17,AP33,AP34,AS14,AS15,AS16,AS17,AS28";
    let folder = Folder::new();
    let mut compared = 0;
    for (set, asked) in [("bhr2000", [LEAD, "HRS"]), ("bh1996", ["COHES,LEAD", "HRS,WBEING"])] {
        let Some(expected) = reference(set) else { return };
        let file = format!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/leadership/{}.csv"), set);
        let told = asked.map(|items| {
            let arguments =
                ["rating", "agreement", file.as_str(), "--group", "GRP", "--items", items, "--format", "json"];
            folder.run_with(&arguments, b"").done().json()
        });
        for (stat, value) in expected {
            // Figures of a scale are named after it in the reference; of what one run asks there is one scale.
            let name = match stat.strip_suffix("_LEAD") {
                Some(short) if set == "bhr2000" => short,
                _ => &stat,
            };
            let item = name.rsplit_once('_').map_or("", |(_, item)| item);
            let second = asked[1].split(',').any(|one| one == item || name.contains(&format!("_{one}_")));
            let run = usize::from(second);
            let found = told[run][name].as_f64().unwrap_or_else(|| panic!("{set}: {stat} is not told as {name}"));
            let tolerance = match name {
                "cfa_chisq" => 1e-4,
                _ if name.contains("reml") || name.starts_with("omega") || name.starts_with("cfa") => 1e-6,
                _ => 1e-9,
            };
            assert!((found - value).abs() <= tolerance, "{set}: {name} is {found} where the reference says {value}");
            compared += 1;
        }
    }
    assert!(compared > 80, "{compared}");
}
