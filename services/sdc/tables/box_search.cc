#include "services/sdc/tables/box_search.h"

#include <algorithm>
#include <numeric>

namespace oboro::sdc {

BoxSearch::BoxSearch(const Grid& grid, std::span<const int64_t> cost,
                     std::span<const int64_t> room_up, std::span<const int64_t> room_down)
    : grid_(grid),
      cost_(cost),
      room_up_(room_up),
      room_down_(room_down),
      moves_(grid.rank()),
      support_(grid.rank()),
      order_(grid.rank()),
      nodes_(grid.rank()) {}

// Lists the move of dimension d that goes through `node` by leaf a and, if b >= 0, against leaf b.
void BoxSearch::AddMove(size_t d, CellId base, int sign, uint32_t node, uint32_t a, int64_t b,
                        int64_t below) {
  auto& support = support_[d];
  const uint32_t begin = static_cast<uint32_t>(support.size());
  const auto over_a = grid_.dim(d).nodes_over(a);
  const auto over_b = b < 0 ? std::span<const uint32_t>() : grid_.dim(d).nodes_over(b);
  int64_t cost = 0;
  auto add = [&](uint32_t n, int8_t s) {
    if (n == node) return;
    support.emplace_back(n, s);
    cost += CostOf(base + n * grid_.stride(d), sign * s);
  };
  size_t i = 0, j = 0;
  while (i < over_a.size() || j < over_b.size()) {
    if (j == over_b.size() || (i < over_a.size() && over_a[i] < over_b[j])) {
      add(over_a[i++], 1);
    } else if (i == over_a.size() || over_b[j] < over_a[i]) {
      add(over_b[j++], -1);
    } else {
      ++i, ++j;  // contains both: unchanged
    }
    if (cost >= below) {
      support.resize(begin);
      return;
    }
  }
  moves_[d].push_back({cost, begin, static_cast<uint32_t>(support.size()) - begin});
}

bool BoxSearch::Prepare(size_t d, CellId target, int sign, int64_t below) {
  const Dimension& dim = grid_.dim(d);
  const uint32_t node = nodes_[d];
  const CellId base = target - node * grid_.stride(d);
  moves_[d].clear();
  support_[d].clear();
  const auto inside = dim.leaves_under(node);
  for (uint32_t a : inside) {
    AddMove(d, base, sign, node, a, -1, below);
    size_t k = 0;
    for (uint32_t b = 0; b < dim.leaf_count(); ++b) {
      if (k < inside.size() && inside[k] == b) {
        ++k;
        continue;
      }
      AddMove(d, base, sign, node, a, b, below);
    }
    work_ += dim.leaf_count();
  }
  std::stable_sort(moves_[d].begin(), moves_[d].end(),
                   [](const Move& x, const Move& y) { return x.first_cost < y.first_cost; });
  return !moves_[d].empty();
}

bool BoxSearch::Find(CellId target, int sign, int64_t amount, int64_t below, uint64_t work_limit,
                     Box* box) {
  amount_ = amount;
  best_ = std::min(below, kFixedCell);
  box_ = box;
  found_ = false;
  work_end_ = work_ + work_limit;
  const int64_t own = CostOf(target, sign);
  if (own >= best_) return false;
  for (size_t d = 0; d < grid_.rank(); ++d) nodes_[d] = grid_.node(target, d);
  for (size_t d = 0; d < grid_.rank(); ++d) {
    if (!Prepare(d, target, sign, best_ - own)) return false;
  }
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(),
                   [&](size_t x, size_t y) { return moves_[x].size() < moves_[y].size(); });
  parts_.assign(1, {target, static_cast<int8_t>(sign)});
  Descend(0, own);
  return found_;
}

void BoxSearch::Descend(size_t depth, int64_t cost) {
  if (depth == grid_.rank()) {
    best_ = cost;
    found_ = true;
    box_->cost = cost;
    box_->cells.clear();
    for (const Part& p : parts_) box_->cells.emplace_back(p.cell, p.sign);
    return;
  }
  const size_t d = order_[depth];
  const CellId stride = grid_.stride(d);
  const size_t have = parts_.size();
  for (const Move& move : moves_[d]) {
    if (cost + move.first_cost >= best_) break;  // moves are sorted by this bound
    if (work_ > work_end_ && found_) break;
    int64_t sum = cost;
    for (uint32_t k = 0; k < move.size && sum < best_; ++k) {
      const auto [node, sign] = support_[d][move.begin + k];
      const CellId shift = (node - nodes_[d]) * stride;
      for (size_t i = 0; i < have; ++i) {
        const Part part{parts_[i].cell + shift, static_cast<int8_t>(parts_[i].sign * sign)};
        sum += CostOf(part.cell, part.sign);
        if (sum >= best_) break;
        parts_.push_back(part);
      }
    }
    work_ += parts_.size() - have + 1;
    if (sum < best_) Descend(depth + 1, sum);
    parts_.resize(have);
    if (best_ <= cost) break;
  }
}

}  // namespace oboro::sdc
