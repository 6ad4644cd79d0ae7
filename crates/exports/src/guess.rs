//! Guessing a mapping from the names of columns in seven languages and from what they hold.
//!
//! A column is never taken for a team by its values alone: a few words that come again and again may
//! as well be the names of those who work there.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::mapping::{Field, FieldMap, Form, Grain, Mapping, Pick, Sort, Unit};
use crate::persons::is_requester;
use crate::survey::{Column, Survey};
use crate::words::{rank, stage};

/// Names of columns by field, folded.
fn names() -> &'static HashMap<Field, Vec<String>> {
    static NAMES: OnceLock<HashMap<Field, Vec<String>>> = OnceLock::new();
    NAMES.get_or_init(|| toml::from_str(include_str!("../words/columns.toml")).unwrap_or_default())
}

/// Endings of names that say nothing about what the column means.
const ENDINGS: &[&str] = &[
    "_display_value",
    "_name",
    "_value",
    "_title",
    "_label",
    "_hours",
    "_hrs",
    "_h",
    "_minutes",
    "_mins",
    "_min",
    "_seconds",
    "_secs",
    "_days",
    "_stunden",
    "_minuten",
    "_sekunden",
    "_heures",
    "_horas",
    "_uren",
    "_ore",
];

/// How well a folded name fits one of a field's names: 1 is the same.
fn name_score(folded: &str, field: Field) -> (f64, String) {
    let Some(known) = names().get(&field) else {
        return (0.0, String::new());
    };
    let mut best = (0.0, String::new());
    // JSON and display pairs: `status.name`, `assignment_group.display_value`.
    let bare = ENDINGS.iter().find_map(|ending| folded.strip_suffix(ending));
    let bare = bare.filter(|bare| !bare.is_empty());
    for (place, name) in known.iter().enumerate() {
        let score: f64 = if folded == name {
            0.92
        } else if bare == Some(name) {
            0.88
        } else if folded
            .strip_prefix("ticket_")
            .or_else(|| folded.strip_prefix("incident_"))
            .or_else(|| folded.strip_prefix("case_"))
            .or_else(|| folded.strip_prefix("issue_"))
            .or_else(|| folded.strip_prefix("fields_"))
            == Some(name)
        {
            0.86
        } else if name.len() >= 5
            && whole_words(folded, name)
            && !folded.starts_with("tipo_")
            && !folded.starts_with("type_")
        {
            0.55
        } else {
            continue;
        };
        // Names that stand first are the surer ones.
        #[expect(clippy::cast_precision_loss, reason = "a handful of names")]
        let score = score - 0.002 * place as f64;
        if score > best.0 {
            best = (score, format!("its name means `{name}`"));
        }
    }
    best
}

fn whole_words(folded: &str, part: &str) -> bool {
    folded.match_indices(part).any(|(at, _)| {
        let end = at + part.len();
        (at == 0 || folded.as_bytes().get(at - 1) == Some(&b'_'))
            && (end == folded.len() || folded.as_bytes().get(end) == Some(&b'_'))
    })
}

/// Share of rows whose value is known as a state, and as a priority.
fn known_share(column: &Column, known: impl Fn(&str) -> bool) -> f64 {
    let total: u64 = column.values.values().sum();
    let hits: u64 = column.values.iter().filter(|(value, _)| known(value)).map(|(_, count)| *count).sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of a sample")]
    if total == 0 { 0.0 } else { hits as f64 / total as f64 }
}

