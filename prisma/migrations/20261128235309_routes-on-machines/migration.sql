-- DropForeignKey
ALTER TABLE "Workload" DROP CONSTRAINT "Workload_clusterId_fkey";

-- AlterTable
ALTER TABLE "Workload" ALTER COLUMN "clusterId" DROP NOT NULL;

-- AddForeignKey
ALTER TABLE "Workload" ADD CONSTRAINT "Workload_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster"("id") ON DELETE SET NULL ON UPDATE CASCADE;
