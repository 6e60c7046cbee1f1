-- Of all records of a stage the few that are not over are asked for at every look at a service.
create index "DeployRecord_live_stage" on "DeployRecord" ("stageId", "number" desc) where "endedAt" is null;
