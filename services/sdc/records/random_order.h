// Random numbers under a secret seed, for the order of output rows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace oboro::sdc {

// ChaCha20 keystream as a source of numbers. The same seed gives the same numbers.
class SeededRandom {
 public:
  explicit SeededRandom(const std::array<uint8_t, 32>& seed);
  ~SeededRandom();
  SeededRandom(const SeededRandom&) = delete;
  SeededRandom& operator=(const SeededRandom&) = delete;
  // Uniform in [0, n), n > 0, without bias.
  uint64_t Below(uint64_t n);

 private:
  uint64_t Next();
  void* context_;
  std::vector<uint64_t> buffer_;
  size_t at_ = 0;
};

template <typename T>
void Shuffle(SeededRandom& random, std::vector<T>& items) {
  for (uint64_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.Below(i)]);
}

}  // namespace oboro::sdc
