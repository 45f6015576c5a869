-- Orders, their effect and the outbox that carries them to the queue.

create table orders (
  id text primary key,
  user_id text not null,
  resource_id text not null references resources,
  quantity integer not null check (quantity > 0),
  status text not null default 'accepted' check (status in ('accepted', 'effected', 'dead')),
  idempotency_key text not null check (length(idempotency_key) between 1 and 255),
  -- Of the request the key was first used with: the same key with another request is a conflict.
  request_hash text not null,
  created_at timestamptz not null default now(),
  effected_at timestamptz,
  failure_reason text,
  unique (user_id, idempotency_key)
) with (fillfactor = 85); -- Each row is updated once, soon after it was written.

-- The effect of an order, once: whoever inserts the row has effected it, in the same transaction.
create table order_effects (
  order_id text primary key references orders,
  worker text not null,
  effected_at timestamptz not null default now()
);

-- A row lives from the creation of its order until its effect is committed, so that a message the queue lost is sent
-- again. The creator publishes right after its commit and does not say so here: an unpublished row counts as published
-- when it was created.
create table order_outbox (
  order_id text primary key references orders,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  attempts integer not null default 0,
  dead_at timestamptz
) with (autovacuum_vacuum_scale_factor = 0.02); -- Short-lived rows: the index must not fill with dead ones.

create index order_outbox_due on order_outbox ((coalesce(published_at, created_at))) where dead_at is null;

grant select, insert, update (status, effected_at, failure_reason) on orders to application;
grant select, insert on order_effects to application;
grant select, insert, update (published_at, attempts, dead_at), delete on order_outbox to application;
