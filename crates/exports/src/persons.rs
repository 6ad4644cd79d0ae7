//! Persons in exports. A requester becomes a pseudonym; whoever worked on a ticket, opened it or
//! changed it is never read at all.

use std::collections::HashSet;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::words::{fold, quick};

#[derive(Deserialize, Default)]
struct PersonWords {
    names: HashSet<String>,
    parts: Vec<String>,
    leads: Vec<String>,
    journals: HashSet<String>,
    teams: Vec<String>,
    requesters: HashSet<String>,
}

fn words() -> &'static PersonWords {
    static WORDS: OnceLock<PersonWords> = OnceLock::new();
    WORDS.get_or_init(|| toml::from_str(include_str!("../words/persons.toml")).unwrap_or_default())
}

/// Whether words of a folded name contain those of `part`, whole words only.
fn contains(folded: &str, part: &str) -> bool {
    folded.match_indices(part).any(|(at, _)| {
        let end = at + part.len();
        (at == 0 || folded.as_bytes().get(at - 1) == Some(&b'_'))
            && (end == folded.len() || folded.as_bytes().get(end) == Some(&b'_'))
    })
}

/// Ends of names that tell who did something, in seven languages.
const BY: [&str; 6] = ["_by", "_von", "_par", "_por", "_door", "_da"];

/// Whether a column names those who handled a ticket (assignee, resolver, opened by, updated by …),
/// by its own name, or is a journal, whose entries begin with such names. Such a column is never read, whatever a
/// mapping says.
#[must_use]
pub fn is_handler(column: &str) -> bool {
    let folded = fold(column);
    // `assigned_to (2)`, `assigned_to.display_value`: the second of its name.
    let folded = folded.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    let words = words();
    if words.journals.contains(folded) || words.leads.iter().any(|lead| contains(folded, lead)) {
        return true;
    }
    let named = || words.names.contains(folded) || words.parts.iter().any(|part| contains(folded, part));
    // `Status changed by`: whatever was changed, a person did it.
    if BY.iter().any(|end| folded.ends_with(end)) && named() {
        return true;
    }
    !words.teams.iter().any(|team| contains(folded, team)) && named()
}

/// Whether a column names the one who asked, by its own name.
#[must_use]
pub fn is_requester(column: &str) -> bool {
    let folded = fold(column);
    let bare = folded.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    words().requesters.contains(bare)
        || ["display_value", "value", "name", "email", "id", "displayname", "display_name"]
            .iter()
            .filter_map(|ending| bare.strip_suffix(ending)?.strip_suffix('_'))
            .any(|start| words().requesters.contains(start))
}

const SLOTS: usize = 1 << 14;

/// Makes pseudonyms by a keyed hash, remembering the latest ones.
pub(crate) struct Pseudonyms {
    key: [u8; 32],
    kept: Vec<Option<Box<(String, String)>>>,
}

impl Pseudonyms {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        let mut kept = Vec::new();
        kept.resize_with(SLOTS, || None);
        Self { key, kept }
    }

    /// Writes the pseudonym of a name: `p-` and sixteen hexadecimal figures of its keyed BLAKE3 hash.
    /// Capitals and surrounding blanks make no other person.
    pub(crate) fn write(&mut self, name: &str, out: &mut String) {
        let slot = usize::try_from(quick(name) >> 8).unwrap_or(0) % SLOTS;
        if let Some(Some(kept)) = self.kept.get(slot)
            && kept.0 == name
        {
            out.push_str(&kept.1);
            return;
        }
        let pseudonym = pseudonym(&self.key, name);
        out.push_str(&pseudonym);
        if let Some(place) = self.kept.get_mut(slot) {
            *place = Some(Box::new((name.to_owned(), pseudonym)));
        }
    }
}

/// The pseudonym of a name under a key.
#[must_use]
pub fn pseudonym(key: &[u8; 32], name: &str) -> String {
    let hash = blake3::keyed_hash(key, name.trim().to_lowercase().as_bytes()).to_hex();
    format!("p-{}", hash.get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_analysts_are_handlers_under_longer_names_too() {
        for name in [
            "Case Owner",
            "Ticket owner e-mail",
            "Support Engineer",
            "Analyst name",
            "Person responsible",
            "Solved by",
            "Team owner",
            "Change coordinator",
            "Status changed by",
            "Group updated by",
            "Gruppe geändert von",
            "Team member",
            "Support group members",
            "Department manager",
            "Abteilungsleiter",
        ] {
            assert!(is_handler(name), "{name}");
        }
        for name in [
            "Responsible department",
            "Owner team",
            "Engineering",
            "Analysis",
            "Opened by group",
            "Members of staff affected",
        ] {
            assert!(!is_handler(name), "{name}");
        }
    }

    #[test]
    fn handlers_are_known_by_many_names_and_teams_are_none() {
        for name in [
            "assigned_to",
            "Assigned to",
            "Assignee",
            "resolved_by",
            "Resolved by",
            "closed_by",
            "opened_by",
            "sys_created_by",
            "sys_updated_by",
            "Assigned to - Technician",
            "Attribué à - Technicien",
            "fields.assignee.displayName",
            "fields.creator.name",
            "org:resource",
            "owner_id",
            "updated_by_id",
            "responder_id",
            "assignee_id",
            "Bearbeiter",
            "Zugewiesen an",
            "Agent",
            "Technician",
            "Behandelaar",
            "Asignado a",
            "Assegnato a",
            "Responsável",
            "reopened_by",
            "assigned_to_value",
            "Custom field (Engineer)",
            "watch_list",
            "Log Work",
            "submitter_id",
            "assignee.login",
            "assigned_to.display_value",
            "Assignee Id",
            "Creator",
            "additional_assignee_list",
            "Persona asignada",
            "Responsable del proyecto",
            "Atribuído - Técnico",
            "Asignado a: - Técnico",
            "Atendente/Proprietário",
            "Agent Assigned",
            "Team Lead",
            "Project lead",
            "Zugewiesene Person",
            "Personne assignée",
            "Comentários adicionais",
            "Work notes",
            "Comment (2)",
        ] {
            assert!(is_handler(name), "{name}");
        }
        for name in [
            "assignment_group",
            "Assigned to - Group of technicians",
            "Owner group",
            "Resolver group",
            "Assigned team",
            "number",
            "state",
            "Priority",
            "caller_id",
            "Requester",
            "opened_at",
            "resolved_at",
            "org:group",
            "category",
            "fields.reporter.displayName",
            "Assignment group",
            "Agent group",
            "closed_at",
            "created_at",
            "caused_by",
            "Atribuído - Grupo técnico",
            "Team Assigned",
            "Fecha de asignado",
            "Tempo para resolver excedido",
        ] {
            assert!(!is_handler(name), "{name}");
        }
        for name in [
            "caller_id",
            "Caller",
            "Requester",
            "Requester - Requester",
            "fields.reporter.displayName",
            "customer_id",
            "Melder",
            "Demandeur",
            "Solicitante - Solicitante",
            "From Email",
            "First Name+",
            "Full name",
        ] {
            assert!(is_requester(name), "{name}");
        }
    }

    #[test]
    fn a_pseudonym_hangs_on_key_and_name_alone() {
        let (mut one, mut out) = (Pseudonyms::new([7; 32]), String::new());
        one.write("Caller 2403", &mut out);
        assert_eq!(out, pseudonym(&[7; 32], " caller 2403 "));
        assert_eq!(out.len(), 18);
        assert_ne!(out, pseudonym(&[8; 32], "Caller 2403"));
        let mut again = String::new();
        one.write("Caller 2403", &mut again);
        assert_eq!(out, again);
    }
}
