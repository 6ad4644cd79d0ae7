//! The same acts for programs: every form of a page stands beside the operation that does the same, or on a list with the
//! reason why it is for pages alone. A new form is found by itself.

use std::collections::BTreeSet;

use acts::routes;
use serde_json::Value;

/// Forms beside what does the same; `{what}` and `{act}` stand for several.
const SAME: &[(&str, &[&str])] = &[
    ("/aims/new", &["POST /aims"]),
    ("/aims/conflicts/settle", &["POST /aim-conflicts/settle"]),
    ("/aims/teach/{id}", &["POST /questions/{id}/answer"]),
    ("/aims/marking", &["POST /own-words/{id}/mark"]),
    ("/aims/horizon/new", &["POST /signals"]),
    ("/aims/horizon/{id}", &["POST /signals/{id}/looks"]),
    ("/aims/tell/{circle}", &["POST /circles/{id}/direction"]),
    ("/aims/asks/{id}", &["POST /needs/{id}/grant"]),
    ("/aims/measures/{id}", &["POST /measures/{id}/values"]),
    ("/aims/measures/{id}/end", &["DELETE /measures/{id}"]),
    ("/aims/steps/{id}", &["POST /steps/{id}/reached"]),
    ("/aims/{id}/replan", &["POST /aims/{id}/plans"]),
    ("/aims/{id}/move", &["POST /aims/{id}/moves"]),
    (
        "/aims/{id}/add/{what}",
        &[
            "POST /aims/{id}/measures",
            "POST /aims/{id}/steps",
            "POST /aims/{id}/needs",
            "POST /aims/{id}/bumps",
            "POST /aims/{id}/replies",
            "POST /aim-conflicts",
            "POST /aims/{id}/shares",
            "POST /aims/{id}/explanations",
            "POST /aims/{id}/stance-asks",
            "POST /aims/{id}/work",
        ],
    ),
    ("/aims/{id}/seen", &["POST /notices/{id}/acknowledge"]),
    ("/aims/{id}/unlink", &["POST /aims/{id}/work/end"]),
    ("/aims/{id}/confirm", &["POST /aims/{id}/confirmation"]),
    ("/aims/{id}/together/{circle}", &["POST /aims/{id}/shares/{circle}/answer"]),
    ("/aims/{id}/alignment", &["POST /aims/{id}/stance"]),
    ("/decisions/new", &["POST /decisions"]),
    ("/decisions/{id}/edit", &["PUT /decisions/{id}"]),
    ("/decisions/{id}/ask", &["POST /decisions/{id}/asks"]),
    ("/decisions/{id}/say", &["POST /decisions/{id}/voices"]),
    ("/decisions/{id}/answer/{person}", &["POST /decisions/{id}/voices/{person}/answer"]),
    ("/decisions/{id}/clear", &["POST /decisions/{id}/clear"]),
    ("/decisions/{id}/tell", &["POST /decisions/{id}/tellings"]),
    ("/decisions/{id}/review", &["POST /decisions/{id}/review"]),
    ("/decisions/{id}/supersede", &["POST /decisions/{id}/successor"]),
    ("/decisions/{id}/check", &["POST /decisions/{id}/questions"]),
    ("/decisions/back/{id}", &["POST /decision-questions/{id}/answer"]),
    ("/decisions/conflicts", &["POST /decision-conflicts"]),
    ("/decisions/conflicts/settle", &["POST /decision-conflicts/settle"]),
    ("/decisions/calibration/share", &["POST /me/calibration/readers", "DELETE /me/calibration/readers/{id}"]),
    ("/fixes/{id}", &["POST /fixes/{id}/word"]),
    ("/asks/new", &["POST /asks"]),
    ("/asks/availability", &["PUT /me/availability"]),
    ("/asks/{id}/answer", &["POST /asks/{id}/answer"]),
    ("/asks/{id}/withdraw", &["POST /asks/{id}/withdraw"]),
    ("/code/new", &["POST /clauses"]),
    ("/code/clauses/{id}/case", &["POST /clauses/{id}/cases"]),
    ("/code/clauses/{id}/answer", &["POST /cases/{id}/answer"]),
    ("/code/clauses/{id}/exception", &["POST /clauses/{id}/exceptions"]),
    ("/code/clauses/{id}/seen", &["POST /clauses/{id}/acknowledgement"]),
    ("/code/clauses/{id}/revise", &["POST /clauses/{id}/versions"]),
    ("/code/clauses/{id}/retire", &["POST /clauses/{id}/retirement"]),
    ("/code/exceptions/{id}/end", &["POST /exceptions/{id}/end"]),
    ("/code/checks", &["POST /checks"]),
    ("/code/checks/{template}", &["POST /check-runs"]),
    ("/code/questions/{id}/retire", &["DELETE /checks/{id}"]),
    ("/code/right/new", &["POST /right-things"]),
    ("/honesty/mine", &["POST /me/values"]),
    ("/honesty/values/{id}/go", &["DELETE /me/values/{id}"]),
    ("/status/new", &["POST /status"]),
    ("/status/{id}", &["POST /status/{id}"]),
    ("/status/{id}/measure", &["POST /status/{id}/measures"]),
    ("/status/{id}/read", &["POST /status/{id}/readings"]),
    ("/status/{id}/done", &["POST /status/{id}/done"]),
    ("/me/name", &["PUT /people/{id}"]),
    ("/me/sessions/end", &["DELETE /sessions/{id}"]),
    ("/notices/{id}", &["POST /notices/{id}/acknowledge"]),
    ("/circles/{id}/people/new", &["POST /people"]),
    ("/circles/{id}/circles/new", &["POST /circles"]),
    ("/circles/{id}/rename", &["PUT /circles/{id}"]),
    ("/circles/{id}/move", &["POST /circles/{id}/parent"]),
    ("/circles/{id}/close", &["POST /circles/{id}/close"]),
    ("/circles/{id}/reopen", &["POST /circles/{id}/reopen"]),
    ("/people/{id}/correct", &["PUT /people/{id}"]),
    ("/people/{id}/roles", &["POST /people/{id}/roles"]),
    ("/people/{id}/roles/end", &["POST /people/{id}/roles/end"]),
    ("/people/{id}/leave", &["POST /people/{id}/leave"]),
    ("/promises/new", &["POST /promises"]),
    ("/promises/with/{person}", &["POST /people/{id}/trust"]),
    ("/promises/{id}/{act}", &["POST /promises/{id}/steps", "POST /promises/{id}/series-end"]),
    ("/pulse/rounds/{id}/answer", &["POST /pulse-rounds/{id}/answer"]),
    ("/pulse/rounds/{id}/skip", &["POST /pulse-rounds/{id}/answer"]),
    ("/talks/new", &["POST /talks"]),
    ("/talks/rhythm", &["POST /cadences"]),
    ("/talks/rhythm/{id}/end", &["DELETE /cadences/{id}"]),
    ("/talks/notes", &["POST /notes"]),
    ("/talks/notes/{id}/show", &["POST /notes/{id}/readers"]),
    ("/talks/notes/{id}/back", &["DELETE /notes/{id}/readers/{person}"]),
    ("/talks/notes/{id}/away", &["DELETE /notes/{id}"]),
    ("/talks/heard/{id}/answer", &["POST /heard/{id}/answer"]),
    ("/talks/heard/{id}/again", &["POST /heard/{id}/again"]),
    ("/talks/words/{id}", &["POST /talk-words/{id}/consent"]),
    ("/talks/{id}/seen", &["POST /talks/{id}/seen"]),
    ("/talks/{id}/move", &["POST /talks/{id}/day"]),
    ("/talks/{id}/held", &["POST /talks/{id}/held"]),
    ("/talks/{id}/end", &["POST /talks/{id}/end"]),
    ("/talks/{id}/heard", &["POST /talks/{id}/heard"]),
    ("/talks/{id}/agree", &["POST /talks/{id}/promises"]),
    ("/talks/{id}/account", &["POST /talks/{id}/account"]),
    ("/talks/{id}/open", &["POST /talks/{id}/account/opening"]),
    ("/talks/{id}/tell", &["POST /talks/{id}/words"]),
    ("/talks/{id}/join", &["POST /talks/{id}/coming"]),
    ("/uncertain", &["POST /uncertain-times"]),
    ("/uncertain/{id}", &["POST /uncertain-times/{id}/posts"]),
    ("/uncertain/{id}/end", &["POST /uncertain-times/{id}/end"]),
    ("/today/seen/{notice}", &["POST /notices/{id}/acknowledge"]),
    ("/today/hand", &["PUT /today/hand"]),
    ("/today/hand/down", &["DELETE /today/hand"]),
    ("/today/interrupted", &["POST /interruptions"]),
    ("/today/interrupted/{id}", &["POST /interruptions/{id}/words"]),
    ("/today/post", &["PUT /me/post"]),
    ("/requests/new", &["POST /requests"]),
    ("/requests/{id}/triage", &["POST /requests/{id}/verdict"]),
    ("/requests/{id}/undo", &["POST /requests/{id}/undo"]),
    ("/requests/{id}/answer", &["POST /requests/{id}/answer"]),
    ("/requests/{id}/done", &["POST /requests/{id}/done"]),
    ("/people/import", &["POST /people-imports/dry-run"]),
    ("/people/import/do", &["POST /people-imports"]),
    ("/pulse/set", &["POST /pulses"]),
    ("/pulse/{id}/end", &["POST /pulses/{id}/end"]),
    ("/pulse/rounds/{id}", &["POST /pulse-rounds/{id}/reply"]),
    ("/growth/plan/new", &["POST /growth-plans"]),
    ("/growth/plan/{id}/practice", &["POST /growth-plans/{id}/practices"]),
    ("/growth/plan/{id}/retest", &["PUT /growth-plans/{id}/retest"]),
    ("/growth/plan/{id}/close", &["POST /growth-plans/{id}/close"]),
    ("/growth/practices/{id}/done", &["POST /practices/{id}/done"]),
    ("/growth/strengths", &["POST /traits"]),
    ("/growth/strengths/{id}/retire", &["DELETE /traits/{id}"]),
    ("/growth/seats/new", &["POST /seats"]),
    ("/growth/seats/{id}", &["POST /seats/{id}/talks"]),
    ("/growth/seats/{id}/answer", &["POST /seats/{id}/answer"]),
    ("/growth/seats/{id}/end", &["POST /seats/{id}/end"]),
    ("/growth/reflection", &["PUT /reflections"]),
    ("/growth/reflection/{id}/discard", &["DELETE /reflections/{id}"]),
    ("/growth/held", &["POST /held-messages"]),
    ("/growth/held/{id}", &["PUT /held-messages/{id}"]),
    ("/growth/held/{id}/go", &["DELETE /held-messages/{id}"]),
    ("/growth/styles/new", &["POST /styles"]),
    ("/growth/styles/{id}/look-back", &["POST /styles/{id}/look-back"]),
    ("/growth/styles/{id}/answer", &["POST /styles/{id}/answer"]),
    ("/growth/styles/{id}/take-back", &["DELETE /styles/{id}"]),
    ("/situations/{key}", &["PUT /situations/{key}/choice"]),
    ("/situations/{key}/after", &["PUT /situations/{key}/after"]),
    ("/situations/{key}/away", &["DELETE /situations/{key}/choice"]),
    ("/observations/new", &["POST /observations"]),
    ("/observations/{id}/respond", &["POST /observations/{id}/response"]),
    ("/observations/{id}/withdraw", &["POST /observations/{id}/withdrawal"]),
    ("/self-check", &["GET /questionnaire"]),
    ("/self-check/keep", &["PUT /me/self-check"]),
    ("/self-check/forget", &["DELETE /me/self-check"]),
    ("/training/{module}", &["POST /training/{key}/end"]),
    ("/training/{module}/begin", &["POST /training/{key}/begin"]),
    ("/model/items/new", &["POST /questionnaire/items"]),
    ("/model/items/take-over", &["POST /questionnaire/take-over"]),
    ("/model/items/{item}/reword", &["PUT /questionnaire/items/{key}"]),
    (
        "/model/items/{item}/retire",
        &["POST /questionnaire/items/{key}/retirement", "POST /questionnaire/items/{key}/return"],
    ),
    ("/talks/common", &["PUT /me/likes"]),
    ("/ideas/new", &["POST /ideas"]),
    ("/ideas/days", &["PUT /circles/{id}/idea-days"]),
    ("/ideas/{id}/answer", &["POST /ideas/{id}/answer"]),
    ("/ideas/{id}/merge", &["POST /ideas/{id}/merge"]),
    ("/ideas/{id}/learn", &["POST /ideas/{id}/learned"]),
    ("/ideas/{id}/tell", &["POST /ideas/{id}/result"]),
    ("/ideas/{id}/hand", &["POST /ideas/{id}/answerer"]),
    ("/thanks/new", &["POST /thanks"]),
    ("/thanks/{id}/seen", &["POST /thanks/{id}/seen"]),
    ("/thanks/{id}/back", &["POST /thanks/{id}/withdrawal"]),
    ("/me/card", &["PUT /me/card"]),
    ("/waves/new", &["POST /waves"]),
    ("/waves/{id}/nominate", &["POST /waves/{id}/people"]),
    ("/waves/{id}/myself", &["POST /waves/{id}/myself"]),
    ("/waves/{id}/remind", &["POST /waves/{id}/reminder"]),
    ("/waves/{id}/close", &["POST /waves/{id}/close"]),
    ("/waves/{id}/raters", &["PUT /waves/{id}/raters"]),
    ("/waves/{id}/confirm", &["POST /waves/{id}/confirmations"]),
    ("/recognition/standard", &["PUT /recognition-standard"]),
    ("/recognition/nominate", &["POST /nominations"]),
    ("/recognition/nominations/{id}/answer", &["POST /nominations/{id}/answer"]),
    ("/recognition/nominations/{id}/withdraw", &["POST /nominations/{id}/withdrawal"]),
    ("/recognition/nominations/{id}/verifier", &["POST /nominations/{id}/verifier"]),
    ("/recognition/nominations/{id}/cannot", &["POST /nominations/{id}/cannot"]),
    ("/recognition/nominations/{id}/verify", &["POST /nominations/{id}/verification"]),
    ("/recognition/nominations/{id}/refuse", &["POST /nominations/{id}/refusal"]),
    ("/recognition/badges/{id}", &["POST /badges/{id}/revocation"]),
    ("/recognition/badges/{id}/publish", &["PUT /badges/{id}/shown"]),
    ("/openings/new", &["POST /openings"]),
    ("/openings/{id}/close", &["POST /openings/{id}/close"]),
    ("/openings/{id}/applications/{application}", &["POST /applications/{id}/answer"]),
    ("/openings/{id}/applications/{application}/forget", &["DELETE /applications/{id}"]),
    ("/network/introduce", &["POST /introductions"]),
    ("/network/introductions/{id}", &["POST /introductions/{id}/word"]),
    ("/ideas/{id}/stand", &["PUT /ideas/{id}/stance"]),
    ("/training/team", &["PUT /circles/{id}/team-training/{key}"]),
    ("/training/team/end", &["DELETE /circles/{id}/team-training/{key}"]),
];

