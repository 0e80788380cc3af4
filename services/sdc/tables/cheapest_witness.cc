#include "services/sdc/tables/cheapest_witness.h"

#include <algorithm>
#include <cmath>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinPackedMatrix.hpp>

#include "services/sdc/tables/box_search.h"

namespace oboro::sdc {
namespace {

constexpr double kWholeTolerance = 1e-6;
// Cells already unknown cost nearly nothing: short ways are kept short.
constexpr double kFree = 1e-3;
constexpr int kMaxMultiple = 6;

}  // namespace

// Two searches run side by side (suppress.cc), each with a model of its own. Race detectors name
// one word that they share inside libCoinUtils 2.11 (and Debian's libraries are built with it): a
// static count of factorizations, counter1 in CoinFactorization::factorSparseSmall and ...Large. It
// is only ever compared with -1, which switches on a check that prints, so that no result depends
// on it. CLP's other shared words are the model that Ctrl-C stops (ClpSolve.cpp), which nobody
// installs a handler for here. Its random numbers are each model's own.
//
// Columns: what each cell gains (0 .. n-1) and loses (n .. 2n-1). Rows: the equations of the grid.
struct CheapestWitness::Impl {
  ClpSimplex lp;
  int rows = 0;
};

CheapestWitness::CheapestWitness(const Grid& grid, std::span<const int64_t> cost,
                                 std::span<const int64_t> room_up,
                                 std::span<const int64_t> room_down)
    : grid_(grid),
      cost_(cost),
      room_up_(room_up),
      room_down_(room_down),
      impl_(std::make_unique<Impl>()) {
  const int n = static_cast<int>(grid.cell_count());
  std::vector<int> row, column;
  std::vector<double> factor;
  auto add = [&](CellId cell, double f) {
    for (int side : {0, 1}) {
      row.push_back(impl_->rows);
      column.push_back(static_cast<int>(cell) + side * n);
      factor.push_back(side == 0 ? f : -f);
    }
  };
  for (size_t d = 0; d < grid.rank(); ++d) {
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      const uint32_t node = grid.node(c, d);
      for (uint32_t g : grid.dim(d).groups_of(node)) {
        const Dimension::Group& group = grid.dim(d).groups()[g];
        if (group.parent != node) continue;
        add(c, -1);
        for (uint32_t child : group.children) add(c + (child - node) * grid.stride(d), 1);
        ++impl_->rows;
      }
    }
  }
  CoinPackedMatrix matrix(true, row.data(), column.data(), factor.data(),
                          static_cast<CoinBigIndex>(row.size()));
  matrix.setDimensions(impl_->rows, 2 * n);
  const std::vector<double> zero(std::max(2 * n, impl_->rows), 0.0);
  impl_->lp.setLogLevel(0);
  impl_->lp.loadProblem(matrix, zero.data(), zero.data(), zero.data(), zero.data(), zero.data());
}

CheapestWitness::~CheapestWitness() = default;

bool CheapestWitness::Find(CellId target, int sign, int64_t amount, uint64_t salt,
                           std::vector<Witness::Change>* changes) {
  ClpSimplex& lp = impl_->lp;
  const CellId n = grid_.cell_count();
  const double unit = static_cast<double>(amount);
  for (CellId c = 0; c < n; ++c) {
    const bool fixed = cost_[c] >= kFixedCell;
    const uint64_t whim = ((c + 1) * 0x9E3779B97F4A7C15ull * (salt | 1)) >> 54;  // 0 .. 1023
    const double price = (static_cast<double>(cost_[c]) / (int64_t{1} << 24) + kFree) *
                         (salt == 0 ? 1.0 : 0.6 + static_cast<double>(whim) / 1280);
    lp.objective()[c] = lp.objective()[c + n] = price;
    const auto room = [&](int64_t r) {
      return fixed ? 0.0 : std::min(static_cast<double>(r) / unit, 1.0 * kMaxMultiple);
    };
    lp.columnUpper()[c] = room(room_up_[c]);
    lp.columnUpper()[c + n] = room(room_down_[c]);
    lp.columnLower()[c] = lp.columnLower()[c + n] = 0;
  }
  // The target moves by one unit (the amount) in its direction only.
  const CellId to = sign > 0 ? target : target + n, against = sign > 0 ? target + n : target;
  if ((sign > 0 ? room_up_ : room_down_)[target] < amount) return false;
  lp.columnLower()[to] = lp.columnUpper()[to] = 1;
  lp.columnUpper()[against] = 0;
  lp.primal(1);
  if (!lp.isProvenOptimal()) return false;
  const double* x = lp.primalColumnSolution();
  for (int multiple = 1; multiple <= kMaxMultiple; ++multiple) {
    changes->clear();
    bool whole = true;
    for (CellId c = 0; c < n && whole; ++c) {
      const double exact = (x[c] - x[c + n]) * unit * multiple;
      const int64_t delta = std::llround(exact);
      whole = std::abs(exact - static_cast<double>(delta)) < kWholeTolerance &&
              delta <= room_up_[c] && -delta <= room_down_[c];
      if (delta != 0) changes->push_back({c, delta});
    }
    if (whole) return true;
  }
  return false;
}

}  // namespace oboro::sdc
