-- Rules that a row must keep whatever code writes it, beyond what the schema language can say.
create unique index "Unit_live_ordinal" on "Unit" ("stageId", "ordinal") where "removedAt" is null;
create unique index "Service_live_name" on "Service" ("applicationId", "name") where "removedAt" is null;
create unique index "Package_platform_name" on "Package" ("name") where "organizationId" is null;
create unique index "Member_whole_organization" on "Member" ("userId", "organizationId") where "applicationId" is null;
create unique index "Allocation_live_unit" on "Allocation" ("unitId") where "to" is null;
-- Lists show what is open first, then what ended, newest first: one range of one index, whatever the page.
create index "DeployRecord_open_first" on "DeployRecord" ("organizationId", ("endedAt" is null), number);
create index "DeployRecord_open_first_of_application" on "DeployRecord" ("applicationId", ("endedAt" is null), number);
create index "Unit_asks_for_a_look" on "Unit" ("stageId") where "removedAt" is null and (state = 'error' or held or restarts > 0);
