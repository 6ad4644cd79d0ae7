//! How a job ended: by the words of its outcome.

use crate::class::Words;

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With something that somebody should look at.
    Warned,
    /// Without its result.
    Failed,
    /// Well.
    Succeeded,
}

impl Outcome {
    /// All of them, in the order in which their words are looked for.
    const ALL: [Self; 3] = [Self::Warned, Self::Failed, Self::Succeeded];

    /// Its word in the record.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Warned => "warned",
            Self::Failed => "failed",
            Self::Succeeded => "succeeded",
        }
    }
}

#[derive(serde::Deserialize)]
struct Shipped {
    warned: Vec<String>,
    failed: Vec<String>,
    succeeded: Vec<String>,
}

/// The words of outcomes, made ready for looking.
pub(crate) struct Outcomes(Words);

impl Outcomes {
    /// The shipped words.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn new() -> Result<Self, String> {
        let shipped =
            toml::from_str::<Shipped>(include_str!("../words/outcomes.toml")).map_err(|error| error.to_string())?;
        let all = [&shipped.warned, &shipped.failed, &shipped.succeeded];
        Ok(Self(Words::new(all.into_iter().map(Vec::as_slice).enumerate())?))
    }

    /// What an outcome means; `None` where no word tells it.
    pub(crate) fn of(&mut self, outcome: &str) -> Option<Outcome> {
        Outcome::ALL.get(self.0.of_field(&outcome.to_lowercase())?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_told_in_many_words() {
        let mut outcomes = Outcomes::new().expect("words");
        for (told, expected) in [
            ("Success", Some(Outcome::Succeeded)),
            ("Completed", Some(Outcome::Succeeded)),
            ("Completed with errors", Some(Outcome::Warned)),
            ("Completed with warnings", Some(Outcome::Warned)),
            ("Failed", Some(Outcome::Failed)),
            ("Not successful", Some(Outcome::Failed)),
            ("Erfolgreich", Some(Outcome::Succeeded)),
            ("Nicht erfolgreich", Some(Outcome::Failed)),
            ("Échec", Some(Outcome::Failed)),
            ("Réussie", Some(Outcome::Succeeded)),
            ("Mislukt", Some(Outcome::Failed)),
            ("Éxito", Some(Outcome::Succeeded)),
            ("Non compliant", Some(Outcome::Failed)),
            ("Compliant", Some(Outcome::Succeeded)),
            ("Reboot required", Some(Outcome::Warned)),
            ("17", None),
        ] {
            assert_eq!(outcomes.of(told), expected, "{told}");
        }
    }
}
