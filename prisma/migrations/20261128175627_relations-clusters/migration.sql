-- AlterTable
ALTER TABLE "Workload" ADD COLUMN     "relationsDigest" TEXT,
ADD COLUMN     "relationsShown" TEXT;
