#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table.h"
#include "services/aggregation/table_request.h"

namespace oboro::aggregation {

// A statistic as the ledger remembers it: what it shows, what it hides and what proves it, but none
// of its figures. Its true values are those of the abstraction in hand, whose columns are held to
// be the same by `columns`.
struct LedgerEntry {
  // Of one additive table behind it, by its cells in shown order: V shown, P and S suppressed, -
  // not shown (hidden for the sake of another part).
  struct PartMarks {
    std::string measure;  // As Part::measure.
    std::string marks;
    bool operator==(const PartMarks&) const = default;
  };
  std::string statistic;  // Its id.
  TableSpec spec;
  int64_t min_count = 0;
  bool zeros_protected = false;
  AmountRules amounts;
  std::map<std::string, std::string> columns;  // Digest of each (Records::Digest).
  std::vector<PartMarks> parts;
  KeptWitnesses witnesses;  // What proved it and all before it, as far as they had not.
};

// The marks of one part of a table, its cells in shown order.
std::string MarksOf(const Protected& table, size_t part, const std::vector<sdc::CellId>& order);

nlohmann::json ToJson(const LedgerEntry& entry);
// DATA_LOSS when it is none.
absl::StatusOr<LedgerEntry> LedgerEntryFromJson(const nlohmann::json& json);

// The table that was just made, as the ledger keeps it.
absl::StatusOr<LedgerEntry> EntryOf(const Records& records, const TableRequest& request,
                                    const Counted& counted, const Protected& table,
                                    const std::string& statistic);

// OK when every column that the entries are made from is here, with the same value for the same
// record: then their tables and a new one are of the same records, whatever upload, recipe or
// version of a recipe each abstraction comes from. LEDGER_BASIS_DIFFERS otherwise.
absl::Status CheckSameBasis(const std::vector<LedgerEntry>& entries, const Records& records);

}  // namespace oboro::aggregation
