#pragma once
#include <functional>
#include <span>
#include <string>

#include "farm/import/import.h"
#include "farm/ledger_sql.h"

namespace osetra::farm {

/// Imports kept in the ledger. Reads with a reader, and writes through whoever holds the ledger: the command line itself, or the
/// one writer of a running server (Service::work).
class LedgerImports final : public ImportStore {
public:
    using Write = std::function<void(std::function<void(Ledger&)> const&)>;
    LedgerImports(Reader& reader, Write write) : m_reader(reader), m_write(std::move(write)) {}

    bool taken(std::string_view sha256) override;
    std::map<std::string, SheetPlan> mappings() override;
    Known known() override;
    std::vector<std::pair<FactId, Refusal>> keep(ImportPlan const&, ImportOptions const&) override;
    std::vector<std::pair<FactId, Refusal>> rehearse(std::vector<Fact>, ImportOptions const&) override;

private:
    Reader& m_reader;
    Write m_write;
};

/// {"imports":[{"file","sha256","at","person","facts"}]}, newest first.
std::string imports_json(Reader&);

std::span<store::Sql const> import_statements();

} // namespace osetra::farm
