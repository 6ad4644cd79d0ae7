create table talk (
    id text primary key,
    kind text not null,
    called_by text not null references person (id),
    circle text references circle (id),
    seat text references growth_seat (id),
    about text not null,
    starter text not null,
    planned_on text not null,
    noticed_on text,
    first_on text,
    first_days bigint,
    state text not null,
    held_on text,
    words text not null,
    noted_by text references person (id),
    ended_by text references person (id),
    made_at text not null
);
create index talk_called_by on talk (called_by, kind, planned_on);
create index talk_circle on talk (circle, kind, planned_on);
create index talk_seat on talk (seat, held_on);
create index talk_noted_by on talk (noted_by);
create index talk_ended_by on talk (ended_by);
create table talk_with (
    talk text not null references talk (id),
    person text not null references person (id),
    side bigint not null check (side in (0, 1, 2)),
    since text not null,
    seen_at text,
    primary key (talk, person)
);
create index talk_with_person on talk_with (person);
