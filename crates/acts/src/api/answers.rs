//! What goes out, beside what one area alone gives.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use leadership::share::Share;
use leadership::{CircleKind, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Something was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    /// Its identifier.
    #[schema(format = "uuid")]
    id: String,
}

/// 201, with where it is.
pub(super) fn made(list: &str, answer: Value) -> Response {
    let id = answer.get("id").and_then(Value::as_str).unwrap_or_default();
    let place = format!("{list}/{id}");
    (StatusCode::CREATED, [(header::LOCATION, place)], Json(answer)).into_response()
}

/// So many of so many. Below five nothing is said but how many there are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Proportion {
    /// Of how many.
    #[schema(minimum = 0)]
    n: u64,
    /// How many are so; null where it is not enough to say.
    #[schema(minimum = 0)]
    so: Option<u64>,
    /// The lower end of the 90 % interval of the share (Wilson 1927), from 0 to 1.
    low: Option<f64>,
    /// The upper end.
    high: Option<f64>,
}

impl From<Share> for Proportion {
    fn from(share: Share) -> Self {
        let interval = share.interval();
        Self {
            n: share.n,
            so: share.enough().then_some(share.so),
            low: interval.map(|(low, _)| low),
            high: interval.map(|(_, high)| high),
        }
    }
}

/// Declares the names of a choice for the description; what a new variant would be is asked by the compiler.
macro_rules! names {
    ($(#[doc = $doc:literal])* $name:ident of $of:ident { $($variant:ident),* $(,)? }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name { $(
            #[doc = stringify!($variant)]
            $variant
        ),* }
        impl From<$of> for $name {
            fn from(from: $of) -> Self {
                match from { $($of::$variant => Self::$variant),* }
            }
        }
        impl From<$name> for $of {
            fn from(from: $name) -> Self {
                match from { $($name::$variant => Self::$variant),* }
            }
        }
    };
}
pub(super) use names;

names! {
    /// What a person is in a circle.
    RoleName of Role { Leader, Member, Executive, ClientContact, Observer, Administrator }
}
names! {
    /// What a circle is.
    KindName of CircleKind { Organisation, Department, Team, Project, Client }
}
