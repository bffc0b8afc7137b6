BEGIN;
--
-- Add field isbn to book
--
ALTER TABLE "library_book" ADD COLUMN "isbn" varchar(13) NULL UNIQUE;
CREATE INDEX "library_book_isbn_5d0b3e27_like" ON "library_book" ("isbn" varchar_pattern_ops);
COMMIT;
