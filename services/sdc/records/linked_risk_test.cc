#include "services/sdc/records/linked_risk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "services/sdc/records/risk.h"
#include "services/sdc/records/test_data.h"

namespace oboro::sdc {
namespace {

using testing::LoadText;
using testing::ReadFile;
using testing::SharedPath;
using Json = nlohmann::json;

class SdcMicroTest : public ::testing::Test {
 protected:
  SdcMicroTest()
      : expected_(Json::parse(ReadFile(SharedPath("oracles/sdcmicro/sdcmicro_testdata.json")))),
        table_(LoadText(ReadFile(SharedPath("oracles/sdcmicro/sdcmicro_testdata.csv")), ',',
                        TextEncoding::kUtf8)) {}
  Json expected_;
  CodedTable table_;
};

TEST_F(SdcMicroTest, ClassSizes) {
  const auto names = expected_["keyVars"].get<std::vector<std::string>>();
  const auto columns = table_.FindAll(names);
  ASSERT_TRUE(columns.ok()) << columns.status();
  for (const int threads : {1, 3}) {
    const auto sizes = ClassSizes(table_, *columns, threads);
    ASSERT_TRUE(sizes.ok());
    EXPECT_EQ(*sizes, expected_["fk"].get<std::vector<uint32_t>>());
  }
  const auto measure = MeasureClasses(table_, names);
  ASSERT_TRUE(measure.ok());
  EXPECT_EQ(measure->RecordsBelow(2), expected_["n_lt2"].get<uint64_t>());
  EXPECT_EQ(measure->RecordsBelow(3), expected_["n_lt3"].get<uint64_t>());
  EXPECT_EQ(measure->RecordsBelow(5), expected_["n_lt5"].get<uint64_t>());
}

TEST_F(SdcMicroTest, HouseholdRisks) {
  const auto risk = expected_["risk"].get<std::vector<double>>();
  const auto household = expected_["hier_risk"].get<std::vector<double>>();
  const CodedColumn& column = table_.column(*table_.Find(std::string(expected_["hhId"])));
  const auto measure = MeasureHouseholds(risk, column);
  ASSERT_TRUE(measure.ok());
  ASSERT_EQ(household.size(), table_.rows());
  double max = 0;
  for (size_t i = 0; i < household.size(); ++i) {
    ASSERT_NEAR(measure->risk[column.code(i)], household[i], 1e-12) << i;
    max = std::max(max, household[i]);
  }
  EXPECT_NEAR(measure->max, max, 1e-12);
  // Its global risk and expected re-identifications are the mean and the sum of the same risks.
  const double sum = std::accumulate(risk.begin(), risk.end(), 0.0);
  EXPECT_NEAR(sum, expected_["expected_reid"].get<double>(), 1e-9);
  EXPECT_NEAR(sum / static_cast<double>(risk.size()), expected_["global_risk"].get<double>(),
              1e-14);
}

// The oracle's household risks come from its risks with sampling weights. Ours, without a sampling
// design, from 1 / fk: the same product, over the oracle's class sizes.
TEST_F(SdcMicroTest, HouseholdRisksOfOurOwnClasses) {
  const auto columns = table_.FindAll(expected_["keyVars"].get<std::vector<std::string>>());
  ASSERT_TRUE(columns.ok()) << columns.status();
  const auto sizes = ClassSizes(table_, *columns, 2);
  ASSERT_TRUE(sizes.ok());
  std::vector<double> risk;
  for (const uint32_t n : *sizes) risk.push_back(1.0 / n);
  const CodedColumn& column = table_.column(*table_.Find(std::string(expected_["hhId"])));
  const auto measure = MeasureHouseholds(risk, column);
  ASSERT_TRUE(measure.ok());
  std::map<std::string, std::pair<double, double>> expected;  // log of the safe share, highest
  for (uint64_t i = 0; i < table_.rows(); ++i) {
    const double fk = expected_["fk"][i].get<double>();
    auto& [safe, highest] = expected[column.value(i)];
    safe += std::log1p(-1 / fk);
    highest = std::max(highest, 1 / fk);
  }
  ASSERT_EQ(measure->households, expected.size());
  for (uint64_t i = 0; i < table_.rows(); ++i) {
    const auto& [safe, highest] = expected[column.value(i)];
    ASSERT_NEAR(measure->risk[column.code(i)], -std::expm1(safe), 1e-12) << i;
    ASSERT_EQ(measure->highest_member[column.code(i)], highest) << i;
    ASSERT_LE(measure->highest_member[column.code(i)], measure->risk[column.code(i)] + 1e-15);
  }
  EXPECT_EQ(measure->max, 1.0);  // 157 records are unique
  EXPECT_EQ(measure->highest_member_max, 1.0);
}

TEST(HouseholdTest, ByHand) {
  const auto table = TableFromRows({"h"}, {{"a"}, {"a"}, {"b"}});
  ASSERT_TRUE(table.ok());
  const std::vector<double> risk = {0.5, 0.5, 0.1};
  const auto measure = MeasureHouseholds(risk, table->column(0));
  ASSERT_TRUE(measure.ok());
  EXPECT_DOUBLE_EQ(measure->max, 0.75);
  EXPECT_EQ(measure->households, 2u);
  EXPECT_NEAR(measure->mean, (0.75 + 0.1) / 2, 1e-15);
  EXPECT_NEAR(measure->record_mean, (0.75 + 0.75 + 0.1) / 3, 1e-15);
  EXPECT_EQ(measure->highest_member, (std::vector<double>{0.5, 0.1}));
  EXPECT_EQ(measure->highest_member_max, 0.5);
  EXPECT_NEAR(measure->highest_member_mean, 0.3, 1e-15);
  const std::vector<double> few = {0.5};
  EXPECT_FALSE(MeasureHouseholds(few, table->column(0)).ok());
}

TEST(JournalistTest, ByHand) {
  const auto sample = TableFromRows({"a", "b"}, {{"1", "x"}, {"1", "x"}, {"2", "y"}, {"9", "z"}});
  const auto population = TableFromRows(
      {"b", "a"},
      {{"x", "1"}, {"x", "1"}, {"x", "1"}, {"x", "1"}, {"y", "2"}, {"y", "3"}, {"q", "7"}});
  ASSERT_TRUE(sample.ok() && population.ok());
  const std::vector<size_t> qi = {0, 1}, columns = {1, 0};
  const auto measure = MeasureJournalist(*sample, qi, *population, columns, 2);
  ASSERT_TRUE(measure.ok());
  // Classes: (1,x) 4 in the population, (2,y) 1, (9,z) none and then 1.
  EXPECT_DOUBLE_EQ(measure->max, 1.0);
  EXPECT_DOUBLE_EQ(measure->mean, (2 * 0.25 + 1 + 1) / 4);
  EXPECT_EQ(measure->records_beyond_population, 1u);
}

}  // namespace
}  // namespace oboro::sdc
