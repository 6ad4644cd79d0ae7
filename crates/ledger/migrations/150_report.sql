create table report (
    id text primary key,
    wave text not null references wave (id),
    person text not null references person (id),
    made_at text not null,
    closed_on text not null,
    rated_self_on text,
    open_parts text not null,
    reply text not null,
    replied_at text,
    body text not null,
    unique (wave, person)
);
create index report_person on report (person, closed_on);
create table wave_findings (
    wave text primary key references wave (id),
    made_at text not null,
    body text not null
);
