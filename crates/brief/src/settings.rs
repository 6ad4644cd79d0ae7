//! What the owner told once: name, rates, calendar, address. Kept as `settings.toml` in the data folder.

use std::path::{Path, PathBuf};

use problems::{Range, Rates};
use serde::{Deserialize, Serialize};

use crate::build::RatesSaid;

/// Name of the file in the data folder.
pub const FILE: &str = "settings.toml";

/// The owner's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Whose record it is, shown at the head of the brief.
    pub organisation: Option<String>,
    /// Where the server can be reached, so that files can link to it.
    pub address: Option<String>,
    /// Calendar file with office hours and holidays, relative to the data folder.
    pub calendar: Option<String>,
    /// Folder of a sentence model by which texts are compared too, relative to the data folder.
    pub model: Option<String>,
    /// What an hour costs and how long things take.
    pub rates: Rates,
    /// Whether `rates` came from the owner; else they are assumed and the brief says so.
    pub rates_given: bool,
}

/// As it stands in the file: what is absent was not told.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InFile {
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rates: Option<Rates>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read or written.
    #[error("{path}: {source}; check that the folder exists and may be written")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no settings file.
    #[error("{path}: {reason}; mend the line, or delete the file to begin with the defaults")]
    Form {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A value makes no sense.
    #[error("{name}: {reason}")]
    Value {
        /// Which setting.
        name: &'static str,
        /// Why, and what would do.
        reason: String,
    },
}