/// Forms without an operation, by how their paths begin, with the reason.
const PAGES: &[(&str, &str)] = &[
    ("/concerns/", "a concern is raised in confidence: a token would tell who raised it"),
    ("/begin", "opens a door: the first account"),
    ("/join/", "opens a door: an invitation carries its own key"),
    ("/sign", "opens a door, or ends a session of a browser"),
    ("/me/sessions/end-all", "ends the sessions of browsers; programs end them one by one"),
    ("/me/password", "opens a door"),
    ("/me/second-factor/", "opens a door"),
    ("/people/{id}/invite", "opens a door: the link is shown once, to who handed it out"),
    ("/people/{id}/password", "opens a door: the link is shown once"),
    ("/people/{id}/second-factor", "opens a door"),
    ("/tokens", "opens a door: a token never makes another one"),
    ("/links/", "closes a door that a page opened"),
    ("/promises/circle/{circle}/links", "opens a door: a client's page carries its own key"),
    ("/c/", "a client's page, which carries its own key"),
    ("/need/", "a page of who has no account, which carries its own key"),
    ("/rate/", "a form of who has no account, which carries its own key"),
    ("/today/calendar", "opens a door: a calendar carries its own key"),
    ("/me/erasure/", "cannot be undone"),
    ("/people/{id}/erase", "cannot be undone"),
    ("/waves/{id}/answer/", "raters answer beside the words on who will see it, and those are on the page"),
    ("/waves/{id}/links", "opens a door: the link of a rater from outside is shown once"),
    ("/profile/", "a report is read, shared and replied to beside the words on what it bears and who then sees it"),
    ("/work-here/", "a page of who has no account, which its address alone opens"),
];

