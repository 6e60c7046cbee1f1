-- Signing in again keeps the session and changes its token: the old one is forgotten at once, and streams come back with the new one.
create function session_rotated() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 'r:' || old."sessionToken");
  return null;
end $$;
create trigger session_rotated after update of "sessionToken" on "Session" for each row
  when (old."sessionToken" is distinct from new."sessionToken") execute function session_rotated();
