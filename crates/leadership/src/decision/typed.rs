//! A decision as forms send it, read into a [`Deliberation`] and back again, so that nothing is lost between
//! the form of two minutes and that of ten.

use serde::{Deserialize, Serialize};

use super::{
    Call, Choosable, Criterion, DO_NOTHING, Deliberation, HIGHEST, MOST_CRITERIA, MOST_OPTIONS, Reversibility, Touch,
};
use crate::promise::Intended;
use crate::text;
use crate::wrong::Wrongs;

/// What was typed. Options are numbered from 1; 0 is doing nothing, which is not typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of the deliberation, as text")]
pub struct Typed {
    pub question: String,
    pub purpose: String,
    /// Names of the options from 1.
    pub option: Vec<String>,
    /// What speaks for each option, from 0.
    pub evidence: Vec<String>,
    pub criterion: Vec<String>,
    pub weight: Vec<String>,
    /// Criterion by criterion, each with a place for every row of options from 0.
    pub score: Vec<String>,
    pub known: String,
    pub unknown: String,
    pub assumed: String,
    pub reversible: String,
    pub worst: String,
    pub tripwire: String,
    pub interests: String,
    pub ethics: String,
    pub choice: String,
    pub because: String,
    pub direction: String,
    pub next_step: String,
    pub expected: String,
    pub review_on: String,
    pub unpopular: String,
    pub unpopular_why: String,
    /// Addresses of pages, one a line.
    pub touches: String,
    pub gut_option: String,
    pub gut_percent: String,
    pub analysed_option: String,
    pub analysed_percent: String,
    /// Promises that are made when it is decided: who, to whom, what, by when, how it will be known, each with
    /// a place for every row.
    pub promise_from: Vec<String>,
    pub promise_to: Vec<String>,
    pub promise_what: Vec<String>,
    pub promise_due: Vec<String>,
    pub promise_known: Vec<String>,
}

fn at(list: &[String], place: usize) -> &str {
    list.get(place).map_or("", |text| text.trim())
}

impl Typed {
    /// Reads it, as a draft: only what cannot be kept at all is wrong.
    ///
    /// # Errors
    /// Field by field; those of a row have its number, such as `option-2`.
    pub fn read(&self) -> Result<Deliberation, Wrongs> {
        let mut wrongs = Wrongs::default();
        let mut prose = |field: &str, text: &str| wrongs.take(text::prose_or_empty(field, text));
        let mut read = Deliberation {
            purpose: prose("purpose", &self.purpose),
            known: prose("known", &self.known),
            unknown: prose("unknown", &self.unknown),
            assumed: prose("assumed", &self.assumed),
            worst: prose("worst", &self.worst),
            tripwire: prose("tripwire", &self.tripwire),
            interests: prose("interests", &self.interests),
            ethics: prose("ethics", &self.ethics),
            because: prose("because", &self.because),
            direction: prose("direction", &self.direction),
            next_step: prose("next_step", &self.next_step),
            expected: prose("expected", &self.expected),
            unpopular_why: prose("unpopular_why", &self.unpopular_why),
            ..Deliberation::default()
        };
        read.question = wrongs.take(text::line("question", &self.question));
        read.review_on = wrongs.take(text::day_or_none("review_on", &self.review_on));
        read.unpopular = self.unpopular == "true";
        if !self.reversible.is_empty() {
            read.reversible = Reversibility::from_name(&self.reversible);
            if read.reversible.is_none() {
                wrongs.add("reversible", "Choose one of the three.");
            }
        }
        let options = self.read_options(&mut read, &mut wrongs);
        self.read_criteria(&mut read, &options, &mut wrongs);
        read.choice = chosen("choice", &self.choice, &options, &mut wrongs);
        read.gut = call("gut", &self.gut_option, &self.gut_percent, &options, &mut wrongs);
        read.analysed = call("analysed", &self.analysed_option, &self.analysed_percent, &options, &mut wrongs);
        read.touches = touches(&self.touches, &mut wrongs);
        read.promises = wrongs.take(Intended::read(&self.promises()));
        wrongs.or(read)
    }

    /// The promises row by row, as they were typed.
    #[must_use]
    pub fn promises(&self) -> Vec<Intended> {
        Intended::rows(&self.promise_from, &self.promise_to, &self.promise_what, &self.promise_due, &self.promise_known)
    }

