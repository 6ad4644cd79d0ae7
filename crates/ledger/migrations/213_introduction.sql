-- Somebody brings two people of their circles together. What each of the two says is theirs: whoever introduced them
-- learns that both want it, or nothing.
create table introduction (
    id text primary key,
    made_by text not null references person (id),
    one text not null references person (id),
    other text not null references person (id),
    words text not null,
    made_at text not null,
    ends_on text not null,
    one_says text not null default '',
    other_says text not null default '',
    met_at text
);
create index introduction_made_by on introduction (made_by, made_at);
create index introduction_one on introduction (one, made_at);
create index introduction_other on introduction (other, made_at);
