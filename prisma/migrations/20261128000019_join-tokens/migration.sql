-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "joinTokenId" TEXT;

-- AlterTable
ALTER TABLE "JoinToken" ADD COLUMN     "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "createdBy" TEXT,
ADD COLUMN     "maxUses" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "revokedAt" TIMESTAMP(3),
ADD COLUMN     "uses" INTEGER NOT NULL DEFAULT 0;

-- What was used stays used, and its machine stays known.
UPDATE "JoinToken" SET "uses" = 1 WHERE "usedAt" IS NOT NULL;
UPDATE "Machine" m SET "joinTokenId" = t.id FROM "JoinToken" t WHERE t."machineId" = m.id;

ALTER TABLE "JoinToken" DROP COLUMN "machineId",
DROP COLUMN "usedAt";

-- CreateIndex
CREATE INDEX "Machine_joinTokenId_idx" ON "Machine"("joinTokenId");

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_joinTokenId_fkey" FOREIGN KEY ("joinTokenId") REFERENCES "JoinToken"("id") ON DELETE SET NULL ON UPDATE CASCADE;
