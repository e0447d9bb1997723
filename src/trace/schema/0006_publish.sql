-- What an enterprise shows of its things to whoever scans a label. field: trace/link_sql.h; what is not here stays closed.
CREATE TABLE publish (
    enterprise BIGINT NOT NULL,
    field TEXT NOT NULL CHECK (field IN ('species', 'farm', 'map', 'pool', 'year_class', 'harvest', 'plant', 'grade', 'salt', 'label', 'parents', 'cold_chain', 'journey')),
    PRIMARY KEY (enterprise, field)
);
