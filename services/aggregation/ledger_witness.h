#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/witness.h"

namespace oboro::aggregation {

// Witness tables (services/sdc/tables/witness.h) as the ledger keeps them beside a statistic, so
// that a later one need not be proven from nothing: changes of the counts of combinations of
// values. They are changes, never counts, and they never leave the service.
struct KeptWitnesses {
  struct Change {
    uint32_t cell;  // Of `cells`.
    int64_t delta;
    bool operator==(const Change&) const = default;
  };
  std::vector<std::string> columns;
  std::vector<uint32_t> cells;  // Codes (CodedColumn) of each combination: one a column.
  std::vector<std::vector<Change>> witnesses;

  size_t changes() const;  // Of all witnesses: what they cost to keep.
  bool operator==(const KeptWitnesses&) const = default;
};

// Most changes that are kept of one statistic; what is left out is searched for anew.
inline constexpr size_t kMostKeptChanges = 300'000;

nlohmann::json ToJson(const KeptWitnesses& kept);
// DATA_LOSS when it is none.
absl::StatusOr<KeptWitnesses> KeptWitnessesFromJson(const nlohmann::json& json);

// Changes of finest cells by ascending cell: what tells witnesses apart, since margins follow.
using FinestChanges = std::vector<std::pair<sdc::CellId, int64_t>>;
FinestChanges FinestOf(const sdc::Grid& grid, const sdc::Witness& witness);

// `witnesses` on `grid`, each once and none of `known`; `codes` appends a finest cell's codes, one
// for each of `columns`. O(changes log changes).
KeptWitnesses KeepWitnesses(const sdc::Grid& grid, std::vector<std::string> columns,
                            const std::function<void(sdc::CellId, std::vector<uint32_t>*)>& codes,
                            std::span<const sdc::Witness> witnesses,
                            std::set<FinestChanges> known = {});

// The witness that makes these changes: with what follows for every margin of the grid.
sdc::Witness WitnessOf(const sdc::Grid& grid, const FinestChanges& changes);

}  // namespace oboro::aggregation
