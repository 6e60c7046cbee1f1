-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "isShared" BOOLEAN NOT NULL DEFAULT false,
    "userId" TEXT NOT NULL,
    "organizationId" TEXT,
    "applicationId" TEXT,
    "serviceIds" TEXT[],
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "prefix" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires" TIMESTAMP(3) NOT NULL,
    "lastUsedAt" TIMESTAMP(3),
    "lastAddress" TEXT,
    "revokedAt" TIMESTAMP(3),
    "revokedById" TEXT,

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");

-- CreateIndex
CREATE INDEX "ApiToken_userId_createdAt_idx" ON "ApiToken"("userId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "ApiToken_organizationId_createdAt_idx" ON "ApiToken"("organizationId", "createdAt" DESC);

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What speaks with a token hears at once that it was revoked: the same line as of sessions.
create function token_gone() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 's:' || old."tokenHash");
  return null;
end $$;
create trigger token_gone after delete or update of "revokedAt" on "ApiToken" for each row execute function token_gone();

-- An organisation that is archived lets nobody in, its programs neither.
create function organization_archived() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 's:' || t."tokenHash") from "ApiToken" t where t."organizationId" = new.id and t."revokedAt" is null;
  return null;
end $$;
create trigger organization_archived after update of "archivedAt" on "Organization" for each row
  when (old."archivedAt" is distinct from new."archivedAt") execute function organization_archived();

-- Which token spoke for the person.
alter table journal.event add column token_id text;
