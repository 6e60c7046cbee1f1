-- What the application's role may do, said anew after every migration. It owns nothing and changes no schema;
-- events and log lines it may add and read, never alter: audit is what nobody could have edited.
-- `tengen.application_role` is set by the caller in this transaction.
do $$
declare
  app text := current_setting('tengen.application_role');
begin
  execute format('grant usage on schema public, journal, bullmq to %I', app);

  execute format('grant select, insert, update, delete on all tables in schema public to %I', app);
  execute format('grant usage, select on all sequences in schema public to %I', app);
  if to_regclass('public._prisma_migrations') is not null then
    execute format('revoke insert, update, delete on public._prisma_migrations from %I', app);
  end if;

  execute format('revoke all on all tables in schema journal from %I', app);
  execute format('grant select, insert on journal.event, journal.log_line, journal.seal to %I', app);
  execute format('grant select on journal.cut to %I', app);
  execute format('grant select, insert, update on journal.log_cursor to %I', app);
  execute format('grant usage on all sequences in schema journal to %I', app);
  revoke all on all functions in schema journal from public;
  execute format('grant execute on all functions in schema journal to %I', app);

  execute format('grant select, insert, update, delete on all tables in schema bullmq to %I', app);
  execute format('grant usage, select on all sequences in schema bullmq to %I', app);
  execute format('grant execute on all functions in schema bullmq to %I', app);

  execute format('revoke create on schema public, journal, bullmq from %I', app);
end $$;
