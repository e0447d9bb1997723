#include "store/backup.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include "kernel/sha256.h"

// The file, byte by byte. Header, 124 bytes of text:
//   "osetra backup 1\n" "sha256 " 64 digits "\n" "bytes " 20 digits "\n" "\n" (padded with spaces before the last newline)
// Then records; a number is a LEB128 of its zigzag form, a text its length and its bytes:
//   'H' made_at | 'T' table, number of columns, (column, type)... | 'R' one value for each column | 'E' rows of the table | 'Z' end
// A value is one byte 0 (null), 'i' number, 'd' 8 bytes IEEE 754 little endian, 't' text, 'b' text; types are 'i', 'd', 't' and 'b'.
namespace osetra::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "osetra backup ";
constexpr char version = '1';
constexpr std::size_t header_bytes = 124;

struct CloseFile { void operator()(std::FILE* f) const { std::fclose(f); } };
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string header_of(std::string const& sha256, std::int64_t bytes) {
    auto const digits = std::to_string(bytes);
    auto header = std::string{magic} + version + "\nsha256 " + sha256 + "\nbytes " + std::string(20 - digits.size(), '0') + digits + '\n';
    header.resize(header_bytes - 1, ' ');
    return header + '\n';
}

/// Writes to `path`.part and takes the name when all of it is on the disk.
class Writer {
public:
    explicit Writer(fs::path path) : m_path(std::move(path)), m_part(m_path.string() + ".part"), m_file(std::fopen(m_part.c_str(), "wb")) {
        if (!m_file) fail();
        raw(std::string(header_bytes, ' '));
    }
    ~Writer() {
        if (m_file) std::remove(m_part.c_str());
    }
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;

    void byte(char c) { m_buffer += c; }
    void number(std::int64_t n) {
        auto rest = (static_cast<std::uint64_t>(n) << 1U) ^ static_cast<std::uint64_t>(n >> 63U);
        for (; rest >= 0x80; rest >>= 7U) m_buffer += static_cast<char>(rest | 0x80U);
        m_buffer += static_cast<char>(rest);
    }
    void text(std::string_view s) {
        number(static_cast<std::int64_t>(s.size()));
        m_buffer += s;
    }
    void real(double v) {
        auto const bits = std::bit_cast<std::uint64_t>(v);
        for (unsigned shift = 0; shift < 64; shift += 8) m_buffer += static_cast<char>(bits >> shift);
    }
    void end_record() { if (m_buffer.size() >= 1U << 18U) flush(); }

    BackupReport finish(BackupReport report) {
        flush();
        report.bytes = m_bytes;
        report.sha256 = m_sha.hex();
        if (std::fseek(m_file.get(), 0, SEEK_SET) != 0) fail();
        raw(header_of(report.sha256, report.bytes));
        if (std::fflush(m_file.get()) != 0 || fsync(fileno(m_file.get())) != 0) fail();
        if (std::rename(m_part.c_str(), m_path.c_str()) != 0) fail();
        m_file.reset();
        auto const folder = ::open(m_path.has_parent_path() ? m_path.parent_path().c_str() : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (folder >= 0) {
            fsync(folder);
            ::close(folder);
        }
        return report;
    }

private:
    [[noreturn]] void fail() const { throw Fault("cannot write the backup " + m_path.string() + ": " + std::strerror(errno)); }
    void raw(std::string const& bytes) { if (std::fwrite(bytes.data(), 1, bytes.size(), m_file.get()) != bytes.size()) fail(); }
    void flush() {
        m_sha.add(m_buffer);
        m_bytes += static_cast<std::int64_t>(m_buffer.size());
        raw(m_buffer);
        m_buffer.clear();
    }

    fs::path m_path;
    std::string m_part;
    File m_file;
    Sha256 m_sha;
    std::int64_t m_bytes = 0;
    std::string m_buffer;
};

/// Reads the records again. After the first thing that does not fit it gives noughts and is not good().
class Reader {
public:
    Reader(File file, std::int64_t bytes) : m_file(std::move(file)), m_left(bytes) {}
    bool good() const { return m_good; }
    bool at_end() const { return m_left == 0; }
    char byte() {
        auto const c = m_left > 0 ? std::getc(m_file.get()) : EOF;
        if (c == EOF) { m_good = false; return 0; }
        --m_left;
        return static_cast<char>(c);
    }
    std::int64_t number() {
        std::uint64_t n = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            auto const c = static_cast<unsigned char>(byte());
            n |= static_cast<std::uint64_t>(c & 0x7FU) << shift;
            if (c < 0x80) return static_cast<std::int64_t>(n >> 1U) ^ -static_cast<std::int64_t>(n & 1U);
        }
        m_good = false;
        return 0;
    }
    std::string& text() {
        auto const size = number();
        m_text.clear();
        if (size < 0 || size > m_left) { m_good = false; return m_text; }
        m_text.resize(static_cast<std::size_t>(size));
        if (std::fread(m_text.data(), 1, m_text.size(), m_file.get()) != m_text.size()) m_good = false;
        m_left -= size;
        return m_text;
    }
    double real() {
        std::uint64_t bits = 0;
        for (unsigned shift = 0; shift < 64; shift += 8) bits |= static_cast<std::uint64_t>(static_cast<unsigned char>(byte())) << shift;
        return std::bit_cast<double>(bits);
    }

private:
    File m_file;
    std::int64_t m_left;
    bool m_good = true;
    std::string m_text;
};

