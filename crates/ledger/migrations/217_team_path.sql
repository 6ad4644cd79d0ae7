-- A module that a team learns together. Who has done it stands nowhere but in what each keeps for themselves.
create table team_path (
    circle text not null references circle (id),
    module text not null,
    why text not null,
    until text not null,
    proposed_by text not null references person (id),
    proposed_at text not null,
    ended_at text,
    primary key (circle, module)
);
create index team_path_proposed_by on team_path (proposed_by);
