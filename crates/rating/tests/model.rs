//! The full model on made-up waves whose truth is known.

use rating::grm::{Item, MISSING};
use rating::model::{Chosen, Form, Forms, Questionnaire, Refused, Role, Settings, calibrate, profile};
use rating::num::real;
use rating::simulate::{World, make};

fn quick() -> Settings {
    Settings { chains: 2, warm_up: 150, sweeps: 300, rounds: 1, ..Settings::default() }
}

#[test]
fn standard_deviations_are_found_again() {
    let world = World { leaders: 250, raters: 9, pool: Some(450), view: 0.5, ..World::default() };
    let made = make(&world, 3);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let told = profile(&made.forms, &calibration, &Settings { decision: false, ..quick() }).unwrap();
    let total: f64 = [world.leader, world.quality, world.view, world.severity, world.form, world.form_quality]
        .iter()
        .map(|sd| sd * sd)
        .sum::<f64>()
        .sqrt();
    for (name, truth, tolerance) in [
        ("sd_leader", world.leader, 0.15),
        ("sd_quality", world.quality, 0.1),
        ("sd_view", world.view, 0.25),
        ("sd_severity", world.severity, 0.2),
        ("sd_form", world.form, 0.1),
        ("sd_form_quality", world.form_quality, 0.1),
    ] {
        let found = told.components.iter().find(|component| component.name == name).unwrap();
        println!("{name}: {:.3} of {:.3}, effective {:?}", found.mean * total, truth, found.effective);
        assert!((found.mean * total / truth - 1.0).abs() < tolerance, "{name}: {} of {truth}", found.mean * total);
        assert!(found.low < found.mean && found.mean < found.high);
    }
    let level = |name: &str| told.components.iter().find(|component| component.name == name).unwrap().mean;
    assert!(level("level_subordinate") > level("level_peer") && level("level_peer") > level("level_higher-up"));
}

/// A short version of `examples/coverage.rs`.
#[test]
fn nine_in_ten_intervals_hold_the_truth() {
    for (world, seed) in [
        (World { raters: 3, ..World::default() }, 21),
        (World { raters: 5, missing: 0.15, ..World::default() }, 22),
        (World { raters: 8, view: 0.4, skewed: true, ..World::default() }, 23),
    ] {
        let made = make(&world, seed);
        let calibration = calibrate(&made.forms, &[]).unwrap();
        let told = profile(&made.forms, &calibration, &quick()).unwrap();
        let (mut development, mut decision, mut widths) = (0, 0, (0.0, 0.0));
        for leader in &told.leaders {
            let truth = made.overall[leader.leader as usize];
            let (one, other) = (leader.overall.development, leader.overall.decision.unwrap());
            development += usize::from(one.low <= truth && truth <= one.high);
            decision += usize::from(other.low <= truth && truth <= other.high);
            widths = (widths.0 + one.high - one.low, widths.1 + other.high - other.low);
        }
        let share = |hits: usize| real(hits) / real(told.leaders.len());
        println!("{} raters: {:.3} and {:.3}", world.raters, share(development), share(decision));
        assert!((0.84..0.96).contains(&share(development)), "{world:?}: {}", share(development));
        assert!((0.83..0.97).contains(&share(decision)), "{world:?}: {}", share(decision));
        assert!(widths.0 < widths.1, "the development interval is the shorter one");
    }
}

