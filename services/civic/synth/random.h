#pragma once

#include <cstddef>
#include <cstdint>

namespace oboro::civic {

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) with integer helpers only: the same seed gives the
/// same register on every machine. Not for secrets.
class SynthRandom {
  __extension__ using Wide = unsigned __int128;

 public:
  explicit SynthRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound), bound > 0; the multiply-shift bias (below 2^-32) does not matter here.
  uint64_t Below(uint64_t bound) {
    return static_cast<uint64_t>(static_cast<Wide>(Next()) * bound >> 64);
  }

  /// Uniform in [low, high].
  int Between(int low, int high) {
    return low + static_cast<int>(Below(static_cast<uint64_t>(high - low + 1)));
  }

  /// True with probability permille / 1000.
  bool Chance(int permille) { return Below(1000) < static_cast<uint64_t>(permille); }

 private:
  uint64_t state_;
};

}  // namespace oboro::civic
