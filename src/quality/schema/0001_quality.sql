-- What each fact about safety says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE quality_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
-- A hold (also of its decisions), a sample (also of its results), an input, a use, a site's programmes, a certificate by its name.
CREATE INDEX quality_fact_by_name ON quality_fact (enterprise, kind, name, happened_at, root);
CREATE INDEX quality_fact_by_time ON quality_fact (enterprise, kind, happened_at, root);
-- What it is about: 'lot:L', 'tin:T', 'input:I', 'pool:P'.
CREATE TABLE quality_part (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL,
    part TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (enterprise, root, part)
);
CREATE INDEX quality_part_by_part ON quality_part (enterprise, part, kind, root);
-- Lots in whose tins the plant's clock was not kept, as the plant says.
CREATE TABLE quality_clock (
    enterprise BIGINT NOT NULL,
    lot TEXT NOT NULL,
    late_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, lot)
);
-- Worked out: every hold, told or following from other facts, and how it stands. markets: 'EU,JP'; empty: all. bars: 1 where it lets nothing go.
CREATE TABLE quality_hold (
    enterprise BIGINT NOT NULL,
    hold TEXT NOT NULL,
    what TEXT NOT NULL,
    thing TEXT NOT NULL,
    reason TEXT NOT NULL,
    markets TEXT NOT NULL,
    since_at BIGINT NOT NULL,
    put_at BIGINT NOT NULL,
    put_by TEXT NOT NULL,
    failed BIGINT NOT NULL,
    state TEXT NOT NULL,
    bars BIGINT NOT NULL,
    PRIMARY KEY (enterprise, hold)
);
CREATE INDEX quality_hold_by_thing ON quality_hold (enterprise, bars, what, thing);
CREATE INDEX quality_hold_by_time ON quality_hold (enterprise, put_at, hold);
