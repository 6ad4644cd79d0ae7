create table request (
    id text primary key,
    circle text not null references circle (id),
    asked_by text references person (id),
    asked_name text not null default '',
    noted_by text not null references person (id),
    owner text not null references person (id),
    title text not null,
    words text not null default '',
    due text,
    asked_at text not null,
    state text not null,
    since text not null,
    until text,
    taker text references person (id),
    taker_due text,
    outcome text not null default '',
    limits text not null default '',
    authority text not null default '',
    handed_back text not null default '',
    promise text
);
create index request_owner on request (owner, state);
create index request_taker on request (taker, state);
create index request_asker on request (asked_by, asked_at);
create table triage (
    id text primary key,
    request text not null references request (id),
    person text not null references person (id),
    at text not null,
    verdict text not null,
    reason text not null default '',
    told bigint not null,
    was text not null,
    undone_at text
);
create index triage_request on triage (request, at);
create index triage_person on triage (person, at);
