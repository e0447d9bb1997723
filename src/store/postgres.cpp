#include "store/db.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <deque>
#include <libpq-fe.h>
#include <map>
#include <sys/socket.h>

// Every connection stays in libpq's pipeline mode. Inside a transaction a statement without rows is only queued; the server
// works on it while the caller prepares the next, and its error comes out at the next read or at the commit. A read sends
// what is queued, then takes its rows one by one as they arrive, so a result of any size needs the memory of one row.
namespace osetra::store {
namespace {

// Object ids of PostgreSQL's built-in types (pg_type.dat).
enum : Oid { of_bool = 16, of_bytea = 17, of_name = 19, of_int8 = 20, of_int2 = 21, of_int4 = 23, of_text = 25, of_float4 = 700,
             of_float8 = 701, of_unknown = 705, of_bpchar = 1042, of_varchar = 1043, of_numeric = 1700 };

struct FreeResult { void operator()(PGresult* r) const { PQclear(r); } };
using Answer = std::unique_ptr<PGresult, FreeResult>;

/// A statement as the server knows it.
struct Prepared {
    std::string sql_name, name, text;
    std::vector<std::string> parameters, columns;
    std::vector<Oid> parameter_types, column_types;
    unsigned session = 0;   ///< which connection it was prepared on; another number: prepare again
};

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

/// :name becomes $1, $2, ...; strings, quoted names, comments and :: casts stay as they are.
void number_parameters(Prepared& p, std::string_view sql) {
    auto const copy_until = [&](std::size_t from, std::string_view end) {
        auto const at = sql.find(end, from + 1);
        auto const next = at == std::string_view::npos ? sql.size() : at + end.size();
        p.text += sql.substr(from, next - from);
        return next;
    };
    for (std::size_t i = 0; i < sql.size();) {
        auto const c = sql[i];
        auto const two = sql.substr(i, 2);
        if (c == '\'' || c == '"') {
            i = copy_until(i, sql.substr(i, 1));
        } else if (two == "--") {
            i = copy_until(i, "\n");
        } else if (two == "/*") {
            i = copy_until(i, "*/");
        } else if (two == "::") {
            p.text += two;
            i += 2;
        } else if (c == ':' && i + 1 < sql.size() && starts_name(sql[i + 1])) {
            auto end = i + 1;
            while (end < sql.size() && in_name(sql[end])) ++end;
            auto const name = sql.substr(i + 1, end - i - 1);
            auto const known = std::find(p.parameters.begin(), p.parameters.end(), name);
            p.text += '$' + std::to_string(known - p.parameters.begin() + 1);
            if (known == p.parameters.end()) p.parameters.emplace_back(name);
            i = end;
        } else {
            p.text += c;
            ++i;
        }
    }
}

template <class N> N from_network(char const* bytes) {
    std::make_unsigned_t<N> n = 0;
    for (std::size_t i = 0; i < sizeof(N); ++i) n = static_cast<decltype(n)>((n << 8U) | static_cast<unsigned char>(bytes[i]));
    return static_cast<N>(n);
}
void to_network(std::string& out, std::uint64_t n) {
    out.resize(8);
    for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(n >> (56 - 8 * i));
}

/// PostgreSQL's binary numeric: four-digit groups, the first worth 10000^weight (numeric.c, numeric_send).
std::string numeric_text(char const* bytes) {
    auto const groups = from_network<std::int16_t>(bytes);
    auto const weight = from_network<std::int16_t>(bytes + 2);
    auto const sign = from_network<std::uint16_t>(bytes + 4);
    auto const decimals = static_cast<std::size_t>(from_network<std::int16_t>(bytes + 6));
    if (sign == 0xC000) return "nan";
    std::string text = sign == 0x4000 || sign == 0xF000 ? "-" : "";
    if (sign >= 0xD000) return text + "inf";
    auto const group = [&](int i) {
        auto const n = i >= 0 && i < groups ? from_network<std::int16_t>(bytes + 8 + 2 * i) : std::int16_t{0};
        auto const digits = std::to_string(10'000 + n);
        return digits.substr(1);
    };
    std::string whole, part;
    for (int i = 0; i <= weight; ++i) whole += group(i);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    for (int i = weight + 1; part.size() < decimals; ++i) part += group(i);
    part.resize(decimals);
    text += whole.empty() ? "0" : whole;
    return part.empty() ? text : text + '.' + part;
}

template <class N> N number_of(std::string_view text, std::string const& sql_name) {
    N n{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error == std::errc{} && end == text.data() + text.size()) return n;
    throw Fault(sql_name + ": \"" + std::string{text.substr(0, 40)} + "\" is not a number");
}

class Postgres;

class PostgresStatement final : public Statement {
public:
    PostgresStatement(Postgres& db, std::shared_ptr<Prepared> sql) : m_db(db), m_sql(std::move(sql)) {
        auto const n = m_sql->parameters.size();
        m_values.resize(n);
        m_bound.resize(n);
        m_pointers.resize(n);
        m_lengths.resize(n);
        m_formats.resize(n);
    }
    ~PostgresStatement() override { PostgresStatement::reset(); }

    bool step() override;
    void run() override;
    void reset() override;

    // A name that the statement does not have is left out: one record may serve several statements.
    void put(char const* name, std::int64_t v) override {
        auto const i = parameter(name);
        if (!i) return;
        switch (m_sql->parameter_types[*i]) {
        case of_int8: to_network(bind(*i, true), static_cast<std::uint64_t>(v)); break;
        case of_float8: to_network(bind(*i, true), std::bit_cast<std::uint64_t>(static_cast<double>(v))); break;
        default: bind(*i, false) = std::to_string(v);
        }
    }
    void put(char const* name, double v) override {
        if (std::isnan(v)) return put_null(name);   // as SQLite does
        auto const i = parameter(name);
        if (!i) return;
        switch (m_sql->parameter_types[*i]) {
        case of_float8: to_network(bind(*i, true), std::bit_cast<std::uint64_t>(v)); break;
        default: {
            std::array<char, 40> text{};
            auto const end = std::to_chars(text.data(), text.data() + text.size(), v).ptr;
            bind(*i, false).assign(text.data(), end);
        }
        }
    }
    void put(char const* name, std::string_view v) override { put_bytes(name, v); }
    void put_blob(char const* name, std::string_view v) override { put_bytes(name, v); }
    void put_null(char const* name) override { if (auto const i = parameter(name)) m_bound[*i] = false; }

    bool has(char const* name) override {
        auto hint = m_next_column;
        auto const i = seek(m_sql->columns, name, hint);
        return i < m_sql->columns.size() && m_row && !PQgetisnull(m_row.get(), m_line, static_cast<int>(i));
    }
    void get(char const* name, std::int64_t& v) override {
        auto const c = column(name);
        auto const* bytes = PQgetvalue(m_row.get(), m_line, c);
        if (PQgetisnull(m_row.get(), m_line, c)) { v = 0; return; }
        switch (auto const type = m_sql->column_types[static_cast<std::size_t>(c)]) {
        case of_int8: v = from_network<std::int64_t>(bytes); break;
        case of_int4: v = from_network<std::int32_t>(bytes); break;
        case of_int2: v = from_network<std::int16_t>(bytes); break;
        case of_bool: v = *bytes; break;
        case of_float8:
        case of_float4: v = static_cast<std::int64_t>(floating(type, bytes)); break;
        default: {
            auto const text = text_at(c);
            v = number_of<std::int64_t>(std::string_view{text}.substr(0, text.find('.')), m_sql->sql_name);
        }
        }
    }
    void get(char const* name, double& v) override {
        auto const c = column(name);
        auto const type = m_sql->column_types[static_cast<std::size_t>(c)];
        if (PQgetisnull(m_row.get(), m_line, c)) v = 0;
        else if (type == of_float8 || type == of_float4) v = floating(type, PQgetvalue(m_row.get(), m_line, c));
        else v = number_of<double>(text_at(c), m_sql->sql_name);
    }
    void get(char const* name, std::string& v) override { v = text_at(column(name)); }
    void get_blob(char const* name, std::string& v) override {
        auto const c = column(name);
        v.assign(PQgetvalue(m_row.get(), m_line, c), static_cast<std::size_t>(PQgetlength(m_row.get(), m_line, c)));
    }

private:
    friend class Postgres;

    std::string& bind(std::size_t i, bool binary) {
        m_bound[i] = true;
        m_formats[i] = binary;
        return m_values[i];
    }
    // Text and bytes are the same in binary form; it needs no end mark and no escapes. Other types parse the text.
    void put_bytes(char const* name, std::string_view v) {
        auto const i = parameter(name);
        if (!i) return;
        auto const type = m_sql->parameter_types[*i];
        bind(*i, type == of_text || type == of_bytea || type == of_varchar).assign(v);
    }
    static double floating(Oid type, char const* bytes) {
        if (type == of_float4) return static_cast<double>(std::bit_cast<float>(from_network<std::uint32_t>(bytes)));
        return std::bit_cast<double>(from_network<std::uint64_t>(bytes));
    }
    std::string text_at(int c) {
        auto const* bytes = PQgetvalue(m_row.get(), m_line, c);
        auto const size = static_cast<std::size_t>(PQgetlength(m_row.get(), m_line, c));
        if (PQgetisnull(m_row.get(), m_line, c)) return {};
        switch (auto const type = m_sql->column_types[static_cast<std::size_t>(c)]) {
        case of_int8: return std::to_string(from_network<std::int64_t>(bytes));
        case of_int4: return std::to_string(from_network<std::int32_t>(bytes));
        case of_int2: return std::to_string(from_network<std::int16_t>(bytes));
        case of_bool: return *bytes ? "1" : "0";
        case of_float4:
        case of_float8: {
            std::array<char, 40> text{};
            return {text.data(), std::to_chars(text.data(), text.data() + text.size(), floating(type, bytes)).ptr};
        }
        case of_numeric: return numeric_text(bytes);
        default: return {bytes, size};
        }
    }
    // Fields are asked for in the order of their list, and statements name them in that order: look there first.
    static std::size_t seek(std::vector<std::string> const& names, char const* name, std::size_t& next) {
        if (next < names.size() && names[next] == name) return next++;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i] == name) { next = i + 1; return i; }
        return names.size();
    }
    std::optional<std::size_t> parameter(char const* name) {
        auto const i = seek(m_sql->parameters, name, m_next_parameter);
        if (i == m_sql->parameters.size()) return std::nullopt;
        return i;
    }
    int column(char const* name) {
        auto const i = seek(m_sql->columns, name, m_next_column);
        if (i == m_sql->columns.size()) throw Fault(m_sql->sql_name + ": no column " + name);
        if (!m_row) throw Fault(m_sql->sql_name + ": no row to read");
        return static_cast<int>(i);
    }

