-- AlterTable
ALTER TABLE "Allocation" ADD COLUMN     "leasedUntil" TIMESTAMP(3);
