// The ledger of `oboro sdc ledger`: one JSON file a release in a folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/tables/ledger.h"

namespace oboro::sdc::cli {

// A release in words, so that it can be placed on any later grid.
struct StoredRelease {
  struct Node {
    std::string label;
    bool total = false;
    std::vector<std::string> leaves;  // the categories it covers, unless it is the total
  };
  struct Dim {
    std::string name;
    std::vector<Node> nodes;
    bool filter = false;  // a --where: one node, whose other categories are not listed
  };
  // Of the cell with this index.
  struct Interval {
    size_t cell;
    int64_t low, high;
  };
  struct Mean {
    size_t cell;
    int64_t mean;
    int decimals;
  };
  struct Range {  // how far a sensitive amount must be able to move
    size_t cell;
    int64_t up, down;
  };
  std::string id, as_of;
  std::string measure;  // "": counts
  std::string mean_of;  // what its means are divided by
  int64_t threshold = 10;
  bool zeros_shown = false;
  bool elsewhere = false;  // published by others
  bool amounts = false;    // the threshold does not apply
  std::vector<Dim> dims;
  std::vector<std::vector<uint32_t>> cells;  // per cell: a node of each dimension
  std::vector<int64_t> values;
  std::vector<CellStatus> statuses;
  std::vector<Interval> intervals;
  std::vector<Mean> means;
  std::vector<Range> ranges;
};

// Releases of a folder in order of their names. Suppressed values are not in the files.
absl::StatusOr<std::vector<StoredRelease>> ReadLedger(const std::string& folder);
absl::Status WriteRelease(const std::string& folder, const StoredRelease& release);

// The grid over the finest categories of all releases, and each release placed on it.
struct PlacedLedger {
  Grid grid;
  std::vector<LedgerRelease> releases;
};
absl::StatusOr<PlacedLedger> Place(const std::vector<StoredRelease>& releases);

// Writes a line to the folder's refusals.log; ResourceExhausted if more than `limit` refusals stand
// there for the last 24 hours: a refusal tells something too.
absl::Status LogRefusal(const std::string& folder, const std::string& line, int64_t limit);

}  // namespace oboro::sdc::cli