struct Column {
    std::string name;
    char type = 0;
    friend bool operator==(Column const&, Column const&) = default;
};
struct Table {
    std::string name;
    std::vector<Column> columns;
};

struct Described {
    std::string table_name, column_name, column_type;
};
template <Is<Described> X> void visit_fields(X& x, auto f) {
    f("table_name", x.table_name); f("column_name", x.column_name); f("column_type", x.column_type);
}

// The catalogue is where the engines share no words. Tables in the order in which they were made.
constexpr Sql sqlite_tables{"backup.sqlite_tables",
    "SELECT t.name AS table_name, c.name AS column_name, c.type AS column_type FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.rowid, c.cid"};
constexpr Sql postgres_tables{"backup.postgres_tables",
    "SELECT t.relname AS table_name, c.attname AS column_name, format_type(c.atttypid, NULL) AS column_type FROM pg_class AS t "
    "JOIN pg_attribute AS c ON c.attrelid = t.oid WHERE t.relnamespace = current_schema()::text::regnamespace AND t.relkind IN ('r', 'p') "
    "AND NOT t.relispartition AND c.attnum > 0 AND NOT c.attisdropped ORDER BY t.oid, c.attnum"};

std::vector<Table> tables_of(Db& db) {
    std::vector<Table> tables;
    for (auto const& row : db.rows<Described>(db.engine() == Db::Engine::sqlite ? sqlite_tables : postgres_tables)) {
        if (tables.empty() || tables.back().name != row.table_name) tables.push_back({row.table_name, {}});
        auto const type = row.column_type == "INTEGER" || row.column_type == "bigint" ? 'i'
                        : row.column_type == "REAL" || row.column_type == "double precision" ? 'd'
                        : row.column_type == "TEXT" || row.column_type == "text" ? 't'
                        : row.column_type == "BLOB" || row.column_type == "bytea" ? 'b' : '\0';
        if (!type) throw Fault("backup: " + row.table_name + "." + row.column_name + " is " + row.column_type + "; only BIGINT, DOUBLE PRECISION, TEXT and BYTEA are kept");
        tables.back().columns.push_back({row.column_name, type});
    }
    return tables;
}

std::string list_of(Table const& table, char const* mark) {
    std::string text;
    for (auto const& column : table.columns) text += (text.empty() ? "" : ", ") + (*mark == '"' ? '"' + column.name + '"' : ':' + column.name);
    return text;
}