    /// With these promises instead.
    #[must_use]
    pub fn promising(mut self, rows: &[Intended]) -> Self {
        let column = |of: fn(&Intended) -> &String| rows.iter().map(|row| of(row).clone()).collect();
        self.promise_from = column(|row| &row.from);
        self.promise_to = column(|row| &row.to);
        self.promise_what = column(|row| &row.what);
        self.promise_due = column(|row| &row.due);
        self.promise_known = column(|row| &row.known);
        self
    }

    /// Reads the options; which rows they came from, by their new number.
    fn read_options(&self, read: &mut Deliberation, wrongs: &mut Wrongs) -> Vec<usize> {
        let mut rows = vec![0];
        let evidence = wrongs.take(text::prose_or_empty("evidence-0", at(&self.evidence, 0)));
        read.options.push(Choosable { name: DO_NOTHING.to_owned(), evidence });
        if self.option.len() > MOST_OPTIONS {
            wrongs.add("option-1", format!("At most {MOST_OPTIONS} options; put those together that are alike."));
        }
        for row in 1..=self.option.len().min(MOST_OPTIONS) {
            let name = format!("option-{row}");
            let typed = at(&self.option, row - 1);
            let evidence = wrongs.take(text::prose_or_empty(&format!("evidence-{row}"), at(&self.evidence, row)));
            if typed.is_empty() {
                let number = row.to_string();
                let meant = [&self.choice, &self.gut_option, &self.analysed_option].contains(&&number);
                if meant || !evidence.is_empty() {
                    wrongs.add(&name, "Name this option, or empty its row.");
                }
                continue;
            }
            let typed = wrongs.take(text::line(&name, typed));
            if read.options.iter().any(|option| option.name.to_lowercase() == typed.to_lowercase()) {
                wrongs.add(&name, format!("“{typed}” is there already; say how this one differs."));
            }
            read.options.push(Choosable { name: typed, evidence });
            rows.push(row);
        }
        rows
    }

    fn read_criteria(&self, read: &mut Deliberation, options: &[usize], wrongs: &mut Wrongs) {
        let (all, rows) = (self.criterion.len(), self.option.len() + 1);
        let mut columns = Vec::new();
        if all > MOST_CRITERIA {
            wrongs.add("criterion-1", format!("At most {MOST_CRITERIA} criteria; keep those that tell options apart."));
        }
        for column in 0..all.min(MOST_CRITERIA) {
            let place = column + 1;
            let (typed, weight) = (at(&self.criterion, column), at(&self.weight, column));
            if typed.is_empty() {
                let scored = options.iter().any(|row| !at(&self.score, column * rows + row).is_empty());
                if scored || !weight.is_empty() {
                    wrongs.add(&format!("criterion-{place}"), "Name this criterion, or empty its row.");
                }
                continue;
            }
            let name = wrongs.take(text::line(&format!("criterion-{place}"), typed));
            let highest = i64::from(HIGHEST);
            let weight = wrongs.take(text::whole(&format!("weight-{place}"), weight, 1..=highest, "points"));
            read.criteria.push(Criterion { name, weight: u32::try_from(weight).unwrap_or(1) });
            columns.push(column);
        }
        read.scores = options
            .iter()
            .map(|row| {
                columns
                    .iter()
                    .map(|column| {
                        let typed = at(&self.score, column * rows + row);
                        if typed.is_empty() {
                            return None;
                        }
                        let field = format!("score-{row}-{}", column + 1);
                        let score = wrongs.take(text::whole(&field, typed, 0..=i64::from(HIGHEST), "points"));
                        u32::try_from(score).ok()
                    })
                    .collect()
            })
            .collect();
    }

    /// One more row for an option; scores keep their places.
    pub fn add_option(&mut self) {
        let rows = self.option.len() + 1;
        let mut score = Vec::new();
        for column in 0..self.criterion.len() {
            score.extend((0..rows).map(|row| at(&self.score, column * rows + row).to_owned()));
            score.push(String::new());
        }
        self.score = score;
        self.option.push(String::new());
    }

    /// One more row for a criterion.
    pub fn add_criterion(&mut self) {
        self.criterion.push(String::new());
    }

