-- AlterTable
ALTER TABLE "WorkloadPod" ADD COLUMN     "lastLines" TEXT;