    Postgres& m_db;
    std::shared_ptr<Prepared> m_sql;
    std::vector<std::string> m_values;
    std::vector<char> m_bound;
    std::vector<char const*> m_pointers;
    std::vector<int> m_lengths, m_formats;
    std::size_t m_next_column = 0, m_next_parameter = 0;
    bool m_started = false, m_complete = false;
    Answer m_row;
    int m_line = 0;
    std::deque<Answer> m_ahead;   ///< rows read early because another statement needed the connection
};

class Postgres final : public Db {
public:
    Postgres(std::string url, Access access) : m_url(std::move(url)), m_access(access) { connect(); }
    ~Postgres() override {
        forget_statements();
        PQfinish(m_conn);
    }

    std::unique_ptr<Statement> prepare(Sql const& sql) override {
        auto& kept = m_prepared[sql.text];
        if (!kept) {
            auto fresh = std::make_shared<Prepared>();
            fresh->sql_name = sql.name;
            number_parameters(*fresh, sql.text);
            ready(*fresh);
            kept = std::move(fresh);
        }
        return std::make_unique<PostgresStatement>(*this, kept);
    }

    void script(std::string const& sql) override {
        ready();
        settle();
        PQexitPipelineMode(m_conn);
        Answer const last{PQexec(m_conn, sql.c_str())};
        auto const status = PQresultStatus(last.get());
        auto const good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
        auto const why = good ? std::string{} : message_of(last.get());
        // A table may have changed its shape: what was prepared before is prepared again at its next use.
        if (good) Answer const forgotten{PQexec(m_conn, "DEALLOCATE ALL")};
        m_session += good;
        m_in_transaction = PQtransactionStatus(m_conn) != PQTRANS_IDLE;
        PQenterPipelineMode(m_conn);
        if (!good) throw Fault(sql.substr(0, 60) + ": " + why);
    }

