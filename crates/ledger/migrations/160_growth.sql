create table growth_plan (
    id text primary key,
    person text not null references person (id),
    retest_on text not null,
    made_at text not null,
    ended_at text,
    learned text
);
create index growth_plan_person on growth_plan (person, ended_at, retest_on);
create table growth_quality (
    plan text not null references growth_plan (id),
    place bigint not null check (place in (1, 2)),
    quality text not null,
    why text not null,
    primary key (plan, place),
    unique (plan, quality)
);
create table growth_practice (
    id text primary key,
    plan text not null references growth_plan (id),
    quality text not null,
    words text not null,
    due text not null,
    promise text references promise (id),
    made_at text not null,
    done_at text,
    note text
);
create index growth_practice_plan on growth_practice (plan, due);
create index growth_practice_promise on growth_practice (promise);
create table growth_seat (
    id text primary key,
    person text not null references person (id),
    guest text not null references person (id),
    parts text not null,
    words text not null,
    state text not null,
    invited_at text not null,
    answered_at text,
    ended_at text
);
create index growth_seat_person on growth_seat (person, state);
create index growth_seat_guest on growth_seat (guest, state);
create table growth_session (
    id text primary key,
    seat text not null references growth_seat (id),
    on_day text not null,
    words text not null,
    noted_by text not null references person (id),
    noted_at text not null
);
create index growth_session_seat on growth_session (seat, on_day);
create index growth_session_noted on growth_session (noted_by);
create table growth_trait (
    id text primary key,
    person text not null references person (id),
    kind text not null,
    title text not null,
    used text not null,
    quality text,
    made_at text not null,
    retired_at text
);
create index growth_trait_person on growth_trait (person, made_at);
