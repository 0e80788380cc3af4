#include "services/sdc/records/class_sizes.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "services/sdc/records/direct_counter.h"
#include "services/sdc/records/part_lists.h"
#include "services/sdc/records/random_case.h"

namespace oboro::sdc {
namespace {

constexpr char kSeed[] = "seed=20261121 max_success=200";

using Histogram = std::vector<std::pair<uint64_t, uint64_t>>;

// By a map of all keys, which shares nothing with the counters.
template <typename Key>
void CountNaively(const std::vector<Key>& keys, std::map<uint64_t, uint64_t>* histogram) {
  std::map<Key, uint64_t> sizes;
  for (const Key& k : keys) ++sizes[k];
  for (const auto& [key, size] : sizes) ++(*histogram)[size];
}

Histogram AsPairs(const std::map<uint64_t, uint64_t>& histogram) {
  return {histogram.begin(), histogram.end()};
}

// Codes below `distinct`, skewed as real columns are: small codes are many times as frequent.
std::unique_ptr<CodeArray> SkewedCodes(uint64_t rows, uint64_t distinct, std::mt19937_64& random) {
  auto codes = std::make_unique<CodeArray>(rows, CodeWidth(distinct));
  for (uint64_t i = 0; i < rows; ++i) {
    const uint64_t code = random() % distinct;
    codes->Set(i, static_cast<uint32_t>(random() % 4 == 0 ? code : random() % (code + 1)));
  }
  return codes;
}

// A table of the given columns, its keys, and its class sizes from tuples of codes.
class Case {
 public:
  Case(uint64_t rows, const std::vector<uint64_t>& distinct, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<CodedColumn> columns;
    std::vector<size_t> all;
    std::vector<std::vector<uint32_t>> tuples(rows);
    for (const uint64_t d : distinct) {
      auto codes = SkewedCodes(rows, d, random);
      for (uint64_t i = 0; i < rows; ++i) tuples[i].push_back((*codes)[i]);
      std::vector<std::string> dictionary;
      for (uint64_t v = 0; v < d; ++v) dictionary.push_back(std::to_string(v));
      all.push_back(columns.size());
      columns.emplace_back("c" + std::to_string(columns.size()), dictionary, *codes);
    }
    table_ = *CodedTable::Make(std::move(columns));
    keys_ = std::make_unique<RowKeys>(*RowKeys::Make(table_, all, 2));
    std::map<uint64_t, uint64_t> histogram;
    CountNaively(tuples, &histogram);
    expected_ = AsPairs(histogram);
  }
  const RowKeys& keys() const { return *keys_; }
  const Histogram& expected() const { return expected_; }

