-- Non-reusable labels. Numbers are given out for good: no fact takes one back, so they are not worked out from the journal.
CREATE TABLE label_series (
    enterprise BIGINT NOT NULL,
    series TEXT NOT NULL,
    last BIGINT NOT NULL CHECK (last >= 0),
    PRIMARY KEY (enterprise, series)
);
-- Labels that were issued together, and what is on them.
CREATE TABLE label_run (
    enterprise BIGINT NOT NULL,
    series TEXT NOT NULL,
    first BIGINT NOT NULL CHECK (first >= 1),
    last BIGINT NOT NULL CHECK (last >= first),
    content TEXT NOT NULL,
    design TEXT NOT NULL,
    author TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, series, first)
);
CREATE TABLE label (
    enterprise BIGINT NOT NULL,
    series TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    first BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('issued', 'printed', 'applied', 'spoiled', 'voided')),
    tin TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, series, number)
);
CREATE INDEX label_by_state ON label (enterprise, state, series, number);
-- A tin carries one label.
CREATE UNIQUE INDEX label_on_tin ON label (enterprise, tin) WHERE state = 'applied';
-- Every act on a label, in order, with its author and reason.
CREATE TABLE label_act (
    enterprise BIGINT NOT NULL,
    series TEXT NOT NULL,
    number BIGINT NOT NULL,
    act_no BIGINT NOT NULL,
    state TEXT NOT NULL,
    tin TEXT,
    author TEXT NOT NULL,
    acted_at BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (enterprise, series, number, act_no)
);
CREATE INDEX label_act_by_tin ON label_act (enterprise, tin);
-- Codes of species from memory that a person looked up once.
CREATE TABLE species_code_confirmed (
    enterprise BIGINT NOT NULL,
    code TEXT NOT NULL,
    author TEXT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (enterprise, code)
);
