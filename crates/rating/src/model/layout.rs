//! Forms as the sampler walks them: by leader, each form with its cells, each cell with a table of its likelihood.

use super::slice::{GRID, grid};
use super::{Forms, Role};
use crate::grm::{Item, MISSING, Responses};
use crate::num::real;

/// No rater of their own: somebody who rated one leader only.
pub(crate) const ALONE: u32 = u32::MAX;

/// One form's place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) leader: u32,
    /// Place among the roles that occur.
    pub(crate) role: u32,
    /// Place among raters of several leaders, or [`ALONE`].
    pub(crate) rater: u32,
    pub(crate) first: u32,
    pub(crate) cells: u32,
    /// Answered items.
    pub(crate) answers: u32,
}

/// Answers below which a form cannot be told from one at random.
const TOLD: u32 = 10;

impl Row {
    /// Whether there are enough answers to ask if they were read.
    pub(crate) fn told(self) -> bool {
        self.answers >= TOLD
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.cells) as usize
    }
}

/// Everything that does not change from draw to draw.
pub(crate) struct Layout {
    pub(crate) rows: Vec<Row>,
    /// Per leader the range of rows.
    pub(crate) of_leader: Vec<std::ops::Range<usize>>,
    /// Per leader which roles answered.
    pub(crate) roles_of: Vec<Vec<usize>>,
    /// Per cell the quality.
    pub(crate) quality: Vec<u16>,
    /// Per cell the table.
    pub(crate) table: Vec<u32>,
    pub(crate) tables: Vec<[f32; GRID]>,
    /// Per table how much likelier its answers are at random, each point of the scale alike, than at its highest place.
    pub(crate) at_random: Vec<f32>,
    /// Per table a place to begin.
    pub(crate) begin: Vec<f32>,
    /// Self-ratings: leader and cells.
    pub(crate) own: Vec<(u32, Vec<(usize, u32)>)>,
    /// The roles that occur, in order.
    pub(crate) roles: Vec<Role>,
    /// Raters of several leaders.
    pub(crate) raters: usize,
    pub(crate) qualities: usize,
    /// Per quality about how much an average form tells: Σ a²/5.
    pub(crate) information: Vec<f64>,
}

impl Layout {
    pub(crate) fn new(forms: &Forms, items: &[Item]) -> Result<Self, super::Refused> {
        let qualities = forms.questionnaire.qualities();
        let mut known = Tables::default();
        // Per form and quality the table.
        let mut table_of = vec![Vec::new(); qualities];
        let mut information = Vec::with_capacity(qualities);
        for (quality, table_of) in table_of.iter_mut().enumerate() {
            let asked = forms.questionnaire.items_of(quality);
            let answers = forms.columns(&asked, false);
            *table_of = tabulate(&answers, &asked, items, forms.questionnaire.categories, &mut known);
            information.push(asked.iter().map(|item| items[*item].slope.powi(2) / 5.0).sum());
        }
        let roles: Vec<Role> =
            Role::OTHERS.into_iter().filter(|role| forms.forms.iter().any(|form| form.role == *role)).collect();
        if roles.is_empty() {
            return Err(super::Refused::NoForms);
        }
        let rater_of = several(forms);
        let mut order: Vec<usize> = (0..forms.forms.len()).collect();
        order.sort_by_key(|at| (forms.forms[*at].leader, forms.forms[*at].role, *at));
        let mut out = Self {
            rows: Vec::with_capacity(order.len()),
            of_leader: vec![0..0; forms.leaders()],
            roles_of: vec![Vec::new(); forms.leaders()],
            quality: Vec::new(),
            table: Vec::new(),
            own: Vec::new(),
            raters: rater_of.iter().filter(|place| **place != ALONE).max().map_or(0, |most| *most as usize + 1),
            roles,
            qualities,
            information,
            tables: known.tables,
            at_random: known.at_random,
            begin: known.begin,
        };
        for at in order {
            let form = forms.forms[at];
            let cells: Vec<(usize, u32)> =
                (0..qualities).filter_map(|quality| Some((quality, table_of[quality][at]?))).collect();
            let Some(role) = out.roles.iter().position(|role| *role == form.role) else {
                out.own.push((form.leader, cells));
                continue;
            };
            // A form without any answer tells nothing.
            if cells.is_empty() {
                continue;
            }
            let leader = form.leader as usize;
            if !out.roles_of[leader].contains(&role) {
                out.roles_of[leader].push(role);
            }
            let place = out.rows.len();
            if out.of_leader[leader].is_empty() {
                out.of_leader[leader] = place..place;
            }
            out.of_leader[leader].end = place + 1;
            out.rows.push(Row {
                leader: form.leader,
                role: u32::try_from(role).unwrap_or(0),
                rater: rater_of[form.rater as usize],
                first: u32::try_from(out.table.len()).unwrap_or(u32::MAX),
                cells: u32::try_from(cells.len()).unwrap_or(0),
                answers: u32::try_from(forms.of_form(at).iter().filter(|code| **code != MISSING).count()).unwrap_or(0),
            });
            for (quality, table) in cells {
                out.quality.push(u16::try_from(quality).unwrap_or(0));
                out.table.push(table);
            }
        }
        Ok(out)
    }

