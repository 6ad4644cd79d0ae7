-- Where somebody stands on an idea, under their name.
create table idea_stance (
    idea text not null references idea (id),
    person text not null references person (id),
    stance text not null,
    words text not null,
    said_at text not null,
    primary key (idea, person)
);
create index idea_stance_person on idea_stance (person);
