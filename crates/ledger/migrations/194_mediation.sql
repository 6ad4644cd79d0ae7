create table mediation_account (
    talk text not null references talk (id),
    person text not null references person (id),
    words text not null,
    told_at text not null,
    opened_at text,
    primary key (talk, person)
);
create index mediation_account_person on mediation_account (person);
create table talk_word (
    id text primary key,
    talk text not null references talk (id),
    kind text not null,
    circle text not null references circle (id),
    words text not null,
    written_by text not null references person (id),
    written_at text not null,
    shared_at text,
    unique (talk, kind)
);
create index talk_word_circle on talk_word (circle, shared_at);
create index talk_word_by on talk_word (written_by);
create table talk_word_consent (
    word text not null references talk_word (id),
    person text not null references person (id),
    agreed_at text not null,
    primary key (word, person)
);
create index talk_word_consent_person on talk_word_consent (person);
