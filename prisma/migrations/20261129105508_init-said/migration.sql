-- AlterTable
ALTER TABLE "InitResult" ADD COLUMN     "said" JSONB;
