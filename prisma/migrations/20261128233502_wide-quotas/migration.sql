-- AlterTable
ALTER TABLE "RuntimeGrant" ADD COLUMN     "services" INTEGER;

-- AlterTable
ALTER TABLE "QuotaRequest" ADD COLUMN     "services" INTEGER;

-- CreateTable
CREATE TABLE "Quota" (
    "subjectId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT,
    "units" INTEGER,
    "cpuMillis" INTEGER,
    "memoryMib" INTEGER,
    "diskMib" INTEGER,
    "services" INTEGER,
    "setBy" TEXT NOT NULL,
    "setAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Quota_pkey" PRIMARY KEY ("subjectId")
);

-- CreateIndex
CREATE INDEX "Quota_organizationId_idx" ON "Quota"("organizationId");

-- CreateIndex
CREATE INDEX "Quota_applicationId_idx" ON "Quota"("applicationId");

-- AddForeignKey
ALTER TABLE "Quota" ADD CONSTRAINT "Quota_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Quota" ADD CONSTRAINT "Quota_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;
