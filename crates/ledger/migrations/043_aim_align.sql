create table aim_asked (
    aim text not null references aim (id),
    person text not null references person (id),
    asked_by text not null references person (id),
    asked_at text not null,
    primary key (aim, person)
);
create index aim_asked_person on aim_asked (person);
create table aim_stance (
    id text primary key,
    aim text not null references aim (id),
    person text not null references person (id),
    at text not null,
    stance text not null,
    words text not null
);
create index aim_stance_aim on aim_stance (aim, person, at);
create index aim_stance_person on aim_stance (person);
create table aim_reply (
    id text primary key,
    aim text not null references aim (id),
    person text not null references person (id),
    at text not null,
    words text not null
);
create index aim_reply_aim on aim_reply (aim, at);
create index aim_reply_person on aim_reply (person);
create table aim_bump (
    id text primary key,
    aim text not null references aim (id),
    kind text not null,
    at text not null,
    said_by text not null references person (id),
    words text not null
);
create index aim_bump_aim on aim_bump (aim, at);
create table horizon_signal (
    id text primary key,
    circle text not null references circle (id),
    title text not null,
    source text not null,
    so_what text not null,
    verdict text not null,
    review text,
    keeper text not null references person (id),
    seen_at text not null,
    changed_at text not null,
    outcome text not null
);
create index horizon_signal_circle on horizon_signal (circle, verdict);
create index horizon_signal_keeper on horizon_signal (keeper, review);
