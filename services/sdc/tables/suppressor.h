// The search behind Suppress(): greedy cheapest boxes, then ruin and recreate. Internal.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/cheapest_witness.h"
#include "services/sdc/tables/suppress.h"

namespace oboro::sdc {

// splitmix64 (Steele, Lea and Flood 2014), fixed seed: runs are repeatable.
inline uint64_t NextRandom(uint64_t* state) {
  uint64_t x = *state += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

// How a search wanders. Different styles get stuck in different places, so two are run.
struct SearchStyle {
  uint64_t seed;
  uint64_t reach;            // up to so many secondaries are ruined together
  uint64_t worse_per_mille;  // how often a step may make things worse
  int64_t slack_cells;       // and by how much, in average cells
};

class Suppressor {
 public:
  // `problem` stays the caller's.
  Suppressor(const SuppressionProblem& problem, const SearchStyle& style);

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
  bool Keeps(const Goal& goal, const Witness& witness) const;
  void ProtectAll();
  bool Protect(uint32_t goal, int64_t below);
  bool FindSingle(const Goal& goal, int64_t below, std::vector<Witness::Change>* changes,
                  int64_t* cost, int8_t* sign);
  bool FindComposite(const Goal& goal, int8_t sign, int64_t below,
                     std::vector<Witness::Change>* changes, int64_t* cost);
  bool FindFree(const Goal& goal, std::vector<Witness::Change>* changes, int8_t* sign);
  bool Eliminate(bool shuffle, uint64_t work_end);
  void TryElimination();
  uint64_t Work() const { return search_.work() + program_work_; }
  bool Reroute(const Goal& goal, int8_t sign, std::vector<Witness::Change>* changes, int64_t* cost);
  void IndexKnown();
  bool FindKnown(const Goal& goal, int64_t below, std::vector<Witness::Change>* changes,
                 int64_t* cost, int8_t* sign);
  void Attach(uint32_t goal, std::vector<Witness::Change> changes, int8_t sign);
  void Detach(uint32_t goal);
  void Fix(const Goal& goal);
  void Unfix();
  void Improve(uint64_t work_limit);
  bool Ruin(const std::vector<CellId>& cells, int64_t slack, bool shuffle);
  void Save();
  void Restore();
  bool Pass(uint64_t work_end);
  void UseKnown();
  void TryPrograms();
  bool AddInsiderGoals();
  const std::vector<uint32_t>& UsersOf(CellId cell) const;
  std::vector<CellId> Secondaries() const;

  const SuppressionProblem& problem_;
  const SearchStyle style_;
  const Grid& grid_;
  std::vector<CellStatus> statuses_;
  std::vector<int64_t> cost_;  // as the search sees it: 0 where unknown to the attacker
  std::vector<int64_t> room_up_, room_down_;
  // Goals whose witness changes a secondary: users_[slot_[cell] - 1].
  std::vector<uint32_t> slot_;
  std::vector<std::vector<uint32_t>> users_;
  std::vector<uint32_t> free_slots_;
  std::vector<int64_t> delta_;  // scratch of FindComposite, all zero between calls
  std::vector<Goal> goals_;
  BoxSearch search_;
  std::unique_ptr<CheapestWitness> longer_;  // of small tables only
  uint64_t program_work_ = 0;
  std::vector<std::pair<int8_t, std::vector<Witness::Change>>> saved_;
  int64_t total_ = 0;
  uint64_t random_;
  uint64_t orders_ = 0;  // in which boxes are added up before a goal is given up
  std::vector<std::pair<CellId, std::pair<int64_t, int64_t>>> fixed_;
  // Known witnesses that hold if enough is suppressed, by the cells of goals that they change.
  std::unordered_map<CellId, std::vector<uint32_t>> known_of_;
};

}  // namespace oboro::sdc
