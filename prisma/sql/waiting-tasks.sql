-- Whether anything of a record still waits is asked after each batch of news, of thousands of tasks.
create index "Task_waiting" on "Task" ("recordId") where state = 'pending';
