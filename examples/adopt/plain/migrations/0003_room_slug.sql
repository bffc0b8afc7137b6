ALTER TABLE room ADD COLUMN slug text;

-- down
ALTER TABLE room DROP COLUMN slug;