impl Settings {
    /// Reads `settings.toml` of a data folder; without that file everything is a default.
    ///
    /// # Errors
    /// When the file is there and cannot be read or understood.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(SettingsError::File { path, source }),
        };
        let form = |reason: String| SettingsError::Form { path: path.clone(), reason };
        let file: InFile = toml::from_str(&text).map_err(|e| form(e.message().to_owned()))?;
        let settings = Self {
            organisation: file.organisation.filter(|o| !o.trim().is_empty()),
            address: file.address.filter(|a| !a.trim().is_empty()),
            calendar: file.calendar.filter(|c| !c.trim().is_empty()),
            model: file.model.filter(|m| !m.trim().is_empty()),
            rates_given: file.rates.is_some(),
            rates: file.rates.unwrap_or_default(),
        };
        settings.check()?;
        Ok(settings)
    }

    /// Writes `settings.toml` of a data folder: beside it first, then over it, so that a crash leaves
    /// the old or the new.
    ///
    /// # Errors
    /// When a value makes no sense or the file cannot be written.
    pub fn save(&self, folder: &Path) -> Result<(), SettingsError> {
        self.check()?;
        let path = folder.join(FILE);
        let file = InFile {
            organisation: self.organisation.clone(),
            address: self.address.clone(),
            calendar: self.calendar.clone(),
            model: self.model.clone(),
            rates: self.rates_given.then(|| self.rates.clone()),
        };
        let text = toml::to_string_pretty(&file)
            .map_err(|e| SettingsError::Form { path: path.clone(), reason: e.to_string() })?;
        let beside = folder.join(format!("{FILE}.new"));
        let write = || -> std::io::Result<()> {
            std::fs::create_dir_all(folder)?;
            std::fs::write(&beside, text)?;
            std::fs::rename(&beside, &path)
        };
        write().map_err(|source| SettingsError::File { path: path.clone(), source })
    }

    /// Checks that the values make sense.
    ///
    /// # Errors
    /// Names the setting and what would do.
    pub fn check(&self) -> Result<(), SettingsError> {
        let value = |name, reason: &str| SettingsError::Value { name, reason: reason.to_owned() };
        let code = &self.rates.currency;
        if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(value("rates.currency", "give the three capital letters of the currency, such as EUR or USD"));
        }
        let most = rust_decimal::Decimal::from(1_000_000);
        for (name, range) in [
            ("rates.staff_hour", self.rates.staff_hour),
            ("rates.people_hour", self.rates.people_hour),
            ("rates.touch_minutes", self.rates.touch_minutes),
            ("rates.lost_minutes", self.rates.lost_minutes),
            ("rates.people_a_ticket", self.rates.people_a_ticket),
        ] {
            if !range.is_ordered() || range.high > most {
                return Err(value(
                    name,
                    "give a low, a middle and a high value in rising order, none below zero or above a million",
                ));
            }
        }
        if let Some(address) = &self.address
            && !(address.starts_with("https://") || address.starts_with("http://"))
        {
            return Err(value("address", "begin with https:// or http://"));
        }
        Ok(())
    }

    /// What a call stands for, as measures reckon it.
    #[must_use]
    pub fn lost(&self) -> measures::Lost {
        use rust_decimal::prelude::ToPrimitive;
        // Settings are below a million: what is beyond the largest number of thousandths is held there.
        let thousandths = |value: rust_decimal::Decimal| {
            let thousandths = value.checked_mul(1000.into()).map(|value| value.round());
            thousandths.and_then(|value| value.to_u32()).unwrap_or(u32::MAX)
        };
        let three = |range: Range| [range.low, range.mid, range.high].map(thousandths);
        measures::Lost {
            people_thousandths: three(self.rates.people_a_ticket),
            minutes_thousandths: three(self.rates.lost_minutes),
        }
    }

    /// The rates as the brief tells them.
    #[must_use]
    pub fn rates_said(&self) -> RatesSaid {
        use rust_decimal::prelude::ToPrimitive;
        let rates = &self.rates;
        let ends = |range: Range| (range.low.to_f64().unwrap_or(0.0), range.high.to_f64().unwrap_or(0.0));
        let said = |range: &Range| {
            if range.low == range.high {
                range.mid.normalize().to_string()
            } else {
                format!("{} to {} (middle {})", range.low.normalize(), range.high.normalize(), range.mid.normalize())
            }
        };
        RatesSaid {
            currency: rates.currency.clone(),
            hour: ends(rates.staff_hour),
            touch_minutes: ends(rates.touch_minutes),
            lost_minutes: ends(rates.people_a_ticket.times(rates.lost_minutes)),
            assumed: !self.rates_given,
            lines: vec![
                format!("An hour of IT staff: {} {}", rates.currency, said(&rates.staff_hour)),
                format!("An hour of the people served: {} {}", rates.currency, said(&rates.people_hour)),
                format!("Work on a call where none is booked: {} minutes", said(&rates.touch_minutes)),
                format!("Working time that an affected person loses: {} minutes", said(&rates.lost_minutes)),
                format!("People affected by a call that does not tell who asked: {}", said(&rates.people_a_ticket)),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_file_means_assumed_rates() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::load(folder.path()).unwrap();
        assert!(!settings.rates_given && settings.rates_said().assumed);
    }

    #[test]
    fn measures_assume_what_the_settings_assume() {
        assert_eq!(Settings::default().lost(), measures::Lost::default());
        let rates = Rates { people_a_ticket: Range::whole(1, 2, 3), ..Rates::default() };
        let lost = Settings { rates, ..Settings::default() }.lost();
        assert_eq!(lost.people_thousandths, [1_000, 2_000, 3_000]);
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            organisation: Some("Städtische Werke \"Nord\"".to_owned()),
            address: Some("https://plumb.example".to_owned()),
            calendar: None,
            model: Some("/srv/models/minilm".to_owned()),
            rates: Rates { currency: "CHF".to_owned(), staff_hour: Range::whole(60, 90, 120), ..Rates::default() },
            rates_given: true,
        };
        settings.save(folder.path()).unwrap();
        assert_eq!(Settings::load(folder.path()).unwrap(), settings);
    }

    #[test]
    fn numbers_may_be_written_plainly_and_mistakes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| std::fs::write(folder.path().join(FILE), text).unwrap();
        write("[rates]\ncurrency = \"USD\"\nstaff_hour = { low = 50, mid = 70.5, high = 90 }\n");
        let settings = Settings::load(folder.path()).unwrap();
        assert!(settings.rates_given);
        assert_eq!(settings.rates.staff_hour.mid.to_string(), "70.5");
        write("[rates]\nstaff_hour = { low = 90, mid = 70, high = 50 }\n");
        assert!(Settings::load(folder.path()).unwrap_err().to_string().contains("rates.staff_hour"));
        write("organization = \"x\"\n");
        assert!(Settings::load(folder.path()).unwrap_err().to_string().contains("organization"));
        write("[rates]\ncurrency = \"euro\"\n");
        assert!(Settings::load(folder.path()).unwrap_err().to_string().contains("EUR"));
    }
}
