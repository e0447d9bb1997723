-- What every fact says of one pool or one fish, in numbers, and between which recording times it held (the ledger's lines),
-- and what is worked out from them. All but the journal can be rebuilt from the journal.
CREATE TABLE site (
    enterprise BIGINT NOT NULL,
    site TEXT NOT NULL,
    name TEXT NOT NULL,
    province TEXT,
    water_source TEXT,
    licence TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    PRIMARY KEY (enterprise, site)
);
CREATE TABLE pool (
    enterprise BIGINT NOT NULL,
    pool TEXT NOT NULL,
    site TEXT NOT NULL,
    pool_kind TEXT NOT NULL,
    name TEXT,
    volume_ml BIGINT,
    area_cm2 BIGINT,
    flow_ml_s BIGINT,
    walk_order BIGINT,
    outline TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION,
    closed BIGINT,
    PRIMARY KEY (enterprise, pool)
);
CREATE TABLE cohort (
    enterprise BIGINT NOT NULL,
    cohort TEXT NOT NULL,
    species TEXT NOT NULL,
    year_class BIGINT NOT NULL,
    hatched_on BIGINT,
    name TEXT,
    origin TEXT,
    PRIMARY KEY (enterprise, cohort)
);
CREATE TABLE growth (
    enterprise BIGINT NOT NULL,
    site TEXT NOT NULL,
    species TEXT NOT NULL,
    stage TEXT NOT NULL,
    tgc_micro BIGINT NOT NULL,
    se_micro BIGINT,
    weighings BIGINT,
    PRIMARY KEY (enterprise, site, species, stage)
);
-- Which facts speak of a subject: 'p:POOL', 'f:TAG', 'c:COHORT', 's:SITE', 'g:SITE/SPECIES/STAGE', 'y:SERIES'.
CREATE TABLE mention (
    enterprise BIGINT NOT NULL,
    subject TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (enterprise, subject, happened_at, seq)
);
-- Untagged fish, sample weighings and counts of one pool. `flow` is farm::Flow; heads are signed.
CREATE TABLE pool_line (
    enterprise BIGINT NOT NULL,
    pool TEXT NOT NULL,
    cohort TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    root BYTEA NOT NULL,
    no BIGINT NOT NULL,
    known_from BIGINT NOT NULL,
    flow BIGINT NOT NULL,
    heads BIGINT NOT NULL,
    mean_mg BIGINT,
    sd_mg BIGINT,
    low BIGINT,
    high BIGINT,
    other_pool TEXT,
    other_cohort TEXT,
    word TEXT,
    author TEXT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (enterprise, pool, cohort, happened_at, root, no, known_from)
);
CREATE INDEX pool_line_from ON pool_line (enterprise, other_pool, other_cohort, happened_at) WHERE other_pool IS NOT NULL;
-- Tagged fish. `what` is farm::FishWhat.
CREATE TABLE fish_line (
    enterprise BIGINT NOT NULL,
    fish BIGINT NOT NULL,
    happened_at BIGINT NOT NULL,
    root BYTEA NOT NULL,
    known_from BIGINT NOT NULL,
    what BIGINT NOT NULL,
    pool TEXT,
    cohort TEXT,
    weight_mg BIGINT,
    length_mm BIGINT,
    sex TEXT,
    stage TEXT,
    health TEXT,
    word TEXT,
    other_tag BIGINT,
    newly_stocked BIGINT,
    author TEXT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (enterprise, fish, happened_at, root, known_from)
);
CREATE INDEX fish_line_by_tag ON fish_line (enterprise, other_tag) WHERE other_tag IS NOT NULL;

-- Worked out: where each fish was, and from what its weight is counted. A new row at each move and each weighing.
CREATE TABLE stay (
    enterprise BIGINT NOT NULL,
    fish BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    pool TEXT NOT NULL,
    cohort TEXT NOT NULL,
    came BIGINT NOT NULL,
    went BIGINT NOT NULL,
    root_milli BIGINT,
    based_at BIGINT,
    PRIMARY KEY (enterprise, fish, from_at)
);
CREATE INDEX stay_by_pool ON stay (enterprise, pool, to_at, from_at, fish, cohort);
-- Worked out: the last that is known of each fish, for lists.
CREATE TABLE fish (
    enterprise BIGINT NOT NULL,
    fish BIGINT NOT NULL,
    tag BIGINT NOT NULL,
    cohort TEXT NOT NULL,
    pool TEXT NOT NULL,
    state BIGINT NOT NULL,
    sex TEXT,
    stage TEXT,
    stage_at BIGINT,
    PRIMARY KEY (enterprise, fish)
);
CREATE INDEX fish_by_cohort ON fish (enterprise, cohort, fish);
CREATE INDEX fish_by_stage ON fish (enterprise, stage, fish, state) WHERE stage IS NOT NULL;
-- Worked out: running sums of one cohort in one pool at the end of a day on which something changed.
CREATE TABLE stock (
    enterprise BIGINT NOT NULL,
    pool TEXT NOT NULL,
    cohort TEXT NOT NULL,
    day BIGINT NOT NULL,
    stocked BIGINT NOT NULL,
    moved_in BIGINT NOT NULL,
    moved_out BIGINT NOT NULL,
    dead BIGINT NOT NULL,
    escaped BIGINT NOT NULL,
    harvested BIGINT NOT NULL,
    adjusted BIGINT NOT NULL,
    regrouped BIGINT NOT NULL,
    untagged BIGINT NOT NULL,
    tagged BIGINT NOT NULL,
    weighed BIGINT NOT NULL,
    based_days BIGINT NOT NULL,
    m1 BIGINT NOT NULL,
    m2 BIGINT NOT NULL,
    m3 BIGINT NOT NULL,
    short BIGINT NOT NULL CHECK (short >= 0),
    PRIMARY KEY (enterprise, pool, cohort, day)
);
-- Worked out: from what the mean weight of a cohort's untagged fish in a pool is counted, from this day on.
CREATE TABLE size_track (
    enterprise BIGINT NOT NULL,
    pool TEXT NOT NULL,
    cohort TEXT NOT NULL,
    day BIGINT NOT NULL,
    root_milli BIGINT NOT NULL,
    sd_milli BIGINT NOT NULL,
    sample BIGINT NOT NULL,
    based_day BIGINT NOT NULL,
    PRIMARY KEY (enterprise, pool, cohort, day)
);
-- Worked out: one pool's (or, under 's:SITE', one site's) day. `theta` is the thermal sum up to the start of the day in
-- thousandths of a degree-day; empty on days without a temperature.
CREATE TABLE pool_day (
    enterprise BIGINT NOT NULL,
    pool TEXT NOT NULL,
    day BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    seen_at BIGINT,
    temp_sum BIGINT NOT NULL,
    temp_n BIGINT NOT NULL,
    oxygen_ug_l BIGINT,
    feed_mg BIGINT NOT NULL,
    deaths BIGINT NOT NULL,
    theta BIGINT,
    PRIMARY KEY (enterprise, pool, day)
);
-- Facts that were refused after they had been written down without a signal: a person decides.
CREATE TABLE task (
    enterprise BIGINT NOT NULL,
    task BYTEA NOT NULL,
    at BIGINT NOT NULL,
    person TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    fact TEXT NOT NULL,
    done_at BIGINT,
    done_by TEXT,
    PRIMARY KEY (enterprise, task)
);
CREATE INDEX pool_line_size ON pool_line (enterprise, pool, cohort, happened_at) WHERE flow IN (1, 2, 8, 20);
CREATE INDEX pool_line_weighed ON pool_line (enterprise, cohort, happened_at) WHERE flow = 20;
CREATE INDEX stock_by_cohort ON stock (enterprise, cohort, pool, day);
CREATE INDEX size_track_by_cohort ON size_track (enterprise, cohort, pool);
CREATE INDEX pool_line_counted ON pool_line (enterprise, pool, happened_at, root) WHERE flow = 30;
CREATE INDEX pool_line_adjust ON pool_line (enterprise, pool, happened_at) WHERE flow = 7;
CREATE INDEX fish_line_by_pool ON fish_line (enterprise, pool, fish) WHERE pool IS NOT NULL;
