// Witnesses that were found on another grid of the same records, on this one.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "services/aggregation/ledger_grid.h"

namespace oboro::aggregation {
namespace {

using sdc::CellId;
using Leaves = std::vector<uint32_t>;

// Where new columns came in, a witness is tried with everyone in their most frequent values.
constexpr size_t kTries = 3;

// What the kept columns tell of one dimension of the grid.
struct Told {
  std::vector<size_t> columns;                 // Of the kept ones, those of this dimension.
  std::map<std::vector<uint32_t>, Leaves> of;  // By their codes.
  Leaves all;                                  // If there are none: the most frequent leaf first.
};

class Lifter {
 public:
  Lifter(const sdc::Grid& grid, const std::vector<Told>& told, const KeptWitnesses& kept,
         const std::vector<int64_t>& base)
      : grid_(grid), told_(told), kept_(kept), base_(base) {}

  std::optional<FinestChanges> Lift(const std::vector<KeptWitnesses::Change>& witness) const {
    for (size_t nth = 0; nth < kTries; ++nth) {
      std::optional<FinestChanges> changes = Try(witness, nth);
      if (changes) return changes;
    }
    return std::nullopt;
  }

 private:
  // With the `nth` most frequent leaf of every dimension that the kept columns do not know.
  std::optional<FinestChanges> Try(const std::vector<KeptWitnesses::Change>& witness,
                                   size_t nth) const {
    std::map<CellId, int64_t> changes;
    for (const auto& change : witness) {
      std::vector<CellId> cells = CellsOf(change.cell, nth);
      if (cells.empty()) return std::nullopt;
      std::stable_sort(cells.begin(), cells.end(),
                       [&](CellId a, CellId b) { return base_[a] > base_[b]; });
      int64_t left = change.delta;
      if (left > 0) changes[cells.front()] += std::exchange(left, 0);
      for (const CellId cell : cells) {
        if (left == 0) break;
        int64_t& have = changes[cell];
        const int64_t taken = std::min(-left, base_[cell] + have);
        if (taken <= 0) continue;
        have -= taken;
        left += taken;
      }
      if (left != 0) return std::nullopt;
    }
    std::erase_if(changes, [](const auto& change) { return change.second == 0; });
    return FinestChanges(changes.begin(), changes.end());
  }

  // The finest cells of the grid in which a kept combination can lie.
  std::vector<CellId> CellsOf(uint32_t combination, size_t nth) const {
    const uint32_t* codes = &kept_.cells[size_t{combination} * kept_.columns.size()];
    std::vector<CellId> cells = {0};
    for (size_t d = 0; d < told_.size(); ++d) {
      Leaves leaves;
      if (told_[d].columns.empty()) {
        leaves.push_back(told_[d].all[std::min(nth, told_[d].all.size() - 1)]);
      } else {
        std::vector<uint32_t> key;
        for (const size_t column : told_[d].columns) key.push_back(codes[column]);
        const auto found = told_[d].of.find(key);
        if (found == told_[d].of.end()) return {};
        leaves = found->second;
      }
      std::vector<CellId> next;
      for (const CellId cell : cells) {
        for (const uint32_t leaf : leaves) next.push_back(cell + leaf * grid_.stride(d));
      }
      cells = std::move(next);
    }
    return cells;
  }

  const sdc::Grid& grid_;
  const std::vector<Told>& told_;
  const KeptWitnesses& kept_;
  const std::vector<int64_t>& base_;
};

}  // namespace

std::vector<FinestChanges> LedgerGrid::Lift(const KeptWitnesses& kept,
                                            const std::vector<int64_t>& base) const {
  CellId total = 0;
  for (size_t d = 0; d < grid_->rank(); ++d) total += grid_->dim(d).total() * grid_->stride(d);
  std::vector<Told> told(components_.size());
  for (size_t d = 0; d < components_.size(); ++d) {
    const Component& component = components_[d];
    std::vector<const std::vector<uint32_t>*> codes;
    for (size_t c = 0; c < kept.columns.size(); ++c) {
      const auto at = component.code_of_leaf.find(kept.columns[c]);
      if (at == component.code_of_leaf.end()) continue;
      told[d].columns.push_back(c);
      codes.push_back(&at->second);
    }
    for (uint32_t leaf = 0; leaf < component.leaf_count; ++leaf) {
      std::vector<uint32_t> key;
      for (const auto* code : codes) key.push_back((*code)[leaf]);
      (codes.empty() ? told[d].all : told[d].of[key]).push_back(leaf);
    }
    const CellId margin = total - grid_->dim(d).total() * grid_->stride(d);
    std::stable_sort(told[d].all.begin(), told[d].all.end(), [&](uint32_t a, uint32_t b) {
      return base[margin + a * grid_->stride(d)] > base[margin + b * grid_->stride(d)];
    });
  }
  const Lifter lifter(*grid_, told, kept, base);
  std::vector<FinestChanges> lifted;
  for (const auto& witness : kept.witnesses) {
    if (auto changes = lifter.Lift(witness)) lifted.push_back(std::move(*changes));
  }
  return lifted;
}

KeptWitnesses LedgerGrid::Keep(std::span<const sdc::Witness> witnesses,
                               std::set<FinestChanges> known) const {
  std::vector<std::string> columns;
  std::vector<std::pair<size_t, const std::vector<uint32_t>*>> codes;
  for (size_t d = 0; d < components_.size(); ++d) {
    for (const auto& [name, of_leaf] : components_[d].code_of_leaf) {
      columns.push_back(name);
      codes.emplace_back(d, &of_leaf);
    }
  }
  return KeepWitnesses(
      *grid_, std::move(columns),
      [&](CellId cell, std::vector<uint32_t>* out) {
        for (const auto& [d, of_leaf] : codes) out->push_back((*of_leaf)[grid_->node(cell, d)]);
      },
      witnesses, std::move(known));
}

}  // namespace oboro::aggregation
