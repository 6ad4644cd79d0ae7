create table link (
    id text primary key,
    token text not null unique,
    purpose text not null,
    circle text not null references circle (id),
    person text references person (id),
    made_by text not null references person (id),
    made_at text not null,
    until text not null,
    used_at text,
    revoked_at text
);
create index link_circle on link (circle, made_at);
create index link_person on link (person);
