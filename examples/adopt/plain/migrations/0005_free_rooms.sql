CREATE VIEW free_today AS
  SELECT r.id, r.name FROM room r
  WHERE NOT EXISTS (SELECT FROM booking b WHERE b.room_id = r.id AND b.day = current_date);

-- down
DROP VIEW free_today;
