-- CreateIndex
CREATE INDEX "Notice_href_idx" ON "Notice"("href");
