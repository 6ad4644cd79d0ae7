create table talk_heard (
    id text primary key,
    talk text not null references talk (id),
    heard_by text not null references person (id),
    heard_of text not null references person (id),
    words text not null,
    state text not null,
    correction text not null,
    said_at text not null,
    answered_at text
);
create index talk_heard_talk on talk_heard (talk);
create index talk_heard_by on talk_heard (heard_by, state);
create index talk_heard_of on talk_heard (heard_of, state);
