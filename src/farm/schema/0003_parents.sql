-- Whom a cohort is of.
ALTER TABLE cohort ADD COLUMN sire TEXT;
ALTER TABLE cohort ADD COLUMN dam TEXT;
