#include "services/sdc/records/group_table.h"

#include <algorithm>

namespace oboro::sdc {

// Cells of a direct-addressed target, as many as clearing and reading them is worth.
static uint64_t MostCells(size_t groups) {
  constexpr uint64_t kLeast = 1 << 12, kMost = 1 << 22;
  return std::min(kMost, std::max<uint64_t>(kLeast, 4 * groups));
}

template <typename Key>
template <typename Fn>
auto RollUp<Key>::WithFold(const Lattice& lattice, const GroupTable<Key>& from,
                           const LevelVector& target, Fn&& fn) {
  if (dense_.Plan(lattice, from.levels, target, MostCells(from.groups()))) return fn(dense_);
  if constexpr (sizeof(Key) == 8) {
    if (PackedSlots::Fits(lattice)) {
      packed_.Plan(lattice, from.levels, target, from.groups());
      return fn(packed_);
    }
  }
  plain_.Plan(lattice, from.levels, target, from.groups());
  return fn(plain_);
}

template <typename Key>
bool RollUp<Key>::Run(const Lattice& lattice, const GroupTable<Key>& from,
                      const LevelVector& target, GroupTable<Key>* out, uint64_t most) {
  out->levels = target;
  out->begin.clear();
  out->codes.clear();
  out->counts.clear();
  const bool within = WithFold(lattice, from, target, [&](auto& fold) {
    if (!fold.Count(from.keys, from.sizes, most)) return false;
    fold.Emit(&out->keys, &out->sizes);
    if (from.has_values()) fold.Targets(from.keys, &target_);
    return true;
  });
  if (within && from.has_values()) MergeValues(from, out);
  return within;
}

template <typename Key>
uint64_t RollUp<Key>::RecordsBelow(uint64_t k, const Lattice& lattice, const GroupTable<Key>& from,
                                   const LevelVector& target) {
  return WithFold(lattice, from, target, [&](auto& fold) {
    fold.Count(from.keys, from.sizes, UINT64_MAX);
    return fold.RecordsBelow(k);
  });
}

// Brings the entries of each target class together (a counting sort by class), then adds up equal
// values of a class over a dense array.
template <typename Key>
void RollUp<Key>::MergeValues(const GroupTable<Key>& from, GroupTable<Key>* out) {
  const size_t groups = out->groups();
  at_.assign(groups + 1, 0);
  for (size_t g = 0; g < from.groups(); ++g) {
    at_[target_[g] + 1] += from.begin[g + 1] - from.begin[g];
  }
  for (size_t g = 0; g < groups; ++g) at_[g + 1] += at_[g];
  entries_.resize(from.codes.size());
  uint32_t most = 0;
  for (size_t g = 0; g < from.groups(); ++g) {
    uint64_t& at = at_[target_[g]];
    for (uint32_t e = from.begin[g]; e < from.begin[g + 1]; ++e) {
      entries_[at++] = {from.codes[e], from.counts[e]};
      most = std::max(most, from.codes[e]);
    }
  }
  if (value_counts_.size() <= most) value_counts_.resize(most + 1, 0);
  out->begin.push_back(0);
  uint64_t e = 0;
  for (size_t g = 0; g < groups; ++g) {
    touched_.clear();
    for (; e < at_[g]; ++e) {  // at_[g] has moved to the end of class g
      const auto& [code, count] = entries_[e];
      if (value_counts_[code] == 0) touched_.push_back(code);
      value_counts_[code] += count;
    }
    for (const uint32_t code : touched_) {
      out->codes.push_back(code);
      out->counts.push_back(static_cast<uint32_t>(value_counts_[code]));
      value_counts_[code] = 0;
    }
    out->begin.push_back(static_cast<uint32_t>(out->codes.size()));
  }
}

template class RollUp<Key64>;
template class RollUp<Key128>;

}  // namespace oboro::sdc
