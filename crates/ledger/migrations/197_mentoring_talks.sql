-- A talk beside a seat is a talk like any other: one table, one way to promise what comes out of it.
insert into talk (id, kind, called_by, circle, seat, about, starter, planned_on, noticed_on, first_on, first_days, state, held_on,
    words, noted_by, ended_by, made_at)
select s.id, 'mentoring', s.noted_by, null, s.seat, '', '', s.on_day, null, null, null, 'held', s.on_day,
    s.words, s.noted_by, null, s.noted_at from growth_session s;
insert into talk_with (talk, person, side, since, seen_at)
select s.id, g.person, 0, s.noted_at, s.noted_at from growth_session s join growth_seat g on g.id = s.seat;
insert into talk_with (talk, person, side, since, seen_at)
select s.id, g.guest, 0, s.noted_at, s.noted_at from growth_session s join growth_seat g on g.id = s.seat;
drop table growth_session;
