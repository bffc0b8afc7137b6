CREATE TABLE booking (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  room_id bigint NOT NULL REFERENCES room (id),
  day date NOT NULL,
  guest text NOT NULL
);
CREATE INDEX booking_room_id_day ON booking (room_id, day);

-- down
DROP TABLE booking;
