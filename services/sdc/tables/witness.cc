#include "services/sdc/tables/witness.h"

#include <algorithm>

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
  for (const Witness::Change& change : witness.changes) {
    for (size_t d = 0; d < grid.rank(); ++d) {
      const uint32_t node = grid.node(change.cell, d);
      const CellId base = change.cell - node * grid.stride(d);
      for (uint32_t g : grid.dim(d).groups_of(node)) {
        const Dimension::Group& group = grid.dim(d).groups()[g];
        int64_t sum = -ChangeOf(witness, base + group.parent * grid.stride(d));
        for (uint32_t c : group.children) sum += ChangeOf(witness, base + c * grid.stride(d));
        if (sum != 0) {
          return absl::FailedPreconditionError(
              absl::StrCat("the sum into cell ", base + group.parent * grid.stride(d), " along ",
                           grid.dim(d).name(), " does not hold"));
        }
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace oboro::sdc