 private:
  CodedTable table_;
  std::unique_ptr<RowKeys> keys_;
  Histogram expected_;
};

TEST(PlanDirectTest, PartsCoverTheDomainWithinTheLimits) {
  constexpr uint64_t kRows = uint64_t{1} << 40;
  for (uint64_t domain :
       {uint64_t{1}, uint64_t{4096}, uint64_t{4097}, uint64_t{1} << 26, (uint64_t{1} << 26) + 1,
        uint64_t{2073600000}, uint64_t{1} << 32, (uint64_t{1} << 33) + 1, uint64_t{1} << 35}) {
    const auto plan = PlanDirect(domain, kRows);
    ASSERT_TRUE(plan.has_value()) << domain;
    EXPECT_EQ(plan->parts, ((domain - 1) >> plan->bits) + 1);
    EXPECT_LE(plan->parts, 8192u);
    EXPECT_GE(plan->bits, 12);
    EXPECT_LE(plan->bits, 22);
  }
}

TEST(PlanDirectTest, RefusesWideDomainsAndFewRecords) {
  EXPECT_FALSE(PlanDirect((uint64_t{1} << 35) + 1, uint64_t{1} << 40).has_value());
  EXPECT_FALSE(PlanDirect(UINT64_MAX, uint64_t{1} << 40).has_value());
  EXPECT_FALSE(PlanDirect(uint64_t{2073600000}, 10000).has_value());
  EXPECT_FALSE(PlanDirect(1, 0).has_value());
  EXPECT_TRUE(PlanDirect(uint64_t{2073600000}, 1000000).has_value());
}

// kWrap of 2 makes nearly every class one that wraps: what a class of more than 2^8, 2^16 or 2^32
// records would do to a counter of that width.
template <unsigned kWrap>
void ExpectCountsAnyGroups() {
  testing::FixPropertySeed(kSeed);
  const bool ok = rc::check("groups of skewed numbers", [] {
    // A group of few numbers for its bound is cleared one by one, others all at once.
    const auto bound = *rc::gen::element<uint32_t>(1, 2, 300, 50000);
    const auto groups = *rc::gen::inRange(0, 4);
    std::mt19937_64 random(*rc::gen::arbitrary<uint64_t>());
    DirectCounter<kWrap> counter(bound);
    std::map<uint64_t, uint64_t> expected;
    for (int g = 0; g < groups; ++g) {
      std::vector<uint32_t> numbers(random() % 2 == 0 ? random() % 3000 : random() % 50);
      for (uint32_t& n : numbers) n = random() % (1 + random() % bound);
      const std::span<const uint32_t> all(numbers);
      const auto head = all.first(numbers.size() / 3), tail = all.subspan(numbers.size() / 3);
      counter.Add(head);
      counter.Add(tail);
      counter.EndGroup([&](auto clear) {
        clear(head);
        clear(tail);
      });
      CountNaively(numbers, &expected);
    }
    RC_ASSERT(counter.Sizes().Histogram() == AsPairs(expected));
  });
  EXPECT_TRUE(ok);
}

TEST(DirectCounterTest, CountersOfOneBit) { ExpectCountsAnyGroups<2>(); }
TEST(DirectCounterTest, CountersOfTwoBits) { ExpectCountsAnyGroups<4>(); }
TEST(DirectCounterTest, CountersOfEightBits) { ExpectCountsAnyGroups<256>(); }

TEST(DirectCounterTest, NoWrapIsLost) {
  // Around multiples of 256, one class beside a small one, counted through many wraps.
  for (const uint64_t size : {255u, 256u, 257u, 511u, 512u, 513u, 65535u, 65536u, 1000003u}) {
    DirectCounter<> counter(10);
    std::vector<uint32_t> numbers(size, 7);
    numbers.push_back(3);
    counter.Add(numbers);
    counter.EndGroup([&](auto clear) { clear(std::span<const uint32_t>(numbers)); });
    EXPECT_EQ(counter.Sizes().Histogram(), (Histogram{{1, 1}, {size, 1}}));
  }
}

TEST(PartListsTest, KeepsEveryElementInTheOrderOfRecords) {
  const Case c(50000, {7, 900, 30}, 11);
  std::vector<uint64_t> keys(c.keys().rows());
  c.keys().Fill(0, keys.size(), keys.data());
  for (const uint64_t parts : {1u, 3u, 500u}) {
    std::vector<std::vector<uint64_t>> expected(parts);
    for (const uint64_t key : keys) expected[key % parts].push_back(key);
    for (const int threads : {1, 2, 8}) {
      const auto lists = PartLists<uint64_t>::Scatter<uint64_t>(
          c.keys(), threads, parts,
          [parts](uint64_t key, uint64_t) { return std::pair(key % parts, key); });
      for (uint64_t p = 0; p < parts; ++p) {
        std::vector<uint64_t> found;
        lists.ForEachPiece(
            p, [&](auto piece) { found.insert(found.end(), piece.begin(), piece.end()); });
        EXPECT_EQ(found, expected[p]);
        EXPECT_EQ(lists.size(p), expected[p].size());
      }
    }
  }
}

// Every way that a domain allows, and the one chosen, against the map.
void ExpectAllWays(const Case& c) {
  const uint64_t domain = c.keys().domain();
  for (const int threads : {1, 2, 8}) {
    EXPECT_EQ(CountClasses(c.keys(), threads).Histogram(), c.expected());
    EXPECT_EQ(CountByHash(c.keys(), threads).Histogram(), c.expected());
    if (domain <= 1 << 20) {
      EXPECT_EQ(CountByArray(c.keys(), threads).Histogram(), c.expected());
    }
    for (const int bits : {4, 12, 16, 20, 22}) {
      const uint64_t parts = ((domain - 1) >> bits) + 1;
      if (parts > 10000) continue;
      EXPECT_EQ(CountDirectly(c.keys(), {bits, parts}, threads).Histogram(), c.expected());
    }
  }
}

TEST(CountClassesTest, NoRecords) { ExpectAllWays(Case(0, {3, 5}, 1)); }
TEST(CountClassesTest, OneRecord) { ExpectAllWays(Case(1, {3, 5}, 1)); }
TEST(CountClassesTest, OneClassOfAllRecords) { ExpectAllWays(Case(70001, {1, 1}, 1)); }
TEST(CountClassesTest, OneColumn) { ExpectAllWays(Case(30000, {70000}, 2)); }
TEST(CountClassesTest, SmallDomain) { ExpectAllWays(Case(30000, {4, 3, 9}, 3)); }
TEST(CountClassesTest, PartsOfSmallestWidth) { ExpectAllWays(Case(60000, {80, 90, 30}, 4)); }
TEST(CountClassesTest, KeysOf32Bits) { ExpectAllWays(Case(60000, {3, 1200, 100, 60, 96}, 5)); }
TEST(CountClassesTest, KeysBeyond32Bits) { ExpectAllWays(Case(60000, {3, 1200, 100, 60, 288}, 6)); }
TEST(CountClassesTest, KeysOf63Bits) {
  ExpectAllWays(Case(20000, {3000, 3000, 3000, 3000, 9999}, 7));
}
TEST(CountClassesTest, KeysBeyond64BitsAreMerged) {
  ExpectAllWays(Case(20000, std::vector<uint64_t>(40, 4), 8));
}

TEST(CountClassesTest, AnyTable) {
  testing::FixPropertySeed(kSeed);
  const bool ok = rc::check("tables of up to five columns", [] {
    const auto rows = *rc::gen::inRange<uint64_t>(0, 5000);
    const auto distinct = *rc::gen::nonEmpty(rc::gen::resize(
        5, rc::gen::container<std::vector<uint64_t>>(rc::gen::inRange<uint64_t>(1, 40))));
    const Case c(rows, distinct, *rc::gen::arbitrary<uint64_t>());
    for (const int threads : {1, 2, 8}) {
      RC_ASSERT(CountClasses(c.keys(), threads).Histogram() == c.expected());
      RC_ASSERT(CountByHash(c.keys(), threads).Histogram() == c.expected());
      const uint64_t parts = ((c.keys().domain() - 1) >> 14) + 1;
      if (parts < 20000) {
        RC_ASSERT(CountDirectly(c.keys(), {14, parts}, threads).Histogram() == c.expected());
      }
    }
  });
  EXPECT_TRUE(ok);
}

}  // namespace
}  // namespace oboro::sdc
