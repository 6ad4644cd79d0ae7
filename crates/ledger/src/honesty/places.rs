//! What these rooms hold of a person, for that person.

use crate::people::Place;

macro_rules! places {
    ($($room:literal, $what:literal, $covers:expr, $sql:literal, [$(($column:literal, $heading:literal)),* $(,)?];)*) => {
        /// What status, code, concerns and asks hold of a person.
        pub(crate) const MINE: &[Place] = &[$(Place {
            room: $room, what: $what, covers: $covers, sql: $sql, shows: &[$(($column, $heading)),*],
        }),*];
    };
}
places! {
    "Status", "What you own and tell of", ("status_line", "owner"),
        "select title, due, made_at, done_at from status_line where owner = $1 order by made_at desc",
        [("title", "What"), ("due", "Due"), ("made_at", "Opened"), ("done_at", "Done")];
    "Status", "What you said of it, with the signs against it then", ("status_said", "said_by"),
        "select l.title, s.colour, s.words, s.said_at, s.lead_days, s.worse from status_said s \
         join status_line l on l.id = s.line where s.said_by = $1 order by s.said_at desc",
        [("said_at", "When"), ("title", "Of what"), ("colour", "Colour"), ("words", "Words"),
         ("lead_days", "Days before its day that bad news was told"), ("worse", "Signs against it")];
    "Code", "Clauses that you published", ("clause_version", "published_by"),
        "select title, version, published_at from clause_version where published_by = $1 order by published_at desc",
        [("published_at", "When"), ("title", "Clause"), ("version", "Version")];
    "Code", "Cases that you made", ("scenario", "made_by"),
        "select story, made_at from scenario where made_by = $1 order by made_at desc",
        [("made_at", "When"), ("story", "Case")];
    "Code", "Your answers to cases; nobody else sees them", ("scenario_answer", "person"),
        "select s.story, c.words, a.was_right, a.answered_at from scenario_answer a join scenario s on s.id = a.scenario \
         join scenario_choice c on c.scenario = s.id and c.place = a.place where a.person = $1 order by a.answered_at desc",
        [("answered_at", "When"), ("story", "Case"), ("words", "Answer"), ("was_right", "Right (1) or not (0)")];
    "Code", "Questions that you hung on templates", ("code_check", "made_by"),
        "select question, template, made_at from code_check where made_by = $1 order by made_at desc",
        [("made_at", "When"), ("template", "Template"), ("question", "Question")];
    "Code", "Checks that you went through", ("check_run", "person"),
        "select r.title, r.done_at, k.question, a.answer, a.words from check_run r join check_answer a on a.run = r.id \
         join code_check k on k.id = a.asked where r.person = $1 order by r.done_at desc, k.id",
        [("done_at", "When"), ("title", "Matter"), ("question", "Question"), ("answer", "Answer"), ("words", "Words")];
    "Code", "Exceptions that you allowed", ("code_exception", "allowed_by"),
        "select title, reason, for_whom, until_day, allowed_at from code_exception where allowed_by = $1 order by allowed_at desc",
        [("allowed_at", "When"), ("title", "What"), ("reason", "Why"), ("for_whom", "For whom"), ("until_day", "Until")];
    "Code", "Costly right things that you told of", ("right_thing", "told_by"),
        "select title, words, cost_cents, currency, day from right_thing where told_by = $1 order by day desc",
        [("day", "Day"), ("title", "What"), ("words", "What for"), ("cost_cents", "Cost in hundredths"), ("currency", "Currency")];
    "Said and done", "Values of your own; nobody else sees them", ("own_value", "person"),
        "select words, made_at, retired_at from own_value where person = $1 order by made_at",
        [("made_at", "Stated"), ("words", "Value"), ("retired_at", "Let go")];
    "Concerns", "That you are a confidant", ("confidant", "person"),
        "select c.name, f.named_at, f.ended_at from confidant f join circle c on c.id = f.circle where f.person = $1 order by f.named_at",
        [("name", "Circle"), ("named_at", "Since"), ("ended_at", "Until")];
    "Concerns", "Confidants whom you named", ("confidant", "named_by"),
        "select p.name, f.named_at from confidant f join person p on p.id = f.person where f.named_by = $1 order by f.named_at",
        [("named_at", "When"), ("name", "Whom")];
    "Concerns", "Concerns addressed to you as a confidant; their words are on their pages. Concerns that others raise in confidence are kept sealed and are never listed here, whomever they are about",
        ("concern_to", "person"),
        "select c.raised_day, c.stage from concern_to t join concern c on c.id = t.concern where t.person = $1 order by c.raised_day, c.id",
        [("raised_day", "Raised"), ("stage", "Stage")];
    "Asks", "When you are available", ("availability", "person"),
        "select within_hours, words, stated_at from availability where person = $1",
        [("stated_at", "Stated"), ("within_hours", "Answers within hours"), ("words", "Words")];
    "Asks", "Your weekly windows, in minutes after midnight", ("available_window", "person"),
        "select day, from_minute, to_minute from available_window where person = $1 order by day, from_minute",
        [("day", "Day of the week"), ("from_minute", "From"), ("to_minute", "To")];
    "Asks", "Asks that you made", ("ask", "asker"),
        "select words, asked_at, answered_at, answer from ask where asker = $1 order by asked_at desc",
        [("asked_at", "When"), ("words", "What for"), ("answered_at", "Answered"), ("answer", "Answer")];
    "Asks", "Asks of you", ("ask", "asked"),
        "select words, asked_at, due_at, answered_at, answer from ask where asked = $1 order by asked_at desc",
        [("asked_at", "When"), ("words", "What for"), ("due_at", "Due"), ("answered_at", "Answered"), ("answer", "Your answer")];
}
