//! Parts of a wave: its forms by leader, some leaders taken out, a sample drawn.

use std::collections::BTreeSet;
use std::ops::Range;

use super::chance::Chance;
use super::layout::occurring;
use super::run::PAIRS;
use super::{Form, Forms, Role};
use crate::grm::MISSING;

/// The forms of a wave, leader by leader.
pub(crate) struct ByLeader<'a> {
    forms: &'a Forms,
    /// Places of forms, those of one leader together.
    order: Vec<usize>,
    of: Vec<Range<usize>>,
    /// The roles of others that occur in the wave.
    pub(crate) roles: Vec<Role>,
}

impl<'a> ByLeader<'a> {
    pub(crate) fn new(forms: &'a Forms) -> Self {
        let mut order: Vec<usize> = (0..forms.forms.len()).collect();
        order.sort_by_key(|at| forms.forms[*at].leader);
        let mut of = vec![0..0; forms.leaders()];
        for (place, at) in order.iter().enumerate() {
            let range = &mut of[forms.forms[*at].leader as usize];
            if range.end == 0 {
                range.start = place;
            }
            range.end = place + 1;
        }
        Self { forms, order, of, roles: occurring(forms) }
    }

    pub(crate) fn leaders(&self) -> usize {
        self.of.len()
    }

    fn places(&self, leader: usize) -> &[usize] {
        self.of.get(leader).map_or(&[], |range| &self.order[range.clone()])
    }

    /// How many forms are about a leader.
    pub(crate) fn forms_about(&self, leader: usize) -> usize {
        self.places(leader).len()
    }

    /// Whether anybody else answered anything about a leader.
    pub(crate) fn rated(&self, leader: usize) -> bool {
        self.answered(leader).next().is_some()
    }

    /// The roles of the forms of others with an answer, form by form.
    fn answered(&self, leader: usize) -> impl Iterator<Item = Role> + '_ {
        let forms = self.forms;
        let told = move |at: usize| forms.of_form(at).iter().any(|code| *code != MISSING);
        let roles = self.places(leader).iter().map(move |at| (*at, forms.forms[*at].role));
        roles.filter(move |(at, role)| *role != Role::Own && told(*at)).map(|(_, role)| role)
    }

    /// The forms about some leaders, who are numbered in the order given.
    pub(crate) fn of(&self, leaders: &[usize]) -> Forms {
        let mut out = Forms { questionnaire: self.forms.questionnaire.clone(), forms: Vec::new(), answers: Vec::new() };
        for (number, leader) in (0_u32..).zip(leaders) {
            for at in self.places(*leader) {
                // Raters are of one leader only: a number of their own within the part.
                let rater = u32::try_from(out.forms.len()).unwrap_or(u32::MAX);
                out.forms.push(Form { leader: number, rater, role: self.forms.forms[*at].role });
                out.answers.extend_from_slice(self.forms.of_form(*at));
            }
        }
        out
    }

    /// So many leaders at random, in order, and as many more as have a role that is rare among those drawn, or two raters
    /// in one role where such are rare: so nothing that the wave can tell is lost. Everybody where no more are there.
    ///
    /// Under the model leaders are exchangeable and who rates is fixed, so a choice by role and number of raters takes
    /// nothing from the standard deviations.
    pub(crate) fn sample(&self, most: usize, chance: &mut Chance) -> Vec<usize> {
        let mut waiting: Vec<usize> = (0..self.leaders()).filter(|leader| self.rated(*leader)).collect();
        if waiting.len() <= most {
            return waiting;
        }
        // Fisher & Yates.
        for last in (1..waiting.len()).rev() {
            waiting.swap(last, chance.below(last + 1));
        }
        let (mut out, mut of_role, mut pairs) = (Vec::with_capacity(most), vec![0; Role::OTHERS.len()], 0);
        for leader in waiting {
            let all: Vec<Role> = self.answered(leader).collect();
            let roles: BTreeSet<Role> = all.iter().copied().collect();
            let twice = roles.iter().filter(|role| all.iter().filter(|other| other == role).count() > 1).count();
            let paired = if roles.len() > 1 { twice } else { 0 };
            let rare = roles.iter().filter_map(|role| role.place()).any(|role| of_role[role] < PAIRS);
            if out.len() < most || rare || (paired > 0 && pairs < PAIRS) {
                roles.iter().filter_map(|role| role.place()).for_each(|role| of_role[role] += 1);
                pairs += paired;
                out.push(leader);
            }
        }
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{World, make};

    #[test]
    fn a_sample_holds_what_is_rare() {
        let mut forms = make(&World { leaders: 600, raters: 4, own: true, ..World::default() }, 2).forms;
        // Three roles of four raters each; one client with every tenth leader.
        for (at, form) in forms.forms.iter_mut().enumerate().filter(|(at, _)| at % 50 == 0) {
            assert_eq!(at % 5, 0, "the first form of a leader");
            form.role = Role::Client;
        }
        let wave = ByLeader::new(&forms);
        assert_eq!(wave.roles, Role::OTHERS);
        let drawn = |seed: u64, most: usize| wave.sample(most, &mut Chance::new(seed, 1));
        let sample = drawn(1, 200);
        assert_eq!(sample, drawn(1, 200));
        assert_ne!(sample, drawn(2, 200));
        assert!(sample.windows(2).all(|pair| pair[0] < pair[1]), "in order, nobody twice");
        // All sixty with a client, and hardly more than were asked for.
        assert_eq!(sample.iter().filter(|leader| *leader % 10 == 0).count(), 60);
        assert!((200..=260).contains(&sample.len()), "{}", sample.len());
        assert_eq!(drawn(1, 600).len(), 600);
        let part = wave.of(&sample);
        assert_eq!((part.leaders(), part.forms.len()), (sample.len(), 5 * sample.len()));
        let last = sample.len() - 1;
        assert_eq!(part.of_form(5 * last + 3), forms.of_form(5 * sample[last] + 3));
        assert_eq!(occurring(&part), wave.roles);
    }

    #[test]
    fn who_was_rated_by_nobody_else_is_in_no_sample() {
        let mut forms = make(&World { leaders: 40, raters: 3, own: true, ..World::default() }, 2).forms;
        let items = forms.questionnaire.quality_of.len();
        // Nobody else says anything of the second; of the last there is nothing but what they say themselves.
        forms.answers[4 * items..7 * items].fill(MISSING);
        forms.forms.drain(39 * 4..39 * 4 + 3);
        forms.answers.drain(39 * 4 * items..(39 * 4 + 3) * items);
        let wave = ByLeader::new(&forms);
        let everybody = wave.sample(1_000, &mut Chance::new(1, 1));
        assert_eq!(everybody.len(), 38);
        assert!(!everybody.contains(&1) && !everybody.contains(&39));
    }
}
