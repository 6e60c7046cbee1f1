-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Environment" AS ENUM ('test', 'production');

-- CreateEnum
CREATE TYPE "PackageState" AS ENUM ('draft', 'submitted', 'in_review', 'passed', 'rejected', 'active', 'suspended', 'deleted');

-- CreateEnum
CREATE TYPE "DeployState" AS ENUM ('planning', 'awaiting_approval', 'queued', 'running', 'paused', 'cancelling', 'succeeded', 'failed', 'rejected', 'cancelled', 'superseded');

-- CreateEnum
CREATE TYPE "DeployKind" AS ENUM ('install', 'upgrade', 'configure', 'scale', 'resize', 'restart', 'start', 'stop', 'rollback', 'promote', 'accept', 'relate', 'route', 'migrate', 'failover', 'switchover', 'repair', 'remove', 'command', 'adopt', 'update_agent');

-- CreateEnum
CREATE TYPE "TaskState" AS ENUM ('pending', 'ready', 'running', 'succeeded', 'failed', 'skipped', 'cancelled');

-- CreateEnum
CREATE TYPE "RuntimeKind" AS ENUM ('pool', 'cluster');

-- CreateEnum
CREATE TYPE "MachineState" AS ENUM ('new', 'inited', 'ready', 'error_detected', 'error', 'offline');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('viewer', 'developer', 'admin', 'owner');

-- CreateEnum
CREATE TYPE "UnitState" AS ENUM ('none', 'allocated', 'deployed', 'installed', 'ready', 'running', 'stopped', 'error', 'removing', 'removed');

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT NOT NULL,
    "emailVerified" TIMESTAMP(3),
    "image" TEXT,
    "isOperator" BOOLEAN NOT NULL DEFAULT false,
    "isReviewer" BOOLEAN NOT NULL DEFAULT false,
    "blockedAt" TIMESTAMP(3),
    "blockedReason" TEXT,
    "locale" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "sessionToken" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "expires" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "demoLinkId" TEXT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VerificationToken" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMP(3) NOT NULL
);

