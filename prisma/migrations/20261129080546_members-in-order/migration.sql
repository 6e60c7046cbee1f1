-- DropIndex
DROP INDEX "Member_organizationId_idx";

-- CreateIndex
CREATE INDEX "Member_organizationId_createdAt_id_idx" ON "Member"("organizationId", "createdAt", "id");
