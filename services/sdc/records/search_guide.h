// Chooses the nodes whose evaluation promises to exclude most, where feasibility is monotone.
#pragma once

#include <cstdint>
#include <vector>

#include "services/sdc/records/lattice.h"
#include "services/sdc/records/metric.h"
#include "services/sdc/records/search_state.h"

namespace oboro::sdc {

// An infeasible node excludes all finer ones, so the best one to know is a coarse one that is just
// infeasible. Which nodes are, is guessed: the logarithm of the suppressed records is close to a
// sum of one term for each attribute's level, and the terms are learnt from the nodes evaluated so
// far (recursive least squares). The guess decides in which order nodes are evaluated, nothing
// else: a wrong one costs time, never the proof.
class SearchGuide {
 public:
  // `classes` are those of the finest table, by which an evaluation is dear or cheap.
  SearchGuide(const Lattice& lattice, const SearchState& state, uint64_t limit, uint64_t classes);

  // Whether a choice costs no more than an evaluation from a table of so many classes.
  static bool Pays(const Lattice& lattice, uint64_t classes);

  // O(terms^2).
  void Learn(const NodeFacts& facts);
  // The nodes to evaluate next, none if no node is undecided. O(nodes x dimensions) a node. A
  // function of what was learnt and of the state, so that no choice depends on the threads.
  std::vector<uint64_t> Choose();

 private:
  double Predict(const std::vector<size_t>& terms) const;
  std::vector<size_t> TermsOf(uint64_t node) const;
  void GuessInfeasible();
  uint64_t MostPromising(const std::vector<uint64_t>& chosen) const;
  uint64_t MostExcluding();
  void Discount(uint64_t node);

  const Lattice& lattice_;
  const SearchState& state_;
  size_t batch_;               // nodes to choose at once
  double threshold_;           // logarithm that separates feasible from infeasible
  std::vector<size_t> first_;  // first term of each attribute; term 0 is of all nodes
  std::vector<double> term_;
  std::vector<double> covariance_;  // of the terms, row by row
  uint64_t learnt_ = 0;
  // By node.
  std::vector<float> infeasible_;  // guessed probability
  std::vector<float> open_;      // 1 for an undecided node, less where a chosen one may exclude it
  std::vector<float> excluded_;  // sum of open_ over the node and all finer ones
  std::vector<float> guess_;
};

}  // namespace oboro::sdc
