#pragma once
#include <span>

#include "store/db.h"

namespace osetra::store {

/// One numbered step of the schema, from src/MODULE/schema/NNNN_name.sql at build time. Forward only; never edited once released.
struct Step {
    char const* name;   ///< "store/0001_journal"
    char const* sql;    ///< in the shared words: BIGINT, DOUBLE PRECISION, TEXT, BYTEA; `;` between statements
};

/// All steps of this program, modules in the order of their use, then by number.
std::span<Step const> schema_steps();

/// Brings a database to this program's schema: each step once, each in its own transaction, with a checksum kept so that an
/// edited released step is found. Faults: a step changed since it was applied; a database newer than this program.
void migrate(Db&, std::span<Step const> steps = schema_steps());

/// The step's text in the engine's own words: for SQLite BIGINT becomes INTEGER, BYTEA BLOB, DOUBLE PRECISION REAL, and every
/// table STRICT and WITHOUT ROWID.
std::string in_words_of(Db::Engine, std::string sql);

} // namespace osetra::store
