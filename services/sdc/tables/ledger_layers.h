// The layers of a ledger: what all releases of one measure and date show together. Internal.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/knowledge.h"
#include "services/sdc/tables/ledger.h"

namespace oboro::sdc {

using ReleaseList = std::vector<const LedgerRelease*>;

// All releases of a layer as one: what is known of every cell of the grid.
struct LedgerLayer {
  std::string measure, as_of;
  ReleaseList releases;
  std::span<const int64_t> base;
  std::vector<CellStatus> statuses;
  std::vector<int64_t> values;
  std::vector<int64_t> threshold;  // the highest that any release with the cell asks for
  std::vector<int64_t> lower;      // known of the layer alone
  std::vector<int64_t> upper;      // empty: none
  std::vector<int64_t> elsewhere;  // greatest value possible by figures of others; empty: no limit
  std::vector<uint32_t> shown_by;  // release that shows it, for messages
  std::vector<CellId> bare;        // sensitive cells hidden by one release and shown by another
  CellBounds bounds;               // with what follows from the true values of other layers
  std::string Name() const;
};

// Merges releases by layer, in order of measure and date. Neither values nor statuses of the result
// depend on the order of `releases`. Every base has its layer, also without a release, so that the
// layers of a part of a ledger are those of the whole.
// Errors: InvalidArgument, FailedPrecondition as CheckRelease.
absl::StatusOr<std::vector<LedgerLayer>> MergeLayers(const Grid& grid, const ReleaseList& releases,
                                                     std::span<const LedgerBase> bases,
                                                     const LedgerOptions& options);

// Gives every layer its base and fills `bounds`: links, means and flows with the other layers at
// their true values. Errors: InvalidArgument for a missing base; FailedPrecondition if a base does
// not agree with what is released or breaks a link.
absl::Status PlaceBases(const Grid& grid, std::span<const LedgerBase> bases,
                        const LedgerOptions& options, std::vector<LedgerLayer>* layers);

// The joint system; variable layer * cells + finest cell.
Knowledge JointKnowledge(const Grid& grid, std::span<const LedgerLayer> layers,
                         const LedgerOptions& options);

// The finest cells of a cell, as variables of a layer.
std::vector<uint32_t> FinestUnder(const Grid& grid, CellId cell, size_t layer);

// True if knowledge runs across the layers.
bool AreLinked(std::span<const LedgerLayer> layers, const LedgerOptions& options);

}  // namespace oboro::sdc
