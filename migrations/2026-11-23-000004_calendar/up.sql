-- Days that are not what their weekday says, or of which that was once said. A day is never removed: one that became
-- ordinary again says so, so that the list that the service brings along does not put it back.
CREATE TABLE calendar_days (
    day DATE NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT,
    version BIGINT NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
