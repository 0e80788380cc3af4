#include "services/verification/evaluate.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "services/platform/base/status_matchers.h"
#include "services/verification/verdict_document.h"

namespace oboro::verification {
namespace {

platform::Policy Default() {
  std::ifstream in("deploy/policies/default.yaml");
  std::stringstream text;
  text << in.rdbuf();
  auto policy = platform::ParsePolicy(text.str());
  EXPECT_OK(policy);
  return *policy;
}

abstraction::v1::Abstraction About() {
  abstraction::v1::Abstraction about;
  about.set_name("tenants/t/abstractions/a");
  const auto add = [&](const char* name, abstraction::v1::ColumnKind kind) {
    auto* column = about.add_columns();
    column->set_name(name);
    column->set_kind(kind);
  };
  add("person", abstraction::v1::COLUMN_KIND_LINK_NUMBER);
  add("age_band", abstraction::v1::COLUMN_KIND_QUASI_IDENTIFIER);
  add("sex", abstraction::v1::COLUMN_KIND_QUASI_IDENTIFIER);
  add("illness", abstraction::v1::COLUMN_KIND_SENSITIVE);
  add("event", abstraction::v1::COLUMN_KIND_OTHER);
  return about;
}

// 13 records: classes of 1, 2 and 10.
Measured Small() {
  Measured measured;
  measured.records = 13;
  for (const char* name : {"person", "age_band", "sex", "illness", "event"}) {
    measured.columns.push_back({name, "", false});
  }
  MeasuredClasses classes;
  classes.classes = 3;
  classes.k = 1;
  classes.uniques = 1;
  classes.histogram = {{1, 1}, {2, 1}, {10, 1}};
  classes.distinct_l = {{"illness", 2}};
  measured.classes = {classes, classes, classes};
  measured.worst = {{{"age_band", "sex"}, 3, 1, 3}, {{"sex"}, 2, 0, 2}};
  measured.without = {{{"age_band"}, 2, 0, 2}, {{"sex"}, 1, 0, 0}};
  return measured;
}

v1::Verdict Judge(const Measured& measured, int64_t population) {
  const platform::Policy policy = Default();
  std::vector<MeasurePlan> plans;
  for (const auto& tier : policy.tiers) plans.push_back(PlanFor(tier, About()));
  v1::Verdict verdict;
  Evaluate(policy, plans, measured, population, &verdict);
  return verdict;
}

const v1::RuleResult* Find(const v1::Verdict& verdict, int tier, const std::string& rule) {
  for (const auto& result : verdict.tiers(tier).rules()) {
    if (result.rule() == rule) return &result;
  }
  return nullptr;
}

TEST(Evaluate, SmallClassesWarnInsideAndRefuseOutside) {
  const v1::Verdict verdict = Judge(Small(), 250000);
  ASSERT_EQ(verdict.tiers_size(), 3);
  EXPECT_EQ(verdict.tiers(0).outcome(), v1::OUTCOME_WARN);
  EXPECT_EQ(verdict.tiers(1).outcome(), v1::OUTCOME_REFUSE);
  EXPECT_EQ(verdict.tiers(2).outcome(), v1::OUTCOME_REFUSE);
  EXPECT_EQ(Find(verdict, 0, "K_ANONYMITY")->measured(), "k = 1, 3 records below");
  EXPECT_EQ(verdict.figures().records_below_k(0), 3);
  EXPECT_EQ(verdict.figures().records_below_k(2), 3);
  EXPECT_EQ(verdict.figures().quasi_identifiers_size(), 2);
  ASSERT_EQ(verdict.figures().combinations_size(), 2);
  EXPECT_EQ(verdict.figures().combinations(0).columns(1), "sex");
  EXPECT_EQ(verdict.figures().combinations(0).records_below_k(), 3);
  EXPECT_EQ(verdict.figures().without(0).columns(0), "age_band");
  EXPECT_EQ(verdict.figures().combinations_k(), LargestK(Default()));
}

TEST(Evaluate, LargeClassesPass) {
  Measured measured = Small();
  for (MeasuredClasses& classes : measured.classes) {
    classes = {.classes = 1,
               .k = 13,
               .uniques = 0,
               .histogram = {{13, 1}},
               .distinct_l = {{"illness", 2}}};
  }
  const v1::Verdict verdict = Judge(measured, 250000);
  for (const auto& tier : verdict.tiers()) EXPECT_EQ(tier.outcome(), v1::OUTCOME_PASS);
}

TEST(Evaluate, IdentifiersAndDatesRefuseEveryTier) {
  Measured measured = Small();
  measured.columns[4].identifier = "MY_NUMBER";
  EXPECT_EQ(Judge(measured, 250000).tiers(0).outcome(), v1::OUTCOME_REFUSE);
  measured = Small();
  measured.columns[1].exact_dates = true;
  EXPECT_EQ(Judge(measured, 250000).tiers(0).outcome(), v1::OUTCOME_REFUSE);
  measured = Small();
  measured.columns[4].name = "氏名";
  const v1::Verdict verdict = Judge(measured, 250000);
  EXPECT_EQ(Find(verdict, 0, "DIRECT_IDENTIFIER")->measured(), "1 columns: 氏名 (NAMED)");
}

TEST(Evaluate, PopulationDecidesWhatMayBeCounted) {
  EXPECT_EQ(Judge(Small(), 1999).tiers(0).outcome(), v1::OUTCOME_REFUSE);
  EXPECT_EQ(Find(Judge(Small(), 24999), 0, "POPULATION_CLASS")->threshold(),
            "counts 1-19 never shown");
  EXPECT_EQ(Find(Judge(Small(), 25000), 0, "POPULATION_CLASS")->threshold(),
            "counts 1-9 never shown");
}

TEST(PlanFor, NamedColumnsThatExistOrTheRecipesOwn) {
  platform::TierPolicy tier;
  EXPECT_EQ(PlanFor(tier, About()).quasi_identifiers,
            (std::vector<std::string>{"age_band", "sex"}));
  tier.quasi_identifiers = {"nowhere", "event", "illness", "person"};
  const MeasurePlan plan = PlanFor(tier, About());
  EXPECT_EQ(plan.quasi_identifiers, (std::vector<std::string>{"illness", "event"}));
  EXPECT_TRUE(plan.sensitive.empty());  // What is known already cannot be learnt.
  tier.quasi_identifiers = {"nowhere"};
  EXPECT_EQ(PlanFor(tier, About()).quasi_identifiers,
            (std::vector<std::string>{"age_band", "sex"}));
}

TEST(ParseMeasured, RefusesWhatIsNotAgreed) {
  EXPECT_FALSE(ParseMeasured("", 1).ok());
  EXPECT_FALSE(ParseMeasured("[]", 1).ok());
  EXPECT_FALSE(ParseMeasured(R"({"records": "x", "columns": [], "measures": [],
                                "combinations": {"worst": [], "without": []}})",
                             0)
                   .ok());
  EXPECT_FALSE(ParseMeasured(R"({"records": 1, "columns": [], "measures": [],
                                "combinations": {"worst": [], "without": []}})",
                             1)
                   .ok());
  EXPECT_OK(ParseMeasured(R"({"records": 1, "columns": [], "measures": [],
                                "combinations": {"worst": [], "without": []}})",
                          0));
}

