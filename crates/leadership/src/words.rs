//! Choices with a name for the database and a word for pages, written once each.

/// `words!(Kind { Variant => "name", "word on a page"; })` gives an enum `ALL`, `name`, `shown` and `from_name`;
/// with a docstring before it and before each variant it makes the enum as well, read and written by its names.
macro_rules! words {
    ($kind:ty { $($variant:ident => $name:literal, $shown:literal;)* }) => {
        impl $kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in forms, files, addresses and the database.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The word on a page.
            #[must_use]
            pub fn shown(self) -> &'static str {
                match self { $(Self::$variant => $shown),* }
            }

            /// Reads the name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
        }
    };
    ($(#[doc = $doc:literal])+ $kind:ident { $($(#[doc = $each:literal])* $variant:ident => $name:literal, $shown:literal;)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $kind { $($(#[doc = $each])* $variant),* }

        $crate::words::words!($kind { $($variant => $name, $shown;)* });
    };
}
pub(crate) use words;
