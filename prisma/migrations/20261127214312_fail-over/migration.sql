-- AlterTable
ALTER TABLE "Ledger" ADD COLUMN     "closedBy" TEXT;

-- AlterTable
ALTER TABLE "Runtime" ADD COLUMN     "lossAccepted" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lossCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lossOf" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lossSince" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "drainSince" TIMESTAMP(3),
ADD COLUMN     "maintenanceUntil" TIMESTAMP(3),
ADD COLUMN     "saidOffAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Unit" ADD COLUMN     "stateBefore" "UnitState";

-- CreateTable
CREATE TABLE "AutomationPause" (
    "stageId" TEXT NOT NULL,
    "kind" "DeployKind" NOT NULL,
    "tries" INTEGER NOT NULL,
    "nextAt" TIMESTAMP(3) NOT NULL,
    "recordId" TEXT,
    "code" TEXT,
    "message" TEXT,

    CONSTRAINT "AutomationPause_pkey" PRIMARY KEY ("stageId","kind")
);
