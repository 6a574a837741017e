-- Small bytes that events name, such as what a probe saw. They come by the hundred, and here they
-- are saved by the same commit as the events. Each has a row in `evidence`; larger ones lie in files.
CREATE TABLE details (
    digest TEXT NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    bytes  BLOB NOT NULL CHECK (length(bytes) <= 65536)
) STRICT;
