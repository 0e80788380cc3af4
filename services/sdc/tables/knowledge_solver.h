// Witness tables for knowledge of any form, by COIN-OR CLP and CBC. Internal to the ledger.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "services/sdc/tables/knowledge.h"

namespace oboro::sdc {

// Looks for a second table that agrees with the knowledge and in which a sum is moved. The integer
// programs see ever larger neighbourhoods of that sum; outside them the attacker is given the true
// values, which makes him stronger, so that what is found holds.
class KnowledgeSolver {
 public:
  // `base` is a table that agrees with the knowledge; both stay the caller's.
  KnowledgeSolver(const Knowledge& knowledge, std::span<const int64_t> base);

  // A table, checked by CheckTable, whose sum over `goal` is at least base + amount (sign +1) or at
  // most base - amount (sign -1); nothing if none was found within the limits.
  std::optional<std::vector<int64_t>> Find(std::span<const uint32_t> goal, int sign,
                                           int64_t amount);

  // Some table that agrees with the knowledge, with no base to start from (whole system at once).
  static std::optional<std::vector<int64_t>> Feasible(const Knowledge& knowledge);

  uint64_t programs() const { return programs_; }

 private:
  std::vector<uint32_t> Neighbourhood(std::span<const uint32_t> goal, size_t limit) const;

  const Knowledge& knowledge_;
  std::span<const int64_t> base_;
  std::vector<std::vector<uint32_t>> rows_of_;  // of each variable
  std::vector<uint8_t> known_;                  // variables that a row gives outright
  uint64_t programs_ = 0;
};

}  // namespace oboro::sdc
