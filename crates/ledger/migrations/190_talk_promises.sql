-- What comes out of a talk says so, like what comes out of a decision.
update promise set origin = 'talk' where origin = 'growth' and origin_id in (select id from growth_session);
