-- CreateEnum
CREATE TYPE "WorkloadState" AS ENUM ('none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed');

-- CreateTable
CREATE TABLE "Workload" (
    "placementId" TEXT NOT NULL,
    "clusterId" TEXT NOT NULL,
    "state" "WorkloadState" NOT NULL DEFAULT 'none',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "wanted" TEXT NOT NULL DEFAULT 'running',
    "contentDigest" TEXT,
    "releaseId" TEXT,
    "restartToken" TEXT,
    "keepData" BOOLEAN NOT NULL DEFAULT true,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "appliedRevision" INTEGER NOT NULL DEFAULT 0,
    "appliedAt" TIMESTAMP(3),
    "appliedGeneration" INTEGER NOT NULL DEFAULT 0,
    "causeRecordId" TEXT,
    "causeTaskId" TEXT,
    "causeAttempt" INTEGER,
    "isCalledOff" BOOLEAN NOT NULL DEFAULT false,
    "shownDigest" TEXT,
    "shownReleaseId" TEXT,
    "inventory" JSONB NOT NULL DEFAULT '[]',
    "held" BOOLEAN NOT NULL DEFAULT false,
    "heldRecordId" TEXT,
    "code" TEXT,
    "message" TEXT,
    "lastLines" TEXT,
    "desired" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "ready" INTEGER NOT NULL DEFAULT 0,
    "available" INTEGER NOT NULL DEFAULT 0,
    "seenAt" TIMESTAMP(3),

    CONSTRAINT "Workload_pkey" PRIMARY KEY ("placementId")
);

-- CreateIndex
CREATE INDEX "Workload_clusterId_causeTaskId_idx" ON "Workload"("clusterId", "causeTaskId");

-- AddForeignKey
ALTER TABLE "Workload" ADD CONSTRAINT "Workload_placementId_fkey" FOREIGN KEY ("placementId") REFERENCES "Placement"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Workload" ADD CONSTRAINT "Workload_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
