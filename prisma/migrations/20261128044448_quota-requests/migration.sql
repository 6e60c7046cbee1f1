-- CreateEnum
CREATE TYPE "QuotaRequestState" AS ENUM ('asked', 'approved', 'refused', 'withdrawn');

-- AlterTable
ALTER TABLE "Runtime" ADD COLUMN     "isOffered" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "RuntimeGrant" ADD COLUMN     "diskMib" INTEGER,
ADD COLUMN     "units" INTEGER;

-- CreateTable
CREATE TABLE "QuotaRequest" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "state" "QuotaRequestState" NOT NULL DEFAULT 'asked',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "units" INTEGER,
    "cpuMillis" INTEGER,
    "memoryMib" INTEGER,
    "diskMib" INTEGER,
    "reason" TEXT NOT NULL,
    "requesterId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedBy" TEXT,
    "answer" TEXT,
    "granted" JSONB,

    CONSTRAINT "QuotaRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "QuotaRequest_organizationId_createdAt_idx" ON "QuotaRequest"("organizationId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "QuotaRequest_state_createdAt_idx" ON "QuotaRequest"("state", "createdAt");
