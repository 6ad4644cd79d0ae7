create table clause (
    id text primary key,
    circle text not null references circle (id),
    kind text not null,
    version bigint not null,
    made_at text not null,
    retired_at text
);
create index clause_circle on clause (circle);
create table clause_version (
    clause text not null references clause (id),
    version bigint not null,
    title text not null,
    words text not null,
    why text not null,
    changed text not null,
    published_by text not null references person (id),
    published_at text not null,
    primary key (clause, version)
);
create table scenario (
    id text primary key,
    clause text not null references clause (id),
    story text not null,
    reason text not null,
    made_by text not null references person (id),
    made_at text not null,
    retired_at text
);
create index scenario_clause on scenario (clause);
create table scenario_choice (
    scenario text not null references scenario (id),
    place bigint not null,
    words text not null,
    is_right bigint not null,
    primary key (scenario, place)
);
create table scenario_answer (
    scenario text not null references scenario (id),
    version bigint not null,
    person text not null references person (id),
    place bigint not null,
    was_right bigint not null,
    answered_at text not null,
    primary key (scenario, version, person)
);
create index scenario_answer_person on scenario_answer (person);
create table code_check (
    id text primary key,
    circle text not null references circle (id),
    template text not null,
    question text not null,
    clause text references clause (id),
    made_by text not null references person (id),
    made_at text not null,
    retired_at text
);
create index code_check_circle on code_check (circle, template);
create table check_run (
    id text primary key,
    circle text not null references circle (id),
    template text not null,
    noun text,
    subject text,
    title text not null,
    person text not null references person (id),
    done_at text not null
);
create index check_run_circle on check_run (circle, done_at);
create index check_run_subject on check_run (noun, subject);
create table check_answer (
    run text not null references check_run (id),
    asked text not null references code_check (id),
    answer text not null,
    words text not null,
    primary key (run, asked)
);
create table code_exception (
    id text primary key,
    clause text not null references clause (id),
    version bigint not null,
    circle text not null references circle (id),
    title text not null,
    reason text not null,
    for_whom text not null,
    until_day text not null,
    allowed_by text not null references person (id),
    allowed_at text not null,
    ended_at text,
    ended_words text
);
create index code_exception_circle on code_exception (circle, until_day);
create index code_exception_by on code_exception (allowed_by);
create table right_thing (
    id text primary key,
    circle text not null references circle (id),
    clause text references clause (id),
    title text not null,
    words text not null,
    cost_cents bigint not null,
    currency text not null,
    day text not null,
    told_by text not null references person (id),
    told_at text not null
);
create index right_thing_circle on right_thing (circle, day);
create table own_value (
    id text primary key,
    person text not null references person (id),
    words text not null,
    made_at text not null,
    retired_at text
);
create index own_value_person on own_value (person);
