// The written file and its manifest: what they hold, and what they must not.
#include "services/sdc/records/anonymized.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "services/sdc/records/manifest.h"
#include "services/sdc/records/random_order.h"
#include "services/sdc/records/risk.h"
#include "services/sdc/records/test_data.h"

namespace oboro::sdc {
namespace {

using testing::Adult;
using testing::LoadText;

struct Applied {
  SearchInput input;
  SearchOptions options;
  SearchResult result;
  AppliedNode node;
};

Applied Anonymize(std::vector<Model> models, const std::string& sensitive) {
  Applied run;
  run.input = Adult::Get().Input(sensitive);
  run.input.models = std::move(models);
  run.options.suppression_limit = Rational::Of(1, 20);
  auto result = FindOptimum(run.input, run.options);
  EXPECT_TRUE(result.ok()) << result.status();
  run.result = *result;
  auto node = ApplyNode(run.input, run.result.levels, 2);
  EXPECT_TRUE(node.ok()) << node.status();
  run.node = *std::move(node);
  return run;
}

std::string Write(const Applied& run, uint8_t seed, std::vector<size_t> keep = {}) {
  WriteOptions options;
  options.delimiter = ';';
  options.seed.fill(seed);
  options.keep = std::move(keep);
  std::ostringstream out;
  const absl::Status ok = WriteAnonymized(run.input, run.node, options, out);
  EXPECT_TRUE(ok.ok()) << ok;
  return out.str();
}

// Loss recomputed from the written labels: leaves under a label, by walking the hierarchy's rows.
double LossOf(const CodedTable& written, const Applied& run) {
  const auto n = static_cast<double>(run.result.records);
  double product = 1;
  for (size_t d = 0; d < run.input.quasi_identifiers.size(); ++d) {
    const Hierarchy& h = *run.input.hierarchies[d];
    const Hierarchy::Level& level = h.level(run.result.levels[d]);
    std::map<std::string, double> share;
    for (uint32_t leaf = 0; leaf < h.leaf_count(); ++leaf) {
      share[level.labels[level.node_of_leaf[leaf]]] += 1.0 / static_cast<double>(h.leaf_count());
    }
    const CodedColumn& column = written.column(
        *written.Find(run.input.table->column(run.input.quasi_identifiers[d]).name()));
    double sum = n - static_cast<double>(written.rows());
    for (uint64_t r = 0; r < written.rows(); ++r) sum += share.at(column.value(r));
    const double floor = n / static_cast<double>(h.leaf_count());
    product *= 1 + (sum - floor) / (n - floor);
  }
  return std::pow(product, 1.0 / static_cast<double>(run.input.quasi_identifiers.size())) - 1;
}

TEST(AnonymizedTest, ClassesAndLossRecomputedFromTheFile) {
  const Applied run = Anonymize({Model::KAnonymity(5), Model::DistinctL(3)}, "occupation");
  const CodedTable written = LoadText(Write(run, 1), ';', TextEncoding::kUtf8);
  EXPECT_EQ(written.rows() + run.result.suppressed, run.result.records);
  EXPECT_EQ(run.node.kept_records, written.rows());
  std::vector<std::string> names;
  for (const size_t c : run.input.quasi_identifiers) {
    names.push_back(run.input.table->column(c).name());
  }
  const auto measure = MeasureClasses(written, names, {"occupation"});
  ASSERT_TRUE(measure.ok()) << measure.status();
  EXPECT_EQ(measure->classes, run.result.classes);
  EXPECT_EQ(measure->min_class, run.result.min_class);
  EXPECT_GE(measure->min_class, 5u);
  EXPECT_GE(measure->sensitive[0].distinct_l, 3u);
  EXPECT_NEAR(LossOf(written, run), run.result.score, 1e-9);
}

TEST(AnonymizedTest, OnlyNamedColumnsInRandomOrder) {
  Applied run = Anonymize({Model::KAnonymity(5)}, "occupation");
  run.input.sensitive.clear();
  const std::string first = Write(run, 1), again = Write(run, 1), other = Write(run, 2);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
  EXPECT_EQ(first.substr(0, first.find('\n')),
            "sex;age;race;marital-status;education;native-country;workclass;salary-class");
  const auto sorted = [](const std::string& text) {
    std::vector<std::string> lines;
    std::stringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  EXPECT_EQ(sorted(first), sorted(other));
  const size_t occupation = *run.input.table->Find("occupation");
  EXPECT_NE(Write(run, 1, {occupation}).find("occupation"), std::string::npos);
  WriteOptions twice;
  twice.keep = {0};
  std::ostringstream out;
  EXPECT_FALSE(WriteAnonymized(run.input, run.node, twice, out).ok());
}

TEST(AnonymizedTest, ManifestHoldsNoValueOfTheData) {
  const Applied run =
      Anonymize({Model::KAnonymity(5), Model::RecursiveCL(Rational::Of(4), 3)}, "occupation");
  ManifestInput manifest{&run.input, &run.options, &run.result, &run.node, std::nullopt, {}};
  const std::string text = MakeManifest(manifest);
  EXPECT_EQ(text, MakeManifest(manifest));
  for (const CodedColumn& column : run.input.table->columns()) {
    for (const std::string& value : column.dictionary()) {
      // Short numbers (ages) may be parts of figures; as strings they may not occur.
      EXPECT_EQ(text.find("\"" + value + "\""), std::string::npos) << value;
      if (value.size() > 3) {
        EXPECT_EQ(text.find(value), std::string::npos) << value;
      }
    }
  }
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json.dump(), text);  // sorted keys, no white space
  EXPECT_FALSE(json.contains("input_hmac_sha256"));
  EXPECT_EQ(json["counts"]["written"].get<uint64_t>(), run.node.kept_records);
  manifest.keyed_input_digest = "ab";
  EXPECT_NE(MakeManifest(manifest).find("input_hmac_sha256"), std::string::npos);
}

TEST(RandomOrderTest, EveryOrderOfThreeIsAboutAsFrequent) {
  std::array<uint8_t, 32> seed{};
  SeededRandom random(seed);
  std::map<std::vector<int>, int> seen;
  for (int i = 0; i < 6000; ++i) {
    std::vector<int> items = {1, 2, 3};
    Shuffle(random, items);
    ++seen[items];
  }
  EXPECT_EQ(seen.size(), 6u);
  for (const auto& [order, n] : seen) EXPECT_NEAR(n, 1000, 150);
}

}  // namespace
}  // namespace oboro::sdc
