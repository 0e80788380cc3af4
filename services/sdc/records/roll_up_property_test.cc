// Roll-ups against a map, on tables large enough for hashing and with digits wide enough for tables
// of their own; and the pool of threads that runs them.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <atomic>
#include <map>
#include <random>

#include "services/sdc/records/group_table.h"
#include "services/sdc/records/random_case.h"
#include "services/sdc/records/worker_pool.h"

namespace oboro::sdc {
namespace {

using testing::FixPropertySeed;

class Wide {
 public:
  explicit Wide(uint64_t seed) : random_(seed) {
    static constexpr int kValues[] = {1, 2, 3, 17, 100, 3000};
    const int columns = 1 + Pick(6), rows = 1 + Pick(6000);
    std::vector<std::string> names;
    std::vector<std::vector<std::string>> cells(rows);
    for (int c = 0; c <= columns; ++c) {
      names.push_back("c" + std::to_string(c));
      const int values = kValues[Pick(6)];
      for (auto& row : cells) row.push_back(std::to_string(std::min(Pick(values), Pick(values))));
    }
    table_ = *TableFromRows(names, cells);
    std::vector<size_t> all;
    std::vector<const Hierarchy*> pointers;
    for (int c = 0; c < columns; ++c) {
      std::vector<std::vector<std::string>> lines;
      for (const std::string& v : table_.column(c).dictionary()) {
        const int number = std::stoi(v);
        lines.push_back({v, "a" + std::to_string(number / 3), "b" + std::to_string(number / 90)});
        if (c % 2 == 0) lines.back().push_back("*");
      }
      auto h = Hierarchy::Make(names[c], lines);
      EXPECT_TRUE(h.ok()) << h.status();
      hierarchies_.push_back(std::make_unique<Hierarchy>(*std::move(h)));
      pointers.push_back(hierarchies_.back().get());
      all.push_back(c);
    }
    auto made = Lattice::Make(table_, all, pointers, {});
    EXPECT_TRUE(made.ok()) << made.status();
    lattice_ = std::make_unique<Lattice>(*std::move(made));
  }

  int Pick(int n) { return static_cast<int>(random_() % n); }
  const Lattice& lattice() const { return *lattice_; }
  const CodeArray& sensitive() const { return table_.columns().back().codes(); }
  uint64_t sensitive_distinct() const { return table_.columns().back().distinct(); }

  using Counts = std::map<uint32_t, uint64_t>;
  // Sensitive counts of each tuple of groups, straight from the records.
  std::map<std::vector<uint32_t>, Counts> Classes(const LevelVector& levels) const {
    std::map<std::vector<uint32_t>, Counts> classes;
    for (uint64_t r = 0; r < table_.rows(); ++r) {
      std::vector<uint32_t> tuple;
      for (size_t d = 0; d < levels.size(); ++d) {
        tuple.push_back(lattice_->attribute(d).node_of_code[levels[d]][table_.column(d).code(r)]);
      }
      ++classes[tuple][sensitive()[r]];
    }
    return classes;
  }
  // A random node at or above another.
  LevelVector Above(LevelVector levels) {
    for (size_t d = 0; d < levels.size(); ++d) {
      levels[d] += Pick(lattice_->attribute(d).high - levels[d] + 1);
    }
    return levels;
  }

