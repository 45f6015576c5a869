-- Fencing tokens: minted where they are enforced, so that a failover of the lock's store cannot roll them back.

create table lock_fences (
  name text primary key,
  -- The highest token given out.
  last_token bigint not null check (last_token > 0),
  -- The highest token a protected write has shown.
  seen_token bigint not null default 0 check (seen_token <= last_token)
) with (fillfactor = 50);

grant select, insert, update (last_token, seen_token) on lock_fences to application;
