//! `plumb rating fit`.

use std::collections::BTreeMap;

use rating::careless::{Signs, signs};
use rating::classical::Column;
use rating::classical::agreement::Scale;
use rating::dif::{Dif, dif};
use rating::grm::{self, MISSING};
use rating::model::{self, Calibration, Form, Forms, Note, Profile, Refused, Role, Settings, calibrate, profile};

use super::classical::{Told, told};
use super::items::{Items, read};
use super::sheet::Sheet;
use super::told as shown;
use crate::args::{Format, RatingFit};
use crate::commands::output;
use crate::error::{CommandError, CommandResult, Done};

/// Forms of a role below which items are not compared between roles.
const ENOUGH_TO_COMPARE: usize = 100;
/// False discovery rate at which an item is said to mean different things to different roles.
const RATE: f64 = 0.05;

/// Everything that is told.
pub struct Fit {
    /// Names of the leaders, as numbered in the forms.
    pub leaders: Vec<String>,
    /// Names of the raters.
    pub raters: Vec<String>,
    /// Line of the file of each form.
    pub lines: Vec<u64>,
    /// The items.
    pub items: Items,
    /// The forms.
    pub forms: Forms,
    /// The item parameters.
    pub calibration: Calibration,
    /// The scores.
    pub profile: Profile,
    /// The scores without flagged forms; none where none are flagged, or too few would be left.
    pub without: Option<Profile>,
    /// Reliability and agreement of each quality, leaders as groups.
    pub qualities: Vec<Told>,
    /// Signs of carelessness, form by form.
    pub signs: Vec<Signs>,
    /// Per quality whether items mean the same to every role; none where roles are too few or too small.
    pub dif: Vec<Option<(Vec<Role>, Dif)>>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Prints the fit.
pub fn run(given: &RatingFit) -> CommandResult {
    let items = read(&given.items)?;
    let fit = fit(given, items)?;
    match given.output.format {
        Format::Json => output::json(&shown::json(&fit))?,
        Format::Text => output::print(&shown::text(&fit))?,
    }
    Ok(Done::All)
}

fn fit(given: &RatingFit, items: Items) -> Result<Fit, CommandError> {
    let sheet = Sheet::read(&given.forms)?;
    let mut notes = Vec::new();
    let (forms, leaders, raters) = forms(&sheet, &items, &mut notes)?;
    let refused = |refused: Refused| refuse(&sheet, &items, &given.items.display().to_string(), &refused);
    notes.extend(unrated(&forms, &leaders));
    let calibration = calibrate(&forms, &items.anchors).map_err(refused)?;
    for note in &calibration.notes {
        notes.push(tell(note, &items, leaders.len()));
    }
    for (quality, converged) in calibration.converged.iter().enumerate().filter(|(_, converged)| !**converged) {
        let name = items.qualities.get(quality).map_or("", String::as_str);
        notes.push(format!("the items of `{name}` have not converged ({converged}): take them as rough"));
    }
    let settings = Settings { seed: given.seed, rounds: 3, ..Settings::default() };
    let profile = profile(&forms, &calibration, &settings).map_err(refused)?;
    notes.extend(profile.notes.iter().cloned());

    let signs = signs(&forms, &calibration);
    let without = without_flagged(&forms, &signs).and_then(|kept| {
        let settings = Settings { rounds: 1, decision: false, ..settings.clone() };
        model::profile(&kept, &calibration, &settings).ok()
    });
    let flagged = signs.iter().filter(|sign| sign.flagged).count();
    if flagged > 0 {
        notes.push(format!(
            "{flagged} of {} forms look as if answered without reading; they count in all figures but those under \
             `without_flagged`",
            signs.len()
        ));
    }
    let qualities: Vec<Told> =
        (0..items.qualities.len()).map(|quality| of_quality(&forms, &items, quality, &mut notes)).collect();
    let dif = (0..items.qualities.len()).map(|quality| invariance(&forms, quality)).collect();
    Ok(Fit {
        lines: (0..sheet.len()).map(|row| sheet.line(row)).collect(),
        leaders,
        raters,
        forms,
        calibration,
        profile,
        without,
        qualities,
        signs,
        dif,
        notes,
        items,
    })
}

struct Names {
    number: BTreeMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn of(&mut self, name: &str) -> u32 {
        if let Some(number) = self.number.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.number.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

fn forms(
    sheet: &Sheet,
    items: &Items,
    notes: &mut Vec<String>,
) -> Result<(Forms, Vec<String>, Vec<String>), CommandError> {
    let (leader, rater, role) = (sheet.column("leader")?, sheet.column("rater")?, sheet.column("role")?);
    let columns: Vec<usize> = items.names.iter().map(|name| sheet.column(name)).collect::<Result<_, _>>()?;
    let known = |column: usize| columns.contains(&column) || [leader, rater, role].contains(&column);
    let unread: Vec<&str> =
        (0..sheet.header.len()).filter(|column| !known(*column)).map(|column| sheet.header[column].as_str()).collect();
    if !unread.is_empty() {
        notes.push(format!("these columns are no items and were not read: {}", unread.join(", ")));
    }
    let mut leaders = Names { number: BTreeMap::new(), names: Vec::new() };
    let mut raters = Names { number: BTreeMap::new(), names: Vec::new() };
    let mut forms = Forms { questionnaire: items.questionnaire.clone(), forms: Vec::new(), answers: Vec::new() };
    let (mut met, mut again, mut silent) = (BTreeMap::new(), 0_usize, 0_usize);
    let scale = items.questionnaire.categories;
    for row in 0..sheet.len() {
        let written = sheet.must(row, role)?;
        let role: Role = written.parse().map_err(|()| {
            CommandError::refused(format!("{}: row {}: the role `{written}` is not known", sheet.name, sheet.line(row)))
                .hint("write subordinate, peer, higher-up, client or self")
        })?;
        let form =
            Form { leader: leaders.of(sheet.must(row, leader)?), rater: raters.of(sheet.must(row, rater)?), role };
        again += usize::from(met.insert((form.leader, form.rater, form.role), row).is_some());
        forms.forms.push(form);
        let mut told = false;
        for (item, column) in columns.iter().enumerate() {
            let code = match sheet.number(row, *column)? {
                None => MISSING,
                Some(answer) => {
                    let whole = (1..=scale).find(|known| (f64::from(*known) - answer).abs() < 1e-9).ok_or_else(|| {
                        CommandError::refused(format!(
                            "{}: row {}: `{}` is {answer} on a scale of 1 to {scale}",
                            sheet.name,
                            sheet.line(row),
                            items.names[item]
                        ))
                        .hint("answers are whole numbers; set `scale` among the items, or leave the cell empty for no answer")
                    })?;
                    if items.reverse[item] { scale - whole } else { whole - 1 }
                }
            };
            told |= code != MISSING;
            forms.answers.push(code);
        }
        silent += usize::from(!told);
    }
    if again > 0 {
        notes.push(format!("{again} rows repeat a leader, rater and role: each counts as a form of its own"));
    }
    if silent > 0 {
        notes.push(format!("{silent} forms answer nothing and tell nothing"));
    }
    Ok((forms, leaders.names, raters.names))
}

/// Leaders about whom no other answered anything, by name: they stand among no leaders.
fn unrated(forms: &Forms, leaders: &[String]) -> Option<String> {
    let mut rated = vec![false; leaders.len()];
    for (at, form) in forms.forms.iter().enumerate().filter(|(_, form)| form.role != Role::Own) {
        rated[form.leader as usize] |= forms.of_form(at).iter().any(|code| *code != MISSING);
    }
    let alone: Vec<&str> =
        leaders.iter().zip(rated).filter(|(_, rated)| !rated).map(|(leader, _)| leader.as_str()).collect();
    (!alone.is_empty())
        .then(|| format!("no other answered anything about {}: they have no place among the leaders", alone.join(", ")))
}

fn refuse(sheet: &Sheet, items: &Items, items_file: &str, refused: &Refused) -> CommandError {
    let name = |item: usize| items.names.get(item).map_or("", String::as_str);
    match refused {
        Refused::Constant { item, used } => CommandError::refused(format!(
            "{}: the item `{}` {}",
            sheet.name,
            name(*item),
            if *used == 0 { "has no answer by others" } else { "has the same answer on every form of others: it tells nothing" }
        ))
        .hint(format!("leave it out of {items_file}, or give it a slope and thresholds there")),
        Refused::Anchor { item, problem } => CommandError::refused(format!("{items_file}: the item `{}`: {problem}", name(*item)))
            .hint("give slope > 0 and one rising threshold fewer than the scale has points, to all items of the quality or none"),
        Refused::NoForms => CommandError::refused(format!("{}: {refused}", sheet.name))
            .hint("add rows whose role is subordinate, peer, higher-up or client"),
        other => CommandError::refused(format!("{}: {other}", sheet.name)).hint(format!("look at {items_file} and the header")),
    }
}

fn tell(note: &Note, items: &Items, leaders: usize) -> String {
    match note {
        Note::Unused { item, answers } => {
            let name = items.names.get(*item).map_or("", String::as_str);
            let list: Vec<String> = answers.iter().map(ToString::to_string).collect();
            let turned = if items.reverse.get(*item) == Some(&true) { " (turned round)" } else { "" };
            format!("nobody answered {} to `{name}`{turned}: the model gives it no probability", list.join(", "))
        }
        Note::Leant { quality, few_leaders } => {
            let name = items.qualities.get(*quality).map_or("", String::as_str);
            let why = if *few_leaders {
                format!("{leaders} leaders are at most {}", model::FEW)
            } else {
                "it has fewer than three items".into()
            };
            format!("the slopes of `{name}` lean on a prior of 1.8, since {why}")
        }
    }
}

/// The forms without the flagged ones, where there are some and others remain.
fn without_flagged(forms: &Forms, signs: &[Signs]) -> Option<Forms> {
    let kept: Vec<usize> = (0..signs.len()).filter(|form| !signs[*form].flagged).collect();
    let out = Forms {
        questionnaire: forms.questionnaire.clone(),
        forms: kept.iter().map(|form| forms.forms[*form]).collect(),
        answers: kept.iter().flat_map(|form| forms.of_form(*form).iter().copied()).collect(),
    };
    (kept.len() < signs.len() && out.forms.iter().any(|form| form.role != Role::Own)).then_some(out)
}

fn of_quality(forms: &Forms, items: &Items, quality: usize, notes: &mut Vec<String>) -> Told {
    let asked = items.questionnaire.items_of(quality);
    let others = forms.forms.iter().filter(|form| form.role != Role::Own);
    let groups: Vec<usize> = others.map(|form| form.leader as usize).collect();
    let codes = forms.columns(&asked, true);
    let column = |at: usize| -> Column {
        codes
            .iter()
            .skip(at)
            .step_by(asked.len())
            .map(|code| (*code != MISSING).then(|| f64::from(*code) + 1.0))
            .collect()
    };
    let columns: Vec<Column> = (0..asked.len()).map(column).collect();
    let names: Vec<&str> = asked.iter().map(|item| items.names[*item].as_str()).collect();
    let scale = Scale { low: 1.0, categories: usize::from(items.questionnaire.categories) };
    let told = told(&groups, &columns, &names, Some(scale));
    notes.extend(told.notes.iter().map(|note| format!("`{}`: {note}", items.qualities[quality])));
    told
}

/// Items compared between the roles that have enough forms.
fn invariance(forms: &Forms, quality: usize) -> Option<(Vec<Role>, Dif)> {
    let asked = forms.questionnaire.items_of(quality);
    let count = |role: &Role| forms.forms.iter().filter(|form| form.role == *role).count();
    let roles: Vec<Role> = Role::OTHERS.into_iter().filter(|role| count(role) >= ENOUGH_TO_COMPARE).collect();
    if roles.len() < 2 || asked.len() < 3 {
        return None;
    }
    let place = |role: Role| roles.iter().position(|known| *known == role).and_then(|at| u8::try_from(at).ok());
    let mut groups = Vec::new();
    let mut answers = Vec::new();
    for (at, form) in forms.forms.iter().enumerate() {
        if let Some(group) = place(form.role) {
            groups.push(group);
            answers.extend(asked.iter().map(|item| forms.of_form(at)[*item]));
        }
    }
    let found: Result<Dif, grm::Refused> = dif(&answers, asked.len(), &groups, RATE);
    found.ok().map(|found| (roles, found))
}
