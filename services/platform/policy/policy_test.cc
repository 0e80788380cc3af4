#include "services/platform/policy/policy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "services/platform/base/status_matchers.h"

namespace oboro::platform {
namespace {

std::string Shipped() {
  std::ifstream in("deploy/policies/default.yaml");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// `from` replaced by `to`, once; the shipped policy must hold `from`.
std::string With(const std::string& from, const std::string& to) {
  std::string text = Shipped();
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Policy, ShippedDefaultHasTheNumbersOfDesign) {
  ASSERT_OK_AND_ASSIGN(const Policy policy, ParsePolicy(Shipped()));
  ASSERT_EQ(policy.tiers.size(), 3u);
  const TierPolicy* internal = policy.Find(Tier::kInternal);
  ASSERT_NE(internal, nullptr);
  ASSERT_EQ(internal->rules.size(), 4u);
  EXPECT_EQ(internal->rules[2].kind, RuleKind::kKAnonymity);
  EXPECT_EQ(internal->rules[2].threshold, 3);
  EXPECT_EQ(internal->rules[2].action, RuleAction::kWarn);
  EXPECT_EQ(internal->rules[0].action, RuleAction::kRefuse);
  EXPECT_FALSE(ClassFor(internal->tables, 1999).counts_allowed);
  EXPECT_EQ(ClassFor(internal->tables, 2000).never_shown_max, 19);
  EXPECT_EQ(ClassFor(internal->tables, 24999).never_shown_max, 19);
  EXPECT_EQ(ClassFor(internal->tables, 25000).never_shown_max, 9);
  EXPECT_EQ(internal->tables.establishments_never_shown_max, 2);
  EXPECT_EQ(internal->tables.zeros, Zeros::kShown);
}

TEST(Policy, RefusesWhatTheReferenceDoesNotAllow) {
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"policy: oboro/1", "policy: oboro/2"},
           {"title: 標準方針", "titel: 標準方針"},
           {"at_least: 3, action: WARN", "action: WARN"},
           {"at_least: 3, action: WARN", "at_most: 3, action: WARN"},
           {"at_least: 3, action: WARN", "at_least: 0, action: WARN"},
           {"at_least: 3, action: WARN", "at_least: 3, action: IGNORE"},
           {"at_least: 3, action: WARN", "at_least: three, action: WARN"},
           {"K_ANONYMITY", "L_ANONYMITY"},
           {"population_at_least: 0,", "population_at_least: 1,"},
           {"population_at_least: 25000", "population_at_least: 2000"},
           {", never_shown_up_to: 19", ""},
           {"zeros: shown", "zeros: hidden"},
           {"internal:", "inside:"},
           {"tables: &tables", "tabels: &tables"},
           {"[]", "3"},
           {"tiers:", "tiers: ["}}) {
    EXPECT_THAT(ParsePolicy(With(from, to)), HasReason("POLICY_INVALID")) << from << " -> " << to;
  }
  EXPECT_THAT(ParsePolicy(""), HasReason("POLICY_INVALID"));
  EXPECT_THAT(ParsePolicy("[1"), HasReason("POLICY_INVALID"));
  EXPECT_THAT(ParsePolicy(std::string(300 << 10, ' ')), HasReason("POLICY_INVALID"));
}

TEST(Policy, AnErrorNamesItsLine) {
  const absl::Status status = ParsePolicy(With("zeros: shown", "zeros: hidden")).status();
  EXPECT_NE(ReasonOf(status).message.find("line 32"), std::string::npos)
      << ReasonOf(status).message;
}

}  // namespace
}  // namespace oboro::platform
