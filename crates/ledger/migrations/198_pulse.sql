create table pulse (
    id text primary key,
    circle text not null references circle (id),
    kind text not null,
    questions text not null,
    every_weeks bigint not null,
    answer_days bigint not null,
    next_on text not null,
    set_by text not null references person (id),
    set_at text not null,
    ended_at text,
    ended_by text references person (id),
    unique (circle, kind)
);
create index pulse_next on pulse (ended_at, next_on);
create index pulse_set_by on pulse (set_by);
create index pulse_ended_by on pulse (ended_by);