    void begin() override { begin("BEGIN"); }
    void begin_reading() override { begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); }
    void commit() override {
        hand_over_rows();
        if (m_failed) throw Fault("commit: a statement of this transaction failed before; nothing of it is kept");
        queue("commit", PQsendQueryParams(m_conn, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 1));
        m_tag.clear();
        m_committing = true;
        settle();
        m_committing = false;
        if (m_tag != "COMMIT") throw Fault("commit: the server answered \"" + m_tag + "\"; nothing of this transaction is kept");
        m_in_transaction = false;
    }
    void rollback() noexcept override {
        try {
            if (m_stream) end_stream(*m_stream, Rest::drop);
            if (m_reading && !m_failed && !m_error && PQstatus(m_conn) == CONNECTION_OK) {
                // Nothing was written, so nobody needs to wait for the answer: it is read before that of the next command.
                queue("rollback", PQsendQueryParams(m_conn, "ROLLBACK", 0, nullptr, nullptr, nullptr, nullptr, 1));
                send_queued();
                m_in_transaction = false;
                return;
            }
            if (PQstatus(m_conn) == CONNECTION_OK) {
                send_queued();
                while (!m_queued.empty()) read_queued();
                queue("rollback", PQsendQueryParams(m_conn, "ROLLBACK", 0, nullptr, nullptr, nullptr, nullptr, 1));
                send_queued();
                while (!m_queued.empty()) read_queued();
            }
        } catch (Fault const&) {   // the server rolls back when the connection ends
        }
        m_error.reset();
        m_in_transaction = m_failed = m_committing = false;
    }
    Engine engine() const override { return Engine::postgres; }

private:
    friend class PostgresStatement;
    struct Queued {
        std::string const* sql_name;   ///< null: the end of a batch
        char const* word;
    };
    // Two batches on their way keep both sides busy; more would only use memory.
    static constexpr std::size_t batch = 256, batches = 2;

