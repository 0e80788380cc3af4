#include "services/sdc/records/evaluate.h"

#include <algorithm>

namespace oboro::sdc {

Evaluator::Evaluator(const Lattice& lattice, const ClassJudge& judge, const JointSensitive& joint)
    : lattice_(lattice),
      judge_(judge),
      joint_(joint),
      only_sizes_(!judge.needs_sensitive()),
      values_(judge.sensitive().size()),
      dense_(judge.sensitive().size()) {
  for (size_t a = 0; a < dense_.size(); ++a) {
    dense_[a].assign(judge.sensitive()[a].values.size(), 0);
  }
}

void Evaluator::PrepareGaps(const LevelVector& levels) {
  gaps_.resize(lattice_.dimensions());
  for (size_t d = 0; d < gaps_.size(); ++d) {
    const LatticeAttribute& a = lattice_.attribute(d);
    gaps_[d].shift = a.shift;
    gaps_[d].mask = a.digit_mask;
    gaps_[d].attribute = d;
    const std::vector<uint64_t>& leaves = a.leaves[levels[d]];
    gaps_[d].of_digit.resize(leaves.size());
    for (size_t i = 0; i < leaves.size(); ++i) gaps_[d].of_digit[i] = a.size - leaves[i];
  }
}

template <typename Key>
inline void Evaluator::AddGap(Key key, uint64_t size, std::vector<uint64_t>& sum) const {
  for (size_t d = 0; d < gaps_.size(); ++d) {
    const Gap& gap = gaps_[d];
    sum[d] += size * gap.of_digit[static_cast<uint64_t>(key >> gap.shift) & gap.mask];
  }
}

template <typename Key>
void Evaluator::ReadValues(const GroupTable<Key>& table, size_t i) {
  for (size_t a = 0; a < values_.size(); ++a) {
    std::vector<ClassJudge::ValueCount>& values = values_[a];
    values.clear();
    const bool merge = joint_.component.size() > 1;
    for (uint32_t e = table.begin[i]; e < table.begin[i + 1]; ++e) {
      if (!merge) {
        values.emplace_back(table.codes[e], table.counts[e]);
        continue;
      }
      const uint32_t code = joint_.component[a][table.codes[e]];
      if (dense_[a][code] == 0) values.emplace_back(code, 0);
      dense_[a][code] += table.counts[e];
    }
    if (!merge) continue;
    for (auto& [code, count] : values) {
      count = dense_[a][code];
      dense_[a][code] = 0;
    }
  }
}

template <typename Key>
bool Evaluator::Keeps(const GroupTable<Key>& table, size_t i) {
  if (only_sizes_) return table.sizes[i] >= judge_.min_size();
  ReadValues(table, i);
  return judge_.Satisfies(table.sizes[i], values_, scratch_);
}

template <typename Key>
NodeFacts Evaluator::Evaluate(const GroupTable<Key>& table, uint64_t limit, bool whole) {
  NodeFacts facts;
  facts.node = lattice_.IndexOf(table.levels);
  facts.all_classes = table.groups();
  facts.min_class = UINT64_MAX;
  const size_t dimensions = lattice_.dimensions();
  std::vector<uint64_t> extra(dimensions, 0);
  facts.monotone_extra.assign(dimensions, 0);
  PrepareGaps(table.levels);
  const uint64_t k = judge_.min_size();
  // Sizes alone refuse most nodes that are refused: a loop without branches.
  uint64_t small = 0;
  for (const uint32_t n : table.sizes) small += n < k ? n : 0;
  if (small > limit && !whole) {
    facts.suppressed = facts.monotone_suppressed = small;
    facts.counted = only_sizes_;
    return facts;
  }
  const bool split = !judge_.grows_monotone();
  for (size_t i = 0; i < table.groups(); ++i) {
    const uint64_t n = table.sizes[i];
    const auto square = static_cast<unsigned __int128>(n) * n;
    facts.all_squares += square;
    bool keep = n >= k, monotone = keep;
    if (!only_sizes_ && keep) {
      ReadValues(table, i);
      monotone = judge_.SatisfiesMonotone(n, values_);
      keep = monotone && (!split || judge_.Satisfies(n, values_, scratch_));
    }
    if (keep) {
      ++facts.classes;
      facts.kept_squares += square;
      facts.min_class = std::min(facts.min_class, n);
      facts.max_class = std::max(facts.max_class, n);
      continue;
    }
    facts.suppressed += n;
    if (monotone) {
      AddGap(table.keys[i], n, extra);
      continue;
    }
    facts.monotone_suppressed += n;
    if (facts.monotone_suppressed > limit && !whole) return facts;
    AddGap(table.keys[i], n, facts.monotone_extra);
  }
  if (facts.classes == 0) facts.min_class = 0;
  facts.complete = facts.counted = true;
  facts.loss_units.resize(dimensions);
  for (size_t d = 0; d < dimensions; ++d) {
    facts.loss_units[d] =
        lattice_.attribute(d).marginal[table.levels[d]] + extra[d] + facts.monotone_extra[d];
  }
  return facts;
}

template NodeFacts Evaluator::Evaluate(const GroupTable<Key64>&, uint64_t, bool);
template NodeFacts Evaluator::Evaluate(const GroupTable<Key128>&, uint64_t, bool);
template bool Evaluator::Keeps(const GroupTable<Key64>&, size_t);
template bool Evaluator::Keeps(const GroupTable<Key128>&, size_t);

}  // namespace oboro::sdc
