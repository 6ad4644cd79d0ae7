//! Recognising a file: by a profile that knows its columns, else by guessing from names and values.

use std::path::Path;

use formats::{Reader, Record, Refusal};

use crate::api::{Difficulty, Finding, Options, Unread, Unsettled};
use crate::dates::DateKind;
use crate::fit::{fit, how, leave_out};
use crate::mapping::{Field, Grain, Mapping, Sort};
use crate::nested::Nested;
use crate::plan::columns_of;
use crate::survey::{Column, Survey};

/// A file recognised: the mapping that will be used, how sure it is, and what stands in the way.
#[derive(Debug, Clone)]
pub struct Recognised {
    /// The mapping, its dates settled as far as the file settles them.
    pub mapping: Mapping,
    /// The profile it comes from; `None` when it was guessed or given by the owner.
    pub profile: Option<String>,
    /// Where the mapping comes from: `profile`, `owner` or `guess`.
    pub origin: &'static str,
    /// How sure the whole is, 0 to 1.
    pub confidence: f64,
    /// Field by field.
    pub fields: Vec<Finding>,
    /// Columns that no field is read from.
    pub unread: Vec<Unread>,
    /// What was found difficult.
    pub difficulties: Vec<Difficulty>,
    /// What was assumed, and what the reader of the format noticed.
    pub notes: Vec<String>,
    /// Date columns whose order stays open: the file is refused until it is told.
    pub unsettled: Vec<Unsettled>,
    /// Why this is no export of tickets: what is missing and what would mend it.
    pub unusable: Option<(String, String)>,
    /// Rows looked at.
    pub looked_at: u64,
    pub(crate) format: formats::Format,
    pub(crate) columns: Vec<String>,
    pub(crate) first: Vec<Record>,
}

impl Recognised {
    /// The mapping, ready for `read`.
    ///
    /// # Errors
    /// When the file is no export of tickets, or the order of its dates stays open: with both
    /// readings of the same example and the flag that settles it.
    pub fn settled(&self, path: &Path) -> Result<&Mapping, Refusal> {
        if let Some((reason, remedy)) = &self.unusable {
            return Err(Refusal { path: path.into(), reason: reason.clone(), remedy: remedy.clone() });
        }
        if let Some(open) = self.unsettled.first() {
            let readings: Vec<String> = open.readings.iter().map(|(order, date)| format!("{date} ({order})")).collect();
            let reason = format!(
                "the order of dates stays open: `{}` in column `{}` is {}",
                open.example,
                open.column,
                readings.join(" or ")
            );
            return Err(Refusal { path: path.into(), reason, remedy: open.remedy.clone() });
        }
        Ok(&self.mapping)
    }
}