TEST(VerdictDocument, CanonicalAndBack) {
  v1::Verdict verdict = Judge(Small(), 250000);
  verdict.set_name("tenants/t/verdicts/v");
  verdict.set_abstraction("tenants/t/abstractions/a");
  verdict.set_object_digest(std::string(32, '\xAB'));
  verdict.set_policy("tenants/t/policies/p");
  verdict.set_policy_version(2);
  verdict.set_policy_digest(std::string(32, '\x01'));
  verdict.set_recipe("tenants/t/recipes/r");
  verdict.set_recipe_version(3);
  verdict.set_recipe_digest(std::string(32, '\x02'));
  verdict.set_engine_version("0.1.0");
  verdict.mutable_create_time()->set_seconds(1743465600);
  verdict.mutable_create_time()->set_nanos(120000);
  const std::string document = EncodeVerdict(verdict);
  EXPECT_EQ(document.substr(0, 76),
            R"({"abstraction":"tenants/t/abstractions/a","create_time":"2025-04-01T00:00:00)");
  EXPECT_NE(document.find(R"("create_time":"2025-04-01T00:00:00.000120Z")"), std::string::npos);
  ASSERT_OK_AND_ASSIGN(v1::Verdict back, DecodeVerdict(document));
  EXPECT_EQ(back.document(), document);
  back.clear_document();
  EXPECT_EQ(back.SerializeAsString(), verdict.SerializeAsString());
  EXPECT_EQ(EncodeVerdict(back), document);
  EXPECT_FALSE(DecodeVerdict("{}").ok());
  EXPECT_FALSE(DecodeVerdict(document.substr(1)).ok());
}

}  // namespace
}  // namespace oboro::verification
