-- AlterTable
ALTER TABLE "DesiredUnit" ADD COLUMN     "relationsDigest" TEXT;

-- AlterTable
ALTER TABLE "Relation" ADD COLUMN     "isRequired" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "Unit" ADD COLUMN     "leavingAt" TIMESTAMP(3),
ADD COLUMN     "relationsDigest" TEXT;
