-- The repository of EPCIS events (docs/adr/0008). `no` counts an enterprise's events in the order of recording, without gaps.
CREATE TABLE epcis_head (
    enterprise BIGINT NOT NULL,
    no BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    run BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    vocabulary BIGINT NOT NULL,
    PRIMARY KEY (enterprise)
);
-- event_id: absent where it is the hash. declared_at: the error declaration's own time; 0: the event is no error declaration.
-- body: trace/engine/packed.h, without eventID and recordTime. root: the fact that the event tells of.
CREATE TABLE epcis_event (
    enterprise BIGINT NOT NULL,
    no BIGINT NOT NULL,
    event_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    declared_at BIGINT NOT NULL,
    event_id TEXT,
    root BYTEA,
    hash BYTEA NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (enterprise, no)
);
CREATE TABLE epcis_root (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL,
    no BIGINT NOT NULL,
    PRIMARY KEY (enterprise, root, no)
);
-- The index: what was captured together is a run; small neighbours are joined to larger ones. names: the keys of its filter put
-- together, which tells whether a run is the one that somebody remembers; keys: how many they are.
CREATE TABLE epcis_run (
    enterprise BIGINT NOT NULL,
    run BIGINT NOT NULL,
    first_no BIGINT NOT NULL,
    last_no BIGINT NOT NULL,
    event_from BIGINT NOT NULL,
    event_to BIGINT NOT NULL,
    names BIGINT NOT NULL,
    keys BIGINT NOT NULL,
    PRIMARY KEY (enterprise, run)
);
-- Tells of names of events and things that are surely not in the run. A table of its own: SQLite reads whole rows to see where a range
-- of them ends.
CREATE TABLE epcis_filter (
    enterprise BIGINT NOT NULL,
    run BIGINT NOT NULL,
    filter BYTEA NOT NULL,
    PRIMARY KEY (enterprise, run)
);
-- kind: 1 marks (trace/engine/terms.h), 2 event times in microseconds, 3 hashes of things' names, whose numbers are of things. (key, no) is the first posting of the block.
CREATE TABLE epcis_block (
    enterprise BIGINT NOT NULL,
    run BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    key BIGINT NOT NULL,
    no BIGINT NOT NULL,
    postings BYTEA NOT NULL,
    PRIMARY KEY (enterprise, run, kind, key, no)
);
-- Values of top-level resources. resource: trace::Repository::Resource; key: the value's match key.
CREATE TABLE epcis_value (
    enterprise BIGINT NOT NULL,
    resource BIGINT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (enterprise, resource, key)
);
CREATE TABLE epcis_vocabulary (
    enterprise BIGINT NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (enterprise, type, key)
);
CREATE TABLE epcis_prefix (
    enterprise BIGINT NOT NULL,
    prefix TEXT NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (enterprise, prefix)
);
CREATE TABLE epcis_company_prefix (
    enterprise BIGINT NOT NULL,
    prefix TEXT NOT NULL,
    PRIMARY KEY (enterprise, prefix)
);
