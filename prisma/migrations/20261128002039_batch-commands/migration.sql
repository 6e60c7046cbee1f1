-- AlterTable
ALTER TABLE "Hub" ADD COLUMN     "deployNumber" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "DeployRecord" ADD COLUMN     "failuresAllowed" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "parallel" INTEGER,
ALTER COLUMN "organizationId" DROP NOT NULL,
ALTER COLUMN "applicationId" DROP NOT NULL,
ALTER COLUMN "serviceId" DROP NOT NULL,
ALTER COLUMN "stageId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "DeployTarget" ALTER COLUMN "placementId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "exitCode" INTEGER,
ADD COLUMN     "outputBytes" INTEGER,
ADD COLUMN     "outputDigest" TEXT;

-- CreateTable
CREATE TABLE "DesiredCommand" (
    "machineId" TEXT NOT NULL,
    "taskId" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "unitId" TEXT,
    "contentDigest" TEXT NOT NULL,
    "isStopped" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL,

    CONSTRAINT "DesiredCommand_pkey" PRIMARY KEY ("machineId","taskId")
);

-- CreateIndex
CREATE INDEX "DesiredCommand_machineId_revision_idx" ON "DesiredCommand"("machineId", "revision");

-- CreateIndex
CREATE INDEX "DesiredCommand_recordId_idx" ON "DesiredCommand"("recordId");

-- AddForeignKey
ALTER TABLE "DesiredCommand" ADD CONSTRAINT "DesiredCommand_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;
