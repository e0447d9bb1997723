#pragma once
#include <filesystem>

#include "kernel/result.h"
#include "store/migrate.h"

// A backup is one file that either engine reads: every table's name, columns and rows in a form of our own, behind a short
// text header with the format's version, the length and the SHA-256 of all that follows. Rows are written and read one by one.
namespace osetra::store {

struct BackupReport {
    Instant made_at{};
    std::int64_t tables = 0, rows = 0, bytes = 0;
    std::string sha256;   ///< of everything after the header, in hexadecimal digits
};
template <Is<BackupReport> X> void visit_fields(X& x, auto f) {
    f("made_at", x.made_at); f("tables", x.tables); f("rows", x.rows); f("bytes", x.bytes); f("sha256", x.sha256);
}

/// Writes all of one moment's data while others go on writing. The file appears under its name only when it is whole and
/// on the disk. Faults: the file cannot be written, the database cannot be read.
BackupReport backup(Db&, std::filesystem::path const& file, Instant now);

/// Reads the whole file without touching a database.
/// Refusals: backup_not_found, backup_not_ours, backup_newer, backup_damaged.
Result<BackupReport> check_backup(std::filesystem::path const& file);

/// Fills an empty database from a backup, all or nothing: with the schema steps the backup was made with first, then with this
/// program's newer ones. Further refusals: database_not_empty, and backup_newer where this program lacks one of the steps.
Result<BackupReport> restore(std::filesystem::path const& file, Db&, std::span<Step const> steps = schema_steps());

} // namespace osetra::store
