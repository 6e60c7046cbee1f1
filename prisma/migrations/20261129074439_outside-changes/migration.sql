-- AlterTable
ALTER TABLE "Workload" ADD COLUMN     "isChanged" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "keptOutside" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "outside" JSONB NOT NULL DEFAULT '[]';
