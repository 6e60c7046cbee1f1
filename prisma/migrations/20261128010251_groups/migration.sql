-- AlterTable
ALTER TABLE "DeployRecord" ADD COLUMN     "afterIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "groupId" TEXT,
ADD COLUMN     "partOfId" TEXT;

-- AlterTable
ALTER TABLE "Service" ADD COLUMN     "groupId" TEXT;

-- CreateTable
CREATE TABLE "GroupTemplate" (
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "members" JSONB NOT NULL,

    CONSTRAINT "GroupTemplate_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Group" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "template" TEXT,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "Group_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Group_applicationId_name_idx" ON "Group"("applicationId", "name");

-- CreateIndex
CREATE INDEX "DeployRecord_partOfId_idx" ON "DeployRecord"("partOfId");

-- CreateIndex
CREATE INDEX "DeployRecord_groupId_idx" ON "DeployRecord"("groupId");

-- CreateIndex
CREATE INDEX "Service_groupId_idx" ON "Service"("groupId");
