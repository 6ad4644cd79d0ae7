update aim_conflict set settled_by = (
    select e.actor from event e
    where e.noun = 'aim' and e.kind = 'conflict_settled'
    and ((e.subject = aim_conflict.aim and e.body like '%' || aim_conflict.other || '%')
        or (e.subject = aim_conflict.other and e.body like '%' || aim_conflict.aim || '%'))
    order by e.seq desc limit 1
) where settled_at is not null;
create index aim_conflict_settled_by on aim_conflict (settled_by);
-- Who was erased before these words were known to be theirs.
update aim_conflict set settled = '[erased]' where settled_by in (select id from person where erased_at is not null);
update aim_conflict set why = '[erased]' where marked_by in (select id from person where erased_at is not null);
update aim_bump set words = '[erased]' where said_by in (select id from person where erased_at is not null);
update aim_circle set words = '[erased]' where words <> '' and answered_by in (select id from person where erased_at is not null);
update explanation set words = '[erased]' where said_by in (select id from person where erased_at is not null);
update notice set words = '[erased]' where noun = 'explanation' and told_by in (select id from person where erased_at is not null);
update right_thing set words = '[erased]' where told_by in (select id from person where erased_at is not null);
update status_said set words = '[erased]' where said_by in (select id from person where erased_at is not null);
update notice set words = '[erased]' where noun = 'request' and told_by in (select id from person where erased_at is not null);
update notice set title = '[erased]', words = '[erased]' where noun = 'request' and subject in (
    select r.id from request r join person p on p.id = r.asked_by where p.erased_at is not null
);
