BEGIN;
--
-- Add field returned_on to loan
--
ALTER TABLE "lending_loan" ADD COLUMN "returned_on" date NULL;
COMMIT;