    void begin(char const* words) {
        ready();
        queue("begin", PQsendQueryParams(m_conn, words, 0, nullptr, nullptr, nullptr, nullptr, 1));
        m_in_transaction = true;
        m_reading = words != std::string_view{"BEGIN"};
        m_failed = false;
    }
    void connect() {
        // What the URL says comes after, and so wins over, the first four.
        std::array<char const*, 7> const names{"connect_timeout", "target_session_attrs", "keepalives_idle", "fallback_application_name",
                                               "dbname", "client_encoding", nullptr};
        std::array<char const*, 7> const values{"10", m_access == Access::read_write ? "read-write" : "any", "60", "osetra",
                                                m_url.c_str(), "UTF8", nullptr};
        if (m_conn) PQfinish(m_conn);
        m_conn = PQconnectdbParams(names.data(), values.data(), 1);
        if (PQstatus(m_conn) != CONNECTION_OK) {
            std::string why = m_conn ? PQerrorMessage(m_conn) : "out of memory";
            PQfinish(m_conn);
            m_conn = nullptr;
            while (!why.empty() && why.back() == '\n') why.pop_back();
            throw Fault("cannot open the PostgreSQL database: " + why +
                        ". Check that the server runs and that host, database, user and password of the address are right.");
        }
        PQsetNoticeProcessor(m_conn, [](void*, char const*) {}, nullptr);
        // Long work may take its time, waiting for a lock may not (20 s, as with SQLite). A commit is on the disk when it returns,
        // whatever the server's default; a stricter default (remote_apply) stays.
        std::string settings = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = 20000; SET jit = off; "
                               "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local');";
        if (m_access == Access::read_only) settings += "SET default_transaction_read_only = on";
        Answer const done{PQexec(m_conn, settings.c_str())};
        auto const status = PQresultStatus(done.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw_connect_fault(message_of(done.get()));
        PQenterPipelineMode(m_conn);
        ++m_session;
        m_queued.clear();
        m_unsent = m_ends = 0;
        m_error.reset();
    }
    [[noreturn]] void throw_connect_fault(std::string const& why) {
        PQfinish(m_conn);
        m_conn = nullptr;
        throw Fault("cannot set up the PostgreSQL connection: " + why);
    }

    /// Makes the connection free for a new command. Outside a transaction a connection that has died is made again.
    void ready() {
        hand_over_rows();
        if (m_in_transaction) {
            if (m_failed) throw Fault("a statement of this transaction failed before; roll it back");
            return;
        }
        if (!alive()) connect();
    }
    /// Whether the server has not hung up since the last command (one system call).
    bool alive() {
        if (PQstatus(m_conn) != CONNECTION_OK) return false;
        for (char byte = 0;;) {
            auto const n = recv(PQsocket(m_conn), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
            if (n < 0) return errno == EAGAIN || errno == EINTR;
            if (n == 0 || !PQconsumeInput(m_conn)) return false;   // a notice, or the farewell of a server that stops
        }
    }
    void ready(Prepared& sql) {
        ready();
        if (sql.session == m_session) return;
        settle();
        if (sql.name.empty()) sql.name = "s" + std::to_string(++m_names);
        auto const sent = PQsendPrepare(m_conn, sql.name.c_str(), sql.text.c_str(), 0, nullptr);
        queue(sql.sql_name, sent);
        queue(sql.sql_name, PQsendDescribePrepared(m_conn, sql.name.c_str()));
        settle();
        sql.parameter_types.clear();
        sql.columns.clear();
        sql.column_types.clear();
        for (int i = 0; i < PQnparams(m_described.get()); ++i) sql.parameter_types.push_back(PQparamtype(m_described.get(), i));
        for (int i = 0; i < PQnfields(m_described.get()); ++i) {
            sql.columns.emplace_back(PQfname(m_described.get(), i));
            auto const type = PQftype(m_described.get(), i);
            constexpr Oid readable[] = {of_bool, of_bytea, of_name, of_int8, of_int2, of_int4, of_text, of_float4, of_float8, of_unknown, of_bpchar, of_varchar, of_numeric};
            if (std::find(std::begin(readable), std::end(readable), type) == std::end(readable))
                throw Fault(sql.sql_name + ": column " + sql.columns.back() + " has a type that is not in use here; cast it");
            sql.column_types.push_back(type);
        }
        sql.session = m_session;
    }

    int send(PostgresStatement& s) {
        auto const n = s.m_values.size();
        for (std::size_t i = 0; i < n; ++i) {
            s.m_pointers[i] = s.m_bound[i] ? s.m_values[i].c_str() : nullptr;
            s.m_lengths[i] = static_cast<int>(s.m_values[i].size());
        }
        return PQsendQueryPrepared(m_conn, s.m_sql->name.c_str(), static_cast<int>(n), s.m_pointers.data(), s.m_lengths.data(),
                                   s.m_formats.data(), 1);
    }
    void queue(std::string const& sql_name, int sent) { queue(Queued{&sql_name, nullptr}, sent); }
    void queue(char const* word, int sent) { queue(Queued{nullptr, word}, sent); }
    void queue(Queued what, int sent) {
        if (!sent) lost(name_of(what));
        m_queued.push_back(what);
        if (++m_unsent < batch) return;
        send_queued();
        while (m_ends > batches) read_queued();
        raise();
    }
    static std::string name_of(Queued const& what) { return what.sql_name ? *what.sql_name : what.word ? what.word : "end of batch"; }
    void send_queued() {
        if (m_unsent == 0) return;
        if (!PQpipelineSync(m_conn)) lost("sending");
        m_queued.push_back({nullptr, nullptr});
        m_unsent = 0;
        ++m_ends;
    }
    /// The answer to the oldest queued command. Keeps the first error.
    void read_queued() {
        auto const what = m_queued.front();
        m_queued.pop_front();
        auto const is_end = !what.sql_name && !what.word;
        m_ends -= is_end;
        for (auto awaits_end = is_end;;) {
            Answer answer{PQgetResult(m_conn)};
            auto const status = answer ? PQresultStatus(answer.get()) : PGRES_EMPTY_QUERY;
            if (PQstatus(m_conn) != CONNECTION_OK) lost(name_of(what));
            if (status == PGRES_PIPELINE_SYNC) return;
            if (!answer) {
                if (awaits_end) continue;
                return;
            }
            if (status == PGRES_FATAL_ERROR && !m_error) m_error = name_of(what) + ": " + message_of(answer.get());
            if (status == PGRES_COMMAND_OK) {
                m_tag = PQcmdStatus(answer.get());
                m_described = std::move(answer);
            }
        }
    }
    /// Everything queued is done, or the first error is thrown.
    void settle() {
        send_queued();
        while (!m_queued.empty()) read_queued();
        raise();
    }
    void raise() {
        if (!m_error) return;
        // What follows in the batch was skipped by the server: read past it.
        send_queued();
        while (!m_queued.empty()) read_queued();
        auto const why = std::move(*m_error);
        m_error.reset();
        m_failed = m_in_transaction;
        throw Fault(why);
    }
    [[noreturn]] void lost(std::string const& during) {
        std::string why = m_conn ? PQerrorMessage(m_conn) : "not connected";
        while (!why.empty() && why.back() == '\n') why.pop_back();
        m_queued.clear();
        m_unsent = m_ends = 0;
        m_error.reset();
        m_stream = nullptr;
        m_failed = m_in_transaction;
        throw Fault(during + ": the connection to PostgreSQL was lost (" + why + "). " +
                    (m_committing ? "It is not known whether the last change was kept; sending the same facts again is harmless."
                                        : "Nothing of the open transaction is kept; try again."));
    }
    std::string message_of(PGresult const* answer) const {
        auto const field = [&](int code) {
            auto const* text = PQresultErrorField(answer, code);
            return std::string{text ? text : ""};
        };
        auto text = field(PG_DIAG_MESSAGE_PRIMARY);
        if (text.empty()) return m_conn ? PQerrorMessage(m_conn) : "no answer";
        if (auto const detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) text += ". " + detail;
        if (auto const hint = field(PG_DIAG_MESSAGE_HINT); !hint.empty()) text += " " + hint;
        return text + " (" + field(PG_DIAG_SQLSTATE) + ")";
    }

    void start(PostgresStatement& s) {
        ready(*s.m_sql);
        if (!send(s)) lost(s.m_sql->sql_name);
        ++m_unsent;
        auto const before = m_queued.size();
        send_queued();
        m_queued.pop_back();   // this end belongs to the stream
        --m_ends;
        for (std::size_t i = 0; i < before; ++i) read_queued();
        PQsetSingleRowMode(m_conn);
        m_stream = &s;
        if (m_error) end_stream(s, Rest::drop);
        raise();
    }
    /// The next answer with rows, or null at the end of the statement's rows.
    Answer next(PostgresStatement& s) {
        Answer answer{PQgetResult(m_conn)};
        if (!answer || PQstatus(m_conn) != CONNECTION_OK) lost(s.m_sql->sql_name);
        auto const status = PQresultStatus(answer.get());
        if ((status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) && PQntuples(answer.get()) > 0) return answer;
        if (status == PGRES_FATAL_ERROR && !m_error) m_error = s.m_sql->sql_name + ": " + message_of(answer.get());
        while (true) {
            answer.reset(PQgetResult(m_conn));
            if (PQstatus(m_conn) != CONNECTION_OK) lost(s.m_sql->sql_name);
            if (answer && PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) break;
        }
        m_stream = nullptr;
        s.m_complete = !m_error;
        return nullptr;
    }
    enum class Rest : bool { drop, keep };
    void end_stream(PostgresStatement& s, Rest rest) {
        while (m_stream)
            if (auto rows = next(s); rows && rest == Rest::keep) s.m_ahead.push_back(std::move(rows));
    }
    /// Another statement wants the connection: the one that is being read takes the rest of its rows into memory.
    void hand_over_rows() {
        if (!m_stream) return;
        end_stream(*m_stream, Rest::keep);
        raise();
    }
    void abandon(PostgresStatement& s) noexcept {
        if (m_stream != &s) return;
        try {
            end_stream(s, Rest::drop);
        } catch (Fault const&) {
            m_stream = nullptr;
        }
        if (m_error && m_in_transaction) m_failed = true;
        m_error.reset();
    }

    std::string m_url;
    Access m_access;
    PGconn* m_conn = nullptr;
    unsigned m_session = 0, m_names = 0;
    std::map<std::string, std::shared_ptr<Prepared>, std::less<>> m_prepared;   ///< by text
    std::deque<Queued> m_queued;
    std::size_t m_unsent = 0, m_ends = 0;
    std::optional<std::string> m_error;
    std::string m_tag;
    Answer m_described;
    PostgresStatement* m_stream = nullptr;
    bool m_in_transaction = false, m_failed = false, m_committing = false, m_reading = false;
};

bool PostgresStatement::step() {
    m_next_column = 0;
    if (!m_started) {
        m_started = true;
        m_db.start(*this);
    } else if (m_row && ++m_line < PQntuples(m_row.get())) {
        return true;
    }
    m_line = 0;
    if (!m_ahead.empty()) {
        m_row = std::move(m_ahead.front());
        m_ahead.pop_front();
    } else {
        m_row = m_db.m_stream == this ? m_db.next(*this) : nullptr;
        if (!m_row) m_db.raise();
        if (!m_row && !m_complete) throw Fault(m_sql->sql_name + ": a fault cut its rows off");
    }
    return m_row != nullptr;
}

void PostgresStatement::run() {
    if (!m_db.m_in_transaction) {   // acknowledged when it returns
        step();
        return;
    }
    m_db.ready(*m_sql);
    m_db.queue(m_sql->sql_name, m_db.send(*this));
}

void PostgresStatement::reset() {
    m_db.abandon(*this);
    m_ahead.clear();
    m_row.reset();
    m_line = 0;
    m_started = m_complete = false;
    std::fill(m_bound.begin(), m_bound.end(), char{});
    m_next_parameter = m_next_column = 0;
}

} // namespace

std::unique_ptr<Db> open_postgres(std::string const& url, Access access) { return std::make_unique<Postgres>(url, access); }

} // namespace osetra::store
