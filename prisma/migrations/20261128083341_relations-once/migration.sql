-- A provider fulfils a requirement once, whoever chose it at the same moment.
update "Relation" r set "removedAt" = timezone('utc', now()) from "Relation" o
where r."removedAt" is null and o."removedAt" is null and o.id < r.id and o."consumerStageId" = r."consumerStageId"
  and o.requirement = r.requirement and coalesce(o."providerStageId", o."externalId") = coalesce(r."providerStageId", r."externalId");
create unique index "Relation_live_choice" on "Relation" ("consumerStageId", requirement, coalesce("providerStageId", "externalId")) where "removedAt" is null;
