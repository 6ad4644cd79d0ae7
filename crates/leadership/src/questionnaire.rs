//! What an organisation does to the sentences that its leaders are rated by.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// What made a version of the questionnaire.
    Change {
        /// An item was added.
        Added => "added", "Added";
        /// An item was worded otherwise.
        Reworded => "reworded", "Reworded";
        /// An item is asked no more.
        Retired => "retired", "Retired";
        /// A retired item is asked again.
        BroughtBack => "brought_back", "Brought back";
        /// A newer version of the shipped model was taken over.
        TakenOver => "taken_over", "Newer shipped model taken over";
    }
}