    /// Whether anything of the longer form was filled.
    #[must_use]
    pub fn is_long(&self) -> bool {
        let lists = [&self.evidence, &self.criterion, &self.weight, &self.score];
        lists
            .into_iter()
            .flatten()
            .chain([
                &self.known,
                &self.unknown,
                &self.assumed,
                &self.reversible,
                &self.worst,
                &self.tripwire,
                &self.interests,
                &self.ethics,
                &self.unpopular,
                &self.unpopular_why,
                &self.touches,
                &self.gut_option,
                &self.analysed_option,
                &self.analysed_percent,
            ])
            .any(|text| !text.trim().is_empty())
    }

    /// What would have to be typed for this deliberation.
    #[must_use]
    pub fn of(read: &Deliberation) -> Self {
        let number = |number: Option<usize>| number.map(|number| number.to_string()).unwrap_or_default();
        let percent = |call: Option<Call>| call.map(|call| call.percent.to_string()).unwrap_or_default();
        Self {
            question: read.question.clone(),
            purpose: read.purpose.clone(),
            option: read.options.iter().skip(1).map(|option| option.name.clone()).collect(),
            evidence: read.options.iter().map(|option| option.evidence.clone()).collect(),
            criterion: read.criteria.iter().map(|criterion| criterion.name.clone()).collect(),
            weight: read.criteria.iter().map(|criterion| criterion.weight.to_string()).collect(),
            score: (0..read.criteria.len())
                .flat_map(|column| read.scores.iter().map(move |scores| scores.get(column).copied().flatten()))
                .map(|score| score.map(|score| score.to_string()).unwrap_or_default())
                .collect(),
            known: read.known.clone(),
            unknown: read.unknown.clone(),
            assumed: read.assumed.clone(),
            reversible: read.reversible.map(|way| way.name().to_owned()).unwrap_or_default(),
            worst: read.worst.clone(),
            tripwire: read.tripwire.clone(),
            interests: read.interests.clone(),
            ethics: read.ethics.clone(),
            choice: number(read.choice),
            because: read.because.clone(),
            direction: read.direction.clone(),
            next_step: read.next_step.clone(),
            expected: read.expected.clone(),
            review_on: read.review_on.map(|day| day.to_string()).unwrap_or_default(),
            unpopular: if read.unpopular { "true".to_owned() } else { String::new() },
            unpopular_why: read.unpopular_why.clone(),
            touches: read.touches.iter().map(Touch::page).collect::<Vec<_>>().join("\n"),
            gut_option: number(read.gut.and_then(|call| call.option)),
            gut_percent: percent(read.gut),
            analysed_option: number(read.analysed.and_then(|call| call.option)),
            analysed_percent: percent(read.analysed),
            ..Self::default()
        }
        .promising(&read.promises)
    }
}

/// The new number of the option in a row.
fn chosen(field: &str, typed: &str, rows: &[usize], wrongs: &mut Wrongs) -> Option<usize> {
    if typed.is_empty() {
        return None;
    }
    let row: Option<usize> = typed.parse().ok();
    let found = row.and_then(|row| rows.iter().position(|at| *at == row));
    if found.is_none() {
        wrongs.add(field, "Choose one of the options.");
    }
    found
}

fn call(name: &str, option: &str, percent: &str, rows: &[usize], wrongs: &mut Wrongs) -> Option<Call> {
    let option = chosen(&format!("{name}_option"), option, rows, wrongs);
    let field = format!("{name}_percent");
    if percent.trim().is_empty() {
        if option.is_some() {
            wrongs.add(&field, "Say how sure you are, in percent.");
        }
        return None;
    }
    let percent = wrongs.take(text::whole(&field, percent.trim().trim_end_matches('%'), 0..=100, "percent"));
    Some(Call { option, percent: u32::try_from(percent).unwrap_or_default() })
}

/// Most things that a decision may name as touched.
const MOST_TOUCHES: usize = 50;

