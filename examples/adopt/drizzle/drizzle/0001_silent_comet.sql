ALTER TABLE "tasks" ADD COLUMN "due_on" date;--> statement-breakpoint
CREATE INDEX "tasks_due_on_idx" ON "tasks" USING btree ("due_on");
