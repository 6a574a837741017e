-- What belongs to this device only and is never exported.

-- Where a run stands in the left column. Not derivable from events, so apart from `run_summary`.
CREATE TABLE run_shelf (
    run         TEXT    NOT NULL PRIMARY KEY CHECK (length(run) = 64),
    archived    INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),
    last_opened TEXT
) STRICT;

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

CREATE TABLE environments (
    name         TEXT    NOT NULL PRIMARY KEY CHECK (name <> ''),
    variables    TEXT    NOT NULL CHECK (json_type(variables) = 'object'),
    secret_names TEXT    NOT NULL CHECK (json_type(secret_names) = 'array'),
    position     INTEGER NOT NULL
) STRICT;

CREATE TABLE checklists (
    place       TEXT NOT NULL PRIMARY KEY,
    origin      TEXT NOT NULL CHECK (origin IN ('file', 'bundled')),
    digest      TEXT NOT NULL CHECK (length(digest) = 64),
    title       TEXT NOT NULL,
    last_opened TEXT NOT NULL
) STRICT;

CREATE TABLE approvals (
    plan_hash   TEXT NOT NULL CHECK (length(plan_hash) = 64),
    environment TEXT NOT NULL,
    plan        TEXT NOT NULL CHECK (json_valid(plan)),
    approved_at TEXT NOT NULL,
    PRIMARY KEY (plan_hash, environment)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL CHECK (name <> ''),
    principal  TEXT    NOT NULL,
    public_key TEXT    UNIQUE,
    key_path   TEXT,
    is_me      INTEGER NOT NULL DEFAULT 0 CHECK (is_me IN (0, 1))
) STRICT;

CREATE UNIQUE INDEX people_one_is_me ON people (is_me) WHERE is_me = 1;

CREATE TABLE remembered (
    environment TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('contact', 'placeholder')),
    label       TEXT NOT NULL,
    value       TEXT NOT NULL,
    at          TEXT NOT NULL,
    PRIMARY KEY (environment, kind, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE looked (
    run    TEXT NOT NULL CHECK (length(run) = 64),
    point  TEXT NOT NULL,
    item   TEXT NOT NULL,
    digest TEXT NOT NULL CHECK (length(digest) = 64),
    at     TEXT NOT NULL,
    PRIMARY KEY (run, point, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE drafts (
    run  TEXT NOT NULL CHECK (length(run) = 64),
    key  TEXT NOT NULL,
    text TEXT NOT NULL,
    at   TEXT NOT NULL,
    PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
