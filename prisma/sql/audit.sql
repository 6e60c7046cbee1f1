-- What happened is sealed in its order: each seal names the one before it, so that an event that was changed, taken out or put in is found.
-- Order is that of transactions, not of ids: who took an id early may commit late. Numbers of transactions begin anew where rows
-- were restored into another cluster; the lineage tells these lives of the database apart.
create sequence journal.lineage;

create function journal.lineage_now() returns int language sql stable security definer set search_path = pg_catalog as
  'select last_value::int from journal.lineage';

-- Does something only where transactions are numbered lower than events that are already there.
create function journal.begin_lineage() returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(746565);
  if exists (select 1 from journal.event where lineage = journal.lineage_now() and xact > pg_current_xact_id()) then
    perform setval('journal.lineage', journal.lineage_now() + 1);
  end if;
end $$;

alter table journal.event
  add column address text,
  add column lineage int not null default journal.lineage_now(),
  add column xact xid8 not null default pg_current_xact_id();
create index event_in_order on journal.event (lineage, xact, id);

-- One chain an organisation, and one of the platform. A seal stands for the chain's events after the seal before it, up to its own end.
create table journal.seal (
  chain      text        not null,
  number     bigint      not null,
  at         timestamptz not null default clock_timestamp(),
  lineage    int         not null,
  -- The first transaction after it.
  upto       xid8        not null,
  -- The day of its first event: retention drops events by the day.
  day        date        not null,
  event_ids  bigint[]    not null,
  previous   text        not null,
  hash       text        not null,
  -- Of chain, number and hash, by the hub's key: any seal may be the first that is kept.
  signature  text        not null,
  primary key (chain, number)
);
create index seal_in_order on journal.seal (lineage desc, upto desc);

-- Up to which day events were dropped because they were older than they are kept.
create table journal.cut (
  day date        not null primary key,
  at  timestamptz not null default clock_timestamp()
);

create function journal.drop_events(keep_days int) returns int
language plpgsql security definer set search_path = pg_catalog as $$
declare r record; n int := 0;
begin
  if keep_days < 30 then raise exception 'keep_days must be at least 30'; end if;
  for r in select c.relname, to_date(right(c.relname, 8), 'YYYYMMDD') as day from pg_class c join pg_namespace s on s.oid = c.relnamespace
           where s.nspname = 'journal' and c.relispartition and c.relkind = 'r'
             and c.relname ~ '^event_\d{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < current_date - keep_days loop
    execute format('drop table journal.%I', r.relname);
    insert into journal.cut (day) values (r.day) on conflict do nothing;
    n := n + 1;
  end loop;
  return n;
end $$;
