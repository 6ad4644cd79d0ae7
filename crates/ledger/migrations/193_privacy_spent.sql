create table privacy_spent (
    wave text not null references wave (id),
    rater_key text not null,
    rater text references person (id),
    day text not null,
    spent bigint not null,
    primary key (wave, rater_key)
);
create index privacy_spent_rater_key on privacy_spent (rater_key, day);
create index privacy_spent_rater on privacy_spent (rater);
