-- Resources that can be withdrawn from sale, orders that are tried again, and counters to try locks with.

-- An order for a resource that isn't available can't be effected; it is tried again, since the resource may come back.
alter table resources add column available boolean not null default true;

grant insert, update (available) on resources to application;

-- When a dead order was last accepted again: what is known of its death before that has no say any more.
alter table orders add column revived_at timestamptz;

grant update (revived_at) on orders to application;

-- Read, changed and written back in separate statements: only a lock keeps updates from being lost.
create table lock_counters (
  name text primary key,
  value bigint not null default 0
) with (fillfactor = 50);

grant select, insert, update (value) on lock_counters to application;
