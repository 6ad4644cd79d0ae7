create table situation_tried (
    person text not null references person (id),
    situation text not null,
    sealed text not null,
    tried_at text not null,
    primary key (person, situation)
);
