-- Files that were taken in: the same bytes are not taken twice.
CREATE TABLE import_taken (
    enterprise BIGINT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    file TEXT NOT NULL,
    at BIGINT NOT NULL,
    person TEXT NOT NULL,
    facts BIGINT NOT NULL CHECK (facts >= 0),
    PRIMARY KEY (enterprise, sha256)
);
CREATE INDEX import_taken_by_time ON import_taken (enterprise, at);
-- How a form is read, by the signature of its headings: next month's sheet needs no asking.
CREATE TABLE import_mapping (
    enterprise BIGINT NOT NULL,
    signature TEXT NOT NULL CHECK (length(signature) > 0),
    mapping TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, signature)
);
