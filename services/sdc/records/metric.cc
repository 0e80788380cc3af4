#include "services/sdc/records/metric.h"

#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {

absl::StatusOr<Metric> ParseMetric(const std::string& name) {
  for (const Metric m : {Metric::kLoss, Metric::kLossArithmetic, Metric::kAecs,
                         Metric::kDiscernibility, Metric::kDiscernibilityAll}) {
    if (name == MetricName(m)) return m;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("metric \"", name,
                   "\" is not known; use loss, loss-arithmetic, aecs, discernibility or "
                   "discernibility-all"));
}

std::string MetricName(Metric metric) {
  switch (metric) {
    case Metric::kLoss:
      return "loss";
    case Metric::kLossArithmetic:
      return "loss-arithmetic";
    case Metric::kAecs:
      return "aecs";
    case Metric::kDiscernibility:
      return "discernibility";
    case Metric::kDiscernibilityAll:
      return "discernibility-all";
  }
  return "";
}

absl::StatusOr<Scorer> Scorer::Make(const Lattice& lattice, Metric metric,
                                    const std::vector<Rational>& weights) {
  Scorer scorer;
  scorer.metric_ = metric;
  scorer.records_ = lattice.records();
  for (const LatticeAttribute& a : lattice.attributes()) scorer.size_.push_back(a.size);
  scorer.weight_.assign(scorer.size_.size(), 1);
  if (!weights.empty()) {
    if (weights.size() != scorer.size_.size()) {
      return absl::InvalidArgumentError(absl::StrCat("there are ", weights.size(), " weights for ",
                                                     scorer.size_.size(), " quasi-identifiers"));
    }
    int64_t common = 1;
    for (const Rational& w : weights) {
      if (w.num < 0) return absl::InvalidArgumentError("a weight is negative");
      common = std::lcm(common, w.den);
      if (common > 1000000000 || common <= 0) {
        return absl::InvalidArgumentError("the weights have too many digits; round them");
      }
    }
    for (size_t d = 0; d < weights.size(); ++d) {
      const __int128 scaled = static_cast<__int128>(weights[d].num) * (common / weights[d].den);
      if (scaled > 1000000000000) {
        return absl::InvalidArgumentError("the weights have too many digits; round them");
      }
      scorer.weight_[d] = static_cast<int64_t>(scaled);
    }
  }
  for (const int64_t w : scorer.weight_) scorer.weight_sum_ += static_cast<double>(w);
  if (scorer.weight_sum_ == 0) {
    return absl::InvalidArgumentError("every weight is zero; give one attribute a weight above 0");
  }
  return scorer;
}

std::vector<double> Scorer::Losses(std::span<const uint64_t> loss_units) const {
  std::vector<double> losses(loss_units.size(), 0.0);
  const auto n = static_cast<double>(records_);
  for (size_t d = 0; d < loss_units.size(); ++d) {
    // A hierarchy of one value has nothing to lose.
    if (size_[d] < 2) continue;
    losses[d] =
        static_cast<double>(loss_units[d] - records_) / (n * static_cast<double>(size_[d] - 1));
  }
  return losses;
}

double Scorer::LossScore(std::span<const uint64_t> loss_units) const {
  const auto n = static_cast<double>(records_);
  double sum = 0;
  for (size_t d = 0; d < loss_units.size(); ++d) {
    if (size_[d] < 2) continue;
    const double loss =
        static_cast<double>(loss_units[d] - records_) / (n * static_cast<double>(size_[d] - 1));
    sum += static_cast<double>(weight_[d]) * (metric_ == Metric::kLoss ? std::log1p(loss) : loss);
  }
  return metric_ == Metric::kLoss ? std::expm1(sum / weight_sum_) : sum / weight_sum_;
}

double Scorer::Score(const NodeFacts& f) const {
  switch (metric_) {
    case Metric::kLoss:
    case Metric::kLossArithmetic:
      return LossScore(f.loss_units);
    case Metric::kAecs:
      return static_cast<double>(records_) /
             static_cast<double>(f.classes + (f.suppressed > 0 ? 1 : 0));
    case Metric::kDiscernibility:
      return static_cast<double>(f.kept_squares +
                                 static_cast<unsigned __int128>(records_) * f.suppressed);
    case Metric::kDiscernibilityAll:
      return static_cast<double>(f.all_squares);
  }
  return 0;
}

int Scorer::CompareLoss(std::span<const uint64_t> a, std::span<const uint64_t> b) const {
  // 1 + loss = (units + N (size - 2)) / (N (size - 1)): denominators cancel between two nodes.
  std::vector<LogTerm> logs;
  for (size_t d = 0; d < a.size(); ++d) {
    if (size_[d] < 2 || a[d] == b[d]) continue;
    const uint64_t base = records_ * (size_[d] - 2);
    logs.push_back({a[d] + base, weight_[d]});
    logs.push_back({b[d] + base, -weight_[d]});
  }
  return logs.empty() ? 0 : SignOfLogSum(logs);
}

int Scorer::CompareArithmetic(std::span<const uint64_t> a, std::span<const uint64_t> b) const {
  BigNatural left, right;
  for (size_t d = 0; d < a.size(); ++d) {
    if (size_[d] < 2) continue;
    BigNatural factor(static_cast<uint64_t>(weight_[d]));
    for (size_t e = 0; e < a.size(); ++e) {
      if (e != d && size_[e] >= 2) factor.Multiply(size_[e] - 1);
    }
    BigNatural mine = factor, theirs = factor;
    left.Add(mine.Multiply(a[d]));
    right.Add(theirs.Multiply(b[d]));
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

int Scorer::Compare(const NodeFacts& a, const NodeFacts& b) const {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  const auto dm = [this](const NodeFacts& f) {
    return f.kept_squares + static_cast<unsigned __int128>(records_) * f.suppressed;
  };
  switch (metric_) {
    case Metric::kLoss:
    case Metric::kLossArithmetic: {
      const double x = LossScore(a.loss_units), y = LossScore(b.loss_units);
      if (x < y - 1e-9 * (1 + std::abs(y))) return -1;
      if (x > y + 1e-9 * (1 + std::abs(y))) return 1;
      return metric_ == Metric::kLoss ? CompareLoss(a.loss_units, b.loss_units)
                                      : CompareArithmetic(a.loss_units, b.loss_units);
    }
    case Metric::kAecs:
      return sign(b.classes + (b.suppressed > 0), a.classes + (a.suppressed > 0));
    case Metric::kDiscernibility:
      return sign(dm(a), dm(b));
    case Metric::kDiscernibilityAll:
      return sign(a.all_squares, b.all_squares);
  }
  return 0;
}

bool Scorer::Better(const NodeFacts& a, const NodeFacts& b) const {
  const int by_score = Compare(a, b);
  if (by_score != 0) return by_score < 0;
  if (a.suppressed != b.suppressed) return a.suppressed < b.suppressed;
  return a.node < b.node;
}

}  // namespace oboro::sdc
