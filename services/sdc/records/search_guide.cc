#include "services/sdc/records/search_guide.h"

#include <algorithm>
#include <cmath>

namespace oboro::sdc {
namespace {

// What is known of the terms before anything is learnt: nothing generalised suppresses most
// records, and each level leaves about half of them.
constexpr double kFirstShare = 0.8, kFirstFall = -0.5, kFirstVariance = 1.0;
// Of a guess: what the sum of terms never explains, and what the first nodes do not tell.
constexpr double kVariance = 0.0225, kEarlyVariance = 1.0;
// Below this share of a node, nothing is left to be excluded.
constexpr float kNothing = 1e-6f;
// Of this many nodes of a batch one is chosen since it may become the best.
constexpr size_t kPromisingShare = 4;
// Nodes at once: where an evaluation costs as much as many choices, few, so that each choice knows
// of more; else more, so that threads wait less for each other.
constexpr size_t kFew = 4, kMore = 12;

size_t BatchSize(const Lattice& lattice, uint64_t classes) {
  return classes > 4 * lattice.nodes() * lattice.dimensions() ? kFew : kMore;
}

}  // namespace

SearchGuide::SearchGuide(const Lattice& lattice, const SearchState& state, uint64_t limit,
                         uint64_t classes)
    : lattice_(lattice),
      state_(state),
      batch_(BatchSize(lattice, classes)),
      threshold_(std::log(static_cast<double>(limit) + 1.5)),
      infeasible_(lattice.nodes()),
      open_(lattice.nodes()),
      excluded_(lattice.nodes()),
      guess_(lattice.nodes()) {
  term_.push_back(std::log(kFirstShare * static_cast<double>(lattice.records()) + 1));
  for (size_t d = 0; d < lattice.dimensions(); ++d) {
    first_.push_back(term_.size());
    const LatticeAttribute& a = lattice.attribute(d);
    for (int l = a.low + 1; l <= a.high; ++l) term_.push_back(kFirstFall * (l - a.low));
  }
  covariance_.assign(term_.size() * term_.size(), 0.0);
  for (size_t i = 0; i < term_.size(); ++i) covariance_[i * term_.size() + i] = kFirstVariance;
  covariance_[0] = 4 * kFirstVariance;
}

bool SearchGuide::Pays(const Lattice& lattice, uint64_t classes) {
  constexpr uint64_t kAlways = 1 << 16, kVisitsOfClass = 16;
  return lattice.nodes() * lattice.dimensions() <= kAlways + kVisitsOfClass * classes;
}

std::vector<size_t> SearchGuide::TermsOf(uint64_t node) const {
  std::vector<size_t> terms = {0};
  for (size_t d = 0; d < lattice_.dimensions(); ++d) {
    const int up = lattice_.LevelOf(node, d) - lattice_.attribute(d).low;
    if (up > 0) terms.push_back(first_[d] + static_cast<size_t>(up) - 1);
  }
  return terms;
}

double SearchGuide::Predict(const std::vector<size_t>& terms) const {
  double sum = 0;
  for (const size_t t : terms) sum += term_[t];
  return sum;
}

void SearchGuide::Learn(const NodeFacts& facts) {
  const std::vector<size_t> terms = TermsOf(facts.node);
  // A count that was broken off tells only that it is beyond the limit (how far it came depends on
  // the order of the classes), and nothing if the guess was higher anyway.
  const double seen =
      facts.counted ? std::log(static_cast<double>(facts.monotone_suppressed) + 1) : threshold_;
  const double error = seen - Predict(terms);
  if (!facts.counted && error <= 0) return;
  ++learnt_;
  const size_t n = term_.size();
  std::vector<double> gain(n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    for (const size_t t : terms) gain[i] += covariance_[i * n + t];
  }
  double variance = kVariance;
  for (const size_t t : terms) variance += gain[t];
  for (size_t i = 0; i < n; ++i) {
    term_[i] += gain[i] * error / variance;
    for (size_t j = 0; j < n; ++j) covariance_[i * n + j] -= gain[i] * gain[j] / variance;
  }
}

void SearchGuide::GuessInfeasible() {
  // The sums of terms of all nodes, attribute by attribute: the first nodes are those that are at
  // the lowest level of all but the last attributes.
  guess_[0] = static_cast<float>(term_[0] - threshold_);
  for (size_t d = lattice_.dimensions(); d-- > 0;) {
    const LatticeAttribute& a = lattice_.attribute(d);
    const uint64_t stride = lattice_.stride(d);
    for (int up = 1; up <= a.high - a.low; ++up) {
      const auto term = static_cast<float>(term_[first_[d] + static_cast<size_t>(up) - 1]);
      float* const to = guess_.data() + static_cast<uint64_t>(up) * stride;
      for (uint64_t i = 0; i < stride; ++i) to[i] = guess_[i] + term;
    }
  }
  // The logistic function is close enough to the normal distribution's.
  const auto scale = static_cast<float>(
      -1.702 / std::sqrt(kVariance + kEarlyVariance / (static_cast<double>(learnt_) + 1)));
  for (uint64_t node = 0; node < guess_.size(); ++node) {
    infeasible_[node] =
        state_.IsDecided(node) ? 0.0f : 1.0f / (1.0f + std::exp(scale * guess_[node]));
  }
}

uint64_t SearchGuide::MostPromising(const std::vector<uint64_t>& chosen) const {
  const double worst = std::min(state_.best_bound(), state_.highest_bound());
  uint64_t best = UINT64_MAX;
  double most = -1;
  for (uint64_t node = 0; node < open_.size(); ++node) {
    if (open_[node] <= 0 || std::find(chosen.begin(), chosen.end(), node) != chosen.end()) continue;
    const double promise = (1 - infeasible_[node]) * std::max(1e-9, worst - state_.Bound(node));
    if (promise > most) {
      most = promise;
      best = node;
    }
  }
  return best;
}

uint64_t SearchGuide::MostExcluding() {
  excluded_ = open_;
  for (size_t d = 0; d < lattice_.dimensions(); ++d) {
    const uint64_t stride = lattice_.stride(d);
    const LatticeAttribute& a = lattice_.attribute(d);
    const uint64_t block = stride * static_cast<uint64_t>(a.high - a.low + 1);
    for (uint64_t b = 0; b < excluded_.size(); b += block) {
      float* const sums = excluded_.data() + b;
      for (uint64_t i = stride; i < block; ++i) sums[i] += sums[i - stride];
    }
  }
  uint64_t best = UINT64_MAX;
  float most = kNothing;
  for (uint64_t node = 0; node < excluded_.size(); ++node) {
    const float gain = infeasible_[node] * excluded_[node];
    if (gain > most) {
      most = gain;
      best = node;
    }
  }
  return best;
}

void SearchGuide::Discount(uint64_t node) {
  const LevelVector levels = lattice_.LevelsOf(node);
  const float left = 1 - infeasible_[node];
  infeasible_[node] = 0;  // chosen once
  // All finer nodes, counted through like a number whose digits are the levels.
  LevelVector at = lattice_.LevelsOf(0);
  uint64_t finer = 0;
  for (;;) {
    open_[finer] *= left;
    size_t d = levels.size();
    while (d-- > 0) {
      if (at[d] < levels[d]) {
        ++at[d];
        finer += lattice_.stride(d);
        break;
      }
      finer -= lattice_.stride(d) * static_cast<uint64_t>(at[d] - lattice_.attribute(d).low);
      at[d] = lattice_.attribute(d).low;
      if (d == 0) return;
    }
  }
}

std::vector<uint64_t> SearchGuide::Choose() {
  GuessInfeasible();
  for (uint64_t node = 0; node < open_.size(); ++node) open_[node] = state_.IsUndecided(node);
  std::vector<uint64_t> batch;
  while (batch.size() < batch_ / kPromisingShare) {
    const uint64_t node = MostPromising(batch);
    if (node == UINT64_MAX) break;
    batch.push_back(node);
  }
  if (batch.empty()) return batch;
  for (const uint64_t node : batch) infeasible_[node] = 0;
  while (batch.size() < batch_) {
    const uint64_t node = MostExcluding();
    if (node == UINT64_MAX) break;
    batch.push_back(node);
    Discount(node);
  }
  return batch;
}

}  // namespace oboro::sdc
