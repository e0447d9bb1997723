#include "store/journal.h"

#include <algorithm>
#include <array>
#include <openssl/evp.h>

namespace osetra::store {
namespace {

/// A fact as its row holds it.
struct Stored {
    std::int64_t seq = 0;
    FactId id;
    std::string kind;
    std::int64_t act = 0;
    std::optional<FactId> corrects;
    Instant happened_at, recorded_at;
    std::string author, reason, body;
    Bytes hash;
};
template <Is<Stored> X> void visit_fields(X& x, auto f) {
    f("seq", x.seq); f("id", x.id); f("kind", x.kind); f("act", x.act); f("corrects", x.corrects);
    f("happened_at", x.happened_at); f("recorded_at", x.recorded_at); f("author", x.author); f("reason", x.reason);
    f("body", x.body); f("hash", x.hash);
}

Fact fact_of(Stored&& s) {
    return {s.id, std::move(s.kind), static_cast<FactAct>(s.act), s.corrects, s.happened_at, s.recorded_at,
            std::move(s.author), std::move(s.reason), std::move(s.body), s.seq};
}

struct HeadRow {
    std::int64_t seq = 0;
    Bytes hash;
    Instant recorded_at;
};
template <Is<HeadRow> X> void visit_fields(X& x, auto f) { f("seq", x.seq); f("hash", x.hash); f("recorded_at", x.recorded_at); }

struct Greatest { FactId id; };
template <Is<Greatest> X> void visit_fields(X& x, auto f) { f("id", x.id); }
struct Found { std::int64_t seq = 0; };
template <Is<Found> X> void visit_fields(X& x, auto f) { f("seq", x.seq); }

#define COLUMNS "seq, id, kind, act, corrects, happened_at, recorded_at, author, reason, body, hash"
constexpr Sql sql[] = {
    {"journal.start", "INSERT INTO chain (enterprise, seq, hash, recorded_at) VALUES (:enterprise, 0, :hash, 0) ON CONFLICT DO NOTHING"},
    // Takes the enterprise's lock for the rest of the transaction, on both engines.
    {"journal.lock", "UPDATE chain SET seq = seq WHERE enterprise = :enterprise RETURNING seq, hash, recorded_at"},
    {"journal.head", "SELECT seq, hash, recorded_at FROM chain WHERE enterprise = :enterprise"},
    {"journal.close", "UPDATE chain SET seq = :seq, hash = :hash, recorded_at = :recorded_at WHERE enterprise = :enterprise"},
    {"journal.find", "SELECT seq FROM fact WHERE enterprise = :enterprise AND id = :id"},
    {"journal.add", "INSERT INTO fact (enterprise, " COLUMNS ") VALUES (:enterprise, :seq, :id, :kind, :act, :corrects, "
                    ":happened_at, :recorded_at, :author, :reason, :body, :hash)"},
    {"journal.greatest", "SELECT id FROM fact WHERE enterprise = :enterprise ORDER BY id DESC LIMIT 1"},
    {"journal.by_id", "SELECT " COLUMNS " FROM fact WHERE enterprise = :enterprise AND id = :id"},
    {"journal.by_seq", "SELECT " COLUMNS " FROM fact WHERE enterprise = :enterprise AND seq = :seq"},
    {"journal.after", "SELECT " COLUMNS " FROM fact WHERE enterprise = :enterprise AND seq > :after ORDER BY seq LIMIT :limit"},
    // Two questions put together, because SQLite answers an OR here by reading the whole journal.
    {"journal.versions", "SELECT " COLUMNS " FROM fact WHERE enterprise = :enterprise AND id = :root UNION ALL "
                         "SELECT " COLUMNS " FROM fact WHERE enterprise = :enterprise AND corrects = :root ORDER BY id"},
};
#undef COLUMNS
enum { start, lock, head, close_, find, add, greatest, by_id, by_seq, after_, versions };

constexpr auto no_hash = std::array<char, 32>{};

} // namespace

std::string chain_hash(std::string_view before, Fact const& fact) {
    std::string text;
    text.reserve(before.size() + fact.body.size() + 160);
    auto const number = [&](std::int64_t n) {
        for (unsigned shift = 0; shift < 64; shift += 8) text += static_cast<char>(static_cast<std::uint64_t>(n) >> shift);
    };
    auto const part = [&](std::string_view s) {
        number(static_cast<std::int64_t>(s.size()));
        text += s;
    };
    part(before);
    number(fact.seq);
    part(fact.id.raw());
    part(fact.kind);
    number(static_cast<std::int64_t>(fact.act));
    part(fact.corrects ? fact.corrects->raw() : std::string_view{});
    number(fact.happened_at.time_since_epoch().count());
    number(fact.recorded_at.time_since_epoch().count());
    part(fact.author);
    part(fact.reason);
    part(fact.body);
    std::string digest(32, '\0');
    if (EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr, EVP_sha256(), nullptr) != 1)
        throw Fault("SHA-256 is not to be had from the OpenSSL library");
    return digest;
}

Head head_of(Db& db, Enterprise enterprise) {
    auto row = db.row<HeadRow>(sql[head], arg("enterprise", enterprise));
    if (!row) return {0, std::string{no_hash.data(), no_hash.size()}, Instant{}};
    return {row->seq, std::move(row->hash.raw), row->recorded_at};
}

