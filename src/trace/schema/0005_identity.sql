-- Who an enterprise is among its partners. Without a row it has not said so, and nothing is told to them.
CREATE TABLE identity (
    enterprise BIGINT NOT NULL,
    company_prefix TEXT NOT NULL CHECK (length(company_prefix) BETWEEN 6 AND 10),
    name TEXT NOT NULL,
    country TEXT NOT NULL CHECK (length(country) = 2),
    plant_code TEXT,
    plant_name TEXT,
    address TEXT,
    phone TEXT,
    PRIMARY KEY (enterprise)
);
-- Numbers behind the prefix that were given to places and articles; never given anew.
CREATE TABLE identity_number (
    enterprise BIGINT NOT NULL,
    series TEXT NOT NULL CHECK (series IN ('place', 'article')),
    what TEXT NOT NULL,
    number BIGINT NOT NULL CHECK (number > 0),
    PRIMARY KEY (enterprise, series, what)
);
CREATE UNIQUE INDEX identity_number_once ON identity_number (enterprise, series, number);
