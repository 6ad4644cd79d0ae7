-- Problems that people opened by hand, and whose turn it is: of who leads the circle, of who opened it, or of nobody.
create table problem_opened (
    entry bigint primary key references problem_entry (number),
    circle text not null references circle (id),
    opened_by text not null references person (id),
    state text not null,
    since text not null,
    unique (circle, entry),
    unique (opened_by, entry)
);
