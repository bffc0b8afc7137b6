ALTER TABLE "appointments" ADD "cancelled" boolean DEFAULT FALSE NOT NULL;
