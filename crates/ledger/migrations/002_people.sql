create table circle (
    id text primary key,
    parent text references circle (id),
    kind text not null,
    name text not null,
    purpose text not null default '',
    made_at text not null,
    closed_at text
);
create index circle_parent on circle (parent);
create table person (
    id text primary key,
    name text not null,
    email text unique,
    zone text not null default 'UTC',
    made_at text not null,
    left_at text,
    erased_at text,
    sample bigint not null default 0
);
create table person_key (
    person text primary key references person (id),
    key text not null
);
create table held_role (
    person text not null references person (id),
    circle text not null references circle (id),
    role text not null,
    since text not null,
    primary key (person, circle, role)
);
create index held_role_circle on held_role (circle);
create table account (
    person text primary key references person (id),
    password text,
    totp text,
    subject text unique,
    changed_at text not null
);
create table session (
    token text primary key,
    person text not null references person (id),
    made_at text not null,
    seen_at text not null,
    until text not null,
    agent text not null default ''
);
create index session_person on session (person);
create table looked (
    person text not null references person (id),
    viewer text not null references person (id),
    what text not null,
    day text not null,
    times bigint not null,
    primary key (person, viewer, what, day)
);
