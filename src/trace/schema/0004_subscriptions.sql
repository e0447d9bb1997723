-- Who is told when an event answers a named query. cursor_no: all events up to this one have been looked at, and those that answer are with
-- the receiver. token: what letters are signed with. taken_by: who is telling now, until taken_until at the longest. failures: in a row.
CREATE TABLE epcis_subscription (
    enterprise BIGINT NOT NULL,
    subscription BYTEA NOT NULL CHECK (length(subscription) = 16),
    query_name TEXT NOT NULL,
    dest TEXT NOT NULL,
    token TEXT NOT NULL,
    stream BIGINT NOT NULL CHECK (stream IN (0, 1)),
    schedule TEXT NOT NULL,
    report_if_empty BIGINT NOT NULL CHECK (report_if_empty IN (0, 1)),
    names TEXT NOT NULL,
    prefixes TEXT NOT NULL,
    initial_at BIGINT,
    person TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    cursor_no BIGINT NOT NULL,
    min_record_at BIGINT NOT NULL,
    batch BIGINT NOT NULL CHECK (batch > 0),
    next_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failing_since BIGINT,
    said TEXT NOT NULL,
    last_delivered_at BIGINT,
    delivered BIGINT NOT NULL,
    letters BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    taken_until BIGINT NOT NULL,
    PRIMARY KEY (enterprise, subscription)
);
CREATE INDEX epcis_subscription_by_query ON epcis_subscription (enterprise, query_name, subscription);
-- The last letters to each. letter counts those of a subscription; status: the receiver's answer, 0 where there was none.
CREATE TABLE epcis_letter (
    enterprise BIGINT NOT NULL,
    subscription BYTEA NOT NULL CHECK (length(subscription) = 16),
    letter BIGINT NOT NULL,
    at BIGINT NOT NULL,
    after_no BIGINT NOT NULL,
    up_to_no BIGINT NOT NULL,
    events BIGINT NOT NULL,
    status BIGINT NOT NULL,
    said TEXT NOT NULL,
    PRIMARY KEY (enterprise, subscription, letter)
);
