create table training_done (
    person text not null references person (id),
    module text not null,
    noun text not null,
    subject text not null,
    done_at text not null,
    primary key (person, module)
);
create table self_check (
    person text primary key references person (id),
    kept_at text not null,
    sealed text not null
);
