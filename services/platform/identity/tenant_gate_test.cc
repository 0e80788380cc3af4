#include "services/platform/identity/tenant_gate.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "services/platform/base/status_matchers.h"

namespace oboro::platform {
namespace {

constexpr TenantState kStates[] = {TenantState::kActive, TenantState::kSuspended,
                                   TenantState::kSealed, TenantState::kShredded};
constexpr LifeVerb kVerbs[] = {LifeVerb::kSuspend, LifeVerb::kResume, LifeVerb::kSeal,
                               LifeVerb::kShred};

TEST(TenantGateTest, KeysAreUsedInNoStateButActive) {
  for (const TenantState state : kStates) {
    EXPECT_EQ(CheckGate(GateClass::kKeys, state).ok(), state == TenantState::kActive);
    EXPECT_EQ(CheckGate(GateClass::kWrite, state).ok(), state == TenantState::kActive);
  }
}

TEST(TenantGateTest, ARefusalNamesTheState) {
  EXPECT_THAT(CheckGate(GateClass::kRead, TenantState::kSuspended), HasReason("TENANT_SUSPENDED"));
  EXPECT_THAT(CheckGate(GateClass::kKeys, TenantState::kSealed), HasReason("TENANT_SEALED"));
  EXPECT_THAT(CheckGate(GateClass::kRead, TenantState::kShredded), HasReason("TENANT_SHREDDED"));
}

TEST(TenantGateTest, ShreddedIsFinal) {
  for (const LifeVerb verb : kVerbs) {
    const auto next = NextState(verb, TenantState::kShredded);
    if (verb == LifeVerb::kShred) {
      EXPECT_THAT(next, IsOkAndHolds(TenantState::kShredded));
    } else {
      EXPECT_THAT(next, HasReason("TENANT_SHREDDED"));
    }
  }
}

// A sealed tenant must not be let down to suspended, from where a resume would come easier.
TEST(TenantGateTest, OnlyResumeLeavesSealed) {
  EXPECT_THAT(NextState(LifeVerb::kSuspend, TenantState::kSealed), HasReason("TENANT_SEALED"));
  EXPECT_THAT(NextState(LifeVerb::kResume, TenantState::kSealed),
              IsOkAndHolds(TenantState::kActive));
}

TEST(TenantGateTest, NamesGoThereAndBack) {
  for (const TenantState state : kStates) {
    EXPECT_THAT(ParseState(StateName(state)), IsOkAndHolds(state));
  }
  EXPECT_FALSE(ParseState("OPEN").ok());
}

TEST(TenantGateTest, TheDocumentHoldsTheTablesAsTheyAre) {
  std::ifstream file("docs/architecture.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string document = text.str();
  const std::string begin = "<!-- generated: tenant gate -->\n";
  const size_t from = document.find(begin);
  const size_t to = document.find("<!-- end generated -->", from);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  // To mend it: put the expected text between the two marks.
  EXPECT_EQ(document.substr(from + begin.size(), to - from - begin.size()), GateTableMarkdown());
}

}  // namespace
}  // namespace oboro::platform
