//! The graded response model beside fits with tight tolerance.

mod support;

use rating::grm::{Item, MISSING, Responses, Settings, fit};
use support::{close, columns, table};

fn codes(name: &str, items: &[&str], low: f64) -> Option<Vec<u8>> {
    let columns = columns(name, items)?;
    let code = |answer: Option<f64>| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "answers are 1 to 6")]
        answer.map_or(MISSING, |answer| (answer - low) as u8)
    };
    Some((0..columns[0].len()).flat_map(|row| columns.iter().map(move |column| code(column[row]))).collect())
}

fn compare(data: &str, answers: &[u8], items: usize, log_likelihood: f64) {
    let responses = Responses::new(answers, items).unwrap();
    let fitted = fit(&responses, &Settings { tolerance: 1e-7, ..Settings::default() });
    println!("{data}: {} steps, {}", fitted.iterations, fitted.log_likelihood);
    assert!(fitted.converged);
    close(data, fitted.log_likelihood, log_likelihood, 1e-4);
    let (_, rows) = table(&format!("reference/rating/irt/mirt_{data}_tight_coef.csv")).unwrap();
    for (row, item) in rows.iter().zip(&fitted.items) {
        for (cell, got) in row[1..].iter().zip(std::iter::once(&item.slope).chain(&item.intercepts)) {
            close(&format!("{data} {}", row[0]), *got, cell.parse().unwrap(), 1e-4);
        }
    }
    let scores = fitted.scores(&responses);
    let (_, rows) = table(&format!("reference/rating/irt/mirt_{data}_tight_eap.csv")).unwrap();
    for (row, pattern) in rows.iter().zip(responses.of_row()) {
        let Some(pattern) = pattern else { continue };
        let score = scores[*pattern as usize];
        close(&format!("{data} score"), score.mean, row[0].parse().unwrap(), 1e-4);
        close(&format!("{data} error"), score.error, row[1].parse().unwrap(), 1e-4);
    }
}

#[test]
fn science() {
    let Some(answers) = codes("reference/rating/data/Science.csv", &["Comfort", "Work", "Future", "Benefit"], 1.0)
    else {
        return;
    };
    compare("Science", &answers, 4, -1_608.869_413_12);
}

#[test]
fn agreeableness_with_missing_answers() {
    let Some(answers) = codes("reference/rating/data/bfi_agree_A1rev.csv", &["A1", "A2", "A3", "A4", "A5"], 1.0) else {
        return;
    };
    compare("bfi_agree", &answers, 5, -19_604.661_858_39);
}

#[test]
fn thirty_items() {
    let names: Vec<String> = (1..=30).map(|item| format!("i{item:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let Some(answers) = codes("reference/rating/sim/simA_forms.csv.xz", &names, 1.0) else { return };
    compare("simA", &answers, 30, -74_527.686_984_18);
}

#[test]
fn a_model_of_own_making_is_found_again() {
    // Answers drawn from known items by a plain linear congruential generator, so that nothing outside is needed.
    let items = [
        Item::from_thresholds(2.2, &[-2.0, -0.8, 0.4, 1.5]),
        Item::from_thresholds(1.2, &[-1.5, 0.0, 1.0]),
        Item::from_thresholds(1.8, &[-1.0, 1.0]),
        Item::from_thresholds(1.5, &[0.2]),
        Item::from_thresholds(-1.4, &[1.0, -0.5]),
    ];
    let mut state = 7_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 32).unwrap()) / f64::from(u32::MAX)
    };
    let mut answers = Vec::new();
    for _ in 0..20_000 {
        let psi = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
        for item in &items {
            let mut logs = Vec::new();
            item.log_probabilities(psi, &mut logs);
            let sum: f64 = logs.iter().map(|log| log.exp()).sum();
            close("probabilities", sum, 1.0, 1e-12);
            let (mut left, mut code) = (uniform(), 0_u8);
            for log in &logs[..logs.len() - 1] {
                left -= log.exp();
                code += u8::from(left > 0.0);
            }
            answers.push(if uniform() < 0.05 { MISSING } else { code });
        }
    }
    let responses = Responses::new(&answers, items.len()).unwrap();
    let fitted = fit(&responses, &Settings::default());
    assert!(fitted.converged && fitted.parameters == 5 + 4 + 3 + 2 + 1 + 2);
    for (item, got) in items.iter().zip(&fitted.items) {
        close("slope", got.slope, item.slope, 0.15);
        for (b, got) in item.thresholds().iter().zip(got.thresholds()) {
            close("threshold", got, *b, 0.1);
        }
    }
    // The same whatever the number of threads.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = pool.install(|| fit(&responses, &Settings::default()));
    assert_eq!(alone, fitted);
}

#[test]
fn what_cannot_be_fitted_says_why() {
    use rating::grm::Refused;
    assert_eq!(Responses::new(&[1, 2, 3], 2).unwrap_err(), Refused::Ragged { cells: 3, items: 2 });
    assert_eq!(Responses::new(&[1, 2, 1, 3], 2).unwrap_err(), Refused::Constant { item: 0, used: 1 });
    assert_eq!(Responses::new(&[], 2).unwrap_err(), Refused::Constant { item: 0, used: 0 });
    assert_eq!(Responses::new(&[0, 100], 1).unwrap_err(), Refused::Category { item: 0, code: 100 });
    let responses = Responses::new(&[0, 4, MISSING, MISSING, 2, 0, 0, 4], 2).unwrap();
    assert_eq!(responses.categories(), [vec![0, 2], vec![0, 4]], "unused categories are told");
    assert_eq!((responses.distinct(), responses.of_row()[1]), (2, None));
}
