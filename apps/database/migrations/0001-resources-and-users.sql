-- What is sold, and who may buy it.

create table resources (
  id text primary key,
  name text not null,
  price_cents integer not null check (price_cents >= 0),
  -- Grows by one with every change of the row: caches tell newer from older by it.
  version bigint not null default 1,
  units_sold bigint not null default 0 check (units_sold >= 0),
  updated_at timestamptz not null default now()
) with (fillfactor = 50); -- A few rows updated all the time: room for heap-only updates.

create table users (
  id text primary key,
  name text not null unique,
  password_hash text not null
);

grant usage on schema public to application;
grant select, update (name, price_cents, version, units_sold, updated_at) on resources to application;
grant select on users to application;
grant select on schema_migrations to application;
