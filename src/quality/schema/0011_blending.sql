-- What each fact of goods and blends says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE blend_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
-- A lot or a plan by its name.
CREATE INDEX blend_fact_by_name ON blend_fact (enterprise, kind, name, happened_at, root);
CREATE INDEX blend_fact_by_time ON blend_fact (enterprise, kind, happened_at, root);
-- What each blend that was made took of each lot.
CREATE TABLE blend_part (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL,
    lot TEXT NOT NULL,
    bags BIGINT NOT NULL,
    mg BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    blend TEXT NOT NULL,
    PRIMARY KEY (enterprise, root, lot)
);
CREATE INDEX blend_part_by_lot ON blend_part (enterprise, lot, happened_at, root);
