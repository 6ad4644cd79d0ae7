create table recognition_standard (
    version bigint primary key,
    qualities bigint not null,
    whats bigint not null,
    hows bigint not null,
    months bigint not null,
    set_by text not null references person (id),
    set_at text not null
);
create index recognition_standard_by on recognition_standard (set_by);
create table nomination (
    id text primary key,
    person text not null references person (id),
    nominated_by text not null references person (id),
    words text not null,
    state text not null,
    made_at text not null,
    ends_on text not null,
    verifier text references person (id),
    asked_at text,
    decided_at text,
    reason text
);
create index nomination_person on nomination (person, state);
create index nomination_by on nomination (nominated_by);
create index nomination_verifier on nomination (verifier, state);
create table badge (
    id text primary key,
    nomination text not null references nomination (id),
    person text not null references person (id),
    verified_by text not null references person (id),
    file text not null,
    issued_on text not null,
    holds_until text not null,
    public bigint not null,
    revoked_at text,
    revoked_by text references person (id),
    revoked_why text
);
create index badge_person on badge (person);
create index badge_verified_by on badge (verified_by);
create index badge_revoked_by on badge (revoked_by);
