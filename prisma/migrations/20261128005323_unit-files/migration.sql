-- CreateTable
CREATE TABLE "FileTransfer" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "serviceId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "unitId" TEXT NOT NULL,
    "unitName" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),
    "code" TEXT,

    CONSTRAINT "FileTransfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FilePart" (
    "transferId" TEXT NOT NULL,
    "isUp" BOOLEAN NOT NULL,
    "seq" INTEGER NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "FilePart_pkey" PRIMARY KEY ("transferId","isUp","seq")
);

-- CreateIndex
CREATE INDEX "FileTransfer_createdAt_idx" ON "FileTransfer"("createdAt");

-- CreateIndex
CREATE INDEX "FileTransfer_userId_endedAt_idx" ON "FileTransfer"("userId", "endedAt");

-- AddForeignKey
ALTER TABLE "FilePart" ADD CONSTRAINT "FilePart_transferId_fkey" FOREIGN KEY ("transferId") REFERENCES "FileTransfer"("id") ON DELETE CASCADE ON UPDATE CASCADE;
