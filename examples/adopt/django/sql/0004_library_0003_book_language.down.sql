BEGIN;
--
-- Add field language to book
--
ALTER TABLE "library_book" DROP COLUMN "language" CASCADE;
COMMIT;
