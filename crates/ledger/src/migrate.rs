//! The steps that bring a database to the present form. A step that was landed is never changed; a change
//! of form is a new step.

use sha2::{Digest as _, Sha256};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::chain::hex;

macro_rules! steps {
    ($($version:literal => $name:literal),* $(,)?) => {
        &[$(($version, $name, include_str!(concat!("../migrations/", $name, ".sql")))),*]
    };
}

/// Version, name and text of every step. Rooms take numbers of their own: 1-19 the ground, 20-39 access,
/// 40-59 direction, 60-79 decisions, 80-99 promises and honesty, 100-119 Today, 120-129 API, 130-139 the
/// leadership model, 140-149 waves and sealed answers, 150-159 reports, 160-179
/// growth, recognition and ideas, 180 what people do with problems, 181-182 what is a person's own, 183-186 problems
/// among people, 187-189 and 194-197 talks, 190-193 what holds rooms together, 198-203 and 210-211 the pulse, 204-205
/// decisions, 206-207 needs that are said back, 212 openings, 213 introductions, 214-215 growing on purpose, 216 ideas,
/// 217 training.
const STEPS: &[(i64, &str, &str)] = steps![
    1 => "001_chain",
    2 => "002_people",
    3 => "003_notice",
    4 => "004_circles_version",
    20 => "020_link",
    21 => "021_signin_try",
    22 => "022_awaiting_code",
    23 => "023_second_factor",
    24 => "024_openid",
    25 => "025_erasure",
    40 => "040_aim",
    41 => "041_aim_measure",
    42 => "042_aim_teach",
    43 => "043_aim_align",
    60 => "060_decision",
    61 => "061_told",
    80 => "080_promise",
    90 => "090_status",
    91 => "091_code",
    92 => "092_concern",
    93 => "093_ask",
    100 => "100_request",
    101 => "101_in_hand",
    102 => "102_post",
    103 => "103_event_news",
    120 => "120_api_token",
    121 => "121_answered",
    130 => "130_questionnaire",
    131 => "131_training",
    140 => "140_wave",
    141 => "141_seat",
    142 => "142_sealed",
    143 => "143_released_set",
    150 => "150_report",
    151 => "151_report_share",
    160 => "160_growth",
    161 => "161_private",
    162 => "162_observation",
    165 => "165_recognition",
    170 => "170_idea",
    175 => "175_thanks",
    180 => "180_problem",
    181 => "181_conflict_settled_by",
    182 => "182_own_words",
    183 => "183_problem_asked",
    184 => "184_problem_side",
    185 => "185_problem_word",
    186 => "186_problem_opened",
    187 => "187_talk",
    188 => "188_talk_heard",
    189 => "189_life_note",
    190 => "190_talk_promises",
    191 => "191_password_link",
    192 => "192_status_subject",
    193 => "193_privacy_spent",
    194 => "194_mediation",
    195 => "195_cadence",
    196 => "196_uncertain",
    197 => "197_mentoring_talks",
    198 => "198_pulse",
    199 => "199_pulse_round",
    200 => "200_pulse_seat",
    201 => "201_pulse_form",
    202 => "202_pulse_link",
    204 => "204_decision_back",
    205 => "205_decision_conflict",
    206 => "206_restated",
    207 => "207_listening",
    210 => "210_pulse_line",
    211 => "211_pulse_round_lines",
    212 => "212_opening",
    213 => "213_introduction",
    216 => "216_idea_stance",
    217 => "217_team_path",
    214 => "214_training_begun",
    215 => "215_style",
    220 => "220_shared_interest",
    221 => "221_situation_tried",
];

/// The newest step.
#[must_use]
pub fn newest() -> i64 {
    STEPS.iter().map(|(version, ..)| *version).max().unwrap_or_default()
}

/// All steps, in order.
pub(crate) fn all() -> Vec<i64> {
    let mut all: Vec<i64> = STEPS.iter().map(|(version, ..)| *version).collect();
    all.sort_unstable();
    all
}

/// SHA-256 over the texts of all steps, in hexadecimal.
pub(crate) fn fingerprint() -> String {
    let mut hasher = Sha256::new();
    for (version, name, sql) in STEPS {
        hasher.update(format!("{version} {name} {sql}\0"));
    }
    hex(&hasher.finalize())
}

/// Brings a database to the form that some of the steps make: an older one, when not all are chosen.
pub(crate) fn migrator(chosen: impl Fn(i64) -> bool) -> Migrator {
    Migrator::with_migrations(
        STEPS
            .iter()
            .filter(|(version, ..)| chosen(*version))
            .map(|(version, name, sql)| {
                Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
            })
            .collect(),
    )
}
