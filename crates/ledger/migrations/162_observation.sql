create table observation (
    id text primary key,
    by_person text not null references person (id),
    about text not null references person (id),
    quality text not null,
    lacking bigint not null,
    seen_on text not null,
    words text not null,
    effect text not null,
    noted_at text not null,
    read_at text,
    useful bigint,
    reply text,
    replied_at text,
    withdrawn_at text
);
create index observation_about on observation (about, seen_on);
create index observation_by on observation (by_person, seen_on);
