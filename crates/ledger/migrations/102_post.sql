create table post (
    person text primary key references person (id),
    mail bigint not null,
    hour bigint not null,
    quiet_from bigint not null,
    quiet_to bigint not null,
    keys bigint not null,
    mail_off text not null,
    calendar_off text not null,
    changed_at text not null
);
create table mailing (
    person text not null references person (id),
    day text not null,
    state text not null,
    tries bigint not null,
    next_at text not null,
    told_at text,
    error text not null default '',
    primary key (person, day)
);
create index mailing_state on mailing (state, next_at);
create table calendar_link (
    person text primary key references person (id),
    token text not null unique,
    made_at text not null
);
