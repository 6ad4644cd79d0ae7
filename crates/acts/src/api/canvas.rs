//! The shapes of a canvas, for `/api/v1/problems`: what is read and what is sent.

use std::collections::BTreeSet;

use casebook::{Canvas, Choice, Hypothesis, MOST, Money, Trial};
use leadership::{DecisionId, Wrongs};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::of_field;
use super::problem::Problem;

/// Longest text of a canvas, in characters, as on its page.
pub(super) const LONG: usize = 2_000;
/// Longest words of a test, a why or an option.
pub(super) const SHORT: usize = 500;

/// A range of money, in the currency of the settings.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyRange {
    /// At least, written like 1200 or 1200.50.
    #[schema(pattern = "^[0-9]{1,15}(\\.[0-9]{1,4})?$")]
    low: String,
    /// At most.
    #[schema(pattern = "^[0-9]{1,15}(\\.[0-9]{1,4})?$")]
    high: String,
}

/// A test of a hypothesis.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = HypothesisTest)]
pub(super) struct Tried {
    /// What was done.
    #[schema(max_length = 500)]
    what: String,
    /// What came out; empty while it is not known.
    #[schema(max_length = 500)]
    result: String,
    /// When.
    #[schema(format = Date)]
    on: Option<String>,
}

/// Something that might be behind a problem.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Hypothesis)]
pub(super) struct Claimed {
    /// What might be so.
    #[schema(max_length = 2000)]
    claim: String,
    /// What speaks for it.
    #[schema(max_length = 2000)]
    supports: String,
    /// What speaks against it.
    #[schema(max_length = 2000)]
    against: String,
    /// What was tried to find out.
    #[schema(max_items = 8)]
    tests: Vec<Tried>,
}

/// Something that could be done, as it is sent: whose it is, is known from who sends it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NewFixOption)]
pub(super) struct NewChoice {
    /// What.
    #[schema(max_length = 500)]
    pub what: String,
    /// What it costs.
    pub cost: Option<MoneyRange>,
    /// What it brings in a year.
    pub benefit: Option<MoneyRange>,
}

/// Something that could be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FixOption)]
pub(super) struct Offered {
    /// What.
    what: String,
    /// Who proposed it and, after them, who put it into other words.
    by: Vec<String>,
    /// What it costs.
    cost: Option<MoneyRange>,
    /// What it brings in a year.
    benefit: Option<MoneyRange>,
}

/// A version of a canvas, as it is sent. What is left out is empty.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewCanvas {
    /// What people asked for.
    #[schema(max_length = 2000)]
    asked: String,
    /// What they need.
    #[schema(max_length = 2000)]
    needed: String,
    /// What might be behind it.
    #[schema(max_items = 12)]
    hypotheses: Vec<Claimed>,
    /// Why, and why that, as far as it goes.
    #[schema(max_items = 7)]
    whys: Vec<String>,
    /// What could be done.
    #[schema(max_items = 8)]
    options: Vec<NewChoice>,
    /// What it means to leave it as it is.
    nothing: NewChoice,
    /// Who answers for it.
    #[schema(format = "uuid")]
    owner: Option<String>,
    /// The decision that it led to.
    #[schema(format = "uuid")]
    decision: Option<String>,
}

/// A canvas: from symptom to cause, by people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Canvas)]
pub(super) struct Written {
    /// The entry that wrote this version; 0 where nobody has written anything.
    #[schema(minimum = 0)]
    version: u64,
    /// What people asked for.
    asked: String,
    /// What they need.
    needed: String,
    /// What might be behind it.
    hypotheses: Vec<Claimed>,
    /// Why, and why that.
    whys: Vec<String>,
    /// What could be done.
    options: Vec<Offered>,
    /// What it means to leave it as it is.
    nothing: Offered,
    /// Who answers for it.
    #[schema(format = "uuid")]
    owner: Option<String>,
    /// Who answers for it, where that was typed before people signed in.
    owner_name: String,
    /// The decision that it led to, for who sees that decision.
    #[schema(format = "uuid")]
    decision: Option<String>,
}

fn range(money: Money) -> MoneyRange {
    MoneyRange { low: money.low.to_string(), high: money.high.to_string() }
}

fn offered(choice: &Choice) -> Offered {
    Offered {
        what: choice.what.clone(),
        by: choice.by.iter().map(ToString::to_string).collect(),
        cost: choice.cost.map(range),
        benefit: choice.benefit.map(range),
    }
}

fn claimed(hypothesis: &Hypothesis) -> Claimed {
    let tests = hypothesis.tests.iter().map(|trial| Tried {
        what: trial.what.clone(),
        result: trial.result.clone(),
        on: trial.on.map(|day| day.to_string()),
    });
    Claimed {
        claim: hypothesis.claim.clone(),
        supports: hypothesis.supports.clone(),
        against: hypothesis.against.clone(),
        tests: tests.collect(),
    }
}

/// A version of a canvas as it is told; `seen` are the decisions that who asks may see.
pub(super) fn written(version: u64, canvas: &Canvas, seen: &BTreeSet<DecisionId>) -> Written {
    Written {
        version,
        asked: canvas.asked.clone(),
        needed: canvas.needed.clone(),
        hypotheses: canvas.hypotheses.iter().map(claimed).collect(),
        whys: canvas.whys.clone(),
        options: canvas.options.iter().map(offered).collect(),
        nothing: offered(&canvas.nothing),
        owner: canvas.owner_person.map(|person| person.to_string()),
        owner_name: canvas.owner.clone(),
        decision: canvas.decision_of.filter(|id| seen.contains(id)).map(|id| id.to_string()),
    }
}

