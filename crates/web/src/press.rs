//! Profiles of people as PDF, for pages that know nothing of the typesetter.

use ::acts::{Later, Press, Sheet};
use brief::{Paper, Profile, profile_pdf};

/// Sets profiles, in a thread of its own: it takes a moment and answers no page meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Typesetter;

impl Press for Typesetter {
    fn set(&self, sheet: Sheet) -> Later<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let set = tokio::task::spawn_blocking(move || {
                let profile = Profile {
                    name: &sheet.name,
                    organisation: &sheet.organisation,
                    lead: &sheet.lead,
                    audience: &sheet.audience,
                    reply: &sheet.reply,
                    report: &sheet.report,
                };
                profile_pdf(&profile, Paper::A4).map(|pdf| pdf.bytes).map_err(|error| error.to_string())
            });
            set.await.map_err(|error| error.to_string())?
        })
    }
}
