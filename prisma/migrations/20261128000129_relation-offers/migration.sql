-- CreateTable
CREATE TABLE "RelationOffer" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "serviceId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "interface" TEXT NOT NULL,
    "toApplicationId" TEXT NOT NULL,
    "createdBy" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "acceptedBy" TEXT,
    "acceptedAt" TIMESTAMP(3),
    "endedAs" TEXT,
    "endedBy" TEXT,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "RelationOffer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "RelationOffer_toApplicationId_endedAt_idx" ON "RelationOffer"("toApplicationId", "endedAt");

-- CreateIndex
CREATE INDEX "RelationOffer_serviceId_endedAt_idx" ON "RelationOffer"("serviceId", "endedAt");

-- AddForeignKey
ALTER TABLE "RelationOffer" ADD CONSTRAINT "RelationOffer_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service"("id") ON DELETE CASCADE ON UPDATE CASCADE;