-- CreateTable
CREATE TABLE "DemoLink" (
    "id" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "keyHash" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "usedAt" TIMESTAMP(3),
    "expires" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "DemoLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Hub" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "era" INTEGER NOT NULL DEFAULT 1,
    "signingKey" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "automationOffSince" TIMESTAMP(3),
    "automationOffReason" TEXT,

    CONSTRAINT "Hub_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Outbox" (
    "id" BIGSERIAL NOT NULL,
    "job" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "dedupeKey" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dueAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMP(3),

    CONSTRAINT "Outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ProcessHeartbeat" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heardAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ProcessHeartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "actorId" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "bodyDigest" TEXT NOT NULL,
    "status" INTEGER,
    "response" JSONB,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("actorId","route","key")
);

-- CreateTable
CREATE TABLE "Blob" (
    "digest" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "mediaType" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Blob_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "BlobChunk" (
    "digest" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "BlobChunk_pkey" PRIMARY KEY ("digest","index")
);

-- CreateTable
CREATE TABLE "Package" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "organizationId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Package_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PackageVersion" (
    "id" TEXT NOT NULL,
    "packageId" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "state" "PackageState" NOT NULL DEFAULT 'draft',
    "digest" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "manifest" JSONB NOT NULL,
    "templates" JSONB NOT NULL DEFAULT '{}',
    "origin" TEXT NOT NULL,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PackageVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeployRecord" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "serviceId" TEXT NOT NULL,
    "stageId" TEXT NOT NULL,
    "serviceName" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "kind" "DeployKind" NOT NULL,
    "state" "DeployState" NOT NULL DEFAULT 'planning',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "code" TEXT,
    "message" TEXT,
    "reason" TEXT,
    "requesterId" TEXT,
    "cause" JSONB,
    "request" JSONB NOT NULL,
    "expectedHash" TEXT,
    "fromReleaseId" TEXT,
    "toReleaseId" TEXT,
    "planId" TEXT,
    "inputsRevision" INTEGER NOT NULL DEFAULT 0,
    "plannerOwner" TEXT,
    "plannerHeartbeatAt" TIMESTAMP(3),
    "onFailure" TEXT NOT NULL DEFAULT 'stop',
    "maxUnavailable" INTEGER NOT NULL DEFAULT 1,
    "approvalsNeeded" INTEGER NOT NULL DEFAULT 0,
    "undecidedSince" TIMESTAMP(3),
    "waitsForId" TEXT,
    "plannedAfterId" TEXT,
    "retryOfId" TEXT,
    "rollbackOfId" TEXT,
    "supersededById" TEXT,
    "promotedFromId" TEXT,
    "queuedAt" TIMESTAMP(3),
    "startedAt" TIMESTAMP(3),
    "pausedAt" TIMESTAMP(3),
    "cancelledAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),
    "deadlineAt" TIMESTAMP(3),
    "outcomeUnknown" BOOLEAN NOT NULL DEFAULT false,
    "deferred" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "hiddenAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DeployRecord_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Plan" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "expectedHash" TEXT NOT NULL,
    "inputsRevision" INTEGER NOT NULL,
    "summary" JSONB NOT NULL,
    "document" JSONB NOT NULL,
    "diff" JSONB NOT NULL,
    "notes" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Approval" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "planHash" TEXT NOT NULL,
    "userId" TEXT,
    "policy" TEXT,
    "decision" TEXT NOT NULL,
    "reason" TEXT,
    "address" TEXT,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawnAt" TIMESTAMP(3),
    "lostAt" TIMESTAMP(3),
    "lostReason" TEXT,
    "carriedFromId" TEXT,

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeployTarget" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "placementId" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "fromReleaseId" TEXT,
    "toReleaseId" TEXT,
    "fromCount" INTEGER NOT NULL,
    "toCount" INTEGER NOT NULL,
    "outcome" TEXT,

    CONSTRAINT "DeployTarget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Task" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "layer" INTEGER NOT NULL,
    "verb" TEXT NOT NULL,
    "unitId" TEXT,
    "unitName" TEXT,
    "machineId" TEXT,
    "dependsOn" INTEGER[],
    "contentDigest" TEXT,
    "expect" JSONB NOT NULL,
    "params" JSONB NOT NULL DEFAULT '{}',
    "disruptive" BOOLEAN NOT NULL DEFAULT false,
    "failureAllowed" BOOLEAN NOT NULL DEFAULT false,
    "retryable" BOOLEAN NOT NULL DEFAULT true,
    "maxAttempts" INTEGER NOT NULL DEFAULT 3,
    "timeoutMs" INTEGER NOT NULL,
    "state" "TaskState" NOT NULL DEFAULT 'pending',
    "code" TEXT,
    "message" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "owner" TEXT,
    "heartbeatAt" TIMESTAMP(3),
    "acceptedAt" TIMESTAMP(3),
    "deadlineAt" TIMESTAMP(3),
    "doneAt" TIMESTAMP(3),
    "doneOk" BOOLEAN,
    "doneCode" TEXT,
    "doneMessage" TEXT,
    "goneAt" TIMESTAMP(3),
    "callbackTokenHash" TEXT,
    "lastSeq" INTEGER NOT NULL DEFAULT 0,
    "step" JSONB,
    "readyAt" TIMESTAMP(3),
    "startedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reservation" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "unitId" TEXT NOT NULL,
    "cpuMillis" INTEGER NOT NULL,
    "memoryMib" INTEGER NOT NULL,
    "diskMib" INTEGER NOT NULL,
    "ports" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),
    "endedBy" TEXT,

    CONSTRAINT "Reservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "StageLock" (
    "stageId" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StageLock_pkey" PRIMARY KEY ("stageId")
);

-- CreateTable
CREATE TABLE "UnitLock" (
    "unitId" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UnitLock_pkey" PRIMARY KEY ("unitId")
);

-- CreateTable
CREATE TABLE "StandingPolicy" (
    "id" TEXT NOT NULL,
    "serviceId" TEXT NOT NULL,
    "kinds" JSONB NOT NULL,
    "maxUnits" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "setBy" TEXT,
    "setAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "StandingPolicy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Ledger" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT,
    "kind" TEXT NOT NULL,
    "machineId" TEXT,
    "unitId" TEXT,
    "unitName" TEXT,
    "generation" INTEGER,
    "what" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "recordId" TEXT,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closedAt" TIMESTAMP(3),
    "closedAs" TEXT,

    CONSTRAINT "Ledger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Runtime" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "RuntimeKind" NOT NULL DEFAULT 'pool',
    "driver" TEXT NOT NULL DEFAULT 'machine',
    "environment" "Environment" NOT NULL,
    "labels" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "automationOffSince" TIMESTAMP(3),

    CONSTRAINT "Runtime_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Machine" (
    "id" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" "MachineState" NOT NULL DEFAULT 'new',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stateBefore" "MachineState",
    "stateReason" TEXT,
    "maintenance" BOOLEAN NOT NULL DEFAULT false,
    "identityConflict" BOOLEAN NOT NULL DEFAULT false,
    "address" TEXT NOT NULL DEFAULT '127.0.0.1',
    "facts" JSONB NOT NULL DEFAULT '{}',
    "labels" JSONB NOT NULL DEFAULT '{}',
    "signKey" TEXT NOT NULL,
    "boxKey" TEXT NOT NULL,
    "ratchetHash" TEXT,
    "ratchetBefore" TEXT,
    "ticketHash" TEXT,
    "agentVersion" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "connected" BOOLEAN NOT NULL DEFAULT false,
    "gatewayId" TEXT,
    "heardAt" TIMESTAMP(3),
    "revision" INTEGER NOT NULL DEFAULT 0,
    "agentRevision" INTEGER NOT NULL DEFAULT 0,
    "agentEra" INTEGER NOT NULL DEFAULT 0,
    "newsSeq" BIGINT NOT NULL DEFAULT 0,
    "cpuMillis" INTEGER NOT NULL DEFAULT 0,
    "memoryMib" INTEGER NOT NULL DEFAULT 0,
    "diskMib" INTEGER NOT NULL DEFAULT 0,
    "foreignPorts" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
    "joinedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "Machine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "JoinToken" (
    "id" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "machineName" TEXT,
    "expires" TIMESTAMP(3) NOT NULL,
    "usedAt" TIMESTAMP(3),
    "machineId" TEXT,
    "bringOnline" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "JoinToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DesiredUnit" (
    "unitId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "unitName" TEXT NOT NULL,
    "wanted" TEXT NOT NULL,
    "contentDigest" TEXT,
    "releaseId" TEXT,
    "restartToken" TEXT,
    "keepData" BOOLEAN NOT NULL DEFAULT true,
    "causeRecordId" TEXT,
    "causeTaskId" TEXT,
    "causeAttempt" INTEGER,
    "checkTaskId" TEXT,
    "revision" INTEGER NOT NULL,

    CONSTRAINT "DesiredUnit_pkey" PRIMARY KEY ("machineId","unitId")
);

-- CreateTable
CREATE TABLE "DesiredPackage" (
    "machineId" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "causeRecordId" TEXT NOT NULL,
    "causeTaskId" TEXT NOT NULL,
    "causeAttempt" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "cachedAt" TIMESTAMP(3),

    CONSTRAINT "DesiredPackage_pkey" PRIMARY KEY ("machineId","digest","causeTaskId")
);

-- CreateTable
CREATE TABLE "MachinePort" (
    "machineId" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "recordId" TEXT,
    "allocationId" TEXT,

    CONSTRAINT "MachinePort_pkey" PRIMARY KEY ("machineId","port")
);

-- CreateTable
CREATE TABLE "Organization" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archivedAt" TIMESTAMP(3),
    "deployNumber" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Application" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Application_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Member" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RuntimeGrant" (
    "id" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "cpuMillis" INTEGER,
    "memoryMib" INTEGER,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RuntimeGrant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApprovalPolicy" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "approvals" INTEGER NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "ApprovalPolicy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Service" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "packageId" TEXT NOT NULL,
    "component" TEXT NOT NULL DEFAULT 'main',
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "Service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Stage" (
    "id" TEXT NOT NULL,
    "serviceId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "releaseId" TEXT,
    "inputsRevision" INTEGER NOT NULL DEFAULT 0,
    "releaseNumber" INTEGER NOT NULL DEFAULT 0,
    "maxUnavailable" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Stage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Release" (
    "id" TEXT NOT NULL,
    "stageId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "packageVersionId" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "overlay" JSONB NOT NULL DEFAULT '{}',
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Placement" (
    "id" TEXT NOT NULL,
    "stageId" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "subset" TEXT NOT NULL DEFAULT 'stable',
    "order" INTEGER NOT NULL DEFAULT 0,
    "releaseId" TEXT,
    "count" INTEGER NOT NULL DEFAULT 0,
    "wantedReleaseId" TEXT,
    "wantedCount" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Placement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Unit" (
    "id" TEXT NOT NULL,
    "stageId" TEXT NOT NULL,
    "placementId" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "state" "UnitState" NOT NULL DEFAULT 'none',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "transition" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "releaseId" TEXT,
    "contentDigest" TEXT,
    "wantedReleaseId" TEXT,
    "held" BOOLEAN NOT NULL DEFAULT false,
    "heldRecordId" TEXT,
    "code" TEXT,
    "message" TEXT,
    "lastLines" TEXT,
    "exitCode" INTEGER,
    "pid" INTEGER,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "newsSeq" BIGINT NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMP(3),

    CONSTRAINT "Unit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Allocation" (
    "id" TEXT NOT NULL,
    "unitId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "ports" JSONB NOT NULL,
    "cpuMillis" INTEGER NOT NULL,
    "memoryMib" INTEGER NOT NULL,
    "diskMib" INTEGER NOT NULL,
    "from" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "to" TIMESTAMP(3),

    CONSTRAINT "Allocation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Secret" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "serviceId" TEXT,
    "environment" "Environment" NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SecretVersion" (
    "secretId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SecretVersion_pkey" PRIMARY KEY ("secretId","version")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Account_provider_providerAccountId_key" ON "Account"("provider", "providerAccountId");

-- CreateIndex
CREATE UNIQUE INDEX "Session_sessionToken_key" ON "Session"("sessionToken");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "VerificationToken_token_key" ON "VerificationToken"("token");

-- CreateIndex
CREATE UNIQUE INDEX "VerificationToken_identifier_token_key" ON "VerificationToken"("identifier", "token");

-- CreateIndex
CREATE UNIQUE INDEX "DemoLink_tokenHash_key" ON "DemoLink"("tokenHash");

-- CreateIndex
CREATE UNIQUE INDEX "DemoLink_keyHash_key" ON "DemoLink"("keyHash");

-- CreateIndex
CREATE UNIQUE INDEX "Outbox_dedupeKey_key" ON "Outbox"("dedupeKey");

-- CreateIndex
CREATE INDEX "Outbox_sentAt_dueAt_idx" ON "Outbox"("sentAt", "dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "Package_organizationId_name_key" ON "Package"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "PackageVersion_packageId_version_key" ON "PackageVersion"("packageId", "version");

-- CreateIndex
CREATE INDEX "DeployRecord_stageId_state_queuedAt_idx" ON "DeployRecord"("stageId", "state", "queuedAt");

-- CreateIndex
CREATE INDEX "DeployRecord_organizationId_createdAt_id_idx" ON "DeployRecord"("organizationId", "createdAt" DESC, "id");

-- CreateIndex
CREATE INDEX "DeployRecord_applicationId_createdAt_id_idx" ON "DeployRecord"("applicationId", "createdAt" DESC, "id");

-- CreateIndex
CREATE INDEX "DeployRecord_applicationId_number_idx" ON "DeployRecord"("applicationId", "number");

-- CreateIndex
CREATE INDEX "DeployRecord_stageId_number_idx" ON "DeployRecord"("stageId", "number");

-- CreateIndex
CREATE INDEX "DeployRecord_state_deadlineAt_idx" ON "DeployRecord"("state", "deadlineAt");

-- CreateIndex
CREATE UNIQUE INDEX "DeployRecord_organizationId_number_key" ON "DeployRecord"("organizationId", "number");

-- CreateIndex
CREATE INDEX "Plan_recordId_createdAt_idx" ON "Plan"("recordId", "createdAt");

-- CreateIndex
CREATE INDEX "Plan_hash_idx" ON "Plan"("hash");

-- CreateIndex
CREATE INDEX "Approval_recordId_idx" ON "Approval"("recordId");

-- CreateIndex
CREATE INDEX "Approval_userId_idx" ON "Approval"("userId");

-- CreateIndex
CREATE INDEX "DeployTarget_recordId_idx" ON "DeployTarget"("recordId");

-- CreateIndex
CREATE INDEX "DeployTarget_placementId_idx" ON "DeployTarget"("placementId");

-- CreateIndex
CREATE INDEX "Task_state_deadlineAt_idx" ON "Task"("state", "deadlineAt");

-- CreateIndex
CREATE INDEX "Task_unitId_idx" ON "Task"("unitId");

-- CreateIndex
CREATE UNIQUE INDEX "Task_recordId_index_key" ON "Task"("recordId", "index");

-- CreateIndex
CREATE INDEX "Reservation_recordId_idx" ON "Reservation"("recordId");

-- CreateIndex
CREATE INDEX "Reservation_machineId_endedAt_idx" ON "Reservation"("machineId", "endedAt");

-- CreateIndex
CREATE INDEX "Reservation_unitId_idx" ON "Reservation"("unitId");

-- CreateIndex
CREATE INDEX "StageLock_recordId_idx" ON "StageLock"("recordId");

-- CreateIndex
CREATE INDEX "UnitLock_recordId_idx" ON "UnitLock"("recordId");

-- CreateIndex
CREATE UNIQUE INDEX "StandingPolicy_serviceId_key" ON "StandingPolicy"("serviceId");

-- CreateIndex
CREATE INDEX "Ledger_machineId_closedAt_idx" ON "Ledger"("machineId", "closedAt");

-- CreateIndex
CREATE INDEX "Ledger_organizationId_closedAt_idx" ON "Ledger"("organizationId", "closedAt");

-- CreateIndex
CREATE INDEX "Ledger_recordId_idx" ON "Ledger"("recordId");

-- CreateIndex
CREATE UNIQUE INDEX "Runtime_name_key" ON "Runtime"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Machine_name_key" ON "Machine"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Machine_signKey_key" ON "Machine"("signKey");

-- CreateIndex
CREATE INDEX "Machine_runtimeId_state_idx" ON "Machine"("runtimeId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "JoinToken_tokenHash_key" ON "JoinToken"("tokenHash");

-- CreateIndex
CREATE INDEX "DesiredUnit_machineId_revision_idx" ON "DesiredUnit"("machineId", "revision");

-- CreateIndex
CREATE INDEX "MachinePort_recordId_idx" ON "MachinePort"("recordId");

-- CreateIndex
CREATE INDEX "MachinePort_allocationId_idx" ON "MachinePort"("allocationId");

-- CreateIndex
CREATE UNIQUE INDEX "Organization_slug_key" ON "Organization"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "Application_organizationId_slug_key" ON "Application"("organizationId", "slug");

-- CreateIndex
CREATE INDEX "Member_organizationId_idx" ON "Member"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "Member_userId_organizationId_applicationId_key" ON "Member"("userId", "organizationId", "applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "RuntimeGrant_runtimeId_organizationId_key" ON "RuntimeGrant"("runtimeId", "organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "ApprovalPolicy_organizationId_environment_key" ON "ApprovalPolicy"("organizationId", "environment");

-- CreateIndex
CREATE INDEX "Service_organizationId_name_idx" ON "Service"("organizationId", "name");

-- CreateIndex
CREATE INDEX "Service_packageId_idx" ON "Service"("packageId");

-- CreateIndex
CREATE UNIQUE INDEX "Stage_serviceId_environment_key" ON "Stage"("serviceId", "environment");

-- CreateIndex
CREATE UNIQUE INDEX "Release_stageId_number_key" ON "Release"("stageId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Placement_stageId_runtimeId_subset_key" ON "Placement"("stageId", "runtimeId", "subset");

-- CreateIndex
CREATE INDEX "Unit_stageId_ordinal_idx" ON "Unit"("stageId", "ordinal");

-- CreateIndex
CREATE INDEX "Unit_placementId_idx" ON "Unit"("placementId");

-- CreateIndex
CREATE INDEX "Allocation_machineId_to_idx" ON "Allocation"("machineId", "to");

-- CreateIndex
CREATE UNIQUE INDEX "Allocation_unitId_generation_key" ON "Allocation"("unitId", "generation");

-- CreateIndex
CREATE UNIQUE INDEX "Secret_applicationId_environment_serviceId_name_key" ON "Secret"("applicationId", "environment", "serviceId", "name");

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_demoLinkId_fkey" FOREIGN KEY ("demoLinkId") REFERENCES "DemoLink"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BlobChunk" ADD CONSTRAINT "BlobChunk_digest_fkey" FOREIGN KEY ("digest") REFERENCES "Blob"("digest") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PackageVersion" ADD CONSTRAINT "PackageVersion_packageId_fkey" FOREIGN KEY ("packageId") REFERENCES "Package"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Plan" ADD CONSTRAINT "Plan_recordId_fkey" FOREIGN KEY ("recordId") REFERENCES "DeployRecord"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Approval" ADD CONSTRAINT "Approval_recordId_fkey" FOREIGN KEY ("recordId") REFERENCES "DeployRecord"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DeployTarget" ADD CONSTRAINT "DeployTarget_recordId_fkey" FOREIGN KEY ("recordId") REFERENCES "DeployRecord"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Task" ADD CONSTRAINT "Task_recordId_fkey" FOREIGN KEY ("recordId") REFERENCES "DeployRecord"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_runtimeId_fkey" FOREIGN KEY ("runtimeId") REFERENCES "Runtime"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JoinToken" ADD CONSTRAINT "JoinToken_runtimeId_fkey" FOREIGN KEY ("runtimeId") REFERENCES "Runtime"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DesiredUnit" ADD CONSTRAINT "DesiredUnit_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DesiredPackage" ADD CONSTRAINT "DesiredPackage_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MachinePort" ADD CONSTRAINT "MachinePort_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Application" ADD CONSTRAINT "Application_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Member" ADD CONSTRAINT "Member_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Member" ADD CONSTRAINT "Member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Member" ADD CONSTRAINT "Member_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RuntimeGrant" ADD CONSTRAINT "RuntimeGrant_runtimeId_fkey" FOREIGN KEY ("runtimeId") REFERENCES "Runtime"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RuntimeGrant" ADD CONSTRAINT "RuntimeGrant_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApprovalPolicy" ADD CONSTRAINT "ApprovalPolicy_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Stage" ADD CONSTRAINT "Stage_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Release" ADD CONSTRAINT "Release_packageVersionId_fkey" FOREIGN KEY ("packageVersionId") REFERENCES "PackageVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Placement" ADD CONSTRAINT "Placement_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Placement" ADD CONSTRAINT "Placement_runtimeId_fkey" FOREIGN KEY ("runtimeId") REFERENCES "Runtime"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Unit" ADD CONSTRAINT "Unit_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Unit" ADD CONSTRAINT "Unit_placementId_fkey" FOREIGN KEY ("placementId") REFERENCES "Placement"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Allocation" ADD CONSTRAINT "Allocation_unitId_fkey" FOREIGN KEY ("unitId") REFERENCES "Unit"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Allocation" ADD CONSTRAINT "Allocation_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SecretVersion" ADD CONSTRAINT "SecretVersion_secretId_fkey" FOREIGN KEY ("secretId") REFERENCES "Secret"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Log lines and events: append-only and partitioned by day, so that retention drops a table instead of deleting rows.
create schema if not exists journal;

create table journal.log_line (
  day       date        not null,
  record_id text        not null,
  line      bigint      not null,
  task_id   text,
  attempt   int         not null default 0,
  seq       int         not null default 0,
  at        timestamptz not null,
  stream    text        not null,
  text      text        not null,
  primary key (record_id, line, day)
) partition by range (day);
create index log_line_task on journal.log_line (record_id, task_id, line);

-- Line and byte count of a record's log; its row lock orders the writers of one record.
create table journal.log_cursor (
  record_id text   primary key,
  lines     bigint not null default 0,
  bytes     bigint not null default 0,
  truncated boolean not null default false,
  day       date   not null default current_date
);

create table journal.event (
  day             date        not null default current_date,
  id              bigint      generated always as identity,
  at              timestamptz not null default clock_timestamp(),
  name            text        not null,
  version         int         not null default 1,
  organization_id text,
  subject_kind    text        not null,
  subject_id      text        not null,
  actor_kind      text        not null,
  actor_id        text,
  request_id      text,
  data            jsonb       not null default '{}',
  primary key (id, day)
) partition by range (day);
create index event_subject on journal.event (subject_kind, subject_id, id);
create index event_organization on journal.event (organization_id, id);

-- The application's role cannot create or drop tables; these two functions of the owner do just this one thing.
create function journal.ensure_partitions(ahead int default 7) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare d date; t text;
begin
  perform pg_advisory_xact_lock(746564);
  foreach t in array array['log_line', 'event'] loop
    for d in select generate_series(current_date - 1, current_date + ahead, '1 day')::date loop
      if to_regclass(format('journal.%s_%s', t, to_char(d, 'YYYYMMDD'))) is null then
        execute format('create table journal.%I partition of journal.%I for values from (%L) to (%L)', t || '_' || to_char(d, 'YYYYMMDD'), t, d, d + 1);
      end if;
    end loop;
  end loop;
end $$;

create function journal.drop_partitions(keep_days int) returns int
language plpgsql security definer set search_path = pg_catalog as $$
declare r record; n int := 0;
begin
  if keep_days < 1 then raise exception 'keep_days must be at least 1'; end if;
  for r in select c.relname from pg_class c join pg_namespace s on s.oid = c.relnamespace
           where s.nspname = 'journal' and c.relispartition and c.relkind = 'r'
             and c.relname ~ '^log_line_\d{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < current_date - keep_days loop
    execute format('drop table journal.%I', r.relname); n := n + 1;
  end loop;
  return n;
end $$;

select journal.ensure_partitions();

-- Rules that a row must keep whatever code writes it, beyond what the schema language can say.
create unique index "Unit_live_ordinal" on "Unit" ("stageId", "ordinal") where "removedAt" is null;
create unique index "Service_live_name" on "Service" ("applicationId", "name") where "removedAt" is null;
create unique index "Package_platform_name" on "Package" ("name") where "organizationId" is null;
create unique index "Member_whole_organization" on "Member" ("userId", "organizationId") where "applicationId" is null;
create unique index "Allocation_live_unit" on "Allocation" ("unitId") where "to" is null;
-- Lists show what is open first, then what ended, newest first: one range of one index, whatever the page.
create index "DeployRecord_open_first" on "DeployRecord" ("organizationId", ("endedAt" is null), number);
create index "DeployRecord_open_first_of_application" on "DeployRecord" ("applicationId", ("endedAt" is null), number);
create index "Unit_asks_for_a_look" on "Unit" ("stageId") where "removedAt" is null and (state = 'error' or held or restarts > 0);

-- The gateway caches who a session belongs to, and hears here when that ends. DELETE only: extending a session closes no stream.
create function session_gone() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 's:' || old."sessionToken");
  return null;
end $$;
create trigger session_gone after delete on "Session" for each row execute function session_gone();

create function user_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 'u:' || old.id);
  return null;
end $$;
create trigger user_changed after delete or update of "blockedAt", "isOperator", "isReviewer" on "User"
  for each row execute function user_changed();

-- Roles decide which topics a stream may hear: a change closes the user's streams, which come back with the new ones.
create function member_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('session_changed', 'u:' || coalesce(new."userId", old."userId"));
  return null;
end $$;
create trigger member_changed after insert or update or delete on "Member" for each row execute function member_changed();