/// A form answered at random says nothing of its leader, and it is told how many there are.
#[test]
fn forms_at_random_hardly_move_a_leader() {
    let world = World { leaders: 120, raters: 5, careless: 0.0, ..World::default() };
    let made = make(&world, 31);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let settings = Settings { decision: false, ..quick() };
    let share = |told: &rating::model::Profile| {
        told.components.iter().find(|component| component.name == "share_at_random").unwrap().mean
    };
    let note = |told: &rating::model::Profile| told.notes.iter().any(|note| note.contains("at random"));
    let before = profile(&made.forms, &calibration, &settings).unwrap();
    assert!(share(&before) < 0.01 && !note(&before), "{}", share(&before));
    // The first rater of every fifth leader answers with the digits of π.
    let digits = [2_u8, 0, 3, 0, 4, 4, 1, 2, 1, 4, 3, 4, 3, 4, 1, 4, 2, 1, 3, 3, 0, 2, 3, 3, 2, 4, 0, 1, 2, 2];
    let mut made = made;
    for leader in (0..120).step_by(5) {
        let first = leader * 5 * 30;
        made.forms.answers[first..first + 30].copy_from_slice(&digits);
    }
    let after = profile(&made.forms, &calibration, &settings).unwrap();
    assert!((0.025..0.055).contains(&share(&after)) && note(&after), "24 of 600 forms: {}", share(&after));
    // Without the form altogether: that is what one that says nothing should come to.
    let kept: Vec<usize> = (0..600).filter(|form| form % 25 != 0).collect();
    let without = Forms {
        questionnaire: made.forms.questionnaire.clone(),
        forms: kept.iter().map(|form| made.forms.forms[*form]).collect(),
        answers: kept.iter().flat_map(|form| made.forms.of_form(*form).to_vec()).collect(),
    };
    let without = profile(&without, &calibration, &settings).unwrap();
    let gaps = after.leaders.iter().zip(&without.leaders).step_by(5);
    let gaps: Vec<f64> =
        gaps.map(|(one, other)| (one.overall.fair_average - other.overall.fair_average).abs()).collect();
    let mean = rating::num::mean(&gaps).unwrap();
    assert!(mean < 0.06, "a form at random moves its leader by {mean}");
}

#[test]
fn the_same_seed_gives_the_same_figures_whatever_the_number_of_threads() {
    let made = make(&World { leaders: 12, raters: 4, own: true, ..World::default() }, 4);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let one = profile(&made.forms, &calibration, &quick()).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let other = pool.install(|| profile(&made.forms, &calibration, &quick()).unwrap());
    assert_eq!(one, other);
    let third = profile(&made.forms, &calibration, &Settings { seed: 9, ..quick() }).unwrap();
    assert_ne!(one, third);
}

#[test]
fn self_stands_apart_and_beside() {
    let world = World { leaders: 60, raters: 6, own: true, ..World::default() };
    let mut made = make(&world, 6);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let told = profile(&made.forms, &calibration, &quick()).unwrap();
    let bias: f64 = told.leaders.iter().map(|leader| leader.own.as_ref().unwrap().bias).sum::<f64>() / 60.0;
    assert!(bias > 0.1, "self was made half a unit higher: {bias}");
    for own in told.leaders.iter().filter_map(|leader| leader.own.as_ref()) {
        assert_eq!(own.qualities.len(), 10);
        assert!((0.0..=1.0).contains(&own.bias_probability) && own.bias_interval.low <= own.bias_interval.high);
        let pattern: f64 = own.qualities.iter().map(|quality| quality.pattern).sum();
        assert!(pattern.abs() < 0.01, "patterns are gaps less their mean: {pattern}");
    }
    // Whatever self says, the figures of others stay.
    let items = made.forms.questionnaire.quality_of.len();
    for (form, at) in made.forms.forms.iter().zip(0..) {
        if form.role == Role::Own {
            made.forms.answers[at * items..(at + 1) * items].fill(0);
        }
    }
    let low = profile(&made.forms, &calibration, &quick()).unwrap();
    for (one, other) in told.leaders.iter().zip(&low.leaders) {
        assert!((one.overall.fair_average - other.overall.fair_average).abs() < 0.25);
        assert!(other.own.as_ref().unwrap().bias < -1.0 && other.own.as_ref().unwrap().bias_probability > 0.95);
    }
}

#[test]
fn one_leader_with_three_raters_leans_on_norms_and_says_so() {
    let made = make(&World { leaders: 1, raters: 3, ..World::default() }, 8);
    let anchors: Vec<Option<Item>> = made.items.iter().cloned().map(Some).collect();
    let calibration = calibrate(&made.forms, &anchors).unwrap();
    assert!(calibration.notes.is_empty() && calibration.log_likelihood.iter().all(Option::is_none));
    let told = profile(&made.forms, &calibration, &Settings::default()).unwrap();
    let overall = told.leaders[0].overall;
    assert!(overall.n == 3 && told.leaders[0].roles.len() == 3 && told.leaders[0].roles[0].overall.n == 1);
    let width = |interval: rating::model::Interval| interval.high - interval.low;
    assert!(width(overall.development) > 0.3 && width(overall.development) < width(overall.decision.unwrap()));
    assert!(told.notes.iter().any(|note| note.contains("norms")), "{:?}", told.notes);
    assert!(told.converged, "{:?} {:?}", told.r_hat, told.effective);
}

