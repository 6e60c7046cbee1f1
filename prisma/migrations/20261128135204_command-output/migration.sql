-- AlterTable
ALTER TABLE "DesiredCommand" ADD COLUMN     "liveBytes" INTEGER,
ADD COLUMN     "liveOutput" TEXT;
