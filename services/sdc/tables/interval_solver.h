// Exact bounds of sums over an integer system, by COIN-OR CLP and CBC. Internal to the attack.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "services/sdc/tables/attack_system.h"

namespace oboro::sdc {

// One connected part of an attack system: no row joins it to another part.
struct AttackPart {
  std::vector<uint32_t> vars;  // of the system, ascending
  std::vector<uint32_t> rows;
};

std::vector<AttackPart> SplitSystem(const AttackSystem& system);

// Tightens lower and upper bounds by single rows until nothing changes. Returns the index of a row
// that cannot hold, or -1. Sound for integers; upper may stay kUnbounded.
int64_t Propagate(const AttackSystem& system, std::vector<int64_t>* lower,
                  std::vector<int64_t>* upper);

class IntervalSolver {
 public:
  // Bounds are those after propagation. `system` stays the caller's.
  IntervalSolver(const AttackSystem& system, const AttackPart& part, std::span<const int64_t> lower,
                 std::span<const int64_t> upper, int max_nodes);
  ~IntervalSolver();

  enum class Outcome { kOptimal, kUnbounded, kInfeasible, kFailed };
  struct Bound {
    Outcome outcome;
    int64_t outer;                  // bound that no integer solution passes (kOptimal)
    bool attained = false;          // `solution` is an integer solution with this value
    std::vector<int64_t> solution;  // in the order of part.vars, checked exactly
  };

  // The greatest (maximize) or least value of the sum of these variables of the part.
  Bound Solve(std::span<const uint32_t> local_vars, bool maximize);

  uint64_t programs() const { return programs_; }

 private:
  struct Impl;
  bool Check(std::span<const double> x, std::vector<int64_t>* solution) const;
  Bound SolveInteger(std::span<const uint32_t> local_vars, bool maximize, int64_t outer);

  const AttackSystem& system_;
  const AttackPart& part_;
  std::vector<int64_t> lower_, upper_;
  std::vector<std::vector<uint32_t>> local_rows_;
  int max_nodes_;
  uint64_t programs_ = 0;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::sdc
