//! A report belongs to its person: they rate themselves before they see it, share it in parts, take that back, and
//! reply to it.

use std::collections::BTreeMap;

use leadership::PersonId;
use leadership::circle::Actor;
use leadership::profile::{OwnQuality, OwnView, Report, Seer};
use leadership::text;

pub use leadership::profile::Part;

use super::read::{Eyes, Seen, everybody, get, parts_text};
use super::work::SCALE;
use super::{NOUN, ReportId};
use crate::chain::Said;
use crate::error::{LedgerError, Refused};
use crate::ledger::Act;
use crate::people;
use crate::tx::Tx;
use crate::waves;

/// A report of the actor's own, once it is open to them.
pub(super) async fn own(tx: &mut Tx, actor: &Actor, id: ReportId) -> Result<Seen, Refused> {
    let seen = get(tx, actor, id).await?.filter(|seen| seen.eyes == Eyes::Own).ok_or(Refused::NotFound)?;
    if seen.report.is_none() {
        return Err(Refused::conflict(
            "This report is not open yet.",
            "Say first how you see yourself; then you see how others see you.",
        ));
    }
    Ok(seen)
}

/// Opens a report; whoever is not its person is noted as having looked.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    /// Which.
    pub report: ReportId,
}

#[crate::act]
impl Act for Open {
    type Done = Seen;

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<Seen, Refused> {
        let seen = get(tx, actor, self.report).await?.ok_or(Refused::NotFound)?;
        let what = match &seen.eyes {
            Eyes::Own => return Ok(seen),
            Eyes::Shared(..) => "the report that they shared",
            Eyes::Everybody(_) => "the report that they opened to everybody",
        };
        people::looked(tx, actor.person, seen.line.person, what).await?;
        Ok(seen)
    }
}

/// How one sees oneself, said after the wave and before seeing the report.
#[derive(Debug, Clone)]
pub struct SeeYourself {
    /// Which.
    pub report: ReportId,
    /// Answers by the key of the question, as chosen: `1` to `5`, or [`waves::UNABLE`] for “not able to say”.
    pub answers: BTreeMap<String, String>,
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0 + 0.0
}

/// Puts self beside others in a report that was worked out without a self-rating. Without intervals: the self-rating
/// was not part of the computation.
fn beside(report: &mut Report, answers: &BTreeMap<String, u8>) {
    let mut gaps: Vec<(usize, f64, f64)> = Vec::new();
    for (at, quality) in report.qualities.iter().enumerate() {
        let said: Vec<f64> = quality.items.iter().filter_map(|item| answers.get(item)).map(|a| f64::from(*a)).collect();
        let (Some(figure), Some(seen)) = (quality.together, rating::num::mean(&said)) else { continue };
        gaps.push((at, seen, seen - figure.mean));
    }
    let Some(bias) = rating::num::mean(&gaps.iter().map(|(.., gap)| *gap).collect::<Vec<_>>()) else { return };
    report.own = Some(OwnView { bias: tenth(bias), interval: None, probability: None });
    for (at, seen, gap) in gaps {
        report.qualities[at].own = Some(OwnQuality {
            seen: tenth(seen),
            gap: tenth(gap),
            interval: None,
            probability: None,
            pattern: tenth(gap - bias),
            pattern_interval: None,
        });
    }
}

#[crate::act]
impl Act for SeeYourself {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let seen = get(tx, actor, self.report).await?.filter(|seen| seen.eyes == Eyes::Own).ok_or(Refused::NotFound)?;
        if seen.line.rated_self {
            return Err(Refused::conflict("You have rated yourself.", "Your report is open."));
        }
        let items = waves::items(tx, seen.line.wave).await?;
        let mut answers = BTreeMap::new();
        let mut wrongs = leadership::Wrongs::default();
        for item in &items {
            let chosen = self.answers.get(&item.key).map_or("", String::as_str);
            match chosen.parse::<u8>() {
                _ if chosen == waves::UNABLE => {}
                Ok(answer) if (1..=SCALE).contains(&answer) => {
                    answers.insert(item.key.clone(), answer);
                }
                _ => wrongs.add(&item.key, "Choose an answer, or “not able to say”."),
            }
        }
        wrongs.or(())?;
        let row =
            tx.one("select body from report where id = $1", args![self.report]).await?.ok_or(Refused::NotFound)?;
        let mut report: Report = row.json("body")?;
        beside(&mut report, &answers);
        let today = tx.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let body = serde_json::to_string(&report).map_err(LedgerError::from)?;
        tx.run("update report set body = $1, rated_self_on = $2 where id = $3", args![body, today, self.report])
            .await?;
        tx.say(Said::new(NOUN, self.report, "rated_self").by(actor.person));
        Ok(())
    }
}

