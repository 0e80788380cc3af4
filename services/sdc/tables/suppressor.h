// The search behind Suppress(): greedy cheapest boxes, then ruin and recreate. Internal.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

class Suppressor {
 public:
  explicit Suppressor(const SuppressionProblem& problem);

  SuppressionResult Run();

 private:
  // One thing to prove: some consistent table moves `cell` by sign * amount.
  struct Goal {
    CellId cell;
    int8_t sign;  // 0: either direction
    int64_t amount;
    uint32_t target;
    int32_t insider = -1;
    bool proven = false;
    int8_t proven_sign = 0;
    std::vector<Witness::Change> changes;
  };

  void MakeGoals();
  void ProtectAll();
  bool Protect(uint32_t goal, int64_t below);
  bool FindSingle(const Goal& goal, int64_t below, std::vector<Witness::Change>* changes,
                  int64_t* cost, int8_t* sign);
  bool FindComposite(const Goal& goal, int8_t sign, int64_t below,
                     std::vector<Witness::Change>* changes, int64_t* cost);
  void Attach(uint32_t goal, std::vector<Witness::Change> changes, int8_t sign);
  void Detach(uint32_t goal);
  void FixInsider(int32_t insider, bool fix, CellId spare);
  void Improve(uint64_t work_limit);
  bool Ruin(const std::vector<CellId>& cells);
  bool Pass(uint64_t work_end);
  bool AddInsiderGoals();
  uint32_t UseCount(CellId cell) const;

  const SuppressionProblem& problem_;
  const Grid& grid_;
  std::vector<CellStatus> statuses_;
  std::vector<int64_t> cost_;  // as the search sees it: 0 where unknown to the attacker
  std::vector<int64_t> room_up_, room_down_;
  std::unordered_map<CellId, std::vector<uint32_t>> users_;  // goals whose witness changes a cell
  std::vector<Goal> goals_;
  BoxSearch search_;
  int64_t total_ = 0;
  uint64_t random_ = 0x0b0b0;
  std::vector<std::pair<CellId, std::pair<int64_t, int64_t>>> fixed_;
};

}  // namespace oboro::sdc
