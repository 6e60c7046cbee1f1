-- AlterTable
ALTER TABLE "Package" ADD COLUMN     "isHidden" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Service" ADD COLUMN     "isRoute" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Route" (
    "stageId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "environment" "Environment" NOT NULL,
    "host" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "remindedOf" TIMESTAMP(3),
    "remindedDays" INTEGER,

    CONSTRAINT "Route_pkey" PRIMARY KEY ("stageId")
);

-- CreateTable
CREATE TABLE "RouteSight" (
    "placementId" TEXT NOT NULL,
    "addresses" JSONB NOT NULL DEFAULT '[]',
    "works" BOOLEAN,
    "code" TEXT,
    "values" JSONB NOT NULL DEFAULT '{}',
    "status" INTEGER,
    "tookMs" INTEGER,
    "checkedAt" TIMESTAMP(3),
    "since" TIMESTAMP(3),

    CONSTRAINT "RouteSight_pkey" PRIMARY KEY ("placementId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Route_environment_host_key" ON "Route"("environment", "host");

-- CreateIndex
CREATE INDEX "RouteSight_checkedAt_idx" ON "RouteSight"("checkedAt");

-- AddForeignKey
ALTER TABLE "Route" ADD CONSTRAINT "Route_stageId_fkey" FOREIGN KEY ("stageId") REFERENCES "Stage"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RouteSight" ADD CONSTRAINT "RouteSight_placementId_fkey" FOREIGN KEY ("placementId") REFERENCES "Placement"("id") ON DELETE CASCADE ON UPDATE CASCADE;
