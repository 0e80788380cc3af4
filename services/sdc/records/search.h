// Optimal full-domain generalisation with record suppression.
//
// A node of the lattice gives every quasi-identifier a level. Its classes that fail a model are
// suppressed; it is allowed when no more than floor(limit * N) records are. The search returns the
// best allowed node of the whole lattice: least score, then fewest suppressed records, then the
// lexicographically smallest level vector in the order the quasi-identifiers were given. The result
// is the same for any number of threads and any order of records, columns of the file and labels.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/exact.h"
#include "services/sdc/records/hierarchy.h"
#include "services/sdc/records/lattice.h"
#include "services/sdc/records/metric.h"
#include "services/sdc/records/models.h"

namespace oboro::sdc {

// Table, attributes and models: all that does not depend on the metric. References are the caller's
// to keep alive.
struct SearchInput {
  const CodedTable* table = nullptr;
  std::vector<size_t> quasi_identifiers;
  std::vector<const Hierarchy*> hierarchies;  // one for each quasi-identifier
  std::vector<size_t> sensitive;
  // For kTHierarchical, one for each sensitive attribute (nullptr where not needed); may be empty.
  std::vector<const Hierarchy*> sensitive_hierarchies;
  std::vector<Model> models;
  // (lowest, highest) level for each quasi-identifier; empty for all levels.
  std::vector<std::pair<int, int>> level_bounds;
};

struct SearchProgress {
  uint64_t lattice_nodes = 0;
  uint64_t evaluated_nodes = 0;
  uint64_t open_nodes = 0;     // neither evaluated nor excluded yet
  std::optional<double> best;  // score of the best allowed node so far
  double bound = 0;            // no allowed node scores less
};

struct SearchOptions {
  Rational suppression_limit;  // share of the records, 0 to 1
  Metric metric = Metric::kLoss;
  std::vector<Rational> weights;  // empty: 1 each
  int threads = 0;
  // Asked between batches of evaluations; true ends the search with the best so far.
  std::function<bool()> stop;
  std::function<void(const SearchProgress&)> progress;
  // Memory for the tables of evaluated nodes beside the finest one.
  uint64_t cache_bytes = uint64_t{64} << 20;
  // Looks for the border of feasibility along paths, as in lattices too large to be guided: for
  // tests.
  bool paths = false;
  // Evaluates every node: for tests of the pruning.
  bool exhaustive = false;
  // Sees the facts of every evaluated node, in no particular order (exhaustive: of every node,
  // whole).
  std::function<void(const NodeFacts&)> observer;
};

struct SearchResult {
  bool found = false;
  // Proven: no allowed node is better (if found), or none exists (if not).
  bool complete = false;
  bool optimal() const { return found && complete; }
  LevelVector levels;
  double score = 0;
  double bound = 0;            // no allowed node scores less; equals score when complete
  std::vector<double> losses;  // of each quasi-identifier
  uint64_t records = 0;
  uint64_t suppressed = 0;
  uint64_t classes = 0;  // kept
  uint64_t min_class = 0, max_class = 0;
  uint64_t lattice_nodes = 0;
  uint64_t evaluated_nodes = 0;
};

// Time: the sum over evaluated nodes of the classes of the node each was rolled up from. Memory: 12
// bytes for each distinct tuple of quasi-identifiers (and 8 for each distinct tuple with sensitive
// values), cache_bytes, 9 bytes a lattice node. Errors as Lattice::Make and ClassJudge::Make.
absl::StatusOr<SearchResult> FindOptimum(const SearchInput& input, const SearchOptions& options);

}  // namespace oboro::sdc
