CREATE TABLE "appointments" ("id" bigserial primary key, "patient_id" bigint NOT NULL, "starts_at" timestamp(6) NOT NULL, "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL, CONSTRAINT "fk_rails_3a8b6a2c4e"
FOREIGN KEY ("patient_id")
  REFERENCES "patients" ("id")
);
CREATE INDEX "index_appointments_on_patient_id" ON "appointments" ("patient_id");
