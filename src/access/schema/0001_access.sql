-- Who may do what. `enterprise` and `person` are shared by the whole installation: signing in looks a person up by a name that is
-- unique over all enterprises. Everything else begins with its enterprise.
CREATE TABLE enterprise (
    enterprise BIGINT NOT NULL CHECK (enterprise > 0),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    simulated BIGINT NOT NULL CHECK (simulated IN (0, 1)),
    offset_minutes BIGINT NOT NULL CHECK (offset_minutes BETWEEN -720 AND 840),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (enterprise)
);
CREATE UNIQUE INDEX enterprise_by_slug ON enterprise (slug);
-- A person belongs to one enterprise. `password` is the argon2id text with its salt and costs.
CREATE TABLE person (
    person TEXT NOT NULL CHECK (length(person) > 0),
    enterprise BIGINT NOT NULL,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT,
    PRIMARY KEY (person)
);
CREATE INDEX person_by_enterprise ON person (enterprise, person);
-- `holder` is a person, or "key:NAME". An empty site is the whole enterprise.
CREATE TABLE role_grant (
    enterprise BIGINT NOT NULL,
    holder TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'worker', 'breeder', 'plant', 'sales', 'auditor')),
    site TEXT NOT NULL,
    PRIMARY KEY (enterprise, holder, role, site)
);
-- A signed-in browser. Only the SHA-256 of its token is kept.
CREATE TABLE login (
    enterprise BIGINT NOT NULL,
    token_sha256 BYTEA NOT NULL CHECK (length(token_sha256) = 32),
    person TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    remote TEXT NOT NULL,
    PRIMARY KEY (enterprise, token_sha256)
);
CREATE INDEX login_by_person ON login (enterprise, person);
CREATE TABLE api_key (
    enterprise BIGINT NOT NULL,
    key_name TEXT NOT NULL CHECK (length(key_name) > 0),
    key_sha256 BYTEA NOT NULL CHECK (length(key_sha256) = 32),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (enterprise, key_name)
);
CREATE UNIQUE INDEX api_key_by_hash ON api_key (enterprise, key_sha256);
-- Sign-ins, refusals and changes of rights. Enterprise 0 holds what belongs to none (a wrong name at the door).
-- Equal entries close together are one, `times` over.
CREATE TABLE audit (
    enterprise BIGINT NOT NULL,
    id BYTEA NOT NULL CHECK (length(id) = 16),
    at BIGINT NOT NULL,
    person TEXT NOT NULL,
    what TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    remote TEXT NOT NULL,
    times BIGINT NOT NULL CHECK (times > 0),
    PRIMARY KEY (enterprise, id)
);
