create table life_note (
    id text primary key,
    person text not null references person (id),
    words text not null,
    made_at text not null,
    changed_at text not null
);
create index life_note_person on life_note (person, made_at);
create table life_note_shown (
    note text not null references life_note (id),
    person text not null references person (id),
    shown_at text not null,
    primary key (note, person)
);
create index life_note_shown_person on life_note_shown (person);