    /// Whether how a role sees a leader can be told from the leader: somebody is seen by two roles.
    pub(crate) fn crossed(&self) -> bool {
        self.roles_of.iter().any(|roles| roles.len() > 1)
    }

    /// Pairs of a leader and a role with two raters or more, among leaders whom two roles see.
    pub(crate) fn pairs(&self) -> usize {
        let of = |rows: &std::ops::Range<usize>, role: usize| {
            self.rows[rows.clone()].iter().filter(|row| row.role as usize == role).count()
        };
        let several = self.of_leader.iter().zip(&self.roles_of).filter(|(_, roles)| roles.len() > 1);
        several.map(|(rows, roles)| roles.iter().filter(|role| of(rows, **role) > 1).count()).sum()
    }
}

/// Place among the raters of several leaders, rater by rater. Who rated one leader only has no place: severity and halo
/// are then one sum.
fn several(forms: &Forms) -> Vec<u32> {
    let most = forms.forms.iter().map(|form| form.rater as usize + 1).max().unwrap_or(0);
    let mut first: Vec<Option<u32>> = vec![None; most];
    let mut place = vec![ALONE; most];
    let mut next = 0;
    for form in forms.forms.iter().filter(|form| form.role != Role::Own) {
        let rater = form.rater as usize;
        match first[rater] {
            None => first[rater] = Some(form.leader),
            Some(leader) if leader != form.leader && place[rater] == ALONE => {
                place[rater] = next;
                next += 1;
            }
            Some(_) => {}
        }
    }
    place
}

/// What is known of each distinct pattern; see [`Layout`].
#[derive(Default)]
struct Tables {
    tables: Vec<[f32; GRID]>,
    at_random: Vec<f32>,
    begin: Vec<f32>,
}

/// One table a distinct pattern; the table of each form, `None` where nothing was answered.
fn tabulate(answers: &[u8], asked: &[usize], items: &[Item], categories: u8, out: &mut Tables) -> Vec<Option<u32>> {
    // Log-probabilities of each item's codes on the grid, made when first met.
    let mut known: Vec<Vec<Option<Vec<f64>>>> = vec![vec![None; 256]; asked.len()];
    let mut curve = |item: usize, code: u8| -> Vec<f64> {
        known[item][usize::from(code)]
            .get_or_insert_with(|| {
                let mut room = Vec::new();
                grid().map(|psi| super::log_likelihood(&items[asked[item]], code, psi, &mut room)).collect()
            })
            .clone()
    };
    let (order, of_row) = Responses::distinct_rows(answers, asked.len());
    let base = u32::try_from(out.tables.len()).unwrap_or(0);
    for pattern in order {
        let mut sum = [0.0_f64; GRID];
        for (item, code) in pattern.iter().enumerate().filter(|(_, code)| **code != MISSING) {
            for (sum, part) in sum.iter_mut().zip(curve(item, *code)) {
                *sum += part;
            }
        }
        let told = pattern.iter().filter(|code| **code != MISSING).count();
        // Where the likelihood times a standard normal is highest.
        let best = grid()
            .zip(&sum)
            .map(|(psi, sum)| (psi, sum - 0.5 * psi * psi))
            .max_by(|one, other| one.1.total_cmp(&other.1))
            .map_or(0.0, |(psi, _)| psi);
        let most = sum.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        #[expect(clippy::cast_possible_truncation, reason = "single precision is what psi is kept in")]
        {
            out.begin.push(best as f32);
            out.at_random.push((-real(told) * f64::from(categories).ln() - most) as f32);
            out.tables.push(std::array::from_fn(|at| (sum[at] - most) as f32));
        }
    }
    of_row.into_iter().map(|place| Some(base + place?)).collect()
}

/// Variance of the mean of `cells` qualities' halo and of the form's halo.
#[inline]
pub(crate) fn form_variance(w: f64, cells: usize, form: f64) -> f64 {
    w / real(cells) + form
}
