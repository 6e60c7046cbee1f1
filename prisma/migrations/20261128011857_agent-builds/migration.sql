-- CreateTable
CREATE TABLE "AgentBuild" (
    "digest" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "publishedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AgentBuild_pkey" PRIMARY KEY ("digest")
);

-- CreateIndex
CREATE INDEX "AgentBuild_publishedAt_idx" ON "AgentBuild"("publishedAt");
