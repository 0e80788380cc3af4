#include "services/sdc/records/risk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

namespace oboro::sdc {
namespace {

struct Naive {
  std::map<uint64_t, uint64_t> histogram;
  uint64_t distinct_l = UINT64_MAX;
  double entropy_l = INFINITY;
  double t_equal = 0;
};

Naive Measure(const std::vector<std::vector<std::string>>& rows, size_t qi) {
  std::map<std::vector<std::string>, std::map<std::string, uint64_t>> classes;
  std::map<std::string, uint64_t> global;
  for (const auto& row : rows) {
    ++classes[{row.begin(), row.begin() + qi}][row[qi]];
    ++global[row[qi]];
  }
  Naive out;
  for (const auto& [key, values] : classes) {
    uint64_t size = 0;
    for (const auto& [v, c] : values) size += c;
    ++out.histogram[size];
    out.distinct_l = std::min<uint64_t>(out.distinct_l, values.size());
    double h = 0, t = 0;
    for (const auto& [v, total] : global) {
      const auto it = values.find(v);
      const double p = it == values.end() ? 0 : double(it->second) / size;
      if (p > 0) h -= p * std::log(p);
      t += std::abs(p - double(total) / rows.size()) / 2;
    }
    out.entropy_l = std::min(out.entropy_l, std::exp(h));
    out.t_equal = std::max(out.t_equal, t);
  }
  return out;
}

// Columns of the given numbers of distinct values, then one sensitive column of 5.
std::vector<std::vector<std::string>> RandomRows(const std::vector<int>& distinct, int n,
                                                 int seed) {
  std::mt19937_64 random(seed);
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < n; ++i) {
    std::vector<std::string> row;
    for (int d : distinct) row.push_back("v" + std::to_string(random() % d));
    row.push_back("s" + std::to_string(random() % 5 * (random() % 5) / 4));
    rows.push_back(row);
  }
  return rows;
}

void ExpectSame(const std::vector<int>& distinct, int n, int seed) {
  const auto rows = RandomRows(distinct, n, seed);
  std::vector<std::string> names, qi;
  for (size_t i = 0; i <= distinct.size(); ++i) names.push_back("c" + std::to_string(i));
  qi.assign(names.begin(), names.end() - 1);
  const auto table = TableFromRows(names, rows);
  ASSERT_TRUE(table.ok());
  const Naive expected = Measure(rows, distinct.size());
  for (int threads : {1, 2, 8}) {
    const auto measure = MeasureClasses(*table, qi, {names.back()}, {.threads = threads});
    ASSERT_TRUE(measure.ok()) << measure.status();
    const std::vector<std::pair<uint64_t, uint64_t>> histogram(expected.histogram.begin(),
                                                               expected.histogram.end());
    EXPECT_EQ(measure->histogram, histogram);
    EXPECT_EQ(measure->records, static_cast<uint64_t>(n));
    EXPECT_EQ(measure->sensitive[0].distinct_l, expected.distinct_l);
    EXPECT_NEAR(measure->sensitive[0].entropy_l, expected.entropy_l, 1e-12);
    EXPECT_NEAR(measure->sensitive[0].t_equal, expected.t_equal, 1e-12);
  }
}

TEST(MeasureClassesTest, SmallDomain) { ExpectSame({3, 4, 2}, 500, 1); }
TEST(MeasureClassesTest, KeyOf32Bits) { ExpectSame({50, 700, 300}, 20000, 2); }
TEST(MeasureClassesTest, ManyPartsOfRepeatedKeys) { ExpectSame({40, 40, 10, 9}, 60000, 3); }
TEST(MeasureClassesTest, KeyOf64Bits) { ExpectSame({300, 300, 300, 300, 300}, 3000, 4); }
TEST(MeasureClassesTest, KeyBeyond64Bits) {
  ExpectSame({300, 300, 300, 300, 300, 300, 300, 300, 300}, 3000, 5);
  ExpectSame(std::vector<int>(40, 4), 2000, 6);
  ExpectSame(std::vector<int>(70, 2), 2000, 7);
}

TEST(MeasureClassesTest, CountsByHand) {
  const auto table = TableFromRows(
      {"a", "b"}, {{"1", "x"}, {"1", "x"}, {"1", "y"}, {"2", "x"}, {"2", ""}, {"2", ""}});
  ASSERT_TRUE(table.ok());
  const auto measure = MeasureClasses(*table, std::vector<std::string>{"a", "b"});
  ASSERT_TRUE(measure.ok());
  EXPECT_EQ(measure->classes, 4u);
  EXPECT_EQ(measure->min_class, 1u);
  EXPECT_EQ(measure->max_class, 2u);
  EXPECT_EQ(measure->uniques, 2u);
  EXPECT_EQ(measure->RecordsBelow(2), 2u);
  EXPECT_EQ(measure->RecordsBelow(3), 6u);
  EXPECT_DOUBLE_EQ(measure->ProsecutorMax(), 1.0);
  EXPECT_DOUBLE_EQ(measure->ProsecutorMean(), 4.0 / 6);
}

TEST(MeasureClassesTest, EmptyTableHasNoClasses) {
  CodedColumnBuilder builder("a");
  std::vector<CodedColumn> columns;
  columns.push_back(builder.Finish());
  const auto table = CodedTable::Make(std::move(columns));
  ASSERT_TRUE(table.ok());
  const auto measure = MeasureClasses(*table, std::vector<std::string>{"a"});
  ASSERT_TRUE(measure.ok());
  EXPECT_EQ(measure->classes, 0u);
  EXPECT_EQ(measure->min_class, 0u);
  EXPECT_EQ(measure->ProsecutorMax(), 0.0);
}

TEST(MeasureClassesTest, RefusesBadColumns) {
  const auto table = TableFromRows({"a", "b"}, {{"1", "x"}});
  ASSERT_TRUE(table.ok());
  EXPECT_FALSE(MeasureClasses(*table, std::vector<std::string>{}).ok());
  EXPECT_FALSE(MeasureClasses(*table, std::vector<std::string>{"a", "a"}).ok());
  EXPECT_FALSE(MeasureClasses(*table, std::vector<std::string>{"z"}).ok());
  EXPECT_FALSE(MeasureClasses(*table, std::vector<std::string>{"a"}, {"a"}).ok());
  const std::vector<size_t> outside = {7};
  EXPECT_FALSE(MeasureClasses(*table, outside).ok());
}

}  // namespace
}  // namespace oboro::sdc
