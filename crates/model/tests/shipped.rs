//! The model that ships: every file is read, nothing is forgotten, and every requirement has its place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::{Evidence, Kind, Model, ROLES, check, files, markdown, shipped};

/// Requirements of the profile, each with what it asks for in short; the list is the project's own.
const PROFILE: &[(&str, &str)] = &[
    ("0.26", "deep self-reflection"),
    ("0.30", "others would choose to follow"),
    ("1.1", "new leaders are prepared for the way ahead"),
    ("1.2", "training for IT leaders that has an effect"),
    ("1.11", "a strong sense of oneself"),
    ("1.13", "time is taken for it, again and again"),
    ("1.14", "technical intellect put to use in leading"),
    ("1.16", "a mentor can be asked"),
    ("2.9", "anybody can lead, without a title"),
    ("2.17", "the skills and traits are known, each with its theory"),
    ("2.18", "a style of leading is chosen with care"),
    ("2.29", "style and approach follow the situation"),
    ("2.30", "limits are known, help is asked for"),
    ("2.31", "feelings and reactions are held"),
    ("2.32", "reactions are controlled, capabilities known"),
    ("2.39", "the whole team learns to serve customers"),
    ("2.40", "self-awareness for every role"),
    ("3.13", "a programme for who has none"),
    ("4.1", "self-empowered and designated leaders"),
    ("4.15", "a confident and optimistic attitude"),
    ("4.18", "trust, confidence, respect on all sides"),
    ("4.19", "a profile that covers most of the WHATs and HOWs"),
    ("4.20", "finding out more about oneself"),
    ("4.21", "observed in how leaders go about it"),
    ("4.22", "thanks to a leader, and an answer"),
];

/// Requirements on people and what is between them: each has a page of its own, a question of the pulse or a module of
/// the training. A quality alone does not answer one: it asks about it and does nothing.
const PEOPLE: &[&str] = &[
    "0.6", "0.17", "0.18", "0.22", "0.23", "0.24", "0.25", "1.3", "1.5", "1.6", "1.9", "1.10", "1.12", "2.1", "2.2",
    "2.4", "2.8", "2.14", "2.15", "2.20", "2.23", "2.24", "2.25", "2.26", "2.28", "2.33", "2.34", "2.35", "2.38",
    "2.41", "4.23", "3.3", "3.4", "3.27", "3.28", "3.29", "3.30", "3.31", "3.32", "3.40",
];

/// The WHATs and HOWs one by one, with the quality that each has become. Two are one quality: who acts as they
/// speak is seen in the rules that they keep and in what they do when it costs something.
const CORE: &[(&str, &str)] = &[
    ("4.3", "greater-goals"),
    ("4.4", "team-goals"),
    ("4.5", "future"),
    ("4.6", "strategies"),
    ("4.7", "explaining-why"),
    ("4.8", "reinforcing"),
    ("4.9", "resources"),
    ("4.10", "truth"),
    ("4.11", "integrity"),
    ("4.12", "available"),
    ("4.13", "consistent"),
    ("4.14", "integrity"),
    ("4.15", "optimism"),
    ("4.16", "perseverance"),
    ("4.17", "empowering"),
];

