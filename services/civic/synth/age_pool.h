#pragma once

#include <array>
#include <cstdint>

#include "services/civic/synth/random.h"

namespace oboro::civic {

enum class Sex { kMale = 0, kFemale = 1 };

/// The residents not yet put into a household, by sex and single year of age. Drawing without
/// replacement makes the finished register meet the pyramid to the person.
class AgePool {
 public:
  static constexpr int kAges = 106;
  static constexpr int kAdult = 18;

  /// `population` persons split over sex and age like the national pyramid (largest remainder).
  explicit AgePool(uint64_t population);

  uint64_t total() const { return total_; }
  uint64_t count(Sex sex, int age) const {
    return counts_[static_cast<size_t>(sex)][static_cast<size_t>(age)];
  }

  struct Person {
    Sex sex;
    int age;
  };

  /// Takes a person out; each remaining one is equally likely but that minors come twice as easily:
  /// they have to find their parents while there are any. total() > 0.
  Person TakeAny(SynthRandom* random);

  /// Takes a person of `sex` aged [low, high] out, likelier near `peak` (triangular times what
  /// remains). Returns the age, or -1 when there is nobody left.
  int TakeNear(Sex sex, int low, int peak, int high, SynthRandom* random);

 private:
  void Take(size_t sex, size_t age);

  std::array<std::array<uint64_t, kAges>, 2> counts_ = {};
  uint64_t minors_ = 0;
  uint64_t total_ = 0;
};

}  // namespace oboro::civic
