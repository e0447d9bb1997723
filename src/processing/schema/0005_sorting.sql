-- What each fact of a sorting line says, as long as it holds. load and pallet: what it is about; empty where it is about neither.
CREATE TABLE sorting_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    load TEXT NOT NULL,
    pallet TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
CREATE INDEX sorting_fact_by_load ON sorting_fact (enterprise, load, kind);
CREATE INDEX sorting_fact_by_pallet ON sorting_fact (enterprise, pallet, kind);
CREATE INDEX sorting_fact_by_time ON sorting_fact (enterprise, kind, happened_at);
