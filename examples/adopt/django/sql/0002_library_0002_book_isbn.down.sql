BEGIN;
--
-- Add field isbn to book
--
ALTER TABLE "library_book" DROP COLUMN "isbn" CASCADE;
COMMIT;