/// A text of bounded length. What is wrong is noted.
pub(super) fn text(wrongs: &mut Wrongs, field: &str, words: &str, most: usize) -> String {
    let words = wrongs.take(leadership::text::prose_or_empty(field, words));
    let length = words.chars().count();
    if length > most {
        wrongs.add(field, format!("This has {length} characters; say it in at most {most}."));
    }
    words
}

/// The same, which must be there.
pub(super) fn needed(wrongs: &mut Wrongs, field: &str, words: &str, most: usize) -> String {
    let words = text(wrongs, field, words, most);
    if words.is_empty() {
        wrongs.add(field, "This must not be empty.");
    }
    words
}

fn money(wrongs: &mut Wrongs, field: &str, given: Option<&MoneyRange>) -> Option<Money> {
    let given = given?;
    let mut sum = |part: &str, words: &str| {
        let digits = words.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
        let number = words.parse().ok().filter(|_| digits && words.len() <= 20);
        if number.is_none() {
            wrongs.add(&format!("{field}-{part}"), "Write a sum like 1200 or 1200.50.");
        }
        number
    };
    let (low, high) = (sum("low", &given.low), sum("high", &given.high));
    let money = Money { low: low?, high: high? };
    if money.low > money.high {
        wrongs.add(field, "The lower end comes first.");
    }
    Some(money)
}

/// An option as it was sent. What is wrong is noted under the name of its place.
pub(super) fn choice(wrongs: &mut Wrongs, place: &str, sent: &NewChoice) -> Choice {
    Choice {
        what: text(wrongs, &format!("{place}-what"), &sent.what, SHORT),
        by: Vec::new(),
        cost: money(wrongs, &format!("{place}-cost"), sent.cost.as_ref()),
        benefit: money(wrongs, &format!("{place}-benefit"), sent.benefit.as_ref()),
    }
}

/// A test as it was sent.
pub(super) fn trial(wrongs: &mut Wrongs, place: &str, sent: &Tried) -> Trial {
    let on = sent.on.as_deref().filter(|day| !day.is_empty());
    let day = on.and_then(|day| day.parse().ok());
    if on.is_some() && day.is_none() {
        wrongs.add(&format!("{place}-on"), "Give a day, written like 2026-01-31.");
    }
    Trial {
        what: text(wrongs, &format!("{place}-what"), &sent.what, SHORT),
        result: text(wrongs, &format!("{place}-result"), &sent.result, SHORT),
        on: day,
    }
}

/// A hypothesis as it was sent.
pub(super) fn hypothesis(wrongs: &mut Wrongs, place: &str, sent: &Claimed) -> Hypothesis {
    if sent.tests.len() > MOST.1 {
        wrongs.add(&format!("{place}-tests"), format!("At most {} tests of one hypothesis.", MOST.1));
    }
    let tests = sent.tests.iter().enumerate();
    Hypothesis {
        claim: text(wrongs, &format!("{place}-claim"), &sent.claim, LONG),
        supports: text(wrongs, &format!("{place}-supports"), &sent.supports, LONG),
        against: text(wrongs, &format!("{place}-against"), &sent.against, LONG),
        tests: tests.map(|(at, sent)| trial(wrongs, &format!("{place}-tests-{at}"), sent)).collect(),
    }
}

impl NewCanvas {
    /// The canvas, with what is wrong with it field by field. The name of an owner who was typed stays until a person
    /// is named in their place.
    pub(super) fn read(&self, before: &Canvas) -> Result<Canvas, Problem> {
        let mut wrongs = Wrongs::default();
        for (field, n, most) in [
            ("hypotheses", self.hypotheses.len(), MOST.0),
            ("whys", self.whys.len(), MOST.2),
            ("options", self.options.len(), MOST.3),
        ] {
            if n > most {
                wrongs.add(field, format!("There are {n} of them; a canvas holds {most}."));
            }
        }
        let (hypotheses, whys, options) =
            (self.hypotheses.iter().enumerate(), self.whys.iter().enumerate(), self.options.iter().enumerate());
        let canvas = Canvas {
            asked: text(&mut wrongs, "asked", &self.asked, LONG),
            needed: text(&mut wrongs, "needed", &self.needed, LONG),
            hypotheses: hypotheses
                .map(|(at, sent)| hypothesis(&mut wrongs, &format!("hypotheses-{at}"), sent))
                .collect(),
            whys: whys.map(|(at, why)| text(&mut wrongs, &format!("whys-{at}"), why, SHORT)).collect(),
            options: options.map(|(at, sent)| choice(&mut wrongs, &format!("options-{at}"), sent)).collect(),
            nothing: choice(&mut wrongs, "nothing", &self.nothing),
            owner: if self.owner.is_some() { String::new() } else { before.owner.clone() },
            decision: before.decision.clone(),
            owner_person: self.owner.as_deref().map(|id| of_field("owner", id)).transpose()?,
            decision_of: self.decision.as_deref().map(|id| of_field("decision", id)).transpose()?,
        };
        wrongs.or(canvas.tidied()).map_err(|wrongs| Problem::from(ledger::Refused::from(wrongs)))
    }
}
