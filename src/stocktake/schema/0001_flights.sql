-- What each fact of a stocktake says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE flight_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    flight BYTEA NOT NULL CHECK (length(flight) = 16),
    kind TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
CREATE INDEX flight_fact_by_flight ON flight_fact (enterprise, flight, happened_at, root);
CREATE INDEX flight_fact_by_kind ON flight_fact (enterprise, kind, happened_at, root);
-- The job that counts a flight, or did last.
CREATE TABLE flight_job (
    enterprise BIGINT NOT NULL,
    flight BYTEA NOT NULL CHECK (length(flight) = 16),
    job BYTEA NOT NULL CHECK (length(job) = 16),
    PRIMARY KEY (enterprise, flight)
);
