-- CreateTable
CREATE TABLE "SampleHour" (
    "subjectId" TEXT NOT NULL,
    "hour" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "SampleHour_pkey" PRIMARY KEY ("subjectId","hour")
);

-- CreateIndex
CREATE INDEX "SampleHour_hour_idx" ON "SampleHour"("hour");
-- Each row is written over some twelve times within its hour: with room on its page that costs no new index entry.
alter table "SampleHour" set (fillfactor = 60);
