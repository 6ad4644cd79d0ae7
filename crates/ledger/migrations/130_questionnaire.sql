create table questionnaire (
    version bigint primary key,
    shipped text not null,
    made_by text not null references person (id),
    made_at text not null,
    kind text not null,
    item text not null,
    why text not null
);
create table questionnaire_item (
    version bigint not null references questionnaire (version),
    item text not null,
    quality text not null,
    place bigint not null,
    since bigint not null,
    ours bigint not null,
    retired bigint not null,
    subordinate text not null,
    peer text not null,
    higher_up text not null,
    client text not null,
    own text not null,
    primary key (version, item)
);
