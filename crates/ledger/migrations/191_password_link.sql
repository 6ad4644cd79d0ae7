-- A way to a new password for who forgot theirs. Of the token the hash alone is kept.
create table password_link (
    token text primary key,
    person text not null references person (id),
    made_by text references person (id),
    made_at text not null,
    until text not null,
    used_at text
);
create index password_link_person on password_link (person);
create index password_link_made_by on password_link (made_by);
