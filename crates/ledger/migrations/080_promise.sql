create table promise (
    id text primary key,
    from_person text not null references person (id),
    to_person text references person (id),
    to_circle text references circle (id),
    circle text not null references circle (id),
    what text not null,
    known text not null,
    audience text not null,
    shared bigint not null,
    only_sides bigint not null,
    made_by text not null references person (id),
    made_at text not null,
    made_on text not null,
    first_due text not null,
    due text not null,
    over_at text not null,
    state text not null,
    live bigint not null,
    claimed_on text,
    asked_due text,
    warned_on text,
    lead_days bigint,
    renegotiated bigint not null,
    reminded_on text,
    closed_on text,
    closed_by text references person (id),
    lapsed bigint not null,
    origin text not null,
    origin_id text,
    every text,
    series text,
    series_start text not null,
    check ((to_person is null) <> (to_circle is null))
);
create index promise_from on promise (from_person, live, due);
create index promise_to_person on promise (to_person, live, due);
create index promise_to_circle on promise (to_circle, live, due);
create index promise_circle on promise (circle, live, due);
create index promise_pair on promise (from_person, to_person, due);
create index promise_over on promise (live, reminded_on, over_at);
create index promise_origin on promise (origin, origin_id);
create table trust_answer (
    id text primary key,
    by_person text not null references person (id),
    about text not null references person (id),
    on_day text not null,
    answer bigint not null
);
create index trust_answer_pair on trust_answer (by_person, about, on_day);
create index trust_answer_about on trust_answer (about);