std::int64_t write_rows(Db& db, Table const& table, Writer& out) {
    out.byte('T');
    out.text(table.name);
    out.number(static_cast<std::int64_t>(table.columns.size()));
    for (auto const& column : table.columns) {
        out.text(column.name);
        out.byte(column.type);
    }
    auto const name = "backup.read " + table.name;
    auto const text = "SELECT " + list_of(table, "\"") + " FROM \"" + table.name + '"';
    auto const rows = db.prepare({name.c_str(), text.c_str()});
    std::int64_t n = 0;
    std::string bytes;
    for (; rows->step(); ++n) {
        out.byte('R');
        for (auto const& column : table.columns) {
            auto const* field = column.name.c_str();
            std::int64_t number = 0;
            double real = 0;
            auto const there = rows->has(field);
            out.byte(there ? column.type : '\0');
            if (!there) { rows->get_blob(field, bytes); continue; }   // reading keeps the columns in step
            switch (column.type) {
            case 'i': rows->get(field, number); out.number(number); break;
            case 'd': rows->get(field, real); out.real(real); break;
            case 't': rows->get(field, bytes); out.text(bytes); break;
            default: rows->get_blob(field, bytes); out.text(bytes);
            }
        }
        out.end_record();
    }
    out.byte('E');
    out.number(n);
    return n;
}

tl::unexpected<Refusal> damaged(fs::path const& file) {
    return refuse("backup_damaged", file.string() + " is not as it was written. Take another backup.", file.string());
}

struct Opened {
    File file;
    BackupReport report;
};

Result<Opened> open_checked(fs::path const& path) {
    File file{std::fopen(path.c_str(), "rb")};
    if (!file) return refuse("backup_not_found", "There is no backup file " + path.string() + " that can be read.", path.string());
    std::string header(header_bytes, '\0');
    auto const got = std::fread(header.data(), 1, header.size(), file.get());
    if (got < magic.size() + 1 || !header.starts_with(magic))
        return refuse("backup_not_ours", path.string() + " is not a backup made by Osetra.", path.string());
    if (header[magic.size()] != version)
        return refuse("backup_newer", path.string() + " was made by a newer Osetra; restore it with that version.", path.string());
    Opened opened{nullptr, {}};
    std::string buffer(1U << 18U, '\0');
    Sha256 sha;
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0;) {
        sha.add({buffer.data(), n});
        opened.report.bytes += static_cast<std::int64_t>(n);
    }
    if (std::ferror(file.get())) throw Fault("cannot read " + path.string() + ": " + std::strerror(errno));
    opened.report.sha256 = sha.hex();
    if (header != header_of(opened.report.sha256, opened.report.bytes)) return damaged(path);
    std::fseek(file.get(), static_cast<long>(header_bytes), SEEK_SET);
    opened.file = std::move(file);
    return opened;
}

/// Walks the records of a checked file: `table(Table)` may return a refusal; `row(Table, Reader)` reads the values.
template <class OnTable, class OnRow> Result<BackupReport> walk(fs::path const& path, Opened opened, OnTable on_table, OnRow on_row) {
    auto report = opened.report;
    Reader in{std::move(opened.file), report.bytes};
    if (in.byte() != 'H') return damaged(path);
    report.made_at = Instant{Microseconds{in.number()}};
    Table table;
    std::int64_t rows = 0;
    auto in_table = false;
    while (in.good()) {
        switch (in.byte()) {
        case 'T': {
            if (in_table) return damaged(path);
            table = {in.text(), {}};
            auto const columns = in.number();
            for (std::int64_t i = 0; i < columns && in.good(); ++i) {
                auto name = in.text();
                table.columns.push_back({std::move(name), in.byte()});
            }
            if (!in.good()) return damaged(path);
            if (std::optional<Refusal> why = on_table(table)) return tl::unexpected(*why);
            in_table = true;
            rows = 0;
            ++report.tables;
            break;
        }
        case 'R':
            if (!in_table || !on_row(table, in) || !in.good()) return damaged(path);
            ++rows;
            break;
        case 'E':
            if (!in_table || in.number() != rows) return damaged(path);
            report.rows += rows;
            in_table = false;
            break;
        case 'Z':
            if (in_table || !in.at_end()) return damaged(path);
            return report;
        default: return damaged(path);
        }
    }
    return damaged(path);
}

/// Hands one value on; false where the type is not the column's.
bool pass_value(Column const& column, Reader& in, FieldWriter& out) {
    auto const* name = column.name.c_str();
    auto const type = in.byte();
    if (type == 0) { out.put_null(name); return true; }
    if (type != column.type) return false;
    switch (type) {
    case 'i': out.put(name, in.number()); return true;
    case 'd': out.put(name, in.real()); return true;
    case 't': out.put(name, std::string_view{in.text()}); return true;
    case 'b': out.put_blob(name, in.text()); return true;
    default: return false;
    }
}

