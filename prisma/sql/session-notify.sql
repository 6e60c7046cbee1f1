-- The gateway caches who a session belongs to, and hears here when that ends. DELETE only: extending a session closes no stream.
create function session_gone() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 's:' || old."sessionToken");
  return null;
end $$;
create trigger session_gone after delete on "Session" for each row execute function session_gone();

create function user_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 'u:' || old.id);
  return null;
end $$;
create trigger user_changed after delete or update of "blockedAt", "isOperator", "isReviewer" on "User"
  for each row execute function user_changed();

-- Roles decide which topics a stream may hear: a change closes the user's streams, which come back with the new ones.
create function member_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 'u:' || coalesce(new."userId", old."userId"));
  return null;
end $$;
create trigger member_changed after insert or update or delete on "Member" for each row execute function member_changed();
