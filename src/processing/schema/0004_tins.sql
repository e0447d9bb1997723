-- What became of tins beside packing and shipping: lost, sampled, come back. One row a tin or case that a fact names, as long as it holds.
CREATE TABLE tin_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    thing TEXT NOT NULL,
    kind TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    word TEXT NOT NULL,
    net_mg BIGINT,
    PRIMARY KEY (enterprise, root, thing)
);
CREATE INDEX tin_fact_by_thing ON tin_fact (enterprise, thing, kind, happened_at);
