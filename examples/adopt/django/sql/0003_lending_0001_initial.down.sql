BEGIN;
--
-- Create model Loan
--
DROP TABLE "lending_loan" CASCADE;
COMMIT;
