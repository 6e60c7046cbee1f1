-- Each row is written over some twelve times within its hour: with room on its page that costs no new index entry.
alter table "SampleHour" set (fillfactor = 60);
