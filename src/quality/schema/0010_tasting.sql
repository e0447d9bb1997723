-- What each fact of tastings says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE taste_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
CREATE INDEX taste_fact_by_name ON taste_fact (enterprise, kind, name, happened_at, root);
-- The key of a tasting that is not closed yet, and the secret that signs its tasters' links. Not in the journal: whoever may read facts must not read it.
CREATE TABLE taste_key (
    enterprise BIGINT NOT NULL,
    tasting TEXT NOT NULL,
    secret TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (enterprise, tasting)
);