/// What the values say of a name's claim: a factor and, when they speak against it, nothing.
fn value_factor(column: &Column, field: Field, rows: u64) -> (f64, &'static str) {
    if column.present == 0 {
        return (0.6, "no value in the rows looked at");
    }
    let dates = column.date_share();
    match field {
        _ if field.sort() == Sort::Date => {
            if dates >= 0.8 {
                (1.05, "its values are dates")
            } else {
                (0.0, "")
            }
        }
        Field::SlaKept | Field::Emergency | Field::Approval => {
            if column.share(column.flags) >= 0.9 {
                (1.05, "its values say yes or no")
            } else {
                (0.0, "")
            }
        }
        _ if field.sort() == Sort::Number => {
            if column.number_share(field) >= 0.95 {
                (1.05, "its values are numbers")
            } else {
                (0.0, "")
            }
        }
        Field::Id => {
            let full = column.present * 100 >= rows * 98;
            if dates > 0.5 && column.dates.civil > 0 || column.share(column.words) > 2.5 {
                (0.0, "")
            } else if full && column.distinct_share() > 0.98 {
                (1.05, "every row has another value")
            } else {
                (0.85, "its values come again")
            }
        }
        Field::State => {
            if known_share(column, |value| stage(value).is_some()) >= 0.5 {
                (1.05, "its values are states")
            } else if column.distinct.len() > 60 || dates > 0.5 {
                (0.0, "")
            } else {
                (0.8, "few distinct values")
            }
        }
        Field::Priority | Field::Impact | Field::Urgency => {
            if column.distinct.len() > 30 || dates > 0.5 {
                (0.0, "")
            } else {
                (1.0, "few distinct values")
            }
        }
        // Whether there is one is no number of one.
        Field::Knowledge | Field::LinkedChange | Field::LinkedIncident | Field::LinkedProblem
            if column.share(column.flags) >= 0.9 =>
        {
            (0.0, "")
        }
        Field::Title | Field::Text => {
            if column.share(column.words) >= 2.0 {
                (1.05, "its values are sentences")
            } else {
                (0.7, "its values are short")
            }
        }
        Field::Group
        | Field::Service
        | Field::Item
        | Field::Category
        | Field::Location
        | Field::Department
        | Field::Client => {
            if column.share(column.mails) > 0.2 || (dates > 0.5 && column.dates.civil > 0) {
                (0.0, "")
            } else {
                (1.0, "")
            }
        }
        _ => {
            if dates > 0.8 && column.dates.civil > 0 {
                (0.0, "")
            } else {
                (1.0, "")
            }
        }
    }
}

type Reasons = Vec<(Field, f64, String)>;

/// The mapping that names and values suggest, how sure the whole is, and why for each field.
pub(crate) fn guess(survey: &Survey) -> (Mapping, f64, Reasons) {
    let mut claims = Vec::new();
    for (index, column) in survey.columns.iter().enumerate().filter(|(_, column)| !column.handler) {
        for field in Field::ALL {
            if is_requester(&column.name) && field != Field::Requester {
                continue;
            }
            let (name, reason) = name_score(&column.folded, field);
            let (factor, why) = value_factor(column, field, survey.rows);
            let score = (name * factor).min(0.97);
            if score >= 0.35 {
                let reason = if why.is_empty() { reason } else { format!("{reason}; {why}") };
                claims.push((score, index, field, reason));
            }
        }
    }
    // The surest first; of equals the first column, then the first field.
    claims.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(other.1, other.2))));
    let mut taken: Vec<usize> = Vec::new();
    let mut reasons: Reasons = Vec::new();
    let mut mapping = Mapping { name: "guessed".into(), source: "export".into(), ..Mapping::default() };
    for (score, index, field, reason) in claims {
        if taken.contains(&index) || mapping.fields.contains_key(&field) {
            continue;
        }
        let Some(column) = survey.columns.get(index) else {
            continue;
        };
        taken.push(index);
        mapping.fields.insert(field, shaped(field, column));
        reasons.push((field, score, reason));
    }
    by_values(survey, &mut mapping, &mut taken, &mut reasons);
    category_path(survey, &mut mapping, &taken);
    grain(survey, &mut mapping, &mut reasons);
    let needed: Vec<f64> = reasons
        .iter()
        .filter(|(field, ..)| matches!(field, Field::Id | Field::Opened | Field::When | Field::State))
        .map(|(_, score, _)| *score)
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "a handful of fields")]
    let confidence = if needed.is_empty() { 0.0 } else { needed.iter().sum::<f64>() / needed.len() as f64 };
    (mapping, confidence, reasons)
}

