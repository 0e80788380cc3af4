#include "services/sdc/tables/box_search.h"

#include <algorithm>
#include <numeric>

namespace oboro::sdc {

namespace {

// Dimensions up to this length keep their lists of moves (leaves^2 entries).
constexpr uint32_t kCachedLeaves = 1024;

}  // namespace

BoxSearch::BoxSearch(const Grid& grid, std::span<const int64_t> cost,
                     std::span<const int64_t> room_up, std::span<const int64_t> room_down)
    : grid_(grid),
      cost_(cost),
      room_up_(room_up),
      room_down_(room_down),
      moves_(grid.rank()),
      cache_(grid.rank()),
      scratch_(grid.rank()),
      current_(grid.rank()),
      order_(grid.rank()),
      nodes_(grid.rank()) {
  for (size_t d = 0; d < grid.rank(); ++d) {
    if (grid.dim(d).leaf_count() <= kCachedLeaves) cache_[d].resize(grid.dim(d).node_count());
  }
}

void BoxSearch::Build(const Dimension& dim, uint32_t node, NodeMoves* out) const {
  out->moves.clear();
  out->support.clear();
  auto add = [&](uint32_t a, int64_t b) {
    const uint32_t begin = static_cast<uint32_t>(out->support.size());
    const auto over_a = dim.nodes_over(a);
    const auto over_b = b < 0 ? std::span<const uint32_t>() : dim.nodes_over(b);
    size_t i = 0, j = 0;
    while (i < over_a.size() || j < over_b.size()) {
      if (j == over_b.size() || (i < over_a.size() && over_a[i] < over_b[j])) {
        if (over_a[i] != node) out->support.emplace_back(over_a[i], 1);
        ++i;
      } else if (i == over_a.size() || over_b[j] < over_a[i]) {
        out->support.emplace_back(over_b[j++], -1);
      } else {
        ++i, ++j;  // contains both: unchanged
      }
    }
    out->moves.push_back(
        {begin, static_cast<uint32_t>(out->support.size()) - begin, a, static_cast<uint32_t>(b)});
  };
  const auto inside = dim.leaves_under(node);
  for (uint32_t a : inside) {
    add(a, -1);
    size_t k = 0;
    for (uint32_t b = 0; b < dim.leaf_count(); ++b) {
      if (k < inside.size() && inside[k] == b) {
        ++k;
      } else {
        add(a, b);
      }
    }
  }
  out->ready = true;
}

const BoxSearch::NodeMoves& BoxSearch::MovesOf(size_t d, uint32_t node) {
  NodeMoves* moves = cache_[d].empty() ? &scratch_[d] : &cache_[d][node];
  if (cache_[d].empty() || !moves->ready) Build(grid_.dim(d), node, moves);
  return *moves;
}

bool BoxSearch::Prepare(size_t d, CellId target, int sign, int64_t below) {
  const NodeMoves& all = MovesOf(d, nodes_[d]);
  current_[d] = &all;
  const CellId base = target - nodes_[d] * grid_.stride(d);
  const CellId stride = grid_.stride(d);
  std::vector<Move>& moves = moves_[d];
  moves.clear();
  for (const Template& t : all.moves) {
    int64_t cost = 0;
    for (uint32_t k = t.begin; k < t.begin + t.size && cost < below; ++k) {
      cost += CostOf(base + all.support[k].first * stride, sign * all.support[k].second);
    }
    if (cost < below) moves.push_back({cost, salt_ == 0 ? 0 : Whim(t), t.begin, t.size});
  }
  work_ += all.moves.size();
  if (moves.size() > 1) {
    std::stable_sort(moves.begin(), moves.end(), [](const Move& x, const Move& y) {
      return x.first_cost != y.first_cost ? x.first_cost < y.first_cost : x.whim < y.whim;
    });
  }
  return !moves.empty();
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
      const auto [node, sign] = current_[d]->support[move.begin + k];
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
