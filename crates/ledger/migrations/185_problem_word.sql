-- What somebody of a circle that a problem touched says of the verdict on its fix: so it is, or it is not.
create table problem_word (
    side text not null references problem_side (id),
    person text not null references person (id),
    agrees bigint not null,
    words text not null,
    stage text not null,
    said_at text not null,
    primary key (side, person)
);
