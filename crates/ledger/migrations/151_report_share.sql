create table report_share (
    report text not null references report (id),
    viewer text not null references person (id),
    seer text not null,
    parts text not null,
    since text not null,
    primary key (report, viewer)
);
create index report_share_viewer on report_share (viewer, since);
create table report_pay (
    id text primary key,
    report text not null references report (id),
    viewer text not null references person (id),
    words text not null,
    given_at text not null,
    withdrawn_at text
);
create index report_pay_report on report_pay (report, given_at);
create index report_pay_viewer on report_pay (viewer);
create table report_said (
    id text primary key,
    report text not null references report (id),
    said_by text not null references person (id),
    kind text not null,
    words text not null,
    said_at text not null,
    state text not null,
    decided_at text,
    answer text not null
);
create index report_said_report on report_said (report, said_at);
create index report_said_by on report_said (said_by);
