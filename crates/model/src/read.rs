//! Files of the model become its types. A field that nobody knows is refused, so that a slip of the pen does not
//! silently drop a sentence.

use rating::model::Role;
use serde::Deserialize;

use crate::{
    Audience, Deed, Direction, Evidence, EvidenceSpec, Item, Kind, Module, Outcome, Place, Practice, PulseQuestion,
    Quality, Section, Situation, SituationWay, Starter, Theory,
};

/// What is wrong with a file of the model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {words}")]
pub struct Fault {
    /// Which file.
    pub file: String,
    /// What is wrong with it.
    pub words: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawKind {
    What,
    How,
    Skill,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawTheory {
    Trait,
    Behavioural,
    Situational,
    Relational,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawDirection {
    HigherIsBetter,
    LowerIsBetter,
    Balance,
}

/// The wordings stand as five fields, so that none can be forgotten.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawItem {
    key: String,
    subordinate: String,
    peer: String,
    higher_up: String,
    client: String,
    #[serde(rename = "self")]
    own: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSpec {
    query: String,
    minimum: u32,
    direction: RawDirection,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEvidence {
    none: Option<String>,
    #[serde(default)]
    query: Vec<RawSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPractice {
    key: String,
    words: String,
    page: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawDeed {
    PromisedTeam,
    Explained,
    Listened,
    Delegated,
    Mediated,
    SetTestOfCause,
    LaidOutDecision,
    AskedSomebody,
    PromisedClient,
}

/// The act with which a module ends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawEnd {
    key: String,
    words: String,
    page: String,
    deed: RawDeed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawQuality {
    name: String,
    kind: RawKind,
    theory: RawTheory,
    definition: String,
    answers: Vec<String>,
    strength: String,
    next_step: String,
    #[serde(default)]
    modules: Vec<String>,
    evidence: RawEvidence,
    item: Vec<RawItem>,
    practice: Vec<RawPractice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawOutcome {
    key: String,
    name: String,
    definition: String,
    answers: Vec<String>,
    item: Vec<RawItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawOutcomes {
    version: String,
    outcome: Vec<RawOutcome>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPlace {
    requirement: String,
    page: String,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPlaces {
    place: Vec<RawPlace>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawAudience {
    Circle,
    Leaders,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPulseQuestion {
    key: String,
    name: String,
    words: String,
    audience: RawAudience,
    answers: Vec<String>,
    beside: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPulse {
    question: Vec<RawPulseQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSection {
    heading: String,
    paragraphs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawModule {
    title: String,
    summary: String,
    minutes: u32,
    answers: Vec<String>,
    section: Vec<RawSection>,
    exercise: String,
    act: RawEnd,
    #[serde(default)]
    prompts: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawStarter {
    key: String,
    title: String,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawStarters {
    starter: Vec<RawStarter>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawWay {
    key: String,
    words: String,
    tends: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSituation {
    key: String,
    title: String,
    story: String,
    question: String,
    modules: Vec<String>,
    answers: Vec<String>,
    way: Vec<RawWay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSituations {
    situation: Vec<RawSituation>,
}

/// Long texts are written over several lines; where a line breaks in the file says nothing.
fn flowed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl From<RawItem> for Item {
    fn from(raw: RawItem) -> Self {
        let words = [
            (Role::Subordinate, raw.subordinate),
            (Role::Peer, raw.peer),
            (Role::HigherUp, raw.higher_up),
            (Role::Client, raw.client),
            (Role::Own, raw.own),
        ];
        Self { key: raw.key, words: words.into_iter().map(|(role, words)| (role, flowed(&words))).collect() }
    }
}

impl From<RawPractice> for Practice {
    fn from(raw: RawPractice) -> Self {
        Self { key: raw.key, words: flowed(&raw.words), page: raw.page }
    }
}

impl From<RawDeed> for Deed {
    fn from(raw: RawDeed) -> Self {
        match raw {
            RawDeed::PromisedTeam => Self::PromisedTeam,
            RawDeed::Explained => Self::Explained,
            RawDeed::Listened => Self::Listened,
            RawDeed::Delegated => Self::Delegated,
            RawDeed::Mediated => Self::Mediated,
            RawDeed::SetTestOfCause => Self::SetTestOfCause,
            RawDeed::LaidOutDecision => Self::LaidOutDecision,
            RawDeed::AskedSomebody => Self::AskedSomebody,
            RawDeed::PromisedClient => Self::PromisedClient,
        }
    }
}

impl From<RawSpec> for EvidenceSpec {
    fn from(raw: RawSpec) -> Self {
        let direction = match raw.direction {
            RawDirection::HigherIsBetter => Direction::HigherIsBetter,
            RawDirection::LowerIsBetter => Direction::LowerIsBetter,
            RawDirection::Balance => Direction::Balance,
        };
        Self { query: raw.query, minimum: raw.minimum, direction, words: flowed(&raw.words) }
    }
}

fn parsed<'a, T: Deserialize<'a>>(file: &str, text: &'a str) -> Result<T, Fault> {
    toml::from_str(text).map_err(|error| Fault { file: file.to_owned(), words: error.to_string() })
}

fn all<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(B::from).collect()
}

/// A quality from its file.
///
/// # Errors
/// When the text is not as a quality is written, naming the file and the place.
pub fn quality(key: &str, text: &str) -> Result<Quality, Fault> {
    let raw: RawQuality = parsed(key, text)?;
    let evidence = match (raw.evidence.none, raw.evidence.query) {
        (Some(reason), queries) if queries.is_empty() => Evidence::None { reason: flowed(&reason) },
        (None, queries) if !queries.is_empty() => Evidence::Queries(all(queries)),
        _ => {
            let words = "evidence has either queries, or the reason why it cannot be computed".to_owned();
            return Err(Fault { file: key.to_owned(), words });
        }
    };
    Ok(Quality {
        key: key.to_owned(),
        name: raw.name,
        kind: match raw.kind {
            RawKind::What => Kind::What,
            RawKind::How => Kind::How,
            RawKind::Skill => Kind::Skill,
        },
        definition: flowed(&raw.definition),
        theory: match raw.theory {
            RawTheory::Trait => Theory::Trait,
            RawTheory::Behavioural => Theory::Behavioural,
            RawTheory::Situational => Theory::Situational,
            RawTheory::Relational => Theory::Relational,
        },
        answers: raw.answers,
        items: all(raw.item),
        evidence,
        practices: all(raw.practice),
        modules: raw.modules,
        strength: flowed(&raw.strength),
        next_step: flowed(&raw.next_step),
    })
}

/// The version of the model and its outcomes.
///
/// # Errors
/// When the text is not as outcomes are written.
pub fn outcomes(text: &str) -> Result<(String, Vec<Outcome>), Fault> {
    let raw: RawOutcomes = parsed("outcomes", text)?;
    let outcomes = raw.outcome.into_iter().map(|raw| Outcome {
        key: raw.key,
        name: raw.name,
        definition: flowed(&raw.definition),
        answers: raw.answers,
        items: all(raw.item),
    });
    Ok((raw.version, outcomes.collect()))
}

/// The pages that answer requirements.
///
/// # Errors
/// When the text is not as places are written.
pub fn places(text: &str) -> Result<Vec<Place>, Fault> {
    let raw: RawPlaces = parsed("places", text)?;
    let places = raw.place.into_iter();
    Ok(places.map(|raw| Place { requirement: raw.requirement, page: raw.page, words: flowed(&raw.words) }).collect())
}

/// What a pulse can ask.
///
/// # Errors
/// When the text is not as the questions of a pulse are written.
pub fn pulse(text: &str) -> Result<Vec<PulseQuestion>, Fault> {
    let raw: RawPulse = parsed("pulse", text)?;
    let questions = raw.question.into_iter().map(|raw| PulseQuestion {
        key: raw.key,
        name: raw.name,
        words: flowed(&raw.words),
        audience: match raw.audience {
            RawAudience::Circle => Audience::Circle,
            RawAudience::Leaders => Audience::Leaders,
        },
        answers: raw.answers,
        beside: raw.beside,
    });
    Ok(questions.collect())
}

/// What a talk about anything but work can begin with.
///
/// # Errors
/// When the text is not as starters are written.
pub fn starters(text: &str) -> Result<Vec<Starter>, Fault> {
    let raw: RawStarters = parsed("starters", text)?;
    let starters = raw.starter.into_iter();
    Ok(starters.map(|raw| Starter { key: raw.key, title: raw.title, words: flowed(&raw.words) }).collect())
}

/// Situations with people.
///
/// # Errors
/// When the text is not as situations are written.
pub fn situations(text: &str) -> Result<Vec<Situation>, Fault> {
    let raw: RawSituations = parsed("situations", text)?;
    let way = |raw: RawWay| SituationWay { key: raw.key, words: flowed(&raw.words), tends: flowed(&raw.tends) };
    let one = |raw: RawSituation| Situation {
        key: raw.key,
        title: raw.title,
        story: flowed(&raw.story),
        ways: raw.way.into_iter().map(way).collect(),
        question: flowed(&raw.question),
        modules: raw.modules,
        answers: raw.answers,
    };
    Ok(raw.situation.into_iter().map(one).collect())
}

/// A module from its file.
///
/// # Errors
/// When the text is not as a module is written, naming the file and the place.
pub fn module(key: &str, text: &str) -> Result<Module, Fault> {
    let raw: RawModule = parsed(key, text)?;
    let body = raw.section.into_iter().map(|section| Section {
        heading: section.heading,
        paragraphs: section.paragraphs.iter().map(|text| flowed(text)).collect(),
    });
    Ok(Module {
        key: key.to_owned(),
        title: raw.title,
        summary: flowed(&raw.summary),
        minutes: raw.minutes,
        body: body.collect(),
        exercise: flowed(&raw.exercise),
        deed: raw.act.deed.into(),
        act: Practice { key: raw.act.key, words: flowed(&raw.act.words), page: raw.act.page },
        answers: raw.answers,
        prompts: raw.prompts,
    })
}
