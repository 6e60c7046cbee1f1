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

-- CreateIndex
CREATE INDEX "OutputCursor_stageId_idx" ON "OutputCursor"("stageId");

-- AddForeignKey
ALTER TABLE "OutputCursor" ADD CONSTRAINT "OutputCursor_unitId_fkey" FOREIGN KEY ("unitId") REFERENCES "Unit"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OutputChunk" ADD CONSTRAINT "OutputChunk_unitId_fkey" FOREIGN KEY ("unitId") REFERENCES "Unit"("id") ON DELETE CASCADE ON UPDATE CASCADE;
