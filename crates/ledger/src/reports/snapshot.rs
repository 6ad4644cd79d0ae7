//! A closed wave as it is read for working out: everything at once, from one snapshot of the database.

use std::collections::{BTreeMap, BTreeSet};

use leadership::profile::{Comments, Findings, Kind, Report};
use leadership::wave::Question;
use leadership::{PersonId, WaveId};
use rating::disclosure::{Policy, comments_allowed};
use rating::model::Role;

use super::work::{Answered, Asked, Before, Rated, Snapshot, Topic};
use crate::chain::sha256;
use crate::error::LedgerError;
use crate::evidence;
use crate::sealed::{self, AnswerKey};
use crate::tx::Tx;
use crate::waves::{self, Wave};

fn broken(what: &str) -> LedgerError {
    LedgerError::Inside(format!("a wave cannot be worked out: {what}"))
}

/// What a quality of a wave is; whatever the model does not know any more counts as a skill.
fn kind(key: &str) -> Kind {
    let model = model::shipped();
    match model.quality(key).map(|quality| quality.kind) {
        Some(model::Kind::What) => Kind::What,
        Some(model::Kind::How) => Kind::How,
        None if model.outcome(key).is_some() => Kind::Outcome,
        Some(model::Kind::Skill) | None => Kind::Skill,
    }
}

/// What was released before about the people of a wave.
async fn released(tx: &mut Tx, wave: WaveId) -> Result<BTreeMap<PersonId, BTreeSet<BTreeSet<String>>>, LedgerError> {
    let rows = tx
        .rows(
            "select s.rated, s.raters from released_set s where s.rated in (select person from rated where wave = $1)",
            args![wave],
        )
        .await?;
    let mut out: BTreeMap<PersonId, BTreeSet<BTreeSet<String>>> = BTreeMap::new();
    for row in &rows {
        out.entry(row.id("rated")?).or_default().insert(row.json("raters")?);
    }
    Ok(out)
}

/// The questions of an earlier wave with their wording, by their key.
async fn wordings(tx: &mut Tx, wave: WaveId) -> Result<BTreeMap<String, String>, LedgerError> {
    Ok(waves::items(tx, wave).await?.into_iter().map(|item| (item.key.clone(), item.wording())).collect())
}

/// The last report before this wave of the people in it.
async fn before(tx: &mut Tx, wave: &Wave) -> Result<BTreeMap<PersonId, Before>, LedgerError> {
    let rows = tx
        .rows(
            "select r.person, r.wave, r.body from report r join (select o.person, max(o.closed_on) as closed_on from report o \
             where o.wave <> $1 and o.person in (select person from rated where wave = $1) group by o.person) last \
             on last.person = r.person and last.closed_on = r.closed_on where r.wave <> $1 order by r.id",
            args![wave.id],
        )
        .await?;
    let (mut asked, mut out) = (BTreeMap::<WaveId, BTreeMap<String, String>>::new(), BTreeMap::new());
    for row in &rows {
        let earlier: WaveId = row.id("wave")?;
        let wordings = match asked.get(&earlier) {
            Some(known) => known.clone(),
            None => wordings(tx, earlier).await?,
        };
        asked.insert(earlier, wordings.clone());
        out.insert(row.id("person")?, Before { report: row.json::<Report>("body")?, wordings });
    }
    Ok(out)
}

/// Parameters of questions from the newest wave that was large enough to tell them, by their name with their wording:
/// what was found of one wording does not hold for another.
async fn anchors(tx: &mut Tx) -> Result<BTreeMap<String, (f64, Vec<f64>)>, LedgerError> {
    for row in tx.rows("select wave, body from wave_findings order by made_at desc limit 20", args![]).await? {
        let found: Findings = row.json("body")?;
        if found.items.iter().all(|item| item.parameters.is_none()) {
            continue;
        }
        let wordings = wordings(tx, row.id("wave")?).await?;
        return Ok(found
            .items
            .into_iter()
            .filter_map(|item| Some((wordings.get(&item.key)?.clone(), item.parameters?)))
            .collect());
    }
    Ok(BTreeMap::new())
}

/// Comments on somebody, by question, in the order of their random identifiers. Decided from how many answered alone.
async fn comments(
    tx: &mut Tx,
    key: &AnswerKey,
    wave: WaveId,
    rated: PersonId,
    members: &BTreeMap<Role, BTreeSet<String>>,
) -> Result<Vec<Comments>, LedgerError> {
    let hidden = super::shown::HIDDEN.iter().filter_map(|role| members.get(role)).flatten();
    let all: BTreeSet<u32> = (0..).zip(hidden).map(|(number, _)| number).collect();
    if !comments_allowed(&all, &all) {
        return Ok(Vec::new());
    }
    let all = sealed::comments(tx, key, wave, rated).await?;
    let mut out = Vec::new();
    for question in Question::ALL {
        let words: Vec<String> = all
            .iter()
            // What the person says about themselves is no comment of others.
            .filter(|comment| comment.question == *question && comment.named != Some(rated))
            .map(|comment| comment.words.clone())
            .collect();
        if !words.is_empty() {
            out.push(Comments { question: question.shown().to_owned(), words });
        }
    }
    Ok(out)
}

/// Reads a closed wave.
pub(super) async fn read(tx: &mut Tx, key: &AnswerKey, wave: &Wave) -> Result<Snapshot, LedgerError> {
    let closed_on = wave.closed_on.ok_or_else(|| broken("it is not closed"))?;
    let topics: Vec<Topic> = waves::qualities(tx, wave.id)
        .await?
        .into_iter()
        .map(|(key, name)| Topic { kind: kind(&key), key, name })
        .collect();
    let asked = waves::items(tx, wave.id)
        .await?
        .into_iter()
        .map(|item| {
            let quality = topics.iter().position(|topic| topic.key == item.quality);
            let quality = quality.ok_or_else(|| broken("a question has no quality"))?;
            Ok(Asked { wording: item.wording(), key: item.key, quality })
        })
        .collect::<Result<Vec<Asked>, LedgerError>>()?;
    let mut forms = sealed::forms(tx, key, wave.id).await?;
    let mut members = sealed::members(tx, wave.id).await?;
    let mut released = released(tx, wave.id).await?;
    let mut before = before(tx, wave).await?;
    let people: Vec<PersonId> = waves::rated_in(tx, wave.id).await?.into_iter().map(|rated| rated.person).collect();
    let mut evidence = evidence::gather(tx, &people, closed_on, evidence::ROWS).await?;
    let mut rated = Vec::with_capacity(people.len());
    for person in people {
        let members = members.remove(&person).unwrap_or_default();
        let comments = comments(tx, key, wave.id, person, &members).await?;
        let forms = forms.remove(&person).unwrap_or_default();
        rated.push(Rated {
            person,
            forms: forms.into_iter().map(|form| Answered { role: form.role, answers: form.answers }).collect(),
            members,
            released: released.remove(&person).unwrap_or_default(),
            before: before.remove(&person),
            comments,
            evidence: evidence.remove(&person).unwrap_or_default(),
        });
    }
    let digest = sha256(&wave.id.to_string());
    let seed = u64::from_str_radix(digest.get(..16).unwrap_or_default(), 16).unwrap_or(1);
    Ok(Snapshot {
        title: wave.title.clone(),
        closed_on,
        model: wave.model_version.clone(),
        topics,
        asked,
        rated,
        anchors: anchors(tx).await?,
        seed,
        policy: Policy::default(),
    })
}
