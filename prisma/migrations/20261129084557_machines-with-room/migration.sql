-- Its row is written at every sign of life. With room on its page that touches no index; without, each of six.
alter table "Machine" set (fillfactor = 60);
