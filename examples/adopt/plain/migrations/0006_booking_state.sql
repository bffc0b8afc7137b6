ALTER TABLE booking ADD COLUMN state text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'confirmed'));

-- down
ALTER TABLE booking DROP COLUMN state;
