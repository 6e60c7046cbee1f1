-- AlterTable
ALTER TABLE "Stage" ADD COLUMN     "cpuMillis" INTEGER,
ADD COLUMN     "memoryMib" INTEGER;
