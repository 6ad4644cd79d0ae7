create table style_choice (
    id text primary key,
    leader text not null references person (id),
    person text references person (id),
    circle text references circle (id),
    work text not null,
    ability text not null,
    will text not null,
    suggested text not null,
    chosen text not null,
    chosen_on text not null,
    sealed text not null,
    came_of_it text,
    came_of_it_on text,
    made_at text not null,
    seen_at text,
    points bigint check (points between 1 and 5),
    check ((person is null) <> (circle is null))
);
create index style_choice_leader on style_choice (leader, made_at);
create index style_choice_person on style_choice (person, seen_at);
create index style_choice_circle on style_choice (circle);