/// Recognises a file from its columns and values. Reads its first rows, and on to its end only as
/// long as the order of a date column is not plain; open the file anew to read it.
///
/// # Errors
/// When the file cannot be read, the profile or the zone is not known, or the given mapping reads
/// none of the file's columns.
pub fn recognise(reader: &mut dyn Reader, path: &Path, options: &Options) -> Result<Recognised, Refusal> {
    let refuse = |reason: String, remedy: String| Refusal { path: path.into(), reason, remedy };
    let mut nested = Nested::peek(reader)?;
    let holder = nested.holder.clone();
    let reader: &mut dyn Reader = &mut nested;
    let mut survey = Survey::take(reader)?;
    let guessed;
    let (mut mapping, profile, origin, confidence, reasons) = if let Some(mapping) = &options.mapping {
        (mapping.clone(), None, "owner", 1.0, Vec::new())
    } else if let Some(name) = &options.profile {
        let Some(profile) = crate::profile::profile(name) else {
            let known: Vec<_> = crate::profile::names().collect();
            return Err(refuse(format!("there is no profile `{name}`"), format!("Profiles: {}", known.join(", "))));
        };
        (profile.clone(), Some(name.clone()), "profile", 1.0, Vec::new())
    } else if let Some((profile, score)) = crate::profile::find(&survey) {
        (profile.clone(), Some(profile.name.clone()), "profile", score, Vec::new())
    } else {
        guessed = crate::guess::guess(&survey);
        (guessed.0, None, "guess", guessed.1, guessed.2)
    };
    if holder.is_some() {
        mapping.rows_in = holder;
    }
    let mut left_out = if origin == "profile" { leave_out(&mut mapping, &survey) } else { Vec::new() };
    left_out.extend(crate::decimal::settle(&mut mapping, &survey));
    if let Some(zone) = &options.time_zone {
        mapping.time_zone = Some(zone.clone());
    }
    if let Some(zone) = &mapping.time_zone {
        crate::zone::Zone::named(zone).map_err(|reason| refuse(reason, "Give --time-zone with an IANA name".into()))?;
    }
    let (settled, unsettled) = crate::settle::settle(&mapping, &mut survey, reader, options)?;
    for settled in &settled {
        if let Some(map) = mapping.fields.get_mut(&settled.field) {
            map.date = Some(settled.kind);
        }
    }
    let mut recognised = Recognised {
        profile,
        origin,
        confidence,
        fields: Vec::new(),
        unread: Vec::new(),
        difficulties: left_out,
        notes: survey.notes.clone(),
        unsettled,
        unusable: None,
        looked_at: survey.rows,
        format: survey.format,
        columns: survey.columns.iter().map(|column| column.name.clone()).collect(),
        first: std::mem::take(&mut survey.first),
        mapping,
    };
    recognised.zone(&survey);
    recognised.find_fields(&survey, &settled, &reasons);
    recognised.find_unread(&survey);
    recognised.judge(&survey);
    Ok(recognised)
}

