CREATE INDEX CONCURRENTLY "index_appointments_on_starts_at" ON "appointments" ("starts_at");
