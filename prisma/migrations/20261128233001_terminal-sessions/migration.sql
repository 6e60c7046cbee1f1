-- AlterTable
ALTER TABLE "Terminal" ADD COLUMN     "sessionId" TEXT;
