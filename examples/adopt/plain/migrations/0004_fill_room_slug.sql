UPDATE room SET slug = lower(name) WHERE slug IS NULL;

-- down
UPDATE room SET slug = NULL;
