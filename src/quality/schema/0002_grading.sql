-- What each fact of grading says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE grade_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
-- A lot, or scheme/grade of a price, by its name; of each grader, of photographs, decisions and prices the last told holds.
CREATE INDEX grade_fact_by_name ON grade_fact (enterprise, kind, name, happened_at, root);
CREATE INDEX grade_fact_by_time ON grade_fact (enterprise, kind, happened_at, root);