fn shaped(field: Field, column: &Column) -> FieldMap {
    let mut map = FieldMap { from: vec![column.name.clone()], ..FieldMap::default() };
    let has = |word: &str| whole_words(&column.folded, word);
    match field {
        Field::TouchMinutes => {
            map.unit = Some(match () {
                () if has("hours")
                    || has("hrs")
                    || has("stunden")
                    || has("heures")
                    || has("horas")
                    || has("uren")
                    || has("ore") =>
                {
                    Unit::Hours
                }
                () if has("seconds") || has("secs") || has("sec") || has("sekunden") => Unit::Seconds,
                () if has("days") => Unit::Days,
                () => Unit::Minutes,
            });
        }
        Field::SlaKept => {
            map.not = [
                "breached",
                "violated",
                "missed",
                "escalated",
                "overdue",
                "verletzt",
                "depasse",
                "incumplido",
                "breach",
            ]
            .iter()
            .any(|word| has(word));
        }
        Field::Title | Field::Text | Field::Resolution
            if column
                .values
                .keys()
                .any(|value| value.starts_with("<p") || value.starts_with("<div") || value.contains("</")) =>
        {
            map.form = Form::Html;
        }
        _ => {}
    }
    map
}

/// Words of dates that every row may have and that are no opening.
const OTHER_DATES: &str = "purchase birth birthday hire hired warranty expiry expires contract invoice export exported import imported due deadline resolved resolution closed updated modified response extract snapshot compra nacimiento nascimento vencimiento geburtsdatum kaufdatum naissance achat end ended finish finished completed completion fin ende";

/// What can be told without a name: the number, the opening, states, priorities and titles.
fn by_values(survey: &Survey, mapping: &mut Mapping, taken: &mut Vec<usize>, reasons: &mut Reasons) {
    type Test = fn(&Column, u64) -> bool;
    let tests: [(Field, f64, &str, Test); 5] = [
        (Field::Id, 0.45, "every row has another short value", |column, rows| {
            column.present >= rows
                && rows > 1
                && column.distinct_share() > 0.999
                && column.share(column.words) < 1.2
                && column.share(column.bytes) < 40.0
                && column.share(column.dates.civil) < 0.5
        }),
        (Field::State, 0.5, "its values are states", |column, _| {
            column.distinct.len() <= 40 && known_share(column, |value| stage(value).is_some()) > 0.8
        }),
        (Field::Priority, 0.45, "its values are priorities", |column, _| {
            column.distinct.len() <= 12
                && known_share(column, |value| value.contains(char::is_alphabetic) && rank(value).is_some()) > 0.9
        }),
        (Field::Title, 0.4, "its values are sentences, hardly one like another", |column, _| {
            column.share(column.words) >= 3.0 && column.distinct_share() > 0.5
        }),
        (Field::Opened, 0.4, "the first column of dates", |column, rows| {
            column.share(column.dates.civil) > 0.9
                && column.present * 100 >= rows * 98
                && !OTHER_DATES.split(' ').any(|word| whole_words(&column.folded, word))
        }),
    ];
    for (field, score, reason, test) in tests {
        if mapping.fields.contains_key(&field) || (field == Field::Opened && mapping.fields.contains_key(&Field::When))
        {
            continue;
        }
        let fits = |(index, column): &(usize, &Column)| {
            !taken.contains(index)
                && !column.handler
                && !is_requester(&column.name)
                && column.present > 0
                && test(column, survey.rows)
        };
        if let Some((index, column)) = survey.columns.iter().enumerate().find(fits) {
            taken.push(index);
            mapping.fields.insert(field, shaped(field, column));
            reasons.push((field, score, format!("by its values alone: {reason}")));
        }
    }
}

