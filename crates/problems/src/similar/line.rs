//! A ticket as a script hands it in.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

/// One ticket of a batch: `{"id","opened","title","text"?,"fields"?:{…}}`. What else an object holds is
/// left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Line {
    /// Its id: text or a number.
    #[serde(deserialize_with = "word")]
    pub id: String,
    /// Opened, seconds since 1970; a date and time with its zone (RFC 3339) is read too.
    #[serde(deserialize_with = "instant")]
    pub opened: i64,
    /// Short description.
    #[serde(default, deserialize_with = "word")]
    pub title: String,
    /// Description.
    #[serde(default, deserialize_with = "word")]
    pub text: String,
    /// Coded fields by name; missing values are left out.
    #[serde(default, deserialize_with = "words")]
    pub fields: BTreeMap<String, String>,
}

impl Line {
    /// Fields as names and values.
    pub fn coded(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// What scripts write where a word is meant.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a text, a number, true, false or null is wanted here, no list and no object")]
enum Scalar {
    Text(String),
    Whole(i64),
    Number(f64),
    Truth(bool),
    Nothing(()),
}

impl Scalar {
    fn words(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Whole(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Nothing(()) => String::new(),
        }
    }
}

fn word<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Scalar::deserialize(from).map(Scalar::words)
}

fn words<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    let map = Option::<BTreeMap<String, Scalar>>::deserialize(from)?.unwrap_or_default();
    Ok(map.into_iter().map(|(k, v)| (k, v.words())).filter(|(_, v)| !v.is_empty()).collect())
}

fn instant<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    use serde::de::Error;
    match Scalar::deserialize(from)? {
        Scalar::Whole(seconds) => Ok(seconds),
        #[expect(clippy::cast_possible_truncation, reason = "held to the range by the cast; fractions of a second go")]
        Scalar::Number(seconds) if seconds.is_finite() => Ok(seconds as i64),
        Scalar::Text(text) => text
            .parse::<i64>()
            .ok()
            .or_else(|| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second))
            .ok_or_else(|| {
                D::Error::custom(format!(
                    "“{text}” is no instant: give seconds since 1970, or a date such as 2026-01-31T08:00:00Z"
                ))
            }),
        _ => Err(D::Error::custom("no instant: give seconds since 1970, or a date such as 2026-01-31T08:00:00Z")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_scripts_write() {
        let full: Line = serde_json::from_str(
            r#"{"id": 7, "opened": "2026-01-31T08:00:00Z", "title": "a", "text": null, "extra": [1],
                "fields": {"category": "Mail", "level": 3, "none": null}}"#,
        )
        .unwrap();
        assert_eq!((full.id.as_str(), full.opened, full.text.as_str()), ("7", 1_769_846_400, ""));
        assert_eq!(full.coded().collect::<Vec<_>>(), [("category", "Mail"), ("level", "3")]);
        let small: Line = serde_json::from_str(r#"{"id": "x", "opened": 12.9, "title": "t"}"#).unwrap();
        assert_eq!((small.opened, small.fields.len()), (12, 0));
        assert!(serde_json::from_str::<Line>(r#"{"id": "x", "opened": "soon"}"#).is_err());
        assert!(serde_json::from_str::<Line>(r#"{"opened": 1}"#).is_err());
        let list = serde_json::from_str::<Line>(r#"{"id": "x", "opened": 1, "title": ["a"]}"#).unwrap_err().to_string();
        assert!(list.contains("no list and no object"), "{list}");
    }
}
