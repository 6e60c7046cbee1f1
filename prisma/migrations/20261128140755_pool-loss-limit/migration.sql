-- AlterTable
ALTER TABLE "Runtime" ADD COLUMN     "lossPercent" INTEGER NOT NULL DEFAULT 10;