/// Operations on problems of the work record, whose forms are pages of the record.
const RECORD: [&str; 2] = ["/problems", "/fixes/{id}"];

fn operations() -> BTreeSet<String> {
    let told: Value = serde_json::from_str(acts::api::description_text()).unwrap();
    let mut all = BTreeSet::new();
    for (path, methods) in told["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/v1").unwrap();
        all.extend(methods.as_object().unwrap().keys().map(|method| format!("{} {path}", method.to_uppercase())));
    }
    all
}

/// The reason that fits a path: what is said of the longest beginning.
fn reason(path: &str) -> Option<&'static str> {
    let fits = PAGES.iter().filter(|(start, _)| path == *start || path.starts_with(start));
    fits.max_by_key(|(start, _)| start.len()).map(|(_, reason)| *reason)
}

#[test]
fn every_form_has_its_operation_or_its_reason() {
    let known = operations();
    let mut wrong = Vec::new();
    let forms: BTreeSet<&str> =
        routes().iter().filter(|route| route.methods.contains(&"POST")).map(|route| route.path).collect();
    for form in &forms {
        let same = SAME.iter().filter(|(path, _)| path == form).count();
        match (same, reason(form)) {
            (0, None) => wrong.push(format!("{form} has neither an operation nor a reason")),
            (2.., _) => wrong.push(format!("{form} stands twice")),
            _ => {}
        }
    }
    for (form, same) in SAME {
        if !forms.contains(form) {
            wrong.push(format!("{form} is no form any more: take it off the list"));
        }
        for operation in *same {
            let (method, path) = operation.split_once(' ').unwrap();
            if !known.contains(&format!("{method} {path}")) {
                wrong.push(format!("{form}: there is no operation {operation}"));
            }
        }
    }
    for (start, reason) in PAGES {
        if !forms.iter().any(|form| form.starts_with(start)) || reason.is_empty() {
            wrong.push(format!("{start} begins no form any more, or has no reason"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // May only shrink.
    assert!(PAGES.len() <= 23, "think twice before a form is kept from programs");
}

#[test]
fn every_operation_that_changes_something_has_its_form() {
    let named: BTreeSet<&str> = SAME.iter().flat_map(|(_, same)| same.iter().copied()).collect();
    let known = operations();
    assert!(known.len() > 300, "{}", known.len());
    let alone: Vec<&String> = known
        .iter()
        .filter(|operation| !operation.starts_with("GET ") && !named.contains(operation.as_str()))
        .filter(|operation| !RECORD.iter().any(|start| operation.split(' ').nth(1).unwrap().starts_with(start)))
        .collect();
    assert!(alone.is_empty(), "a program can do what no page can: {alone:#?}");
}

/// Those that take no key: what is kept under one, an instant and a hash, would join a person with a sealed answer; or
/// nothing is changed. All but the first can be sent again without being done again.
const WITHOUT_KEY: [(&str, &str); 8] = [
    ("post", "/api/v1/pulse-rounds/{id}/answer"),
    ("put", "/api/v1/reflections"),
    ("put", "/api/v1/situations/{key}/choice"),
    ("delete", "/api/v1/situations/{key}/choice"),
    ("put", "/api/v1/situations/{key}/after"),
    ("put", "/api/v1/me/self-check"),
    ("delete", "/api/v1/me/self-check"),
    ("post", "/api/v1/people-imports/dry-run"),
];

/// Every operation that changes something takes a key, tells what went wrong as a problem, and says which scope it needs.
#[test]
fn every_operation_is_described_alike() {
    let told: Value = serde_json::from_str(acts::api::description_text()).unwrap();
    let mut wrong = Vec::new();
    for (path, methods) in told["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let responses = operation["responses"].as_object().unwrap();
            let mut least = vec!["400", "401", "404", "503"];
            if method != "get" {
                least.extend(["403", "409", "413", "415", "422"]);
                let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
                let keyed = parameters.iter().any(|one| one["name"] == "Idempotency-Key" && one["in"] == "header");
                if keyed == WITHOUT_KEY.contains(&(method.as_str(), path.as_str())) {
                    wrong.push(format!("{method} {path}: every act takes a key, and what is sealed none"));
                }
            }
            for status in least {
                let problem = responses.get(status).map(|told| &told["content"]["application/problem+json"]);
                if problem.is_none_or(Value::is_null) {
                    wrong.push(format!("{method} {path}: {status} is no problem"));
                }
            }
            if !responses.keys().any(|status| status.starts_with('2')) {
                wrong.push(format!("{method} {path} says nothing of how it succeeds"));
            }
            if operation["summary"].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("{method} {path} has no summary"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(told["security"][0]["token"], Value::Array(Vec::new()), "every operation asks for a token");
}

/// What is left out on purpose is said where the API is described.
#[test]
fn the_description_says_what_is_left_to_pages() {
    let told: Value = serde_json::from_str(acts::api::description_text()).unwrap();
    let words = told["info"]["description"].as_str().unwrap();
    for word in
        ["concerns in confidence", "raters", "passwords", "erasure", "`Idempotency-Key`", "problem+json", "`read`"]
    {
        assert!(words.contains(word), "{word}: {words}");
    }
    assert!(!operations().iter().any(|operation| operation.contains("concern")), "a token would tell who raised it");
}
