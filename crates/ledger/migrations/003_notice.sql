create table notice (
    id text primary key,
    noun text not null,
    subject text not null,
    version bigint not null,
    circle text not null references circle (id),
    title text not null,
    words text not null,
    told_by text not null references person (id),
    told_at text not null,
    chased_at text,
    superseded_by text references notice (id)
);
create index notice_subject on notice (noun, subject, version);
create table notice_to (
    notice text not null references notice (id),
    person text not null references person (id),
    seen_at text,
    primary key (notice, person)
);
create index notice_to_person on notice_to (person, seen_at);
