-- AlterTable
ALTER TABLE "Ledger" ADD COLUMN     "stranger" JSONB;