impl Recognised {
    /// A zone that nobody told is assumed aloud.
    fn zone(&mut self, survey: &Survey) {
        let naked: Vec<String> = self
            .mapping
            .fields
            .iter()
            .filter(|(field, map)| {
                field.sort() == Sort::Date && !matches!(map.date, Some(DateKind::EpochSeconds | DateKind::EpochMillis))
            })
            .flat_map(|(&field, map)| columns_of(map, field, &self.mapping, &self.columns))
            .filter_map(|index| survey.columns.get(index))
            .filter(|column| column.dates.civil + column.dates.serial > column.dates.zoned)
            .map(|column| column.name.clone())
            .collect();
        match (&self.mapping.time_zone, naked.is_empty()) {
            (_, true) => {}
            (Some(zone), false) => self.notes.push(format!("dates without a zone are read as {zone}")),
            (None, false) => {
                let mut names: Vec<String> = Vec::new();
                for name in &naked {
                    let name = format!("`{name}`");
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                let more = match names.len() {
                    0..=3 => String::new(),
                    all => format!(" and {} more", all - 3),
                };
                names.truncate(3);
                self.notes.push(format!(
                    "no zone is told for the dates in {}{more}: they are read as UTC. Give --time-zone (such as Europe/Berlin) if the clocks were elsewhere",
                    names.join(", ")
                ));
            }
        }
        if self.mapping.time_zone.is_none() {
            self.mapping.time_zone = Some("UTC".into());
        }
    }

    fn find_fields(&mut self, survey: &Survey, settled: &[crate::settle::Settled], guessed: &[(Field, f64, String)]) {
        for (&field, map) in &self.mapping.fields {
            let indices = columns_of(map, field, &self.mapping, &self.columns);
            if indices.is_empty() && map.constant.is_none() {
                continue;
            }
            let columns: Vec<&Column> = indices.iter().filter_map(|&index| survey.columns.get(index)).collect();
            let (mut confidence, mut reason) = match (self.origin, guessed.iter().find(|(known, ..)| *known == field)) {
                ("guess", Some((_, confidence, reason))) => (*confidence, reason.clone()),
                ("owner", _) => (1.0, "by the mapping given".to_owned()),
                _ if columns.is_empty() => (0.9, "the same for all rows".to_owned()),
                _ => (0.98, format!("known to the profile {}", self.profile.as_deref().unwrap_or("given"))),
            };
            if let Some(settled) = settled.iter().find(|settled| settled.field == field) {
                reason = format!("{reason}; {}", settled.reason);
            }
            let (fit, why) = fit(field, map, &columns);
            if fit < 0.95 {
                confidence *= fit;
                reason = format!("{reason}; {why}");
            }
            self.fields.push(Finding {
                field,
                columns: columns.iter().map(|column| column.name.clone()).collect(),
                how: how(field, map, columns.len()),
                confidence: (confidence * 100.0).round() / 100.0,
                reason,
            });
        }
    }

    fn find_unread(&mut self, survey: &Survey) {
        for column in &survey.columns {
            if self.fields.iter().any(|finding| finding.columns.contains(&column.name)) {
                continue;
            }
            let used =
                self.mapping.history.as_ref().is_some_and(|history| crate::words::fold(&history.from) == column.folded)
                    || self.mapping.links.iter().any(|link| crate::words::fold(&link.from) == column.folded);
            let why = match () {
                () if column.handler => "names persons: never read",
                () if used => "read for its history or links",
                () if column.present == 0 => "empty",
                () => "no field for it",
            };
            self.unread.push(Unread { column: column.name.clone(), why: why.into() });
        }
    }

    /// Whether this can be an export of tickets or changes at all.
    fn judge(&mut self, survey: &Survey) {
        let has = |field: Field| self.fields.iter().any(|finding| finding.field == field);
        let needed = match self.mapping.grain {
            Grain::Change => vec![vec![Field::Id]],
            Grain::Log => vec![vec![Field::Id], vec![Field::When, Field::AsOf]],
            Grain::Ticket => vec![vec![Field::Id], vec![Field::Opened]],
            Grain::Job => vec![vec![Field::Id], vec![Field::When], vec![Field::After]],
        };
        let lacking: Vec<&str> = needed
            .iter()
            .filter(|fields| !fields.iter().any(|&field| has(field)))
            .filter_map(|fields| fields.first())
            .map(|field| field.name())
            .collect();
        let listed: Vec<&str> = self.columns.iter().take(12).map(String::as_str).collect();
        let listed = format!("{}{}", listed.join(", "), if self.columns.len() > 12 { ", …" } else { "" });
        if survey.rows == 0 {
            self.unusable = Some(("it has no rows of data".into(), "Export it anew".into()));
        } else if !lacking.is_empty() {
            let what: Vec<&str> = lacking
                .iter()
                .map(|field| match *field {
                    "id" => "the number of a ticket",
                    "when" => "when something happened",
                    "after" => "how a job ended",
                    _ => "when a ticket was opened",
                })
                .collect();
            self.unusable = Some((
                format!(
                    "it is no export of tickets that is known: no column tells {} (columns: {listed})",
                    what.join(", nor ")
                ),
                "Say with --mapping which column is which; --dry-run shows a mapping to begin with".into(),
            ));
        } else if self.origin == "guess"
            && crate::guess::lists_persons(
                survey,
                has(Field::Priority) || has(Field::Resolved) || has(Field::Resolution),
            )
        {
            self.unusable = Some((
                format!("it looks like a list of persons, not of tickets (columns: {listed})"),
                "Say with --mapping which column is which if it is one of tickets".into(),
            ));
        } else if self.origin == "guess" && self.fields.len() < 4 {
            self.unusable = Some((
                format!("too little in it looks like a ticket (columns: {listed})"),
                "Say with --mapping which column is which; --dry-run shows a mapping to begin with".into(),
            ));
        }
        for open in &self.unsettled {
            let readings: Vec<String> = open.readings.iter().map(|(order, date)| format!("{date} ({order})")).collect();
            self.difficulties.push(Difficulty {
                column: open.column.clone(),
                what: format!("the order of the dates stays open: {}", readings.join(" or ")),
                count: survey.rows,
                examples: vec![open.example.clone()],
                remedy: open.remedy.clone(),
            });
        }
        if self.origin == "guess" {
            self.notes.push("no profile knows this file: the mapping is guessed. Look it over; it can be saved, edited and given back with --mapping".into());
        }
    }
}
