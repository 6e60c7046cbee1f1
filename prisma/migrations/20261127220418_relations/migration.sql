-- CreateEnum
CREATE TYPE "Granularity" AS ENUM ('unit', 'service');

-- AlterTable
ALTER TABLE "DesiredUnit" ADD COLUMN     "relationsDigest" TEXT;

-- AlterTable
ALTER TABLE "Unit" ADD COLUMN     "leavingAt" TIMESTAMP(3),
ADD COLUMN     "relationsDigest" TEXT;

-- CreateTable
CREATE TABLE "Relation" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "consumerStageId" TEXT NOT NULL,
    "requirement" TEXT NOT NULL,
    "interface" TEXT NOT NULL,
    "granularity" "Granularity" NOT NULL,
    "isRequired" BOOLEAN NOT NULL DEFAULT true,
    "providerStageId" TEXT,
    "provision" TEXT,
    "externalId" TEXT,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "Relation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ExternalService" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "name" TEXT NOT NULL,
    "interface" TEXT NOT NULL,
    "endpoints" JSONB NOT NULL,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "ExternalService_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Relation_consumerStageId_removedAt_idx" ON "Relation"("consumerStageId", "removedAt");

-- CreateIndex
CREATE INDEX "Relation_providerStageId_removedAt_idx" ON "Relation"("providerStageId", "removedAt");

-- CreateIndex
CREATE INDEX "Relation_externalId_idx" ON "Relation"("externalId");

-- CreateIndex
CREATE INDEX "ExternalService_applicationId_environment_idx" ON "ExternalService"("applicationId", "environment");

-- AddForeignKey
ALTER TABLE "Relation" ADD CONSTRAINT "Relation_externalId_fkey" FOREIGN KEY ("externalId") REFERENCES "ExternalService"("id") ON DELETE SET NULL ON UPDATE CASCADE;
