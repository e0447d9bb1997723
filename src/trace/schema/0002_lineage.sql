-- The web of links between what events name (trace/engine/links.h), and what is needed to find a thing in it. Can be made again from
-- the events. Things have numbers in the order in which they were first named, so what is new is written at the end; the number of a
-- name is told by the index (epcis_block, kind 3).
CREATE TABLE thing (
    enterprise BIGINT NOT NULL,
    thing BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (enterprise, thing)
);
-- Seen from each of its ends. tie, what: trace/engine/links.h. A link to several things with numbers in a row is one row: `further` more
-- after `other`.
CREATE TABLE link (
    enterprise BIGINT NOT NULL,
    thing BIGINT NOT NULL,
    tie BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    other BIGINT NOT NULL,
    event BIGINT NOT NULL,
    further BIGINT NOT NULL,
    what BIGINT NOT NULL,
    quantity DOUBLE PRECISION,
    uom TEXT,
    place BIGINT,
    PRIMARY KEY (enterprise, thing, tie, happened_at, other, event)
);
-- Names of events that were declared an error: they put no links in, whichever of the two comes first.
CREATE TABLE declared_error (
    enterprise BIGINT NOT NULL,
    event_hash BIGINT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (enterprise, event_hash, event_id)
);
