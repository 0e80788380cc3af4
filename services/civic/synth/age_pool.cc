#include "services/civic/synth/age_pool.h"

#include <algorithm>
#include <vector>

#include "services/civic/synth/towns.h"

namespace oboro::civic {
namespace {

// How those of 100 and more spread over 100..105, in percent: each year about halves them.
constexpr int kTop[] = {48, 27, 14, 7, 3, 1};

// National persons by sex and single age: a band's persons spread evenly over its five years.
// In hundredths of a person, so that both divisions are exact.
std::vector<uint64_t> NationalBySingleYear() {
  std::vector<uint64_t> out;
  for (const auto& bands : NationalPyramid()) {
    for (int band = 0; band < 20; ++band) {
      for (int i = 0; i < 5; ++i) out.push_back(static_cast<uint64_t>(bands[band]) * 20);
    }
    for (const int percent : kTop) {
      out.push_back(static_cast<uint64_t>(bands[20]) * static_cast<uint64_t>(percent));
    }
  }
  return out;
}

}  // namespace

AgePool::AgePool(uint64_t population) {
  const std::vector<uint64_t> national = NationalBySingleYear();
  uint64_t sum = 0;
  for (const uint64_t value : national) sum += value;
  __extension__ using Wide = unsigned __int128;
  std::vector<std::pair<uint64_t, size_t>> remainders;
  for (size_t i = 0; i < national.size(); ++i) {
    const Wide exact = static_cast<Wide>(national[i]) * population;
    const auto whole = static_cast<uint64_t>(exact / sum);
    counts_[i / kAges][i % kAges] = whole;
    total_ += whole;
    remainders.emplace_back(static_cast<uint64_t>(exact % sum), i);
  }
  std::sort(remainders.begin(), remainders.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  for (size_t i = 0; total_ < population; ++i) {
    ++counts_[remainders[i].second / kAges][remainders[i].second % kAges];
    ++total_;
  }
  for (const auto& ages : counts_) {
    for (size_t age = 0; age < kAdult; ++age) minors_ += ages[age];
  }
}

void AgePool::Take(size_t sex, size_t age) {
  --counts_[sex][age];
  --total_;
  if (age < kAdult) --minors_;
}

AgePool::Person AgePool::TakeAny(SynthRandom* random) {
  uint64_t target = random->Below(total_ + minors_);
  for (size_t sex = 0; sex < 2; ++sex) {
    for (size_t age = 0; age < kAges; ++age) {
      const uint64_t weight = counts_[sex][age] * (age < kAdult ? 2 : 1);
      if (target < weight) {
        Take(sex, age);
        return {static_cast<Sex>(sex), static_cast<int>(age)};
      }
      target -= weight;
    }
  }
  return {};  // not reached: the weights sum to total_ + minors_
}

int AgePool::TakeNear(Sex sex, int low, int peak, int high, SynthRandom* random) {
  low = std::max(low, 0);
  high = std::min(high, kAges - 1);
  peak = std::clamp(peak, low, std::max(low, high));
  const auto weight = [&](int age) -> uint64_t {
    const int span = age <= peak ? peak - low + 1 : high - peak + 1;
    const int distance = age <= peak ? peak - age : age - peak;
    return static_cast<uint64_t>((span - distance) * 1000 / span) * count(sex, age);
  };
  uint64_t sum = 0;
  for (int age = low; age <= high; ++age) sum += weight(age);
  if (sum == 0) return -1;
  uint64_t target = random->Below(sum);
  for (int age = low; age <= high; ++age) {
    const uint64_t here = weight(age);
    if (target < here) {
      Take(static_cast<size_t>(sex), static_cast<size_t>(age));
      return age;
    }
    target -= here;
  }
  return -1;
}

}  // namespace oboro::civic
