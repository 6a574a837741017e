-- The ledger: immutable events, in the order in which this store came to know them.
-- `position` orders arrival on this device only; the ledger's own order is ancestry, then id.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE CHECK (length(id) = 64),
    run      TEXT    NOT NULL CHECK (length(run) = 64),
    device   TEXT    NOT NULL CHECK (length(device) = 64),
    seq      INTEGER NOT NULL CHECK (seq >= 0),
    prev     TEXT             REFERENCES events (id),
    bytes    BLOB    NOT NULL CHECK (length(bytes) BETWEEN 2 AND 1048576),
    CHECK ((seq = 0) = (prev IS NULL))
) STRICT;

CREATE INDEX events_by_run ON events (run, position);
CREATE INDEX events_by_chain ON events (run, device, seq);
CREATE INDEX events_by_prev ON events (prev) WHERE prev IS NOT NULL;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;

-- REPLACE deletes without asking the trigger above, unless the connection wants it otherwise.
CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'events are never replaced');
END;

-- The device keys this store has had. Exactly one is not retired; its private half is `device.key`.
CREATE TABLE devices (
    id         TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 64),
    public_key TEXT NOT NULL CHECK (length(public_key) = 64),
    made_at    TEXT NOT NULL,
    retired_at TEXT,
    reason     TEXT,
    CHECK ((retired_at IS NULL) = (reason IS NULL))
) STRICT;

CREATE UNIQUE INDEX devices_one_in_use ON devices ((1)) WHERE retired_at IS NULL;

-- Evidence whose file was durable before the row was written. Withheld bytes keep their row.
CREATE TABLE evidence (
    digest      TEXT    NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    size        INTEGER NOT NULL CHECK (size >= 0),
    withheld_at TEXT
) STRICT;

-- A projection of each run, written by the use cases; rebuildable from the events alone.
CREATE TABLE run_summary (
    run       TEXT    NOT NULL PRIMARY KEY CHECK (length(run) = 64),
    opened_at TEXT    NOT NULL,
    position  INTEGER NOT NULL,
    summary   TEXT    CHECK (summary IS NULL OR json_valid(summary))
) STRICT;
