// The search for the cheapest box: the smallest change of a table that keeps all margins.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/witness.h"

namespace oboro::sdc {

// Cost of a cell that must not change: published for good, or known to the attacker.
inline constexpr int64_t kFixedCell = INT64_MAX / 4;

// A box moves `amount` persons: in every dimension either from one category to another (a, b) or
// into a category from outside (a alone, which changes the total too). Its changes are the product
// of these differences: +amount and -amount in 2^D or more cells, and every equation holds.
struct Box {
  int64_t cost = 0;
  std::vector<std::pair<CellId, int8_t>> cells;  // the first is the target, sign +1 or -1
};

// Searches boxes through one target cell by branch and bound over the dimensions. The partial
// product with the target's own nodes in the later dimensions is part of every completion, so its
// cost bounds them from below.
class BoxSearch {
 public:
  // The spans stay the caller's and may change between calls: cost[c] is what it costs to let c
  // change (0 if it is not published), room_up/room_down how far it may move.
  BoxSearch(const Grid& grid, std::span<const int64_t> cost, std::span<const int64_t> room_up,
            std::span<const int64_t> room_down);

  // The cheapest box that changes `target` by sign * amount and costs less than `below`; ties by
  // cell order. False if there is none. Gives up improving (keeping what it has) after
  // `work_limit` cells looked at; `work` counts them over all calls.
  bool Find(CellId target, int sign, int64_t amount, int64_t below, uint64_t work_limit, Box* box);

  uint64_t work() const { return work_; }

  // Another salt breaks ties between equally dear cells in another way (0: by cell order).
  void set_salt(uint64_t salt) { salt_ = salt; }

 private:
  // A difference between categories of one dimension, and the nodes other than the target's own
  // that it changes: support[begin, begin + size).
  struct Template {
    uint32_t begin;
    uint32_t size;
    uint32_t a, b;  // b = UINT32_MAX: from outside
  };
  struct NodeMoves {
    bool ready = false;
    std::vector<Template> moves;
    std::vector<std::pair<uint32_t, int8_t>> support;
  };
  struct Move {
    int64_t first_cost;
    uint32_t whim;
    uint32_t begin;
    uint32_t size;
  };
  struct Part {
    CellId cell;
    int8_t sign;
  };

  const NodeMoves& MovesOf(size_t d, uint32_t node);
  void Build(const Dimension& dim, uint32_t node, NodeMoves* out) const;
  bool Prepare(size_t d, CellId target, int sign, int64_t below);
  void Descend(size_t depth, int64_t cost);
  // The cost of changing a cell in a direction, kFixedCell if its room does not suffice.
  int64_t CostOf(CellId cell, int sign) const {
    const int64_t room = sign > 0 ? room_up_[cell] : room_down_[cell];
    return room >= amount_ ? cost_[cell] : kFixedCell;
  }
  // A number below 2^16 that stands for the salt's whim about a move.
  uint32_t Whim(const Template& move) const {
    return static_cast<uint32_t>(
        ((move.a * 0x9E3779B97F4A7C15ull + move.b * 0xC2B2AE3D27D4EB4Full) * (salt_ | 1)) >> 48);
  }

  const Grid& grid_;
  std::span<const int64_t> cost_, room_up_, room_down_;
  std::vector<std::vector<Move>> moves_;
  std::vector<std::vector<NodeMoves>> cache_;  // by dimension and node, where it pays
  std::vector<NodeMoves> scratch_;             // by dimension, for very long dimensions
  std::vector<const NodeMoves*> current_;
  std::vector<size_t> order_;
  std::vector<uint32_t> nodes_;
  std::vector<Part> parts_;
  int64_t amount_ = 0;
  int64_t best_ = 0;
  uint64_t salt_ = 0;
  uint64_t work_ = 0, work_end_ = 0;
  Box* box_ = nullptr;
  bool found_ = false;
};

}  // namespace oboro::sdc
