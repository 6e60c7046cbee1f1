-- AlterTable
ALTER TABLE "Workload" ADD COLUMN     "takeOver" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "warnings" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "WorkloadPod" (
    "uid" TEXT NOT NULL,
    "placementId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "isNewest" BOOLEAN NOT NULL,
    "phase" TEXT NOT NULL,
    "isReady" BOOLEAN NOT NULL,
    "isLeaving" BOOLEAN NOT NULL,
    "node" TEXT,
    "address" TEXT,
    "image" TEXT NOT NULL,
    "restarts" INTEGER NOT NULL,
    "reason" TEXT,
    "message" TEXT,
    "exitCode" INTEGER,
    "startedAt" TIMESTAMP(3),
    "goneAt" TIMESTAMP(3),

    CONSTRAINT "WorkloadPod_pkey" PRIMARY KEY ("uid")
);

-- CreateIndex
CREATE INDEX "WorkloadPod_placementId_goneAt_idx" ON "WorkloadPod"("placementId", "goneAt");

-- AddForeignKey
ALTER TABLE "WorkloadPod" ADD CONSTRAINT "WorkloadPod_placementId_fkey" FOREIGN KEY ("placementId") REFERENCES "Workload"("placementId") ON DELETE CASCADE ON UPDATE CASCADE;
