-- CreateEnum
CREATE TYPE "DeliveryState" AS ENUM ('waiting', 'delivered', 'failed');

-- CreateTable
CREATE TABLE "Notice" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL,
    "eventId" BIGINT NOT NULL,
    "href" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "isShown" BOOLEAN NOT NULL DEFAULT true,
    "readAt" TIMESTAMP(3),
    "mailDueAt" TIMESTAMP(3),
    "mailId" TEXT,
    "mailTries" INTEGER NOT NULL DEFAULT 0,
    "mailedAt" TIMESTAMP(3),
    "mailError" TEXT,

    CONSTRAINT "Notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NoticeCursor" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "lineage" INTEGER NOT NULL,
    "upto" TEXT NOT NULL,

    CONSTRAINT "NoticeCursor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NoticeSetting" (
    "userId" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "ways" JSONB NOT NULL,

    CONSTRAINT "NoticeSetting_pkey" PRIMARY KEY ("userId","organizationId")
);

-- CreateTable
CREATE TABLE "Webhook" (
    "id" TEXT NOT NULL,
    "organizationId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "kinds" TEXT[],
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "nextAt" TIMESTAMP(3),
    "disabledAt" TIMESTAMP(3),
    "disabledBy" TEXT,

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "id" TEXT NOT NULL,
    "webhookId" TEXT NOT NULL,
    "eventId" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "state" "DeliveryState" NOT NULL DEFAULT 'waiting',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextAt" TIMESTAMP(3) NOT NULL,
    "lastAt" TIMESTAMP(3),
    "status" INTEGER,
    "error" TEXT,
    "tookMs" INTEGER,

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Notice_userId_isShown_at_idx" ON "Notice"("userId", "isShown", "at" DESC);

-- CreateIndex
CREATE INDEX "Notice_mailDueAt_idx" ON "Notice"("mailDueAt");

-- CreateIndex
CREATE UNIQUE INDEX "Notice_userId_eventId_kind_key" ON "Notice"("userId", "eventId", "kind");

-- CreateIndex
CREATE INDEX "Webhook_organizationId_idx" ON "Webhook"("organizationId");

-- CreateIndex
CREATE INDEX "WebhookDelivery_state_nextAt_idx" ON "WebhookDelivery"("state", "nextAt");

-- CreateIndex
CREATE INDEX "WebhookDelivery_webhookId_createdAt_idx" ON "WebhookDelivery"("webhookId", "createdAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "WebhookDelivery_webhookId_eventId_kind_key" ON "WebhookDelivery"("webhookId", "eventId", "kind");

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What happened before there were notices concerns nobody any more.
insert into "NoticeCursor" (id, lineage, upto) values (1, journal.lineage_now(), pg_current_xact_id()::text);
