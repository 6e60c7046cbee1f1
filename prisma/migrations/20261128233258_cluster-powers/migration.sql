-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "clusterPowers" TEXT[] DEFAULT ARRAY[]::TEXT[];
