//! The page of the guide that shows the whole model.

use crate::{Evidence, Kind, Model, ROLES};

/// `docs/model.md`.
#[must_use]
pub fn markdown(model: &Model) -> String {
    let mut out = String::from("# The leadership model\n");
    for kind in Kind::ALL {
        out.push_str(&format!("\n## {}\n", kind.shown()));
        for quality in model.qualities.iter().filter(|quality| quality.kind == kind) {
            out.push_str(&format!("\n### {}\n\n{}\n", quality.name, quality.definition));
            for item in &quality.items {
                for role in ROLES {
                    out.push_str(&format!("- {}: {}\n", role.name(), item.worded(role)));
                }
            }
            if let Evidence::None { reason } = &quality.evidence {
                out.push_str(&format!("\nEvidence: none. {reason}\n"));
            }
        }
    }
    out
}
