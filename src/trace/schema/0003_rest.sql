-- Documents that partners sent, what became of them, and what they ask again and again.
CREATE TABLE epcis_capture (
    enterprise BIGINT NOT NULL,
    capture BYTEA NOT NULL CHECK (length(capture) = 16),
    person TEXT NOT NULL,
    content TEXT NOT NULL CHECK (content IN ('json', 'xml')),
    teller BIGINT NOT NULL CHECK (teller IN (0, 1)),
    on_error BIGINT NOT NULL CHECK (on_error IN (0, 1)),
    events BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    success BIGINT CHECK (success IN (0, 1)),
    accepted BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    outcomes TEXT NOT NULL,
    PRIMARY KEY (enterprise, capture),
    CHECK ((finished_at IS NULL) = (success IS NULL))
);
-- Kept until the capture is done.
CREATE TABLE epcis_document (
    enterprise BIGINT NOT NULL,
    capture BYTEA NOT NULL CHECK (length(capture) = 16),
    document BYTEA NOT NULL,
    PRIMARY KEY (enterprise, capture)
);
CREATE TABLE epcis_query (
    enterprise BIGINT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    prefixes TEXT NOT NULL,
    person TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, name)
);
-- What an enterprise's page tokens are signed with, and those that were given back before their time.
CREATE TABLE epcis_secret (
    enterprise BIGINT NOT NULL,
    secret BYTEA NOT NULL CHECK (length(secret) = 32),
    PRIMARY KEY (enterprise)
);
CREATE TABLE epcis_revoked (
    enterprise BIGINT NOT NULL,
    token BYTEA NOT NULL CHECK (length(token) = 32),
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, token)
);
CREATE INDEX epcis_revoked_by_expiry ON epcis_revoked (enterprise, expires_at);
