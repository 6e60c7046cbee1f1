-- CreateEnum
CREATE TYPE "RoleRequestState" AS ENUM ('asked', 'granted', 'refused', 'withdrawn');

-- CreateTable
CREATE TABLE "RoleRequest" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT,
    "userId" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "reason" TEXT NOT NULL,
    "state" "RoleRequestState" NOT NULL DEFAULT 'asked',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedBy" TEXT,
    "answer" TEXT,

    CONSTRAINT "RoleRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "RoleRequest_organizationId_state_idx" ON "RoleRequest"("organizationId", "state");
