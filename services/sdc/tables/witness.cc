#include "services/sdc/tables/witness.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {

int64_t ChangeOf(const Witness& witness, CellId cell) {
  auto it = std::lower_bound(witness.changes.begin(), witness.changes.end(), cell,
                             [](const Witness::Change& c, CellId id) { return c.cell < id; });
  return it != witness.changes.end() && it->cell == cell ? it->delta : 0;
}

absl::Status CheckWitness(const Grid& grid, std::span<const int64_t> values,
                          std::span<const CellStatus> statuses, const CellBounds& bounds,
                          const Witness& witness) {
  CellId previous = 0;
  for (size_t i = 0; i < witness.changes.size(); ++i) {
    const auto [cell, delta] = witness.changes[i];
    if (cell >= grid.cell_count() || delta == 0 || (i > 0 && cell <= previous)) {
      return absl::FailedPreconditionError("the witness is not in order");
    }
    previous = cell;
    if (!IsUnknown(statuses[cell])) {
      return absl::FailedPreconditionError(absl::StrCat("cell ", cell, " is published"));
    }
    const int64_t x = values[cell] + delta;
    if (x < bounds.lower[cell] || (!bounds.upper.empty() && x > bounds.upper[cell])) {
      return absl::FailedPreconditionError(absl::StrCat("cell ", cell, " leaves its bounds"));
    }
  }
  // What the changes add to each equation: the children of a group less their parent, in one line
  // of cells along one dimension.
  using Equation = std::tuple<size_t, uint32_t, CellId>;
  std::vector<std::pair<Equation, int64_t>> terms;
  for (const Witness::Change& change : witness.changes) {
    for (size_t d = 0; d < grid.rank(); ++d) {
      const uint32_t node = grid.node(change.cell, d);
      for (const uint32_t g : grid.dim(d).groups_of(node)) {
        const uint32_t parent = grid.dim(d).groups()[g].parent;
        const CellId into = change.cell + (parent - node) * grid.stride(d);
        terms.push_back({{d, g, into}, node == parent ? -change.delta : change.delta});
      }
    }
  }
  std::sort(terms.begin(), terms.end());
  for (size_t i = 0; i < terms.size();) {
    const Equation equation = terms[i].first;
    int64_t sum = 0;
    for (; i < terms.size() && terms[i].first == equation; ++i) sum += terms[i].second;
    if (sum == 0) continue;
    const auto& [d, g, into] = equation;
    return absl::FailedPreconditionError(
        absl::StrCat("the sum into cell ", into, " along ", grid.dim(d).name(), " does not hold"));
  }
  return absl::OkStatus();
}

}  // namespace oboro::sdc
