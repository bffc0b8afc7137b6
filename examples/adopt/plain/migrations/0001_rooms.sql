CREATE TABLE room (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  seats integer NOT NULL CHECK (seats > 0)
);

-- down
DROP TABLE room;
