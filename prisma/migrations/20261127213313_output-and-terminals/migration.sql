-- CreateTable
CREATE TABLE "OutputCursor" (
    "unitId" TEXT NOT NULL,
    "stageId" TEXT NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "runNumber" INTEGER NOT NULL DEFAULT 0,
    "runId" TEXT NOT NULL DEFAULT '',
    "stdout" BIGINT NOT NULL DEFAULT 0,
    "stderr" BIGINT NOT NULL DEFAULT 0,
    "ended" BOOLEAN NOT NULL DEFAULT false,
    "lines" BIGINT NOT NULL DEFAULT 0,
    "keptBytes" INTEGER NOT NULL DEFAULT 0,
    "lastAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OutputCursor_pkey" PRIMARY KEY ("unitId")
);

-- CreateTable
CREATE TABLE "OutputChunk" (
    "unitId" TEXT NOT NULL,
    "firstLine" BIGINT NOT NULL,
    "lineCount" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "runNumber" INTEGER NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "firstAt" TIMESTAMP(3) NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "OutputChunk_pkey" PRIMARY KEY ("unitId","firstLine")
);

-- CreateTable
CREATE TABLE "Terminal" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "applicationId" TEXT NOT NULL,
    "serviceId" TEXT NOT NULL,
    "stageId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "unitId" TEXT NOT NULL,
    "unitName" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "argv" JSONB,
    "cols" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "openedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),
    "endReason" TEXT,
    "endMessage" TEXT,
    "exitCode" INTEGER,
    "ticketHash" TEXT,
    "ticketExpires" TIMESTAMP(3),
    "lastSeq" INTEGER NOT NULL DEFAULT 0,
    "sizeBytes" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Terminal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TerminalFrame" (
    "terminalId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "TerminalFrame_pkey" PRIMARY KEY ("terminalId","seq")
);

-- CreateIndex
CREATE INDEX "OutputCursor_stageId_idx" ON "OutputCursor"("stageId");

-- CreateIndex
CREATE UNIQUE INDEX "Terminal_ticketHash_key" ON "Terminal"("ticketHash");

-- CreateIndex
CREATE INDEX "Terminal_stageId_createdAt_idx" ON "Terminal"("stageId", "createdAt");

-- CreateIndex
CREATE INDEX "Terminal_endedAt_machineId_idx" ON "Terminal"("endedAt", "machineId");

-- CreateIndex
CREATE INDEX "Terminal_userId_endedAt_idx" ON "Terminal"("userId", "endedAt");

-- AddForeignKey
ALTER TABLE "OutputCursor" ADD CONSTRAINT "OutputCursor_unitId_fkey" FOREIGN KEY ("unitId") REFERENCES "Unit"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OutputChunk" ADD CONSTRAINT "OutputChunk_unitId_fkey" FOREIGN KEY ("unitId") REFERENCES "Unit"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TerminalFrame" ADD CONSTRAINT "TerminalFrame_terminalId_fkey" FOREIGN KEY ("terminalId") REFERENCES "Terminal"("id") ON DELETE CASCADE ON UPDATE CASCADE;
