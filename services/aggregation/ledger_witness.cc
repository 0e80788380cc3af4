#include "services/aggregation/ledger_witness.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace oboro::aggregation {

using sdc::CellId;

size_t KeptWitnesses::changes() const {
  size_t count = 0;
  for (const auto& witness : witnesses) count += witness.size();
  return count;
}

nlohmann::json ToJson(const KeptWitnesses& kept) {
  nlohmann::json witnesses = nlohmann::json::array();
  for (const auto& witness : kept.witnesses) {
    nlohmann::json flat = nlohmann::json::array();
    for (const auto& change : witness) {
      flat.push_back(change.cell);
      flat.push_back(change.delta);
    }
    witnesses.push_back(std::move(flat));
  }
  return {{"columns", kept.columns}, {"cells", kept.cells}, {"witnesses", std::move(witnesses)}};
}

absl::StatusOr<KeptWitnesses> KeptWitnessesFromJson(const nlohmann::json& json) {
  const auto bad = [] {
    return absl::DataLossError("the witnesses of an entry of the ledger have another form");
  };
  KeptWitnesses kept;
  try {
    kept.columns = json.at("columns").get<std::vector<std::string>>();
    kept.cells = json.at("cells").get<std::vector<uint32_t>>();
    if (kept.columns.empty() ? !kept.cells.empty() : kept.cells.size() % kept.columns.size() != 0) {
      return bad();
    }
    const size_t cells = kept.columns.empty() ? 0 : kept.cells.size() / kept.columns.size();
    for (const auto& flat : json.at("witnesses")) {
      if (flat.size() % 2 != 0) return bad();
      auto& witness = kept.witnesses.emplace_back();
      for (size_t i = 0; i < flat.size(); i += 2) {
        witness.push_back({flat[i].get<uint32_t>(), flat[i + 1].get<int64_t>()});
        if (witness.back().cell >= cells) return bad();
      }
    }
  } catch (const nlohmann::json::exception&) {
    return bad();
  }
  return kept;
}

FinestChanges FinestOf(const sdc::Grid& grid, const sdc::Witness& witness) {
  FinestChanges changes;
  for (const auto& change : witness.changes) {
    if (grid.is_finest(change.cell)) changes.emplace_back(change.cell, change.delta);
  }
  return changes;
}

KeptWitnesses KeepWitnesses(const sdc::Grid& grid, std::vector<std::string> columns,
                            const std::function<void(CellId, std::vector<uint32_t>*)>& codes,
                            std::span<const sdc::Witness> witnesses,
                            std::set<FinestChanges> known) {
  KeptWitnesses kept;
  if (columns.empty()) return kept;  // All records are alike: cells have no values to be kept by.
  kept.columns = std::move(columns);
  std::unordered_map<CellId, uint32_t> index;
  size_t count = 0;
  for (const sdc::Witness& witness : witnesses) {
    FinestChanges changes = FinestOf(grid, witness);
    if (count + changes.size() > kMostKeptChanges || !known.insert(changes).second) continue;
    count += changes.size();
    auto& own = kept.witnesses.emplace_back();
    for (const auto& [cell, delta] : changes) {
      const auto [at, fresh] = index.try_emplace(cell, static_cast<uint32_t>(index.size()));
      if (fresh) codes(cell, &kept.cells);
      own.push_back({at->second, delta});
    }
  }
  return kept;
}

sdc::Witness WitnessOf(const sdc::Grid& grid, const FinestChanges& changes) {
  std::unordered_map<CellId, int64_t> all;
  std::vector<CellId> over, next;
  for (const auto& [cell, delta] : changes) {
    over.assign(1, 0);
    for (size_t d = 0; d < grid.rank(); ++d) {
      next.clear();
      for (const CellId c : over) {
        for (const uint32_t node : grid.dim(d).nodes_over(grid.node(cell, d))) {
          next.push_back(c + node * grid.stride(d));
        }
      }
      over.swap(next);
    }
    for (const CellId c : over) all[c] += delta;
  }
  sdc::Witness witness;
  for (const auto& [cell, delta] : all) {
    if (delta != 0) witness.changes.push_back({cell, delta});
  }
  std::sort(witness.changes.begin(), witness.changes.end(),
            [](const auto& a, const auto& b) { return a.cell < b.cell; });
  return witness;
}

}  // namespace oboro::aggregation
