-- AlterTable
ALTER TABLE "DeployRecord" ADD COLUMN     "notBefore" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Release" ADD COLUMN     "promotedFromId" TEXT,
ADD COLUMN     "variables" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "Variable" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "secretId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Variable_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VariableVersion" (
    "variableId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "text" TEXT,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "VariableVersion_pkey" PRIMARY KEY ("variableId","version")
);

-- CreateIndex
CREATE UNIQUE INDEX "Variable_applicationId_environment_name_key" ON "Variable"("applicationId", "environment", "name");

-- AddForeignKey
ALTER TABLE "VariableVersion" ADD CONSTRAINT "VariableVersion_variableId_fkey" FOREIGN KEY ("variableId") REFERENCES "Variable"("id") ON DELETE CASCADE ON UPDATE CASCADE;
