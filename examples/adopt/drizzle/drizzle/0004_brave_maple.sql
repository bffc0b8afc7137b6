ALTER TABLE "tasks" ADD COLUMN "estimate_hours" integer;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_estimate_hours_check" CHECK ("tasks"."estimate_hours" > 0);
