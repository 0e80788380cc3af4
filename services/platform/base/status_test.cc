#include "services/platform/base/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/platform/base/status_matchers.h"

namespace oboro::platform {
namespace {

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) {
    return ReasonedError(absl::StatusCode::kInvalidArgument,
                         {"ODD", "odd", "奇数です", {{"value", "1"}}});
  }
  return value / 2;
}

absl::StatusOr<int> Quarter(int value) {
  ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

TEST(StatusTest, ReasonSurvivesPropagation) {
  const auto result = Quarter(6);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument));
  const Reason reason = ReasonOf(result.status());
  EXPECT_EQ(reason.name, "ODD");
  EXPECT_EQ(reason.message_ja, "奇数です");
  EXPECT_EQ(reason.metadata.at("value"), "1");
  EXPECT_THAT(Quarter(8), IsOkAndHolds(2));
}

TEST(StatusTest, InvalidUtf8InAReasonDoesNotThrow) {
  const auto status =
      ReasonedError(absl::StatusCode::kInvalidArgument, {"BYTES", "\xff\xfe", "\x83", {}});
  EXPECT_EQ(ReasonOf(status).name, "BYTES");
}

TEST(StatusTest, PlainStatusIsNamedByItsCode) {
  EXPECT_EQ(ReasonOf(absl::UnavailableError("down")).name, "UNAVAILABLE");
}

}  // namespace
}  // namespace oboro::platform
