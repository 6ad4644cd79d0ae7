-- Circles that a fixed problem touched, whose people are asked whether it is so for them. What it is called there is told
-- in words of its own: the title of a problem comes out of tickets of everybody.
create table problem_side (
    id text primary key,
    entry bigint not null references problem_entry (number),
    circle text not null references circle (id),
    title text not null,
    asked_by text not null references person (id),
    asked_at text not null,
    due text,
    unique (entry, circle)
);