/// What a form chose of parts: at least one, in their order.
fn chosen(parts: &[String]) -> Result<Vec<Part>, Refused> {
    let parts: Vec<Part> =
        Part::ALL.iter().copied().filter(|part| parts.iter().any(|name| name == part.name())).collect();
    if parts.is_empty() { Err(Refused::field("parts", "Choose at least one part.")) } else { Ok(parts) }
}

/// Shares one's own report with somebody, whole or in parts; again for other parts.
#[derive(Debug, Clone, Default)]
pub struct Share {
    /// Which; as it was typed.
    pub report: String,
    /// With whom, by identifier.
    pub viewer: String,
    /// As what they look: the name of a [`Seer`].
    pub seer: String,
    /// Names of [`Part`]s.
    pub parts: Vec<String>,
}

#[crate::act]
impl Act for Share {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let id: ReportId = self.report.parse().map_err(|_| Refused::NotFound)?;
        own(tx, actor, id).await?;
        let mut wrongs = leadership::Wrongs::default();
        let known = everybody(tx, actor).await?;
        let viewer: Option<PersonId> =
            self.viewer.parse().ok().filter(|viewer| known.iter().any(|(person, _)| person == viewer));
        if viewer.is_none() {
            wrongs.add("viewer", "Choose somebody of your circles.");
        }
        let seer = Seer::from_name(&self.seer);
        if seer.is_none() {
            wrongs.add("seer", "Choose as what they look at it.");
        }
        let parts = match chosen(&self.parts) {
            Ok(parts) => parts,
            Err(Refused::Wrong(wrong)) => {
                wrongs.0.extend(wrong.0);
                Vec::new()
            }
            Err(other) => return Err(other),
        };
        let (viewer, seer) = wrongs.or((viewer, seer))?;
        let (Some(viewer), Some(seer)) = (viewer, seer) else { return Err(Refused::NotFound) };
        let parts = parts_text(&parts);
        tx.run(
            "insert into report_share (report, viewer, seer, parts, since) values ($1, $2, $3, $4, $5) \
             on conflict (report, viewer) do update set seer = $3, parts = $4, since = $5",
            args![id, viewer, seer.name(), &parts, tx.now()],
        )
        .await?;
        tx.say(
            Said::new(NOUN, id, "shared")
                .by(actor.person)
                .with("with", viewer.to_string())
                .with("as", seer.name())
                .with("parts", parts),
        );
        Ok(())
    }
}

/// Takes back what was shared with somebody.
#[derive(Debug, Clone, Copy)]
pub struct TakeBack {
    /// Which report.
    pub report: ReportId,
    /// From whom.
    pub viewer: PersonId,
}

#[crate::act]
impl Act for TakeBack {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.report).await?;
        let touched = tx
            .run("delete from report_share where report = $1 and viewer = $2", args![self.report, self.viewer])
            .await?;
        if touched == 0 {
            return Err(Refused::NotFound);
        }
        // Who does not see it any more cannot use it either.
        tx.run(
            "update report_pay set withdrawn_at = $1 where report = $2 and viewer = $3 and withdrawn_at is null",
            args![tx.now(), self.report, self.viewer],
        )
        .await?;
        tx.say(Said::new(NOUN, self.report, "taken_back").by(actor.person).with("from", self.viewer.to_string()));
        Ok(())
    }
}

/// Opens parts of one's own report to everybody inside, or closes it again: no part closes it.
#[derive(Debug, Clone)]
pub struct OpenTo {
    /// Which.
    pub report: ReportId,
    /// Names of [`Part`]s.
    pub parts: Vec<String>,
}

#[crate::act]
impl Act for OpenTo {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        let seen = own(tx, actor, self.report).await?;
        let parts = if self.parts.is_empty() { Vec::new() } else { chosen(&self.parts)? };
        // Who commented wrote to one person, and perhaps to those whom this one asks for advice.
        if parts.contains(&Part::Comments) {
            return Err(Refused::field("parts", "Comments are shared with a person by name, never with everybody."));
        }
        if parts == seen.open_to_all {
            return Ok(());
        }
        let text = parts_text(&parts);
        tx.run("update report set open_parts = $1 where id = $2", args![&text, self.report]).await?;
        let kind = if parts.is_empty() { "closed_to_all" } else { "opened_to_all" };
        tx.say(Said::new(NOUN, self.report, kind).by(actor.person).with("parts", text));
        Ok(())
    }
}

/// Replies to one's own report: whoever sees any of it sees the reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Which.
    pub report: ReportId,
    /// The words; empty to take the reply back.
    pub words: String,
}

#[crate::act]
impl Act for Reply {
    type Done = ();

    async fn perform(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Refused> {
        own(tx, actor, self.report).await?;
        let words = text::prose_or_empty("words", &self.words)?;
        let at = (!words.is_empty()).then(|| tx.now());
        tx.run("update report set reply = $1, replied_at = $2 where id = $3", args![&words, at, self.report]).await?;
        tx.say(Said::new(NOUN, self.report, "replied").by(actor.person).sealed(actor.person, "words", words));
        Ok(())
    }
}