/// Takes values and forgets them.
class Nowhere final : public FieldWriter {
    void put(char const*, std::int64_t) override {}
    void put(char const*, double) override {}
    void put(char const*, std::string_view) override {}
    void put_null(char const*) override {}
};

/// The steps that the backup's database had, read from its migration table.
class StepNames final : public FieldWriter {
public:
    std::vector<std::string> names;

private:
    void put(char const*, std::int64_t) override {}
    void put(char const*, double) override {}
    void put(char const* name, std::string_view v) override { if (std::string_view{name} == "step") names.emplace_back(v); }
    void put_null(char const*) override {}
};

bool pass_row(Table const& table, Reader& in, FieldWriter& out) {
    return std::all_of(table.columns.begin(), table.columns.end(), [&](Column const& column) { return pass_value(column, in, out); });
}

Result<BackupReport> fill(fs::path const& path, Opened opened, Db& db) {
    auto const here = tables_of(db);
    std::unique_ptr<Statement> add;
    std::string name, text;
    return walk(path, std::move(opened),
        [&](Table const& table) -> std::optional<Refusal> {
            auto const twin = std::find_if(here.begin(), here.end(), [&](Table const& t) { return t.name == table.name; });
            auto const fits = twin != here.end() && std::is_permutation(twin->columns.begin(), twin->columns.end(), table.columns.begin(), table.columns.end());
            if (!fits) return damaged(path).value();
            name = "restore.add " + table.name;
            text = "INSERT INTO \"" + table.name + "\" (" + list_of(table, "\"") + ") VALUES (" + list_of(table, ":") + ")";
            add = db.prepare({name.c_str(), text.c_str()});
            return std::nullopt;
        },
        [&](Table const& table, Reader& in) {
            if (!pass_row(table, in, *add)) return false;
            add->run();
            add->reset();
            return true;
        });
}

} // namespace

BackupReport backup(Db& db, fs::path const& file, Instant now) {
    Writer out{file};
    BackupReport report{now, 0, 0, 0, {}};
    out.byte('H');
    out.number(now.time_since_epoch().count());
    db.begin_reading();   // one moment for all tables; neither engine makes writers wait for it
    try {
        for (auto const& table : tables_of(db)) {
            report.rows += write_rows(db, table, out);
            ++report.tables;
        }
    } catch (...) {
        db.rollback();
        throw;
    }
    db.rollback();
    out.byte('Z');
    return out.finish(report);
}

Result<BackupReport> check_backup(fs::path const& file) {
    Nowhere nowhere;
    auto opened = OSETRA_TRY(open_checked(file));
    return walk(file, std::move(opened), [](Table const&) { return std::nullopt; },
                [&](Table const& table, Reader& in) { return pass_row(table, in, nowhere); });
}

Result<BackupReport> restore(fs::path const& file, Db& db, std::span<Step const> steps) {
    StepNames had;
    Nowhere nowhere;
    auto opened = OSETRA_TRY(open_checked(file));
    OSETRA_TRY(walk(file, std::move(opened), [](Table const&) { return std::nullopt; }, [&](Table const& table, Reader& in) {
        return table.name == "migration" ? pass_row(table, in, had) : pass_row(table, in, nowhere);
    }));
    for (auto const& name : had.names)
        if (std::none_of(steps.begin(), steps.end(), [&](Step const& step) { return name == step.name; }))
            return refuse("backup_newer", file.string() + " was made by a newer Osetra (it has " + name + "); restore it with that version.", file.string());
    for (auto const& table : tables_of(db))
        if (table.name != "migration")
            return refuse("database_not_empty", "The database already holds tables (" + table.name + "). Restore into a new one.", table.name);

    migrate(db, {});   // only its own table
    auto report = [&]() -> Result<BackupReport> {
        Transaction all{db};
        for (auto const& step : steps)
            if (std::find(had.names.begin(), had.names.end(), step.name) != had.names.end()) db.script(in_words_of(db.engine(), step.sql));
        auto again = OSETRA_TRY(open_checked(file));
        auto done = OSETRA_TRY(fill(file, std::move(again), db));
        all.commit();
        return done;
    }();
    if (report) migrate(db, steps);
    return report;
}

} // namespace osetra::store
