-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "cameBackAt" TIMESTAMP(3)[] DEFAULT ARRAY[]::TIMESTAMP(3)[],
ADD COLUMN     "clockOffSeconds" INTEGER,
ADD COLUMN     "diskFreeMib" INTEGER,
ADD COLUMN     "diskTrouble" TEXT,
ADD COLUMN     "stateReasonValues" JSONB NOT NULL DEFAULT '{}';

-- CreateTable
CREATE TABLE "MachineSignal" (
    "machineId" TEXT NOT NULL,
    "signal" TEXT NOT NULL,
    "seenAt" TIMESTAMP(3) NOT NULL,
    "raisedAt" TIMESTAMP(3),
    "easedAt" TIMESTAMP(3),

    CONSTRAINT "MachineSignal_pkey" PRIMARY KEY ("machineId","signal")
);

-- AddForeignKey
ALTER TABLE "MachineSignal" ADD CONSTRAINT "MachineSignal_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Reasons that were sentences become codes; what only an agent could word stays as it said it.
UPDATE "Machine" SET "stateReasonValues" = jsonb_build_object('seconds', coalesce(substring("stateReason" from '\d+')::int, 0)),
  "stateReason" = CASE WHEN "stateReason" LIKE '%overdue' THEN 'fault_not_heard_overdue' ELSE 'fault_not_heard' END
WHERE "stateReason" LIKE 'not heard%';
UPDATE "Machine" SET "stateReason" = 'reported_by_operator' WHERE "stateReason" = 'an operator reported it';
UPDATE "Machine" SET "stateReasonValues" = jsonb_build_object('text', "stateReason"), "stateReason" = 'as_said'
WHERE "stateReason" IS NOT NULL AND "stateReason" NOT LIKE 'fault\_%' AND "stateReason" <> 'reported_by_operator';