/// Levels below the category: `Subcategory`, `Category 2`, `Tier 3` …
fn category_path(survey: &Survey, mapping: &mut Mapping, taken: &[usize]) {
    let Some(map) = mapping.fields.get_mut(&Field::Category) else {
        return;
    };
    for (index, column) in survey.columns.iter().enumerate() {
        let below = [
            "subcategory",
            "sub_category",
            "unterkategorie",
            "sous_categorie",
            "subcategoria",
            "subcategorie",
            "sottocategoria",
            "category_2",
            "category_3",
            "category_level_2",
            "category_level_3",
            "categorization_tier_2",
            "categorization_tier_3",
            "item_category",
            "sub_category_2",
            "subcategory_2",
        ];
        if !taken.contains(&index) && !column.handler && column.present > 0 && below.contains(&column.folded.as_str()) {
            map.from.push(column.name.clone());
            map.pick = Pick::Join;
        }
    }
}

/// Ticket, log or change, and the kind of ticket.
fn grain(survey: &Survey, mapping: &mut Mapping, reasons: &mut Reasons) {
    let column_of = |mapping: &Mapping, field: Field| {
        mapping
            .fields
            .get(&field)
            .and_then(|map| survey.find(map.from.first()?, &[]))
            .and_then(|index| survey.columns.get(index))
    };
    let Some(id) = column_of(mapping, Field::Id) else {
        return;
    };
    let folded = id.folded.clone();
    let starts = |prefix: &str| known_share(id, |value| value.starts_with(prefix)) > 0.9;
    if mapping.fields.contains_key(&Field::PlannedStart)
        && (folded.contains("change") || starts("CHG") || starts("C0") || starts("RFC"))
    {
        mapping.grain = Grain::Change;
        if let Some(kind) = mapping.fields.remove(&Field::Kind) {
            mapping.fields.entry(Field::Type).or_insert(kind);
        }
        return;
    }
    let kinds = [
        ("incident", "INC"),
        ("request", "REQ"),
        ("request", "RITM"),
        ("problem", "PRB"),
        ("change", "CHG"),
        ("request", "SR"),
    ];
    mapping.kind =
        kinds.iter().find(|(word, prefix)| folded.contains(word) || starts(prefix)).map(|(word, _)| (*word).to_owned());
    if id.repeats() {
        let when = [Field::When, Field::AsOf]
            .into_iter()
            .find(|field| column_of(mapping, *field).is_some_and(|column| column.distinct.len() > id.distinct.len()));
        if let Some(field) = when {
            mapping.grain = Grain::Log;
            if let (Field::AsOf, Some(map)) = (field, mapping.fields.get(&field).cloned()) {
                mapping.fields.insert(Field::When, map);
                reasons.push((
                    Field::When,
                    0.7,
                    "the number of a ticket comes again from row to row: each row is an update".into(),
                ));
            }
            return;
        }
    }
    // Not a log: a moment of its own is when the ticket stood as told.
    if !mapping.fields.contains_key(&Field::Opened)
        && let Some(map) = mapping.fields.remove(&Field::When)
    {
        mapping.fields.insert(Field::Opened, map);
        reasons.push((Field::Opened, 0.5, "the only moment that each row tells".into()));
    }
    for field in [Field::When, Field::What, Field::Before, Field::After] {
        mapping.fields.remove(&field);
    }
}

/// Whether the columns are those of a list of persons. Persons have no priority and no resolution (`has_urgency`).
pub(crate) fn lists_persons(survey: &Survey, has_urgency: bool) -> bool {
    const TELLING: &[&str] = &[
        "first_name",
        "last_name",
        "firstname",
        "lastname",
        "user_password",
        "password",
        "vorname",
        "nachname",
        "prenom",
        "birthday",
        "employee_number",
        "job_title",
        "mobile_phone_number",
        "last_login",
        "vip",
        "home_phone",
        "apellido",
        "cognome",
        "achternaam",
        "voornaam",
        "user_name",
        "login",
    ];
    let telling = survey.columns.iter().filter(|column| TELLING.contains(&column.folded.as_str())).count();
    // Some tools export the first and the last name of the one who asked with each ticket.
    telling >= 2 && !(has_urgency && telling <= 3)
}
