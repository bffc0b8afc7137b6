ALTER TABLE "patients" ADD "phone" character varying;
