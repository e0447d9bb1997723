-- Long work waits here until a worker takes it.
CREATE TABLE job (
    enterprise BIGINT NOT NULL,
    job BYTEA NOT NULL CHECK (length(job) = 16),
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    person TEXT NOT NULL,
    input TEXT NOT NULL,
    progress DOUBLE PRECISION NOT NULL CHECK (progress >= 0 AND progress <= 1),
    said TEXT NOT NULL,
    result TEXT,
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    taken_by TEXT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, job),
    CHECK (state <> 'running' OR taken_by IS NOT NULL)
);
CREATE INDEX job_by_due ON job (enterprise, due_at, job) WHERE state IN ('queued', 'running');
CREATE INDEX job_by_creation ON job (enterprise, created_at, job);
CREATE INDEX job_by_change ON job (enterprise, changed_at);
-- Files whose bytes lie in the media folder under their SHA-256. A row is an enterprise's right to read them.
CREATE TABLE media (
    enterprise BIGINT NOT NULL,
    sha256 BYTEA NOT NULL CHECK (length(sha256) = 32),
    size BIGINT NOT NULL CHECK (size >= 0),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    person TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, sha256)
);
-- Files on their way in.
CREATE TABLE upload (
    enterprise BIGINT NOT NULL,
    upload BYTEA NOT NULL CHECK (length(upload) = 16),
    name TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 0),
    sha256 BYTEA CHECK (sha256 IS NULL OR length(sha256) = 32),
    person TEXT NOT NULL,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise, upload)
);
