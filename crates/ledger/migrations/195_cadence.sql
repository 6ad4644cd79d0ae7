create table cadence (
    id text primary key,
    set_by text not null references person (id),
    kind text not null,
    with_person text references person (id),
    circle text not null references circle (id),
    every_days bigint not null,
    since text not null,
    ended_at text
);
create index cadence_set_by on cadence (set_by, ended_at);
create index cadence_with on cadence (with_person, ended_at);
create index cadence_circle on cadence (circle);