/// The other qualities that are named for leaders, with the one that each has become.
const NAMED: &[(&str, &str)] = &[
    ("credibility", "credibility"),
    ("flexibility", "adaptability"),
    ("service", "service"),
    ("humour", "humour"),
    ("open-mindedness", "open-mindedness"),
    ("risk-taking", "risk-taking"),
    ("communication", "communication"),
    ("strategic mindset", "strategic-mindset"),
    ("relationships", "relationships"),
    ("alignment", "alignment"),
    ("self-awareness", "self-awareness"),
    ("control of feelings", "composure"),
    ("leveraging differences", "leveraging-differences"),
    ("conflict resolution", "conflict-resolution"),
    ("active listening", "active-listening"),
    ("adaptability", "adaptability"),
    ("empathy", "empathy"),
    ("diplomacy", "diplomacy"),
    ("decisiveness", "decisiveness"),
    ("team building", "team-building"),
    ("problem solving", "problem-solving"),
    ("visibility", "visibility"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../model")
}

#[test]
fn every_file_is_read_and_none_is_forgotten() {
    let mut found = BTreeSet::new();
    for sub in ["", "qualities", "training"] {
        for entry in std::fs::read_dir(folder().join(sub)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.insert(path.strip_prefix(folder()).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let known: BTreeSet<String> = files().into_iter().map(|(path, _)| path).collect();
    assert_eq!(found, known, "a file in model/ is compiled in, in crates/model/src/shipped.rs");
    for (path, text) in files() {
        let (place, key) = path.trim_end_matches(".toml").split_once('/').unwrap_or(("", &path));
        let fault = match place {
            "qualities" => model::quality(key, text).err(),
            "training" => model::module(key, text).err(),
            _ if path == "outcomes.toml" => model::outcomes(text).err(),
            _ if path == "pulse.toml" => model::pulse(text).err(),
            _ if path == "situations.toml" => model::situations(text).err(),
            _ if path == "starters.toml" => model::starters(text).err(),
            _ => model::places(text).err(),
        };
        assert_eq!(fault, None, "{path}");
    }
    let model = shipped();
    assert_eq!(check(model), [], "what the model must keep");
    assert_eq!(model.qualities.len() + model.modules.len() + 5, known.len());
}

#[test]
fn a_field_that_nobody_knows_and_a_missing_role_are_refused() {
    let text = include_str!("../../../model/qualities/truth.toml");
    let strange = text.replacen("theory =", "mood = \"good\"\ntheory =", 1);
    assert!(model::quality("truth", &strange).unwrap_err().words.contains("mood"));
    for field in ["subordinate", "peer", "higher-up", "client", "self"] {
        let line = text.lines().find(|line| line.starts_with(&format!("{field} ="))).unwrap();
        let missing = text.replacen(&format!("{line}\n"), "", 1);
        let fault = model::quality("truth", &missing).unwrap_err();
        assert!(fault.words.contains(field), "{field}: {fault}");
    }
    let both = text.replacen("[evidence]", "[evidence]\nnone = \"why\"", 1);
    assert!(model::quality("truth", &both).unwrap_err().words.contains("either"));
}

#[test]
fn what_a_model_must_keep_is_found_when_it_is_broken() {
    let found = |spoil: &dyn Fn(&mut Model)| {
        let mut model = shipped().clone();
        spoil(&mut model);
        let faults: Vec<String> = check(&model).iter().map(ToString::to_string).collect();
        faults.join("\n")
    };
    let twice = found(&|model| model.qualities[1].items[0].key = model.qualities[0].items[0].key.clone());
    assert!(twice.contains("is there twice"), "{twice}");
    let unknown = found(&|model| {
        if let Evidence::Queries(queries) = &mut model.qualities[0].evidence {
            queries[0].query = "tickets_closed_by_person".into();
        }
    });
    assert!(unknown.contains("no evidence is called"), "{unknown}");
    let unworded = found(&|model| {
        model.qualities[0].items[0].words.remove(&rating::model::Role::Client);
    });
    assert!(unworded.contains("for client has 0 letters"), "{unworded}");
    let long = found(&|model| {
        model.qualities[0].items[0].words.insert(rating::model::Role::Peer, "x".repeat(121));
    });
    assert!(long.contains("121 letters"), "{long}");
    let fewer = found(&|model| {
        model.qualities.remove(0);
    });
    assert!(fewer.contains("seven of the sort “what”"), "{fewer}");
    let module = found(&|model| model.qualities[0].modules.push("no-such-module".into()));
    assert!(module.contains("no module"), "{module}");
    let page = found(&|model| model.qualities[0].practices[0].page = "https://example.org".into());
    assert!(page.contains("a page of Plumb"), "{page}");
}

#[test]
fn every_requirement_of_the_profile_has_a_place() {
    let model = shipped();
    let mut answered: BTreeSet<&str> = BTreeSet::new();
    answered.extend(model.qualities.iter().flat_map(|quality| quality.answers.iter().map(String::as_str)));
    answered.extend(model.outcomes.iter().flat_map(|outcome| outcome.answers.iter().map(String::as_str)));
    answered.extend(model.modules.iter().flat_map(|module| module.answers.iter().map(String::as_str)));
    answered.extend(model.places.iter().map(|place| place.requirement.as_str()));
    let missing: Vec<_> = PROFILE.iter().filter(|(number, _)| !answered.contains(number)).collect();
    assert!(missing.is_empty(), "no quality, module or page answers {missing:?}");
    for (number, key) in CORE {
        let quality = model.quality(key).unwrap();
        assert!(quality.kind != Kind::Skill && quality.answers.iter().any(|answer| answer == number), "{number} {key}");
    }
    let core: BTreeSet<&str> = model.core().map(|quality| quality.key.as_str()).collect();
    assert_eq!(core, CORE.iter().map(|(_, key)| *key).collect(), "and there are no others among the fourteen");
    for (name, key) in NAMED {
        assert!(model.quality(key).is_some_and(|quality| quality.kind == Kind::Skill), "{name} has become {key}");
    }
    let outcomes: Vec<&str> = model.outcomes.iter().map(|outcome| outcome.key.as_str()).collect();
    assert_eq!(outcomes, ["trust", "confidence", "respect"]);
}

#[test]
fn every_requirement_on_people_has_something_to_do() {
    let model = shipped();
    let mut answered: BTreeSet<&str> = BTreeSet::new();
    answered.extend(model.places.iter().map(|place| place.requirement.as_str()));
    answered.extend(model.pulse.iter().flat_map(|question| question.answers.iter().map(String::as_str)));
    answered.extend(model.modules.iter().flat_map(|module| module.answers.iter().map(String::as_str)));
    answered.extend(model.situations.iter().flat_map(|one| one.answers.iter().map(String::as_str)));
    let missing: Vec<_> = PEOPLE.iter().filter(|number| !answered.contains(*number)).collect();
    assert!(missing.is_empty(), "no page, no question and no module answers {missing:?}");
    assert_eq!(PEOPLE.iter().collect::<BTreeSet<_>>().len(), 40, "all of them");
}

#[test]
fn an_item_is_one_behaviour_that_the_one_who_answers_can_see() {
    let mut seen = BTreeSet::new();
    for (quality, items) in shipped().asked() {
        for item in items {
            for role in ROLES {
                let words = item.worded(role);
                let own = role.name() == "self";
                for two in [" and ", " or ", "; "] {
                    assert!(!words.contains(two), "{}: “{words}” asks two things at once", item.key);
                }
                assert!(words.ends_with('.') && words.split(' ').count() <= 16, "{}: {words}", item.key);
                // In the first person about oneself, in the third about the leader.
                let first = words.starts_with("I ") || words.contains(" my ") || words.contains(" me ");
                assert!(!own || first, "{}: “{words}” speaks of oneself", item.key);
                let scale = model::SCALE.iter().any(|point| words.to_lowercase().contains(&point.to_lowercase()));
                assert!(!scale, "{}: “{words}” has a word of the scale in it", item.key);
                if own {
                    assert!(seen.insert(words.to_owned()), "{quality}: “{words}” is asked twice");
                }
            }
        }
    }
    let asked: usize = shipped().core().map(|quality| quality.items.len().min(model::ASKED_PER_QUALITY)).sum();
    assert_eq!(asked + shipped().outcomes.len(), 31, "what a wave asks by default fits into seven minutes");
}

#[test]
fn a_pulse_asks_one_thing_a_sentence_and_never_about_pay() {
    let mut seen = BTreeSet::new();
    for question in &shipped().pulse {
        let words = question.words.to_lowercase();
        for two in [" and ", " or ", "; ", " pay", "salary", "wage", "bonus"] {
            assert!(!words.contains(two), "{}: {words}", question.key);
        }
        assert!(words.ends_with('.') && words.split(' ').count() <= 14, "{}: {words}", question.key);
        assert!(seen.insert(words), "{}: asked twice", question.key);
    }
    // Every row of the requirements that a pulse answers has its question.
    let answered: BTreeSet<&str> =
        shipped().pulse.iter().flat_map(|question| question.answers.iter().map(String::as_str)).collect();
    for row in ["0.18", "0.22", "0.23", "0.24", "2.14", "2.15", "2.35", "2.41", "3.27", "3.29", "3.40"] {
        assert!(answered.contains(row), "{row}");
    }
    let unknown = {
        let mut model = shipped().clone();
        model.pulse[0].beside.push("no-such-quality".into());
        check(&model)
    };
    assert_eq!(unknown.len(), 1, "{unknown:?}");
}

#[test]
fn a_situation_has_ways_and_none_of_them_is_called_right() {
    let model = shipped();
    assert!(model.situations.len() >= 8, "{}", model.situations.len());
    for one in &model.situations {
        assert!((20..=80).contains(&one.story.split(' ').count()), "{}", one.key);
        assert!(one.ways.len() == 3 && !one.modules.is_empty(), "{}", one.key);
        for way in &one.ways {
            let told = way.tends.to_lowercase();
            for word in ["the right way", "correct", "wrong", "best", "always", "because of"] {
                assert!(!told.contains(word), "{}: “{told}” judges, or calls a sequence a cause", one.key);
            }
            // What it gives and what it costs.
            assert!(told.matches(". ").count() >= 1, "{}: {told}", one.key);
        }
    }
    let spoilt = |spoil: &dyn Fn(&mut model::Situation)| {
        let mut model = shipped().clone();
        spoil(&mut model.situations[0]);
        check(&model).iter().map(ToString::to_string).collect::<String>()
    };
    assert!(spoilt(&|one| one.ways.truncate(1)).contains("two to four ways"));
    assert!(spoilt(&|one| one.ways[1].key = one.ways[0].key.clone()).contains("two to four ways"));
    assert!(spoilt(&|one| one.question.clear()).contains("a question"));
    assert!(spoilt(&|one| one.modules.push("no-such-module".into())).contains("no module"));
    assert!(spoilt(&|one| one.key = "truth".into()).contains("is there twice"));
    let strange = "[[situation]]\nkey = \"x\"\nmood = \"good\"\n";
    assert!(model::situations(strange).unwrap_err().words.contains("mood"));
}

#[test]
fn a_module_takes_about_as_long_as_it_says() {
    for module in &shipped().modules {
        let words: usize =
            module.body.iter().flat_map(|section| &section.paragraphs).map(|text| text.split(' ').count()).sum();
        // 140 to 240 words a minute is how people read non-fiction (Brysbaert 2019 gives 238 on average).
        let minutes = usize::try_from(module.minutes).unwrap();
        assert!((140 * minutes..=240 * minutes).contains(&words), "{}: {words} words in {minutes} minutes", module.key);
        assert!(module.body.len() >= 4, "{}", module.key);
    }
    assert_eq!(shipped().modules.len(), 9);
}

#[test]
fn what_cannot_be_computed_says_so() {
    // Whether somebody was understood is said by that person in a talk, and how early a conflict was taken up by days.
    for key in ["optimism", "humour", "composure", "self-awareness", "diplomacy"] {
        let quality = shipped().quality(key).unwrap();
        assert!(matches!(&quality.evidence, Evidence::None { reason } if reason.len() > 20), "{key}");
    }
}

#[test]
fn the_page_of_the_guide_is_what_the_model_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/model.md");
    let page = markdown(shipped());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/model.md is stale: run the tests of `model` once with UPDATE_DOCS=1 set");
    for (number, _) in PROFILE {
        assert!(page.contains(&format!("\n| {number} | ")), "{number} is on the page");
    }
}
