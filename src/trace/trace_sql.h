#pragma once
#include <cstddef>

#include "store/db.h"
#include "trace/asked_sql.h"

// Statements of the repository of events by name, one place for readers and writers.
namespace osetra::trace::sql {

#define OSETRA_EVENT "no, event_at, recorded_at, declared_at, event_id, root, hash, body"
#define OSETRA_RUN "run, first_no, last_no, event_from, event_to, names, keys"

#define OSETRA_TRACE_STATEMENTS(X)                                                                                                 \
    /* The enterprise's lock for the rest of the transaction, on both engines: captures take turns. */                             \
    X(lock, "INSERT INTO epcis_head (enterprise, no, recorded_at, run, joined, vocabulary) VALUES (:enterprise, 0, 0, 0, 0, 0) "     \
            "ON CONFLICT (enterprise) DO UPDATE SET no = epcis_head.no RETURNING no, recorded_at, run, joined, vocabulary")        \
    X(head, "SELECT no, recorded_at, run, joined, vocabulary FROM epcis_head WHERE enterprise = :enterprise")                      \
    X(set_head, "UPDATE epcis_head SET no = :no, recorded_at = :recorded_at, run = :run, joined = :joined, vocabulary = :vocabulary "  \
                "WHERE enterprise = :enterprise")                                                                                  \
    X(add_event, "INSERT INTO epcis_event (enterprise, " OSETRA_EVENT ") VALUES (:enterprise, :no, :event_at, :recorded_at, "        \
                 ":declared_at, :event_id, :root, :hash, :body)")                                                                  \
    X(event, "SELECT " OSETRA_EVENT " FROM epcis_event WHERE enterprise = :enterprise AND no = :no")                               \
    X(events_up, "SELECT " OSETRA_EVENT " FROM epcis_event WHERE enterprise = :enterprise AND no >= :low AND no <= :high ORDER BY no") \
    X(events_down, "SELECT " OSETRA_EVENT " FROM epcis_event WHERE enterprise = :enterprise AND no >= :low AND no <= :high "         \
                   "ORDER BY no DESC")                                                                                             \
    X(event_name, "SELECT declared_at, event_id, hash FROM epcis_event WHERE enterprise = :enterprise AND no = :no")               \
    X(event_recorded, "SELECT recorded_at FROM epcis_event WHERE enterprise = :enterprise AND no = :no")                           \
    X(add_root, "INSERT INTO epcis_root (enterprise, root, no) VALUES (:enterprise, :root, :no) ON CONFLICT DO NOTHING")           \
    X(of_root, "SELECT no FROM epcis_root WHERE enterprise = :enterprise AND root = :root ORDER BY no")                            \
    X(add_run, "INSERT INTO epcis_run (enterprise, " OSETRA_RUN ") VALUES (:enterprise, :run, :first_no, :last_no, "               \
               ":event_from, :event_to, :names, :keys)")                                                                           \
    X(add_filter, "INSERT INTO epcis_filter (enterprise, run, filter) VALUES (:enterprise, :run, :filter)")                        \
    X(runs, "SELECT " OSETRA_RUN " FROM epcis_run WHERE enterprise = :enterprise ORDER BY first_no DESC")                          \
    X(run_filter, "SELECT filter FROM epcis_filter WHERE enterprise = :enterprise AND run = :run")                                 \
    X(drop_run, "DELETE FROM epcis_run WHERE enterprise = :enterprise AND run = :run")                                             \
    X(drop_filter, "DELETE FROM epcis_filter WHERE enterprise = :enterprise AND run = :run")                                      \
    X(add_block, "INSERT INTO epcis_block (enterprise, run, kind, key, no, postings) VALUES (:enterprise, :run, :kind, :key, :no, :postings)") \
    X(block_until, "SELECT key, no, postings FROM epcis_block WHERE enterprise = :enterprise AND run = :run AND kind = :kind AND "   \
                   "(key, no) <= (:key, :no) ORDER BY key DESC, no DESC LIMIT 1")                                                  \
    X(block_after, "SELECT key, no, postings FROM epcis_block WHERE enterprise = :enterprise AND run = :run AND kind = :kind AND "   \
                   "(key, no) > (:key, :no) ORDER BY key, no LIMIT 1")                                                             \
    X(blocks_after, "SELECT key, no, postings FROM epcis_block WHERE enterprise = :enterprise AND run = :run AND kind = :kind AND "  \
                    "(key, no) > (:key, :no) ORDER BY key, no LIMIT 32")                                                           \
    /* The blocks in which the asked hashes of things would stand. */                                                              \
    X(blocks_of_things, OSETRA_ASKED ", ends AS (SELECT a.thing, (SELECT b.key FROM epcis_block b WHERE b.enterprise = :enterprise AND b.run = :run AND b.kind = 3 AND " \
                        "(b.key, b.no) <= (a.thing, :greatest) ORDER BY b.key DESC, b.no DESC LIMIT 1) AS key FROM asked a), "       \
                        "found AS (SELECT DISTINCT key FROM ends) SELECT b.key, b.no, b.postings FROM found f JOIN epcis_block b ON b.enterprise = :enterprise AND b.run = :run " \
                        "AND b.kind = 3 AND b.key = f.key")                                                                        \
    X(drop_blocks, "DELETE FROM epcis_block WHERE enterprise = :enterprise AND run = :run")                                        \
    X(add_value, "INSERT INTO epcis_value (enterprise, resource, key, value) VALUES (:enterprise, :resource, :key, :value) ON CONFLICT DO NOTHING") \
    X(values, "SELECT key, value FROM epcis_value WHERE enterprise = :enterprise AND resource = :resource AND key > :key ORDER BY key LIMIT :most") \
    X(value, "SELECT key, value FROM epcis_value WHERE enterprise = :enterprise AND resource = :resource AND key = :key")          \
    X(put_vocabulary, "INSERT INTO epcis_vocabulary (enterprise, type, key, body) VALUES (:enterprise, :type, :key, :body) "         \
                      "ON CONFLICT (enterprise, type, key) DO UPDATE SET body = excluded.body")                                    \
    X(vocabulary_element, "SELECT type, key, body FROM epcis_vocabulary WHERE enterprise = :enterprise AND type = :type AND key = :key") \
    X(vocabularies, "SELECT type, key, body FROM epcis_vocabulary WHERE enterprise = :enterprise ORDER BY type, key")              \
    X(vocabularies_of, "SELECT type, key, body FROM epcis_vocabulary WHERE enterprise = :enterprise AND type = :type ORDER BY key") \
    X(add_prefix, "INSERT INTO epcis_prefix (enterprise, prefix, uri) VALUES (:enterprise, :prefix, :uri) ON CONFLICT DO NOTHING") \
    X(prefixes, "SELECT prefix, uri FROM epcis_prefix WHERE enterprise = :enterprise ORDER BY prefix")                             \
    X(add_company_prefix, "INSERT INTO epcis_company_prefix (enterprise, prefix) VALUES (:enterprise, :prefix) ON CONFLICT DO NOTHING") \
    X(company_prefixes, "SELECT prefix FROM epcis_company_prefix WHERE enterprise = :enterprise ORDER BY prefix")

enum Name : std::size_t {
#define OSETRA_NAME(name, text) name,
    OSETRA_TRACE_STATEMENTS(OSETRA_NAME)
#undef OSETRA_NAME
    count
};

extern store::Sql const all[count];

} // namespace osetra::trace::sql
