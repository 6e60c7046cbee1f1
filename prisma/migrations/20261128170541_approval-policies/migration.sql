-- AlterTable
ALTER TABLE "DeployRecord" ADD COLUMN     "opensAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Approval" ADD COLUMN     "reviewNote" TEXT,
ADD COLUMN     "reviewedAt" TIMESTAMP(3),
ADD COLUMN     "reviewedBy" TEXT;

-- AlterTable
ALTER TABLE "ApprovalPolicy" ADD COLUMN     "expiryHours" INTEGER,
ADD COLUMN     "freezes" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "roles" "Role"[] DEFAULT ARRAY['admin', 'owner']::"Role"[],
ADD COLUMN     "setAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "setBy" TEXT,
ADD COLUMN     "windows" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "DeployComment" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DeployComment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PolicyVersion" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "environment" "Environment",
    "serviceId" TEXT,
    "version" INTEGER NOT NULL,
    "rules" JSONB,
    "note" TEXT,
    "setBy" TEXT NOT NULL,
    "setAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PolicyVersion_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "DeployComment_recordId_at_idx" ON "DeployComment"("recordId", "at");

-- CreateIndex
CREATE INDEX "PolicyVersion_organizationId_environment_version_idx" ON "PolicyVersion"("organizationId", "environment", "version");

-- CreateIndex
CREATE INDEX "PolicyVersion_serviceId_version_idx" ON "PolicyVersion"("serviceId", "version");
