create table chain (
    one bigint primary key check (one = 1),
    seq bigint not null,
    hash text not null
);
insert into chain (one, seq, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
create table event (
    seq bigint primary key,
    id text not null unique,
    at text not null,
    actor text,
    circle text,
    noun text not null,
    subject text not null,
    kind text not null,
    body text not null,
    before text not null,
    hash text not null
);
create index event_subject on event (noun, subject, seq);
create index event_actor on event (actor, seq);
create index event_at on event (at);
