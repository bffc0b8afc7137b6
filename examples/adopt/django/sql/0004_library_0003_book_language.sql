BEGIN;
--
-- Add field language to book
--
ALTER TABLE "library_book" ADD COLUMN "language" varchar(5) DEFAULT 'en' NOT NULL;
ALTER TABLE "library_book" ALTER COLUMN "language" DROP DEFAULT;
COMMIT;
