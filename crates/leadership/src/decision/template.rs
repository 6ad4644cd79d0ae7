//! What decisions of a kind begin from: criteria to hold options against, and questions of ethics to answer
//! before choosing.

use super::Typed;
use crate::code::Template;

/// Criteria, with their weights, and questions of ethics.
fn parts(template: Template) -> (&'static [(&'static str, u32)], &'static [&'static str]) {
    match template {
        Template::Decision => (&[], &[]),
        Template::Purchase => (
            &[
                ("Fits the need that was said back", 5),
                ("Cost over its whole life", 4),
                ("Security and data protection", 4),
                ("Way out, when it has to go", 2),
            ],
            &[
                "Does anybody who decides or advises gain from it?",
                "Were at least two offers asked for, on the same terms?",
                "Where will data lie, and who can see them?",
                "Who works with it every day, and were they asked?",
            ],
        ),
        Template::Client => (
            &[
                ("Serves what the client wants to reach", 5),
                ("Can be kept with the people that we have", 4),
                ("Margin", 3),
                ("Risk that one client's problem becomes another's", 2),
            ],
            &[
                "Would we say to the client's face what we say among ourselves?",
                "Is anything promised that we know we cannot keep?",
                "Does it take from another client what they were promised?",
                "Are the client's people and data treated as we would want ours to be?",
            ],
        ),
        Template::Hiring => (
            &[
                ("Can do what the work needs, shown by a sample of work", 5),
                ("Brings what the team lacks", 3),
                ("Can grow with it", 3),
            ],
            &[
                "Were the same questions asked of everybody, and written down before names were compared?",
                "Is anything weighed that does not belong to the work (age, origin, family, looks)?",
                "Does anybody who decides have a tie to somebody who applied?",
                "Will everybody who applied be answered, with a reason?",
            ],
        ),
    }
}

/// The form that a decision of this kind begins from. Questions of ethics stand in their field, to be answered
/// line by line.
#[must_use]
pub fn begin(template: Template) -> Typed {
    let (criteria, questions) = parts(template);
    Typed {
        criterion: criteria.iter().map(|(name, _)| (*name).to_owned()).collect(),
        weight: criteria.iter().map(|(_, weight)| weight.to_string()).collect(),
        ethics: questions.join("\n"),
        ..Typed::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_begins_with_what_can_be_kept() {
        for template in Template::ALL {
            let typed = Typed { question: "?".into(), ..begin(*template) };
            let read = typed.read().unwrap();
            assert_eq!(read.ethics.is_empty(), *template == Template::Decision);
            assert_eq!(read.criteria.is_empty(), *template == Template::Decision);
        }
    }
}
