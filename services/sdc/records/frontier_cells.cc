#include "services/sdc/records/frontier_cells.h"

#include <algorithm>
#include <limits>

namespace oboro::sdc {
namespace {

// Ranks are rounded: within the margin the exact order decides.
constexpr double kMargin = 1 + 1e-12;

}  // namespace

SizeSums::SizeSums(const Lattice& lattice, const FrontierOptions& options)
    : lattice_(lattice),
      high_(options.k_high),
      classes_(options.k_high, 0),
      gaps_(options.k_high * lattice.dimensions(), 0),
      active_gaps_(lattice.dimensions()) {}

void SizeSums::Start() {
  std::fill(classes_.begin(), classes_.end(), 0);
  all_classes_ = failed_records_ = 0;
  all_squares_ = failed_squares_ = 0;
}

void SizeSums::StartGaps(const LevelVector& levels) {
  std::fill(gaps_.begin(), gaps_.end(), 0);
  active_ = 0;
  for (size_t d = 0; d < levels.size(); ++d) {
    const LatticeAttribute& a = lattice_.attribute(d);
    const std::vector<uint64_t>& leaves = a.leaves[levels[d]];
    if (std::all_of(leaves.begin(), leaves.end(), [&](uint64_t n) { return n == a.size; }))
      continue;
    Gap& gap = active_gaps_[active_++];
    gap.shift = a.shift;
    gap.mask = a.digit_mask;
    gap.attribute = d;
    gap.of_digit.resize(leaves.size());
    for (size_t i = 0; i < leaves.size(); ++i) gap.of_digit[i] = a.size - leaves[i];
  }
}

FrontierCells::FrontierCells(const Lattice& lattice, const FrontierOptions& options,
                             const std::vector<Scorer>& scorers)
    : lattice_(lattice), options_(options), scorers_(scorers), weighted_(!options.weights.empty()) {
  const uint64_t n = lattice.records();
  for (const Rational& limit : options.suppression_limits) {
    limits_.push_back(FloorOfProduct(limit, n));
    highest_limit_ = std::max(highest_limit_, limits_.back());
  }
  for (const LatticeAttribute& a : lattice.attributes()) {
    loss_scale_.push_back(
        a.size < 2 ? 0.0 : 1.0 / (static_cast<double>(n) * static_cast<double>(a.size - 1)));
  }
  const size_t ks = options.k_high - options.k_low + 1;
  cells_.assign(ks * limits_.size() * scorers.size(),
                Cell{std::numeric_limits<double>::infinity(), false, {}});
}

double FrontierCells::Rank(size_t m, const NodeFacts& f) const {
  const auto n = static_cast<double>(lattice_.records());
  const Metric metric = scorers_[m].metric();
  switch (metric) {
    case Metric::kLoss:
    case Metric::kLossArithmetic:
      break;
    case Metric::kAecs:
      return n / static_cast<double>(f.classes + (f.suppressed > 0));
    case Metric::kDiscernibility:
      return static_cast<double>(f.kept_squares) + n * static_cast<double>(f.suppressed);
    case Metric::kDiscernibilityAll:
      return static_cast<double>(f.all_squares);
  }
  if (weighted_) return scorers_[m].LossScore(f.loss_units) + 1;
  double product = 1, sum = 0;
  for (size_t d = 0; d < loss_scale_.size(); ++d) {
    const double loss = static_cast<double>(f.loss_units[d] - lattice_.records()) * loss_scale_[d];
    product *= 1 + loss;
    sum += loss;
  }
  return metric == Metric::kLoss ? product : sum;
}

void FrontierCells::Offer(size_t index, size_t metric, double rank, const NodeFacts& facts) {
  Cell& cell = cells_[index];
  if (rank > cell.rank * kMargin) return;
  if (cell.found && !scorers_[metric].Better(facts, cell.facts)) return;
  cell.rank = rank;
  cell.found = true;
  cell.facts = facts;
}

bool FrontierCells::WantsLoss(const LevelVector& levels, const SizeSums& sums) const {
  NodeFacts f;
  for (size_t d = 0; d < levels.size(); ++d) {
    f.loss_units.push_back(lattice_.attribute(d).marginal[levels[d]]);
  }
  std::vector<double> least(scorers_.size(), std::numeric_limits<double>::infinity());
  for (size_t m = 0; m < scorers_.size(); ++m) {
    if (IsLoss(m)) least[m] = Rank(m, f);
  }
  uint64_t suppressed = sums.failed_records();
  for (uint64_t k = 1; k <= options_.k_high; ++k) {
    if (k > 1) suppressed += (k - 1) * sums.classes(k - 1);
    if (k < options_.k_low) continue;
    if (suppressed > highest_limit_) return false;
    size_t index = CellOf(k);
    for (const uint64_t limit : limits_) {
      for (size_t m = 0; m < scorers_.size(); ++m, ++index) {
        if (suppressed <= limit && least[m] <= cells_[index].rank * kMargin) return true;
      }
    }
  }
  return false;
}

void FrontierCells::Enter(uint64_t node, const LevelVector& levels, const SizeSums& sums,
                          bool with_loss) {
  NodeFacts f;
  f.node = node;
  f.complete = true;
  f.all_classes = sums.all_classes();
  f.all_squares = sums.all_squares();
  f.suppressed = sums.failed_records();
  f.classes = sums.all_classes() - sums.classes(0);
  f.kept_squares = sums.all_squares() - sums.failed_squares();
  for (size_t d = 0; d < levels.size(); ++d) {
    f.loss_units.push_back(lattice_.attribute(d).marginal[levels[d]]);
  }
  const auto suppress = [&](uint64_t size, uint64_t weight) {
    if (!with_loss) return;
    for (size_t i = 0; i < sums.active(); ++i) {
      f.loss_units[sums.active_attribute(i)] += weight * sums.gaps(size)[i];
    }
  };
  suppress(0, 1);
  std::vector<double> ranks(scorers_.size(), std::numeric_limits<double>::infinity());
  bool changed = true;
  for (uint64_t k = 1; k <= options_.k_high; ++k) {
    // Classes of k - 1 records join the suppressed ones.
    if (k > 1 && sums.classes(k - 1) > 0) {
      const uint64_t s = k - 1, classes = sums.classes(s);
      f.suppressed += s * classes;
      f.classes -= classes;
      f.kept_squares -= static_cast<unsigned __int128>(s) * s * classes;
      suppress(s, s);
      changed = true;
    }
    if (k < options_.k_low) continue;
    if (f.suppressed > highest_limit_) return;
    for (size_t m = 0; changed && m < scorers_.size(); ++m) {
      if (with_loss || !IsLoss(m)) ranks[m] = Rank(m, f);
    }
    changed = false;
    size_t index = CellOf(k);
    for (const uint64_t limit : limits_) {
      for (size_t m = 0; m < scorers_.size(); ++m, ++index) {
        if (f.suppressed <= limit && (with_loss || !IsLoss(m))) Offer(index, m, ranks[m], f);
      }
    }
  }
}

void FrontierCells::Merge(const FrontierCells& other) {
  for (size_t i = 0; i < cells_.size(); ++i) {
    const Cell& theirs = other.cells_[i];
    if (theirs.found) Offer(i, i % scorers_.size(), theirs.rank, theirs.facts);
  }
}

std::vector<FrontierRow> FrontierCells::Rows() const {
  std::vector<FrontierRow> rows;
  size_t index = 0;
  for (uint64_t k = options_.k_low; k <= options_.k_high; ++k) {
    for (const Rational& limit : options_.suppression_limits) {
      for (size_t m = 0; m < scorers_.size(); ++m, ++index) {
        FrontierRow row;
        row.k = k;
        row.suppression_limit = limit;
        row.metric = scorers_[m].metric();
        const Cell& cell = cells_[index];
        row.found = cell.found;
        if (cell.found) {
          row.levels = lattice_.LevelsOf(cell.facts.node);
          row.score = scorers_[m].Score(cell.facts);
          row.suppressed = cell.facts.suppressed;
          row.classes = cell.facts.classes;
        }
        rows.push_back(std::move(row));
      }
    }
  }
  return rows;
}

}  // namespace oboro::sdc
