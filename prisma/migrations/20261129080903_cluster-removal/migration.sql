-- AlterTable
ALTER TABLE "ClusterNamespace" ADD COLUMN     "keepsWork" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Ledger" ADD COLUMN     "clusterId" TEXT;

-- AlterTable
ALTER TABLE "Placement" ADD COLUMN     "leavingSince" TIMESTAMP(3);
