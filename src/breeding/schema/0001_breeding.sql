-- What each fact of breeding says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE breed_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
-- An animal, a spawning, a family, a variety, a plan by its name; of animals and varieties the last told holds, of the others the first.
CREATE INDEX breed_fact_by_name ON breed_fact (enterprise, kind, name, happened_at, root);
-- The job that evaluates a species, or did last.
CREATE TABLE breed_job (
    enterprise BIGINT NOT NULL,
    species TEXT NOT NULL,
    job BYTEA NOT NULL CHECK (length(job) = 16),
    PRIMARY KEY (enterprise, species)
);