fn touches(typed: &str, wrongs: &mut Wrongs) -> Vec<Touch> {
    let mut out = Vec::new();
    for line in typed.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // A whole address or its path; what comes after the identifier does not matter.
        let path = line.split_once("://").map_or(line, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let mut parts = path.trim_start_matches('/').split(['/', '?', '#']);
        let noun = match parts.next() {
            Some("aims") => "aim",
            Some("promises") => "promise",
            Some("decisions") => "decision",
            _ => "",
        };
        let subject = parts.next().and_then(|id| id.parse::<crate::id::DecisionId>().ok());
        match subject {
            Some(subject) if !noun.is_empty() => {
                out.push(Touch { noun: noun.to_owned(), subject: subject.to_string() });
            }
            _ => {
                let shown: String = line.chars().take(60).collect();
                wrongs.add(
                    "touches",
                    format!(
                        "“{shown}” is not the address of an aim, a promise or a decision. Copy it from the browser."
                    ),
                );
            }
        }
    }
    out.sort();
    out.dedup();
    if out.len() > MOST_TOUCHES {
        wrongs.add("touches", format!("At most {MOST_TOUCHES}; name those that matter."));
    }
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    pub(in super::super) fn typed() -> Typed {
        Typed {
            question: "Which telephone system?".into(),
            purpose: "Calls that do not drop.".into(),
            option: some(&["Keep and repair", "", "Buy the new one"]),
            evidence: some(&["Three lines drop a day", "The vendor says so", "", ""]),
            criterion: some(&["Cost", "", "Quality"]),
            weight: some(&["3", "", "2"]),
            score: some(&["10", "6", "", "2", "", "", "", "", "1", "4", "", "9"]),
            choice: "3".into(),
            gut_percent: "70 %".into(),
            gut_option: "1".into(),
            ..Typed::default()
        }
    }

    #[test]
    fn empty_rows_go_and_numbers_follow() {
        let read = typed().read().unwrap();
        assert_eq!(read.options.len(), 3);
        assert_eq!((read.choice, read.chosen()), (Some(2), Some("Buy the new one")));
        assert_eq!(read.criteria.len(), 2);
        assert_eq!(read.scores, [[Some(10), Some(1)], [Some(6), Some(4)], [Some(2), Some(9)]].map(Vec::from));
        assert_eq!(read.gut, Some(Call { option: Some(1), percent: 70 }));
        let mut more = typed();
        more.add_option();
        more.add_criterion();
        assert_eq!(more.read().unwrap(), read);
        assert!(more.is_long() && !Typed { question: "?".into(), ..Typed::default() }.is_long());
        // Back into the form and read once more, it is the same.
        assert_eq!(Typed::of(&read).read().unwrap(), read);
    }

    #[test]
    fn what_is_wrong_stands_at_its_row() {
        let mut typed = typed();
        typed.choice = "2".into();
        typed.option[2] = "do NOTHING".into();
        typed.weight[0] = "11".into();
        typed.score[1] = "x".into();
        typed.gut_percent = "101".into();
        typed.analysed_option = "1".into();
        typed.touches = "/aims/12\nhttps://plumb.example/decisions/019a0000-0000-7000-8000-000000000000?x".into();
        let wrongs = typed.read().unwrap_err();
        for field in
            ["option-2", "option-3", "weight-1", "score-1-1", "gut_percent", "analysed_percent", "touches", "choice"]
        {
            assert!(wrongs.of(field).is_some(), "{field}: {wrongs}");
        }
        typed.touches = typed.touches.lines().nth(1).unwrap().to_owned();
        assert!(typed.read().unwrap_err().of("touches").is_none());
        assert!(Typed::default().read().unwrap_err().of("question").is_some());
    }

    proptest! {
        /// Whatever is typed: it is refused with a reason, or comes back the same from the form.
        #[test]
        fn nothing_is_lost(
            options in proptest::collection::vec("[ a-c]{0,3}", 0..6),
            evidence in proptest::collection::vec("[ a-c]{0,3}", 0..6),
            criteria in proptest::collection::vec("[ a-c]{0,2}", 0..5),
            weights in proptest::collection::vec("[0-9]{0,2}", 0..5),
            scores in proptest::collection::vec("[0-9]{0,2}", 0..30),
            choice in "[0-9]{0,1}", percent in "[0-9]{0,3}",
            sides in proptest::collection::vec("[ a-c]{0,3}", 0..4),
            promised in proptest::collection::vec("[ a-c]{0,3}", 0..4),
        ) {
            let typed = Typed {
                question: "?".into(), option: options, evidence, criterion: criteria, weight: weights, score: scores,
                choice, gut_percent: percent, promise_to: sides, promise_what: promised, ..Typed::default()
            };
            if let Ok(read) = typed.read() {
                prop_assert_eq!(Typed::of(&read).read().unwrap(), read);
            }
        }
    }
}