 private:
  std::mt19937_64 random_;
  CodedTable table_;
  std::vector<std::unique_ptr<Hierarchy>> hierarchies_;
  std::unique_ptr<Lattice> lattice_;
};

template <typename Key>
void ExpectClasses(const Wide& wide, const GroupTable<Key>& table) {
  auto expected = wide.Classes(table.levels);
  RC_ASSERT(table.groups() == expected.size());
  for (size_t g = 0; g < table.groups(); ++g) {
    std::vector<uint32_t> tuple;
    for (const LatticeAttribute& a : wide.lattice().attributes()) {
      tuple.push_back(static_cast<uint32_t>(table.keys[g] >> a.shift) &
                      static_cast<uint32_t>(a.digit_mask));
    }
    const auto it = expected.find(tuple);
    RC_ASSERT(it != expected.end());
    uint64_t size = 0;
    for (const auto& [code, count] : it->second) size += count;
    RC_ASSERT(table.sizes[g] == size);
    if (!table.has_values()) continue;
    Wide::Counts counts;
    for (uint32_t e = table.begin[g]; e < table.begin[g + 1]; ++e) {
      counts[table.codes[e]] += table.counts[e];
    }
    RC_ASSERT(counts == it->second);
    RC_ASSERT(table.begin[g + 1] - table.begin[g] == it->second.size());
  }
}

template <typename Key>
void CheckRollUps(uint64_t seed) {
  Wide wide(seed);
  const bool values = wide.Pick(2) == 0;
  RC_PRE(wide.lattice().key_bits() + 12 <= static_cast<int>(8 * sizeof(Key)));
  const auto base = BaseGroups<Key>(wide.lattice(), values ? &wide.sensitive() : nullptr,
                                    values ? wide.sensitive_distinct() : 0, 1 + wide.Pick(2));
  RollUp<Key> roll_up;
  GroupTable<Key> from = base, to;
  for (int step = 0; step < 3; ++step) {
    const LevelVector target = wide.Above(from.levels);
    RC_ASSERT(roll_up.Run(wide.lattice(), from, target, &to));
    RC_ASSERT(to.levels == target);
    ExpectClasses(wide, to);
    const uint64_t k = 1 + wide.Pick(20);
    uint64_t below = 0;
    for (const uint32_t n : to.sizes) below += n < k ? n : 0;
    RC_ASSERT(roll_up.RecordsBelow(k, wide.lattice(), from, target) == below);
    GroupTable<Key> some;
    const uint64_t most = wide.Pick(static_cast<int>(2 * to.groups()));
    RC_ASSERT(roll_up.Run(wide.lattice(), from, target, &some, most) == (to.groups() <= most));
    std::swap(from, to);
  }
}

class RollUpPropertyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { FixPropertySeed("seed=20261121 max_success=100"); }
};

TEST_F(RollUpPropertyTest, AgreesWithAMap) {
  EXPECT_TRUE(rc::check("64-bit keys", CheckRollUps<Key64>));
  EXPECT_TRUE(rc::check("128-bit keys", CheckRollUps<Key128>));
}

// Keys and count that together fill more than 64 bits are kept apart; both ways agree.
TEST_F(RollUpPropertyTest, PackedAndPlainSlotsAgree) {
  EXPECT_TRUE(rc::check("slots", [](uint64_t seed) {
    Wide wide(seed);
    const auto base = BaseGroups<Key64>(wide.lattice(), nullptr, 0, 1);
    const LevelVector target = wide.Above(base.levels);
    RC_PRE(PackedSlots::Fits(wide.lattice()));
    HashFold<uint64_t, PackedSlots> packed;
    HashFold<uint64_t, PlainSlots<uint64_t>> plain;
    std::map<uint64_t, uint32_t> classes[2];
    const auto run = [&](auto& fold, std::map<uint64_t, uint32_t>* out) {
      // A wrong guess of the keys to come costs time only.
      fold.Plan(wide.lattice(), base.levels, target, wide.Pick(10000));
      RC_ASSERT(fold.Count(base.keys, base.sizes, UINT64_MAX));
      std::vector<uint64_t> keys;
      std::vector<uint32_t> sizes;
      fold.Emit(&keys, &sizes);
      for (size_t i = 0; i < keys.size(); ++i) (*out)[keys[i]] = sizes[i];
      RC_ASSERT(out->size() == keys.size());
    };
    run(packed, &classes[0]);
    run(plain, &classes[1]);
    RC_ASSERT(classes[0] == classes[1]);
  }));
}

// The largest class that a lattice admits, 2^32 - 2 records, is counted without wrapping.
TEST(FoldTest, LargestClassDoesNotWrap) {
  const Wide wide(7);
  const LevelVector base(wide.lattice().dimensions(), 0);
  const std::vector<uint64_t> keys = {0, 0, 0};
  const std::vector<uint32_t> parts = {0x80000000u, 0x7FFFFFFDu, 1};
  const auto largest = [&](auto& fold) {
    EXPECT_TRUE(fold.Count(keys, parts, 1));
    std::vector<uint64_t> out;
    std::vector<uint32_t> sizes;
    fold.Emit(&out, &sizes);
    EXPECT_EQ(sizes, std::vector<uint32_t>{0xFFFFFFFEu});
  };
  HashFold<uint64_t, PlainSlots<uint64_t>> hash;
  hash.Plan(wide.lattice(), base, base, keys.size());
  largest(hash);
  DenseFold<uint64_t> dense;
  ASSERT_TRUE(dense.Plan(wide.lattice(), base, base, uint64_t{1} << 30));
  largest(dense);
}

TEST(WorkerPoolTest, RunsEveryItemOnce) {
  for (const int threads : {1, 2, 8}) {
    WorkerPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    pool.Run(0, [](int, uint64_t) { FAIL(); });
    for (uint64_t job = 1; job < 300; ++job) {
      std::vector<int> runs(job % 17 + 1, 0);
      std::atomic<int> strangers{0};
      pool.Run(runs.size(), [&](int t, uint64_t i) {
        ++runs[i];
        strangers += t < 0 || t >= threads;
      });
      EXPECT_EQ(runs, std::vector<int>(runs.size(), 1));
      EXPECT_EQ(strangers, 0);
    }
  }
}

}  // namespace
}  // namespace oboro::sdc