/// Where roles hardly differ the spread of their views lies at its edge, where chains used to creep for seven rounds.
#[test]
fn roles_that_see_leaders_alike_hold_no_chain_up() {
    let made = make(&World { leaders: 150, raters: 6, qualities: 3, ..World::default() }, 8);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let settings = Settings { warm_up: 300, sweeps: 600, rounds: 1, decision: false, ..Settings::default() };
    let told = profile(&made.forms, &calibration, &settings).unwrap();
    let view = told.components.iter().find(|component| component.name == "sd_view").unwrap();
    println!("{view:?}");
    assert!(view.r_hat.unwrap() < 1.02 && view.effective.unwrap() > 300.0, "{view:?}");
    assert!(view.low < 0.06, "next to none is possible: {view:?}");
}

#[test]
fn one_quality_alone_converges() {
    let made = make(&World { leaders: 40, raters: 6, qualities: 1, items: 6, ..World::default() }, 12);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let told = profile(&made.forms, &calibration, &Settings { chosen: Chosen::Weak, ..Settings::default() }).unwrap();
    assert!(told.converged, "{:?} {:?} {:?}", told.r_hat, told.effective, told.components);
    assert!(told.components.iter().all(|component| component.name != "sd_form" && component.name != "sd_quality"));
}

#[test]
fn a_quality_that_nobody_answered_is_not_told() {
    let mut made = make(&World { leaders: 40, raters: 5, qualities: 4, ..World::default() }, 9);
    // Nobody answers the last quality about the first leader; one rater answers nothing at all.
    for form in 0..5 {
        made.forms.answers[form * 12 + 9..form * 12 + 12].fill(MISSING);
    }
    made.forms.answers[..12].fill(MISSING);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let told = profile(&made.forms, &calibration, &Settings { chosen: Chosen::Norms, ..quick() }).unwrap();
    let first = &told.leaders[0];
    assert!(first.qualities[3].is_none() && first.qualities[0].is_some_and(|estimate| estimate.n == 4));
    assert_eq!(first.overall.n, 4);
    assert!(first.differences.iter().all(|difference| difference.higher != 3 && difference.lower != 3));
    assert!(told.leaders.iter().all(|leader| leader.overall.development.low.is_finite()));
}

#[test]
fn what_cannot_be_profiled_says_why() {
    let questionnaire = Questionnaire { quality_of: vec![0, 0, 0], categories: 5 };
    let form = |leader, rater, role| Form { leader, rater, role };
    let forms = |forms: Vec<Form>, answers: Vec<u8>| Forms { questionnaire: questionnaire.clone(), forms, answers };
    let own = forms(vec![form(0, 0, Role::Own)], vec![1, 2, 3]);
    assert_eq!(calibrate(&own, &[]), Err(Refused::NoForms));
    let short = forms(vec![form(0, 1, Role::Peer)], vec![1, 2]);
    assert_eq!(calibrate(&short, &[]), Err(Refused::Ragged { answers: 2, forms: 1, items: 3 }));
    let off = forms(vec![form(0, 1, Role::Peer)], vec![1, 5, 2]);
    assert_eq!(calibrate(&off, &[]), Err(Refused::OffScale { form: 0, item: 1, code: 5, categories: 5 }));
    let same = forms(vec![form(0, 1, Role::Peer), form(0, 2, Role::Peer)], vec![1, 2, 3, 2, 2, 4]);
    assert_eq!(calibrate(&same, &[]), Err(Refused::Constant { item: 1, used: 1 }));
    let half = vec![Some(Item::from_thresholds(1.8, &[-2.0, -1.0, 0.0, 1.0]))];
    assert!(matches!(calibrate(&same, &half), Err(Refused::Anchor { item: 1, .. })));
    let falling = vec![Some(Item::from_thresholds(1.8, &[1.0, 0.0, -1.0, -2.0])); 3];
    assert!(matches!(calibrate(&same, &falling), Err(Refused::Anchor { item: 0, .. })));
    assert_eq!("Higher-Up".parse(), Ok(Role::HigherUp));
    assert_eq!("boss".parse::<Role>(), Err(()));
}
