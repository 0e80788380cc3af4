#include "services/sdc/records/dense_fold.h"

#include <algorithm>

// Vector code for newer CPUs beside the baseline; sanitizers run before the resolver could.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    defined(__GNUC__) && !defined(__clang__)
#define OBORO_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define OBORO_CLONES
#endif

namespace oboro::sdc {
namespace {

constexpr uint64_t kLowCells = 256;  // enough to amortise the outer loop of Emit
constexpr uint64_t kBlock = 8;       // cells that Emit skips at once

OBORO_CLONES uint64_t CountNonZero(const uint32_t* counts, uint64_t n) {
  uint32_t sum = 0;
  for (uint64_t i = 0; i < n; ++i) sum += counts[i] != 0;
  return sum;
}

OBORO_CLONES uint64_t SumBelow(const uint32_t* counts, uint64_t n, uint32_t k) {
  uint32_t sum = 0;  // of records, fewer than 2^32
  for (uint64_t i = 0; i < n; ++i) sum += counts[i] < k ? counts[i] : 0;
  return sum;
}

}  // namespace

template <typename Key>
bool DenseFold<Key>::Plan(const Lattice& lattice, const LevelVector& from,
                          const LevelVector& target, uint64_t most) {
  uint64_t cells = 1;
  for (size_t d = 0; d < target.size(); ++d) {
    cells *= lattice.attribute(d).label[target[d]].size();
    if (cells > most) return false;
  }
  number_.Clear();
  cells_ = 1;
  for (size_t d = 0; d < target.size(); ++d) {
    const LatticeAttribute& a = lattice.attribute(d);
    const uint64_t groups = a.label[target[d]].size();
    if (groups == 1) continue;
    const std::vector<uint32_t>& up = a.up[from[d]][target[d]];
    number_.Add(a.shift, a.digit_mask, up.size(),
                [&](size_t v) { return static_cast<uint32_t>(up[v] * cells_); });
    cells_ *= groups;
  }
  PlanKeys(lattice, target);
  return true;
}

template <typename Key>
void DenseFold<Key>::PlanKeys(const Lattice& lattice, const LevelVector& target) {
  low_.assign(1, Key{0});
  high_.assign(1, Key{0});
  for (size_t d = 0; d < target.size(); ++d) {
    const uint64_t groups = lattice.attribute(d).label[target[d]].size();
    if (groups == 1) continue;
    std::vector<Key>& keys = high_.size() == 1 && low_.size() < kLowCells ? low_ : high_;
    const size_t have = keys.size();
    keys.resize(have * groups);
    for (uint64_t v = 1; v < groups; ++v) {
      const Key digit = static_cast<Key>(v) << lattice.attribute(d).shift;
      for (size_t i = 0; i < have; ++i) keys[v * have + i] = keys[i] | digit;
    }
  }
}

template <typename Key>
bool DenseFold<Key>::Count(std::span<const Key> keys, std::span<const uint32_t> sizes,
                           uint64_t most) {
  counts_.assign(cells_, 0);
  uint32_t* const counts = counts_.data();
  const uint32_t* const size = sizes.data();
  number_.ForEach(keys, [counts, size](size_t i, uint32_t number) { counts[number] += size[i]; });
  classes_ = CountNonZero(counts, cells_);
  return classes_ <= most;
}

template <typename Key>
uint64_t DenseFold<Key>::RecordsBelow(uint64_t k) const {
  return SumBelow(counts_.data(), cells_, static_cast<uint32_t>(std::min<uint64_t>(k, UINT32_MAX)));
}

template <typename Key>
void DenseFold<Key>::Emit(std::vector<Key>* keys, std::vector<uint32_t>* sizes) {
  // One beyond the classes: every cell is written, empty ones are overwritten by the next.
  keys->resize(classes_ + 1);
  sizes->resize(classes_ + 1);
  uint64_t at = 0;
  const uint64_t low = low_.size();
  for (uint64_t h = 0; h < high_.size(); ++h) {
    const uint32_t* counts = counts_.data() + h * low;
    for (uint64_t b = 0; b < low; b += kBlock) {
      const uint64_t end = std::min(low, b + kBlock);
      uint32_t any = 0;
      for (uint64_t i = b; i < end; ++i) any |= counts[i];
      if (any == 0) continue;
      for (uint64_t i = b; i < end; ++i) {
        (*keys)[at] = high_[h] | low_[i];
        (*sizes)[at] = counts[i];
        at += counts[i] != 0;
      }
    }
  }
  keys->resize(classes_);
  sizes->resize(classes_);
}

template <typename Key>
void DenseFold<Key>::Targets(std::span<const Key> keys, std::vector<uint32_t>* targets) {
  uint32_t next = 0;
  for (uint32_t& count : counts_) {
    const bool used = count != 0;
    count = next;
    next += used;
  }
  targets->resize(keys.size());
  const uint32_t* number_of = counts_.data();
  uint32_t* out = targets->data();
  number_.ForEach(keys,
                  [number_of, out](size_t i, uint32_t number) { out[i] = number_of[number]; });
}

template class DenseFold<uint64_t>;
template class DenseFold<unsigned __int128>;

}  // namespace oboro::sdc
