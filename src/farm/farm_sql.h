#pragma once
#include "kernel/id.h"
#include "store/db.h"

// The farm's statements by name, one place for readers and writers.
namespace osetra::farm::sql {

// The columns of rows that several statements give, in the order of their field lists.
#define OSETRA_POOL_LINE "pool, cohort, happened_at, root, no, known_from, flow, heads, mean_mg, sd_mg, low, high, other_pool, other_cohort, word, author, superseded_at"
#define OSETRA_FISH_LINE "fish, happened_at, root, known_from, what, pool, cohort, weight_mg, length_mm, sex, stage, health, word, other_tag, newly_stocked, author, superseded_at"
#define OSETRA_STOCK "pool, cohort, day, stocked, moved_in, moved_out, dead, escaped, harvested, adjusted, regrouped, untagged, tagged, weighed, based_days, m1, m2, m3, short"
#define OSETRA_POOL_DAY "pool, day, seen, seen_at, temp_sum, temp_n, oxygen_ug_l, feed_mg, deaths, theta"
#define OSETRA_STAY "fish, from_at, to_at, pool, cohort, came, went, root_milli, based_at"
#define OSETRA_FISH "fish, tag, cohort, pool, state, sex, stage, stage_at"
#define OSETRA_SIZE "day, root_milli, sd_milli, sample, based_day"
#define OSETRA_THETA "day, theta, temp_sum, temp_n"

#define OSETRA_FARM_STATEMENTS(X)                                                                                                  \
    X(sites, "SELECT site, name, province, water_source, licence, latitude, longitude FROM site WHERE enterprise = :enterprise ORDER BY site") \
    X(pools, "SELECT pool, site, pool_kind, name, volume_ml, area_cm2, flow_ml_s, walk_order, outline, latitude, longitude, closed " \
             "FROM pool WHERE enterprise = :enterprise ORDER BY site, coalesce(walk_order, 1000000000), pool")                     \
    X(cohorts, "SELECT cohort, species, year_class, hatched_on, name, origin, sire, dam FROM cohort WHERE enterprise = :enterprise ORDER BY cohort") \
    X(growths, "SELECT site, species, stage, tgc_micro, se_micro, weighings FROM growth WHERE enterprise = :enterprise ORDER BY site, species, stage") \
    X(put_site, "INSERT INTO site (enterprise, site, name, province, water_source, licence, latitude, longitude) VALUES (:enterprise, :site, " \
                ":name, :province, :water_source, :licence, :latitude, :longitude) ON CONFLICT (enterprise, site) DO UPDATE SET name = excluded.name, " \
                "province = excluded.province, water_source = excluded.water_source, licence = excluded.licence, latitude = excluded.latitude, " \
                "longitude = excluded.longitude")                                                                                  \
    X(put_pool, "INSERT INTO pool (enterprise, pool, site, pool_kind, name, volume_ml, area_cm2, flow_ml_s, walk_order, outline, latitude, " \
                "longitude, closed) VALUES (:enterprise, :pool, :site, :pool_kind, :name, :volume_ml, :area_cm2, :flow_ml_s, :walk_order, " \
                ":outline, :latitude, :longitude, :closed) ON CONFLICT (enterprise, pool) DO UPDATE SET site = excluded.site, "    \
                "pool_kind = excluded.pool_kind, name = excluded.name, volume_ml = excluded.volume_ml, area_cm2 = excluded.area_cm2, " \
                "flow_ml_s = excluded.flow_ml_s, walk_order = excluded.walk_order, outline = excluded.outline, latitude = excluded.latitude, " \
                "longitude = excluded.longitude, closed = excluded.closed")                                                        \
    X(put_cohort, "INSERT INTO cohort (enterprise, cohort, species, year_class, hatched_on, name, origin, sire, dam) VALUES (:enterprise, :cohort, :species, " \
                  ":year_class, :hatched_on, :name, :origin, :sire, :dam) ON CONFLICT (enterprise, cohort) DO UPDATE SET species = excluded.species, " \
                  "year_class = excluded.year_class, hatched_on = excluded.hatched_on, name = excluded.name, origin = excluded.origin, " \
                  "sire = excluded.sire, dam = excluded.dam") \
    X(put_growth, "INSERT INTO growth (enterprise, site, species, stage, tgc_micro, se_micro, weighings) VALUES (:enterprise, :site, :species, " \
                  ":stage, :tgc_micro, :se_micro, :weighings) ON CONFLICT (enterprise, site, species, stage) DO UPDATE SET "       \
                  "tgc_micro = excluded.tgc_micro, se_micro = excluded.se_micro, weighings = excluded.weighings")                  \
    X(drop_site, "DELETE FROM site WHERE enterprise = :enterprise AND site = :site")                                               \
    X(drop_pool, "DELETE FROM pool WHERE enterprise = :enterprise AND pool = :pool")                                               \
    X(drop_cohort, "DELETE FROM cohort WHERE enterprise = :enterprise AND cohort = :cohort")                                       \
    X(drop_growth, "DELETE FROM growth WHERE enterprise = :enterprise AND site = :site AND species = :species AND stage = :stage") \
    X(add_mention, "INSERT INTO mention (enterprise, subject, happened_at, seq, kind) VALUES (:enterprise, :subject, :happened_at, :seq, :kind)") \
    X(end_mention, "UPDATE mention SET superseded_at = :superseded_at WHERE enterprise = :enterprise AND subject = :subject AND "  \
                   "happened_at = :happened_at AND seq = :seq")                                                                    \
    X(mentions_of_kind, "SELECT happened_at, seq FROM mention WHERE enterprise = :enterprise AND subject = :subject AND kind = :kind AND " \
                        "superseded_at IS NULL ORDER BY happened_at, seq")                                                         \
    X(mentions_between, "SELECT happened_at, seq, kind FROM mention WHERE enterprise = :enterprise AND subject = :subject AND "    \
                        "happened_at >= :from AND happened_at < :to AND superseded_at IS NULL ORDER BY happened_at, seq")          \
    X(add_pool_line, "INSERT INTO pool_line (enterprise, pool, cohort, happened_at, root, no, known_from, flow, heads, mean_mg, sd_mg, low, high, " \
                     "other_pool, other_cohort, word, author) VALUES (:enterprise, :pool, :cohort, :happened_at, :root, :no, :known_from, :flow, " \
                     ":heads, :mean_mg, :sd_mg, :low, :high, :other_pool, :other_cohort, :word, :author)")                         \
    X(end_pool_line, "UPDATE pool_line SET superseded_at = :superseded_at WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort " \
                     "AND happened_at = :happened_at AND root = :root AND superseded_at IS NULL")                                  \
    X(add_fish_line, "INSERT INTO fish_line (enterprise, fish, happened_at, root, known_from, what, pool, cohort, weight_mg, length_mm, sex, stage, " \
                     "health, word, other_tag, newly_stocked, author) VALUES (:enterprise, :fish, :happened_at, :root, :known_from, :what, :pool, " \
                     ":cohort, :weight_mg, :length_mm, :sex, :stage, :health, :word, :other_tag, :newly_stocked, :author)")        \
    X(end_fish_line, "UPDATE fish_line SET superseded_at = :superseded_at WHERE enterprise = :enterprise AND fish = :fish AND "    \
                     "happened_at = :happened_at AND root = :root AND superseded_at IS NULL")                                      \
    X(fish_lines, "SELECT " OSETRA_FISH_LINE " FROM fish_line WHERE enterprise = :enterprise AND fish = :fish AND superseded_at IS NULL") \
    X(size_lines, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND happened_at >= :from AND flow IN (1, 2, 8, 20) AND superseded_at IS NULL ORDER BY happened_at, root, no") \
    X(size_lines_on, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND happened_at >= :from AND happened_at < :to AND flow IN (1, 2, 8, 20) AND superseded_at IS NULL ORDER BY happened_at, root, no") \
    X(any_size_line, "SELECT happened_at FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND " \
                     "happened_at >= :from AND flow IN (1, 2, 8, 20) AND superseded_at IS NULL ORDER BY happened_at LIMIT 1")      \
    X(size_lines_from, "SELECT pool, cohort, happened_at FROM pool_line WHERE enterprise = :enterprise AND other_pool = :pool AND " \
                       "other_cohort = :cohort AND happened_at >= :from AND mean_mg IS NULL AND superseded_at IS NULL "            \
                       "ORDER BY happened_at, pool, cohort")                                                                       \
    X(stays, "SELECT " OSETRA_STAY " FROM stay WHERE enterprise = :enterprise AND fish = :fish ORDER BY from_at")                  \
    X(stay_at, "SELECT " OSETRA_STAY " FROM stay WHERE enterprise = :enterprise AND fish = :fish AND from_at <= :at ORDER BY from_at DESC LIMIT 1") \
    X(stays_counted_after, "SELECT fish FROM stay WHERE enterprise = :enterprise AND pool = :pool AND to_at > :at AND to_at < :forever UNION " \
                           "SELECT fish FROM stay WHERE enterprise = :enterprise AND pool = :pool AND to_at = :forever AND from_at >= :at") \
    X(add_stay, "INSERT INTO stay (enterprise, " OSETRA_STAY ") VALUES (:enterprise, :fish, :from_at, :to_at, :pool, :cohort, :came, :went, :root_milli, :based_at)") \
    X(set_stay, "UPDATE stay SET to_at = :to_at, pool = :pool, cohort = :cohort, came = :came, went = :went, root_milli = :root_milli, " \
                "based_at = :based_at WHERE enterprise = :enterprise AND fish = :fish AND from_at = :from_at")                     \
    X(set_stay_size, "UPDATE stay SET root_milli = :root_milli, based_at = :based_at WHERE enterprise = :enterprise AND fish = :fish AND from_at = :from_at") \
    X(drop_stay, "DELETE FROM stay WHERE enterprise = :enterprise AND fish = :fish AND from_at = :from_at")                        \
    X(put_fish, "INSERT INTO fish (enterprise, " OSETRA_FISH ") VALUES (:enterprise, :fish, :tag, :cohort, :pool, :state, :sex, :stage, :stage_at) ON CONFLICT (enterprise, fish) DO UPDATE SET tag = excluded.tag, cohort = excluded.cohort, pool = excluded.pool, state = excluded.state, sex = excluded.sex, stage = excluded.stage, stage_at = excluded.stage_at") \
    X(drop_fish, "DELETE FROM fish WHERE enterprise = :enterprise AND fish = :fish")                                               \
    X(fish, "SELECT " OSETRA_FISH " FROM fish WHERE enterprise = :enterprise AND fish = :fish")                                    \
    X(fish_by_new_tag, "SELECT fish FROM fish_line WHERE enterprise = :enterprise AND other_tag = :tag AND superseded_at IS NULL " \
                       "ORDER BY happened_at DESC LIMIT 1")                                                                        \
    X(fish_of_cohort, "SELECT fish FROM fish WHERE enterprise = :enterprise AND cohort = :cohort ORDER BY fish")                   \
    X(stock_at, "SELECT " OSETRA_STOCK " FROM stock WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day <= :day ORDER BY day DESC LIMIT 1") \
    X(stock_of_pool, "SELECT s.pool, s.cohort, s.day, s.stocked, s.moved_in, s.moved_out, s.dead, s.escaped, s.harvested, s.adjusted, s.regrouped, " \
                     "s.untagged, s.tagged, s.weighed, s.based_days, s.m1, s.m2, s.m3, s.short FROM "                              \
                     "(SELECT DISTINCT cohort FROM stock WHERE enterprise = :enterprise AND pool = :pool) AS c JOIN stock AS s ON " \
                     "s.enterprise = :enterprise AND s.pool = :pool AND s.cohort = c.cohort AND s.day = (SELECT max(x.day) FROM stock AS x " \
                     "WHERE x.enterprise = :enterprise AND x.pool = :pool AND x.cohort = c.cohort AND x.day <= :day) ORDER BY s.cohort") \
    X(add_stock, "INSERT INTO stock (enterprise, " OSETRA_STOCK ") VALUES (:enterprise, :pool, :cohort, :day, :stocked, :moved_in, :moved_out, :dead, :escaped, :harvested, :adjusted, :regrouped, :untagged, :tagged, :weighed, :based_days, :m1, :m2, :m3, :short)") \
    X(shift_stock, "UPDATE stock SET stocked = stocked + :stocked, moved_in = moved_in + :moved_in, moved_out = moved_out + :moved_out, " \
                   "dead = dead + :dead, escaped = escaped + :escaped, harvested = harvested + :harvested, adjusted = adjusted + :adjusted, " \
                   "regrouped = regrouped + :regrouped, untagged = untagged + :untagged, tagged = tagged + :tagged, weighed = weighed + :weighed, " \
                   "based_days = based_days + :based_days, m1 = m1 + :m1, m2 = m2 + :m2, m3 = m3 + :m3 "                           \
                   "WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day >= :day")                         \
    X(stock_low, "SELECT min(tagged + untagged) AS low, max(short) AS short FROM stock WHERE enterprise = :enterprise AND pool = :pool AND " \
                 "cohort = :cohort AND day >= :day")                                                                               \
    X(stock_from, "SELECT " OSETRA_STOCK " FROM stock WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day >= :day ORDER BY day") \
    X(set_short, "UPDATE stock SET short = :short WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day = :day") \
    X(drop_stock, "DELETE FROM stock WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day = :day")         \
    X(size_at, "SELECT " OSETRA_SIZE " FROM size_track WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day <= :day ORDER BY day DESC LIMIT 1") \
    X(sizes_from, "SELECT " OSETRA_SIZE " FROM size_track WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day >= :day ORDER BY day") \
    X(drop_sizes, "DELETE FROM size_track WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day >= :day")   \
    X(add_size, "INSERT INTO size_track (enterprise, pool, cohort, " OSETRA_SIZE ") VALUES (:enterprise, :pool, :cohort, :day, :root_milli, :sd_milli, :sample, :based_day)") \
    X(size_cohorts, "SELECT DISTINCT cohort FROM size_track WHERE enterprise = :enterprise AND pool = :pool ORDER BY cohort")      \
    X(day_at, "SELECT " OSETRA_POOL_DAY " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day = :day")           \
    X(put_day, "INSERT INTO pool_day (enterprise, " OSETRA_POOL_DAY ") VALUES (:enterprise, :pool, :day, :seen, :seen_at, :temp_sum, :temp_n, :oxygen_ug_l, :feed_mg, :deaths, :theta) ON CONFLICT (enterprise, pool, day) DO UPDATE SET seen = excluded.seen, seen_at = excluded.seen_at, temp_sum = excluded.temp_sum, temp_n = excluded.temp_n, oxygen_ug_l = excluded.oxygen_ug_l, feed_mg = excluded.feed_mg, deaths = excluded.deaths, theta = excluded.theta") \
    X(drop_day, "DELETE FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day = :day")                             \
    X(theta_before, "SELECT " OSETRA_THETA " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day <= :day AND theta IS NOT NULL ORDER BY day DESC LIMIT 1") \
    X(thetas_between, "SELECT " OSETRA_THETA " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day >= :from AND day <= :to AND theta IS NOT NULL ORDER BY day") \
    X(theta_after, "SELECT " OSETRA_THETA " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day > :day AND theta IS NOT NULL ORDER BY day LIMIT 1") \
    X(shift_theta, "UPDATE pool_day SET theta = theta + :shift WHERE enterprise = :enterprise AND pool = :pool AND day >= :day AND theta IS NOT NULL") \
    X(has_correction, "SELECT seq FROM fact WHERE enterprise = :enterprise AND corrects = :root AND seq < :seq LIMIT 1")           \
    X(last_counted, "SELECT max(at) AS at FROM (SELECT max(happened_at) AS at FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND flow IN (1, 2, 8, 20) " \
                    "UNION ALL SELECT max(happened_at) FROM pool_line WHERE enterprise = :enterprise AND other_pool = :pool "      \
                    "UNION ALL SELECT max(from_at) FROM stay WHERE enterprise = :enterprise AND pool = :pool "                     \
                    "UNION ALL SELECT max(to_at) FROM stay WHERE enterprise = :enterprise AND pool = :pool AND to_at < :forever) AS counted") \
    X(last_corrected, "SELECT corrects AS id FROM fact WHERE enterprise = :enterprise AND corrects IS NOT NULL ORDER BY corrects DESC LIMIT 1") \
    X(last_day, "SELECT " OSETRA_POOL_DAY " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool ORDER BY day DESC LIMIT 1") \
    X(add_day, "INSERT INTO pool_day (enterprise, " OSETRA_POOL_DAY ") VALUES (:enterprise, :pool, :day, :seen, :seen_at, :temp_sum, :temp_n, :oxygen_ug_l, :feed_mg, :deaths, :theta)") \
    X(groups_of_cohort, "SELECT DISTINCT pool, cohort FROM size_track WHERE enterprise = :enterprise AND cohort = :cohort ORDER BY pool") \
    X(least_untagged, "SELECT min(untagged + short) AS low FROM stock WHERE enterprise = :enterprise AND pool = :pool AND cohort = :cohort AND day > :day") \
    X(counts, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND cohort = '' AND flow = 30 AND happened_at <= :at AND superseded_at IS NULL ORDER BY happened_at DESC, root DESC LIMIT :limit") \
    X(counts_known, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND cohort = '' AND flow = 30 AND happened_at <= :at AND known_from <= :known AND (superseded_at IS NULL OR superseded_at > :known) ORDER BY happened_at DESC, root DESC LIMIT :limit") \
    X(adjusted, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND flow = 7 AND happened_at >= :from AND happened_at <= :to AND superseded_at IS NULL ORDER BY happened_at, root") \
    X(adjusted_known, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND flow = 7 AND happened_at >= :from AND happened_at <= :to AND known_from <= :known AND (superseded_at IS NULL OR superseded_at > :known) ORDER BY happened_at, root") \
    X(pool_lines_known, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND pool = :pool AND known_from <= :known AND (superseded_at IS NULL OR superseded_at > :known) ORDER BY happened_at, root, no") \
    X(fish_lines_known, "SELECT " OSETRA_FISH_LINE " FROM fish_line WHERE enterprise = :enterprise AND fish = :fish AND known_from <= :known AND (superseded_at IS NULL OR superseded_at > :known)") \
    X(fish_ever_in_pool, "SELECT DISTINCT fish FROM fish_line WHERE enterprise = :enterprise AND pool = :pool ORDER BY fish")      \
    X(roster, "SELECT " OSETRA_STAY " FROM stay WHERE enterprise = :enterprise AND pool = :pool AND to_at > :at AND from_at <= :at ORDER BY fish") \
    X(company_stock, "SELECT s.pool, s.cohort, s.day, s.stocked, s.moved_in, s.moved_out, s.dead, s.escaped, s.harvested, s.adjusted, s.regrouped, s.untagged, s.tagged, s.weighed, s.based_days, s.m1, s.m2, s.m3, s.short FROM (SELECT DISTINCT pool, cohort FROM stock WHERE enterprise = :enterprise) AS c JOIN stock AS s ON s.enterprise = :enterprise AND s.pool = c.pool AND s.cohort = c.cohort AND s.day = (SELECT max(x.day) FROM stock AS x WHERE x.enterprise = :enterprise AND x.pool = c.pool AND x.cohort = c.cohort AND x.day <= :day) ORDER BY s.pool, s.cohort") \
    X(company_sizes, "SELECT s.pool, s.cohort, s.day, s.root_milli, s.sd_milli, s.sample, s.based_day FROM (SELECT DISTINCT pool, cohort FROM size_track WHERE enterprise = :enterprise) AS c JOIN size_track AS s ON s.enterprise = :enterprise AND s.pool = c.pool AND s.cohort = c.cohort AND s.day = (SELECT max(x.day) FROM size_track AS x WHERE x.enterprise = :enterprise AND x.pool = c.pool AND x.cohort = c.cohort AND x.day <= :day)") \
    X(company_counts, "SELECT " OSETRA_POOL_LINE " FROM (SELECT " OSETRA_POOL_LINE ", row_number() OVER (PARTITION BY pool ORDER BY happened_at DESC, root DESC) AS place FROM pool_line WHERE enterprise = :enterprise AND flow = 30 AND happened_at <= :at AND superseded_at IS NULL) AS c WHERE place <= :most ORDER BY pool, happened_at, root") \
    X(company_heads, "SELECT c.pool, c.day, sum(s.tagged + s.untagged + s.short) AS heads, sum(s.tagged) AS tagged, max(s.day) AS last FROM (SELECT DISTINCT n.pool, (n.happened_at / 1000000 + :offset) / 86400 - b.back AS day FROM (SELECT pool, happened_at, row_number() OVER (PARTITION BY pool ORDER BY happened_at DESC, root DESC) AS place FROM pool_line WHERE enterprise = :enterprise AND flow = 30 AND happened_at <= :at AND superseded_at IS NULL) AS n CROSS JOIN (SELECT 0 AS back UNION ALL SELECT 1) AS b WHERE n.place <= :most) AS c JOIN (SELECT DISTINCT pool, cohort FROM stock WHERE enterprise = :enterprise) AS g ON g.pool = c.pool JOIN stock AS s ON s.enterprise = :enterprise AND s.pool = g.pool AND s.cohort = g.cohort AND s.day = (SELECT max(x.day) FROM stock AS x WHERE x.enterprise = :enterprise AND x.pool = g.pool AND x.cohort = g.cohort AND x.day <= c.day) GROUP BY c.pool, c.day") \
    X(company_adjusted, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND flow = 7 AND happened_at <= :to AND superseded_at IS NULL ORDER BY pool, happened_at, root") \
    X(company_day, "SELECT d.pool, d.day, d.seen, d.seen_at, d.temp_sum, d.temp_n, d.oxygen_ug_l, d.feed_mg, d.deaths, d.theta FROM pool AS p JOIN pool_day AS d ON d.enterprise = :enterprise AND d.pool = p.pool AND d.day = :day WHERE p.enterprise = :enterprise") \
    X(company_last_seen, "SELECT d.pool, d.day, d.seen, d.seen_at, d.temp_sum, d.temp_n, d.oxygen_ug_l, d.feed_mg, d.deaths, d.theta FROM pool AS p JOIN pool_day AS d ON d.enterprise = :enterprise AND d.pool = p.pool AND d.day = (SELECT x.day FROM pool_day AS x WHERE x.enterprise = :enterprise AND x.pool = p.pool AND x.day <= :day AND x.seen > 0 ORDER BY x.day DESC LIMIT 1) WHERE p.enterprise = :enterprise") \
    X(company_warm, "SELECT d.pool, d.day, d.seen, d.seen_at, d.temp_sum, d.temp_n, d.oxygen_ug_l, d.feed_mg, d.deaths, d.theta FROM pool AS p JOIN pool_day AS d ON d.enterprise = :enterprise AND d.pool = p.pool AND d.day = (SELECT x.day FROM pool_day AS x WHERE x.enterprise = :enterprise AND x.pool = p.pool AND x.day <= :day AND x.theta IS NOT NULL ORDER BY x.day DESC LIMIT 1) WHERE p.enterprise = :enterprise") \
    X(untagged_moves, "SELECT coalesce(sum(l.heads), 0) AS n FROM (SELECT DISTINCT cohort FROM stock WHERE enterprise = :enterprise AND pool = :pool) AS c JOIN pool_line AS l ON l.enterprise = :enterprise AND l.pool = :pool AND l.cohort = c.cohort AND l.happened_at >= :from AND l.happened_at <= :at AND l.flow < 20 AND l.superseded_at IS NULL") \
    X(tagged_arrivals, "SELECT came AS what, count(*) AS n FROM stay WHERE enterprise = :enterprise AND pool = :pool AND to_at >= :from AND from_at >= :from AND from_at <= :at GROUP BY came") \
    X(tagged_leavings, "SELECT went AS what, count(*) AS n FROM stay WHERE enterprise = :enterprise AND pool = :pool AND to_at >= :from AND to_at <= :at GROUP BY went") \
    X(last_seen, "SELECT " OSETRA_POOL_DAY " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day <= :day AND seen > 0 ORDER BY day DESC LIMIT 1") \
    X(days, "SELECT " OSETRA_POOL_DAY " FROM pool_day WHERE enterprise = :enterprise AND pool = :pool AND day >= :from AND day <= :to ORDER BY day") \
    X(stock_all, "SELECT " OSETRA_STOCK " FROM stock WHERE enterprise = :enterprise AND pool = :pool AND day <= :day ORDER BY cohort, day") \
    X(stock_cohort, "SELECT " OSETRA_STOCK " FROM stock WHERE enterprise = :enterprise AND cohort = :cohort AND day <= :day ORDER BY pool, day") \
    X(weighings_of_cohort, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND cohort = :cohort AND flow = 20 AND superseded_at IS NULL ORDER BY happened_at") \
    X(fish_after, "SELECT " OSETRA_FISH " FROM fish WHERE enterprise = :enterprise AND fish > :after ORDER BY fish LIMIT :limit")  \
    X(fish_of_cohort_after, "SELECT " OSETRA_FISH " FROM fish WHERE enterprise = :enterprise AND cohort = :cohort AND fish > :after ORDER BY fish LIMIT :limit") \
    X(fish_of_stage_after, "SELECT " OSETRA_FISH " FROM fish WHERE enterprise = :enterprise AND stage = :stage AND fish > :after ORDER BY fish LIMIT :limit") \
    X(fish_between, "SELECT " OSETRA_FISH " FROM fish WHERE enterprise = :enterprise AND fish >= :from AND fish <= :to ORDER BY fish LIMIT :limit") \
    X(ripe, "SELECT count(*) AS n FROM fish WHERE enterprise = :enterprise AND stage = :stage AND state = 0")                      \
    X(ripe_in_pools, "SELECT pool AS subject, count(*) AS n FROM fish WHERE enterprise = :enterprise AND stage = :stage AND state = 0 GROUP BY pool") \
    X(mentions_back, "SELECT happened_at, seq FROM mention WHERE enterprise = :enterprise AND subject = :subject AND happened_at <= :to AND happened_at >= :from ORDER BY happened_at DESC, seq DESC LIMIT :limit") \
    X(mentions_back_holding, "SELECT happened_at, seq FROM mention WHERE enterprise = :enterprise AND subject = :subject AND happened_at <= :to AND happened_at >= :from AND superseded_at IS NULL ORDER BY happened_at DESC, seq DESC LIMIT :limit") \
    X(mentions_back_of_kind, "SELECT seq FROM mention WHERE enterprise = :enterprise AND subject = :subject AND happened_at <= :to AND happened_at >= :from AND kind = :kind AND superseded_at IS NULL ORDER BY happened_at DESC, seq DESC") \
    X(subjects_between, "SELECT DISTINCT subject FROM mention WHERE enterprise = :enterprise AND subject >= :from AND subject < :to ORDER BY subject") \
    X(facts_before, "SELECT seq FROM fact WHERE enterprise = :enterprise AND seq < :before ORDER BY seq DESC LIMIT :limit")        \
    X(fed_from, "SELECT DISTINCT pool FROM pool_line WHERE enterprise = :enterprise AND other_pool = :pool AND superseded_at IS NULL") \
    X(tasks, "SELECT task, at, person, code, detail, fact, done_at, done_by FROM task WHERE enterprise = :enterprise ORDER BY at DESC LIMIT 500") \
    X(task_done, "UPDATE task SET done_at = :done_at, done_by = :done_by WHERE enterprise = :enterprise AND task = :task AND done_at IS NULL") \
    X(digest_stay, "SELECT " OSETRA_STAY " FROM stay WHERE enterprise = :enterprise ORDER BY fish, from_at")                       \
    X(digest_fish, "SELECT " OSETRA_FISH " FROM fish WHERE enterprise = :enterprise ORDER BY fish")                                \
    X(digest_stock, "SELECT " OSETRA_STOCK " FROM stock WHERE enterprise = :enterprise ORDER BY pool, cohort, day")                \
    X(digest_size, "SELECT pool, cohort, " OSETRA_SIZE " FROM size_track WHERE enterprise = :enterprise ORDER BY pool, cohort, day") \
    X(digest_day, "SELECT " OSETRA_POOL_DAY " FROM pool_day WHERE enterprise = :enterprise ORDER BY pool, day")                    \
    X(digest_pool_line, "SELECT " OSETRA_POOL_LINE " FROM pool_line WHERE enterprise = :enterprise AND superseded_at IS NULL ORDER BY pool, cohort, happened_at, root, no") \
    X(digest_fish_line, "SELECT " OSETRA_FISH_LINE " FROM fish_line WHERE enterprise = :enterprise AND superseded_at IS NULL ORDER BY fish, happened_at, root") \
    X(clear_site, "DELETE FROM site WHERE enterprise = :enterprise")                                                               \
    X(clear_pool, "DELETE FROM pool WHERE enterprise = :enterprise")                                                               \
    X(clear_cohort, "DELETE FROM cohort WHERE enterprise = :enterprise")                                                           \
    X(clear_growth, "DELETE FROM growth WHERE enterprise = :enterprise")                                                           \
    X(clear_mention, "DELETE FROM mention WHERE enterprise = :enterprise")                                                         \
    X(clear_pool_line, "DELETE FROM pool_line WHERE enterprise = :enterprise")                                                     \
    X(clear_fish_line, "DELETE FROM fish_line WHERE enterprise = :enterprise")                                                     \
    X(clear_stay, "DELETE FROM stay WHERE enterprise = :enterprise")                                                               \
    X(clear_fish, "DELETE FROM fish WHERE enterprise = :enterprise")                                                               \
    X(clear_stock, "DELETE FROM stock WHERE enterprise = :enterprise")                                                             \
    X(clear_size_track, "DELETE FROM size_track WHERE enterprise = :enterprise")                                                   \
    X(clear_pool_day, "DELETE FROM pool_day WHERE enterprise = :enterprise")                                                       \
    X(add_task, "INSERT INTO task (enterprise, task, at, person, code, detail, fact) VALUES (:enterprise, :task, :at, :person, :code, :detail, :fact) " \
                "ON CONFLICT (enterprise, task) DO NOTHING")

enum Name : std::size_t {
#define OSETRA_NAME(name, text) name,
    OSETRA_FARM_STATEMENTS(OSETRA_NAME)
#undef OSETRA_NAME
    count
};

extern store::Sql const all[count];

} // namespace osetra::farm::sql

// Rows of one column that several files read.
namespace osetra::farm {

struct FishNumber { FishId fish; };
template <Is<FishNumber> X> void visit_fields(X& x, auto f) { f("fish", x.fish.n); }
struct Seq { std::int64_t seq = 0; };
template <Is<Seq> X> void visit_fields(X& x, auto f) { f("seq", x.seq); }
struct Count { std::int64_t n = 0; };
template <Is<Count> X> void visit_fields(X& x, auto f) { f("n", x.n); }

} // namespace osetra::farm
