-- The journal: facts are added, never changed.
CREATE TABLE chain (
    enterprise BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise)
);
CREATE TABLE fact (
    enterprise BIGINT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq > 0),
    id BYTEA NOT NULL CHECK (length(id) = 16),
    kind TEXT NOT NULL,
    act BIGINT NOT NULL CHECK (act IN (0, 1, 2)),
    corrects BYTEA,
    happened_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (enterprise, seq),
    CHECK ((act = 0) = (corrects IS NULL))
);
CREATE UNIQUE INDEX fact_by_id ON fact (enterprise, id);
CREATE INDEX fact_by_correction ON fact (enterprise, corrects, id) WHERE corrects IS NOT NULL;
