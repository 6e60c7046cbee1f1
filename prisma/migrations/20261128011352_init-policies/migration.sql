-- CreateEnum
CREATE TYPE "InitState" AS ENUM ('waiting', 'running', 'passed', 'failed');

-- AlterTable
ALTER TABLE "Runtime" ADD COLUMN     "initPolicies" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "initRevision" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "initRunId" TEXT,
ADD COLUMN     "onlineOnceInited" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "InitResult" (
    "machineId" TEXT NOT NULL,
    "policyId" TEXT NOT NULL,
    "order" INTEGER NOT NULL,
    "check" JSONB NOT NULL,
    "state" "InitState" NOT NULL DEFAULT 'waiting',
    "message" TEXT NOT NULL DEFAULT '',
    "log" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "InitResult_pkey" PRIMARY KEY ("machineId","policyId")
);

-- AddForeignKey
ALTER TABLE "InitResult" ADD CONSTRAINT "InitResult_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;
