-- Two decisions that hold and do not go together, as somebody who sees both marked it, until it is settled.
create table decision_conflict (
    decision text not null references decision (id),
    other text not null references decision (id),
    why text not null,
    marked_by text not null references person (id),
    marked_at text not null,
    settled text not null default '',
    settled_by text references person (id),
    settled_at text,
    primary key (decision, other)
);
create index decision_conflict_other on decision_conflict (other);
create index decision_conflict_marked_by on decision_conflict (marked_by);
create index decision_conflict_settled_by on decision_conflict (settled_by);
