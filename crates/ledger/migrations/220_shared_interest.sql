create table shared_interest (
    person text not null references person (id),
    word text not null,
    words text not null,
    shown_at text not null,
    primary key (person, word)
);
create index shared_interest_word on shared_interest (word);
