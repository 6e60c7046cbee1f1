-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "configuration" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "costAmount" DECIMAL(12,2),
ADD COLUMN     "costCurrency" TEXT,
ADD COLUMN     "expiresAt" TIMESTAMP(3),
ADD COLUMN     "inventoryRevision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "note" TEXT,
ADD COLUMN     "owner" TEXT,
ADD COLUMN     "rack" TEXT,
ADD COLUMN     "zone" TEXT;

-- CreateTable
CREATE TABLE "MachineReminder" (
    "machineId" TEXT NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "days" INTEGER NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MachineReminder_pkey" PRIMARY KEY ("machineId","expiresAt","days")
);

-- CreateIndex
CREATE INDEX "Machine_expiresAt_idx" ON "Machine"("expiresAt");

-- AddForeignKey
ALTER TABLE "MachineReminder" ADD CONSTRAINT "MachineReminder_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;
