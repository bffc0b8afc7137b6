BEGIN;
--
-- Add field returned_on to loan
--
ALTER TABLE "lending_loan" DROP COLUMN "returned_on" CASCADE;
COMMIT;
