-- Watches that this device looks after, and what it saw. Never exported: the ledger has only
-- changes of the verdict and the end.

CREATE TABLE watches (
    start       TEXT NOT NULL PRIMARY KEY CHECK (length(start) = 64),
    run         TEXT NOT NULL CHECK (length(run) = 64),
    item        TEXT NOT NULL,
    probe       TEXT NOT NULL CHECK (length(probe) = 64),
    environment TEXT NOT NULL,
    from_at     TEXT NOT NULL,
    until_at    TEXT NOT NULL,
    every_ms    INTEGER NOT NULL CHECK (every_ms > 0),
    ended       INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
    -- Which process looks, and until when nobody else does.
    holder      TEXT NOT NULL DEFAULT '',
    held_until  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE INDEX watches_of_item ON watches (run, item);

CREATE TABLE watch_samples (
    start  TEXT NOT NULL CHECK (length(start) = 64),
    at     TEXT NOT NULL,
    sample TEXT NOT NULL CHECK (json_valid(sample)),
    PRIMARY KEY (start, at)
) STRICT, WITHOUT ROWID;
