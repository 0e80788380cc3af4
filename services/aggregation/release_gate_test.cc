#include "services/aggregation/release_gate.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "services/platform/base/status_matchers.h"

namespace oboro::aggregation {
namespace {

using platform::HasReason;
using platform::IsOkAndHolds;

constexpr ReleaseState kStates[] = {ReleaseState::kRequested, ReleaseState::kApproved,
                                    ReleaseState::kRejected, ReleaseState::kPublished,
                                    ReleaseState::kWithdrawn};
constexpr ReleaseVerb kVerbs[] = {ReleaseVerb::kApprove, ReleaseVerb::kReject,
                                  ReleaseVerb::kPublish, ReleaseVerb::kWithdraw};

TEST(ReleaseGateTest, NothingIsPublishedButWhatWasApproved) {
  for (const ReleaseState state : kStates) {
    EXPECT_EQ(NextReleaseState(ReleaseVerb::kPublish, state).ok(),
              state == ReleaseState::kApproved);
  }
}

TEST(ReleaseGateTest, ADecisionIsMadeOnce) {
  for (const ReleaseVerb verb : {ReleaseVerb::kApprove, ReleaseVerb::kReject}) {
    for (const ReleaseState state : kStates) {
      const auto next = NextReleaseState(verb, state);
      if (state == ReleaseState::kRequested) {
        EXPECT_OK(next);
      } else {
        EXPECT_THAT(next, HasReason("RELEASE_STATE"));
      }
    }
  }
}

TEST(ReleaseGateTest, RejectedAndWithdrawnAreFinal) {
  for (const ReleaseVerb verb : kVerbs) {
    EXPECT_FALSE(NextReleaseState(verb, ReleaseState::kRejected).ok());
    EXPECT_FALSE(NextReleaseState(verb, ReleaseState::kWithdrawn).ok());
  }
}

TEST(ReleaseGateTest, AnythingUnderWayCanBeWithdrawn) {
  for (const ReleaseState state :
       {ReleaseState::kRequested, ReleaseState::kApproved, ReleaseState::kPublished}) {
    EXPECT_THAT(NextReleaseState(ReleaseVerb::kWithdraw, state),
                IsOkAndHolds(ReleaseState::kWithdrawn));
  }
}

TEST(ReleaseGateTest, NamesGoThereAndBack) {
  for (const ReleaseState state : kStates) {
    EXPECT_THAT(ParseReleaseState(ReleaseStateName(state)), IsOkAndHolds(state));
  }
  EXPECT_FALSE(ParseReleaseState("OPEN").ok());
  std::set<std::string> actions;
  for (const ReleaseVerb verb : kVerbs) actions.emplace(ReleaseAction(verb));
  EXPECT_EQ(actions.size(), 4u);
}

TEST(ReleaseGateTest, TheDocumentHoldsTheTableAsItIs) {
  std::ifstream file("docs/releases.md");
  std::ostringstream text;
  text << file.rdbuf();
  const std::string document = text.str();
  const std::string begin = "<!-- generated: release gate -->\n";
  const size_t from = document.find(begin);
  const size_t to = document.find("<!-- end generated -->", from);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  // To mend it: put the expected text between the two marks.
  EXPECT_EQ(document.substr(from + begin.size(), to - from - begin.size()), ReleaseGateMarkdown());
}

}  // namespace
}  // namespace oboro::aggregation