Appender::Appender(Db& db, Enterprise enterprise) : m_db(db), m_enterprise(enterprise) {
    auto row = db.row<HeadRow>(sql[lock], arg("enterprise", enterprise));
    if (!row) {
        db.run(sql[start], arg("enterprise", enterprise), arg("hash", Bytes{std::string{no_hash.data(), no_hash.size()}}));
        row = db.row<HeadRow>(sql[lock], arg("enterprise", enterprise));
    }
    m_head = {row->seq, std::move(row->hash.raw), row->recorded_at};
    if (auto const last = db.row<Greatest>(sql[greatest], arg("enterprise", enterprise))) m_greatest = last->id;
}

std::optional<std::int64_t> Appender::place_of(FactId const& id) const {
    if (!m_greatest || id > *m_greatest) return std::nullopt;
    auto const there = m_db.row<Found>(sql[find], arg("enterprise", m_enterprise), arg("id", id));
    return there ? std::optional{there->seq} : std::nullopt;
}

Outcome Appender::append(Fact& fact, Instant now) {
    if (auto const there = place_of(fact.id)) {
        fact.seq = *there;
        return Outcome::duplicate;
    }
    append_new(fact, now);
    return Outcome::added;
}

void Appender::append_new(Fact& fact, Instant now) {
    m_greatest = m_greatest ? std::max(*m_greatest, fact.id) : fact.id;
    fact.seq = m_head.seq + 1;
    fact.recorded_at = std::max(now, m_head.recorded_at + Microseconds{1});
    m_head = {fact.seq, chain_hash(m_head.hash, fact), fact.recorded_at};
    m_db.run(sql[add], arg("enterprise", m_enterprise), arg("seq", fact.seq), arg("id", fact.id), arg("kind", fact.kind),
             arg("act", static_cast<std::int64_t>(fact.act)), arg("corrects", fact.corrects), arg("happened_at", fact.happened_at),
             arg("recorded_at", fact.recorded_at), arg("author", fact.author), arg("reason", fact.reason),
             arg("body", fact.body), arg("hash", Bytes{m_head.hash}));
    m_changed = true;
}

void Appender::close() {
    if (!m_changed) return;
    m_db.run(sql[close_], arg("seq", m_head.seq), arg("hash", Bytes{m_head.hash}), arg("recorded_at", m_head.recorded_at),
             arg("enterprise", m_enterprise));
    m_changed = false;
}

std::optional<Fact> fact_by_id(Db& db, Enterprise enterprise, FactId const& id) {
    auto row = db.row<Stored>(sql[by_id], arg("enterprise", enterprise), arg("id", id));
    if (!row) return std::nullopt;
    return fact_of(std::move(*row));
}

std::optional<Fact> fact_at(Db& db, Enterprise enterprise, std::int64_t seq) {
    auto row = db.row<Stored>(sql[by_seq], arg("enterprise", enterprise), arg("seq", seq));
    if (!row) return std::nullopt;
    return fact_of(std::move(*row));
}

std::vector<Fact> facts_after(Db& db, Enterprise enterprise, std::int64_t after, std::int64_t limit) {
    std::vector<Fact> all;
    db.each<Stored>(sql[after_], [&](Stored&& row) { all.push_back(fact_of(std::move(row))); }, arg("enterprise", enterprise),
                    arg("after", after), arg("limit", limit));
    return all;
}

std::vector<Fact> versions_of(Db& db, Enterprise enterprise, FactId const& root) {
    std::vector<Fact> all;
    db.each<Stored>(sql[versions], [&](Stored&& row) { all.push_back(fact_of(std::move(row))); }, arg("enterprise", enterprise), arg("root", root));
    return all;
}

Result<Head> verify_chain(Db& db, Enterprise enterprise, std::function<void(std::int64_t, std::int64_t)> progress) {
    auto const end = head_of(db, enterprise);
    Head at{0, std::string{no_hash.data(), no_hash.size()}, Instant{}};
    std::optional<Refusal> broken;
    while (!broken && at.seq < end.seq) {
        auto const before = at.seq;
        db.each<Stored>(sql[after_], [&](Stored&& row) {
            if (broken || at.seq == end.seq) return;   // facts after the head are those of a writer at work
            auto const kept = std::move(row.hash.raw);
            auto const fact = fact_of(std::move(row));
            if (fact.seq != at.seq + 1)
                broken = Refusal{"chain_broken", "Facts are missing from the journal after number " + std::to_string(at.seq) + ".", std::to_string(at.seq + 1)};
            else if (kept != chain_hash(at.hash, fact))
                broken = Refusal{"chain_broken", "Fact number " + std::to_string(fact.seq) + " is not as it was written. Restore the last good backup.", std::to_string(fact.seq)};
            else
                at = {fact.seq, kept, fact.recorded_at};
        }, arg("enterprise", enterprise), arg("after", before), arg("limit", std::int64_t{10'000}));
        if (!broken && at.seq == before)
            broken = Refusal{"chain_broken", "The journal ends at number " + std::to_string(at.seq) + " but its head says " + std::to_string(end.seq) + ".", std::to_string(at.seq)};
        if (progress) progress(at.seq, end.seq);
    }
    if (!broken && at.hash != end.hash) broken = Refusal{"chain_broken", "The journal's head does not fit its last fact.", std::to_string(at.seq)};
    if (broken) return tl::unexpected(*broken);
    return at;
}

std::span<Sql const> journal_statements() { return sql; }

} // namespace osetra::store
