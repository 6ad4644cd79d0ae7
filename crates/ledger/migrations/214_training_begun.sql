create table training_begun (
    person text not null references person (id),
    module text not null,
    begun_at text not null,
    primary key (person, module)
);
