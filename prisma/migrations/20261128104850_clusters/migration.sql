-- CreateEnum
CREATE TYPE "ClusterState" AS ENUM ('ready', 'offline', 'maintaining');

-- CreateEnum
CREATE TYPE "NamespaceState" AS ENUM ('wanted', 'present', 'foreign', 'refused');

-- AlterTable
ALTER TABLE "Application" ADD COLUMN     "namespace" TEXT;

-- CreateTable
CREATE TABLE "Cluster" (
    "id" TEXT NOT NULL,
    "runtimeId" TEXT NOT NULL,
    "state" "ClusterState" NOT NULL DEFAULT 'ready',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stateReason" TEXT,
    "stateReasonValues" JSONB NOT NULL DEFAULT '{}',
    "lastError" TEXT,
    "identity" TEXT,
    "region" TEXT,
    "server" TEXT NOT NULL,
    "authority" TEXT,
    "serverName" TEXT,
    "credential" TEXT NOT NULL,
    "credentialKind" TEXT NOT NULL,
    "account" TEXT,
    "credentialExpiresAt" TIMESTAMP(3),
    "credentialSetAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "isRotated" BOOLEAN NOT NULL DEFAULT false,
    "accessRevision" INTEGER NOT NULL DEFAULT 1,
    "heardAt" TIMESTAMP(3),
    "version" TEXT,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "factsAt" TIMESTAMP(3),
    "missing" JSONB NOT NULL DEFAULT '[]',
    "checkedAt" TIMESTAMP(3),
    "removingSince" TIMESTAMP(3),
    "removal" TEXT,
    "removedAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Cluster_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ClusterNamespace" (
    "clusterId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" "NamespaceState" NOT NULL DEFAULT 'wanted',
    "stateSince" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT,
    "madeOf" TEXT,
    "adoptedAt" TIMESTAMP(3),
    "adoptedBy" TEXT,

    CONSTRAINT "ClusterNamespace_pkey" PRIMARY KEY ("clusterId","applicationId")
);

-- CreateTable
CREATE TABLE "Lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Lease_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE UNIQUE INDEX "Cluster_runtimeId_key" ON "Cluster"("runtimeId");

-- CreateIndex
CREATE UNIQUE INDEX "Cluster_identity_key" ON "Cluster"("identity");

-- CreateIndex
CREATE UNIQUE INDEX "ClusterNamespace_clusterId_name_key" ON "ClusterNamespace"("clusterId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Application_namespace_key" ON "Application"("namespace");

-- AddForeignKey
ALTER TABLE "Cluster" ADD CONSTRAINT "Cluster_runtimeId_fkey" FOREIGN KEY ("runtimeId") REFERENCES "Runtime"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ClusterNamespace" ADD CONSTRAINT "ClusterNamespace_clusterId_fkey" FOREIGN KEY ("clusterId") REFERENCES "Cluster"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ClusterNamespace" ADD CONSTRAINT "ClusterNamespace_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE CASCADE ON UPDATE CASCADE;
