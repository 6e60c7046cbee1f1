-- AlterTable
ALTER TABLE "Ledger" ADD COLUMN     "askedAt" TIMESTAMP(3),
ADD COLUMN     "askedBy" TEXT,
ADD COLUMN     "refusedAs" TEXT,
ADD COLUMN     "said" JSONB;
