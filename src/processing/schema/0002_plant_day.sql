-- A day of the plant is read by its hours: what runs on the line now, what it did in the last weeks.
CREATE INDEX plant_fact_by_time ON plant_fact (enterprise, happened_at, kind, root);
CREATE INDEX plant_fact_by_kind ON plant_fact (enterprise, kind, happened_at, root);
