//! Careless forms and differing items, beside the reference and on made-up waves.

mod support;

use rating::careless::{Centre, Sign, person_fit, signs, strings, variability};
use rating::dif::dif;
use rating::grm::{MISSING, Responses, Settings, fit};
use rating::model::calibrate;
use rating::num::real;
use rating::simulate::{World, make};
use support::{close, table};

fn codes(name: &str) -> Option<(Vec<u8>, usize)> {
    let (header, rows) = table(name)?;
    Some((
        rows.iter().flatten().map(|cell| cell.parse::<u8>().map_or(MISSING, |code| code - 1)).collect(),
        header.len(),
    ))
}

#[test]
fn signs_are_those_of_the_reference() {
    let Some((answers, items)) = codes("reference/rating/data/bfi25_complete.csv") else { return };
    let (_, rows) = table("reference/rating/careless/bfi25_careless.csv").unwrap();
    let centre = Centre::of(&answers, items).unwrap();
    for (form, row) in answers.chunks(items).zip(&rows) {
        let (longest, average) = strings(form);
        close("long string", real(longest), row[0].parse().unwrap(), 0.0);
        close("average string", average.unwrap(), row[1].parse().unwrap(), 1e-9);
        close("variability", variability(form).unwrap(), row[2].parse().unwrap(), 1e-9);
        close("Mahalanobis", centre.distance(form).unwrap().0, row[3].parse().unwrap(), 1e-8);
    }
}

#[test]
fn person_fit_is_that_of_the_reference() {
    let Some((answers, items)) = codes("reference/rating/data/bfi_agree_complete.csv") else { return };
    let (_, rows) = table("reference/rating/careless/bfi_agree_personfit_Zh.csv").unwrap();
    let responses = Responses::new(&answers, items).unwrap();
    let fitted = fit(&responses, &Settings { tolerance: 1e-7, ..Settings::default() });
    let scores = fitted.scores(&responses);
    assert_eq!(rows.len(), answers.len() / items);
    for ((form, pattern), row) in answers.chunks(items).zip(responses.of_row()).zip(&rows) {
        let psi = scores[pattern.unwrap() as usize].mean;
        let got = person_fit(fitted.items.iter().zip(form).map(|(item, code)| (item, *code, psi))).unwrap();
        close("Zh", got, row[4].parse().unwrap(), 0.02);
    }
}

#[test]
fn planted_items_are_found_and_no_others() {
    let Some((answers, width)) = codes("reference/rating/data/dif_sim.csv") else { return };
    let groups: Vec<u8> = answers.chunks(width).map(|row| row[0]).collect();
    let items: Vec<u8> = answers.chunks(width).flat_map(|row| row[1..].to_vec()).collect();
    let found = dif(&items, width - 1, &groups, 0.05).unwrap();
    assert!(found.converged);
    close("log-likelihood, all equal", found.log_likelihood, -41_157.910_823_73, 1e-2);
    close("mean of the second group", found.groups[1].mean, 0.182_975_697, 1e-3);
    close("variance of the third", found.groups[2].variance, 0.806_846_458, 1e-3);
    let (_, rows) = table("reference/rating/dif/mirt_DIF_drop_scalar.csv").unwrap();
    for (row, item) in rows.iter().zip(&found.items) {
        close(&format!("X2 of {}", row[0]), item.chi_squared, row[7].parse().unwrap(), 0.1);
        assert_eq!(item.df.to_string(), row[8], "{}", row[0]);
    }
    let named: Vec<usize> = found.items.iter().filter(|item| item.differs).map(|item| item.item + 1).collect();
    assert_eq!(named, [4, 8, 11]);
}

#[test]
fn a_difference_of_own_making_is_found() {
    // Every tenth form of the second group answers item 2 a point higher: it means something else to them.
    let made = make(&World { leaders: 150, raters: 6, roles: 2, qualities: 1, items: 6, ..World::default() }, 5);
    let groups: Vec<u8> =
        made.forms.forms.iter().map(|form| u8::from(form.role != rating::model::Role::OTHERS[0])).collect();
    let mut answers = made.forms.answers.clone();
    for (form, _) in groups.iter().enumerate().filter(|(_, group)| **group == 1) {
        answers[form * 6 + 2] = (answers[form * 6 + 2] + 1).min(4);
    }
    let found = dif(&answers, 6, &groups, 0.05).unwrap();
    let named: Vec<usize> = found.items.iter().filter(|item| item.differs).map(|item| item.item).collect();
    assert!(named.contains(&2), "{:?}", found.items);
    let worst = found.items.iter().max_by(|one, other| one.chi_squared.total_cmp(&other.chi_squared)).unwrap();
    assert_eq!(worst.item, 2);
    assert!(dif(&answers, 6, &vec![0; groups.len()], 0.05).is_err(), "one group has nothing to differ from");
}

#[test]
fn careless_forms_are_flagged_and_few_others() {
    let made = make(&World { leaders: 300, raters: 8, careless: 0.05, ..World::default() }, 11);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let told = signs(&made.forms, &calibration);
    let share = |careless: bool| {
        let of: Vec<bool> =
            told.iter().zip(&made.careless).filter(|(_, is)| **is == careless).map(|(sign, _)| sign.flagged).collect();
        real(of.iter().filter(|flagged| **flagged).count()) / real(of.len())
    };
    println!("flagged: {:.3} of the careless, {:.3} of the others", share(true), share(false));
    assert!(share(true) > 0.9, "{}", share(true));
    assert!(share(false) < 0.06, "{}", share(false));
    assert!(told.iter().all(|sign| sign.flagged == (sign.signs.len() > 1)));
}

#[test]
fn signs_by_hand() {
    assert_eq!(strings(&[1, 1, 1, 2, 2, MISSING, 2, 3]), (3, Some(7.0 / 3.0)));
    assert_eq!(strings(&[MISSING]), (0, None));
    assert_eq!(variability(&[3, MISSING]), None);
    close("variability", variability(&[1, 3]).unwrap(), 2.0_f64.sqrt(), 1e-12);
    assert!(Centre::of(&[1, 2, 3, 4], 2).is_none(), "two forms have no covariance of two items");
    let made = make(&World { leaders: 40, raters: 5, missing: 0.3, ..World::default() }, 2);
    let calibration = calibrate(&made.forms, &[]).unwrap();
    let told = signs(&made.forms, &calibration);
    assert!(told.iter().all(|sign| sign.mahalanobis.is_none() && !sign.signs.contains(&Sign::Mahalanobis)));
    assert!(told.iter().all(|sign| sign.person_fit.is_none_or(f64::is_finite)));
}
