-- AlterTable
ALTER TABLE "DesiredUnit" ADD COLUMN     "copyId" TEXT;

-- CreateTable
CREATE TABLE "DataCopy" (
    "id" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "unitId" TEXT NOT NULL,
    "fromMachineId" TEXT NOT NULL,
    "toMachineId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "packed" JSONB,
    "left" JSONB NOT NULL DEFAULT '[]',
    "packedAt" TIMESTAMP(3),
    "verifiedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "DataCopy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DataPart" (
    "copyId" TEXT NOT NULL,
    "index" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "DataPart_pkey" PRIMARY KEY ("copyId","index")
);

-- CreateIndex
CREATE INDEX "DataCopy_endedAt_idx" ON "DataCopy"("endedAt");

-- CreateIndex
CREATE UNIQUE INDEX "DataCopy_recordId_unitId_key" ON "DataCopy"("recordId", "unitId");

-- AddForeignKey
ALTER TABLE "DataPart" ADD CONSTRAINT "DataPart_copyId_fkey" FOREIGN KEY ("copyId") REFERENCES "DataCopy"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is encrypted cannot be made smaller.
ALTER TABLE "DataPart" ALTER COLUMN "body" SET STORAGE EXTERNAL;
