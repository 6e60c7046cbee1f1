-- Log lines and events: append-only and partitioned by day, so that retention drops a table instead of deleting rows.
create schema if not exists journal;

create table journal.log_line (
  day       date        not null,
  record_id text        not null,
  line      bigint      not null,
  task_id   text,
  attempt   int         not null default 0,
  seq       int         not null default 0,
  at        timestamptz not null,
  stream    text        not null,
  text      text        not null,
  primary key (record_id, line, day)
) partition by range (day);
create index log_line_task on journal.log_line (record_id, task_id, line);

-- Line and byte count of a record's log; its row lock orders the writers of one record.
create table journal.log_cursor (
  record_id text   primary key,
  lines     bigint not null default 0,
  bytes     bigint not null default 0,
  truncated boolean not null default false,
  day       date   not null default current_date
);

create table journal.event (
  day             date        not null default current_date,
  id              bigint      generated always as identity,
  at              timestamptz not null default clock_timestamp(),
  name            text        not null,
  version         int         not null default 1,
  organization_id text,
  subject_kind    text        not null,
  subject_id      text        not null,
  actor_kind      text        not null,
  actor_id        text,
  request_id      text,
  data            jsonb       not null default '{}',
  primary key (id, day)
) partition by range (day);
create index event_subject on journal.event (subject_kind, subject_id, id);
create index event_organization on journal.event (organization_id, id);

-- The application's role cannot create or drop tables; these two functions of the owner do just this one thing.
create function journal.ensure_partitions(ahead int default 7) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare d date; t text;
begin
  perform pg_advisory_xact_lock(746564);
  foreach t in array array['log_line', 'event'] loop
    for d in select generate_series(current_date - 1, current_date + ahead, '1 day')::date loop
      if to_regclass(format('journal.%s_%s', t, to_char(d, 'YYYYMMDD'))) is null then
        execute format('create table journal.%I partition of journal.%I for values from (%L) to (%L)', t || '_' || to_char(d, 'YYYYMMDD'), t, d, d + 1);
      end if;
    end loop;
  end loop;
end $$;

create function journal.drop_partitions(keep_days int) returns int
language plpgsql security definer set search_path = pg_catalog as $$
declare r record; n int := 0;
begin
  if keep_days < 1 then raise exception 'keep_days must be at least 1'; end if;
  for r in select c.relname from pg_class c join pg_namespace s on s.oid = c.relnamespace
           where s.nspname = 'journal' and c.relispartition and c.relkind = 'r'
             and c.relname ~ '^log_line_\d{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < current_date - keep_days loop
    execute format('drop table journal.%I', r.relname); n := n + 1;
  end loop;
  return n;
end $$;

select journal.ensure_partitions();
