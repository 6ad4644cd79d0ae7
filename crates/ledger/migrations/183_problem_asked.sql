-- Who was asked for options on a problem that was opened to their circle.
create table problem_asked (
    entry bigint not null references problem_entry (number),
    person text not null references person (id),
    until text not null,
    answered_at text,
    primary key (entry, person),
    unique (person, entry)
);
