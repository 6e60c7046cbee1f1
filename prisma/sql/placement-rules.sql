-- Few placements ask anything of their machines, and every plan of an application asks which do.
create index "Placement_ruled" on "Placement" ("stageId") where rules <> '{}'::jsonb;
