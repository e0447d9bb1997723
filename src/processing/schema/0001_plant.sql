-- What each fact of the plant says, as long as it holds. All of it can be worked out again from the journal.
CREATE TABLE plant_fact (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL CHECK (length(root) = 16),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (enterprise, root)
);
-- A lot, a tin, a case, a shipment, a party, a permit by its name; of several the first told holds (of parties and permits the last).
CREATE INDEX plant_fact_by_name ON plant_fact (enterprise, kind, name, happened_at, root);
-- What it was made of, or holds: 'fish:TAG', 'lot:L', 'tin:T', 'container:C', 'permit:P'.
CREATE TABLE plant_part (
    enterprise BIGINT NOT NULL,
    root BYTEA NOT NULL,
    part TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (enterprise, root, part)
);
CREATE INDEX plant_part_by_part ON plant_part (enterprise, part, kind, root);
