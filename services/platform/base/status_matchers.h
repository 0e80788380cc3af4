#pragma once

#include <gmock/gmock.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/base/status.h"

// Matchers for absl::Status and absl::StatusOr: Debian's GoogleTest has none.
namespace oboro::platform {

inline const absl::Status& GetStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << GetStatus(arg);
  return GetStatus(arg).ok();
}

MATCHER_P(StatusIs, code, "has the given code") {
  *result_listener << GetStatus(arg);
  return GetStatus(arg).code() == code;
}

// Matches an error whose registered reason is `name`.
MATCHER_P(HasReason, name, "has the given reason") {
  *result_listener << GetStatus(arg);
  return !GetStatus(arg).ok() && ReasonOf(GetStatus(arg)).name == name;
}

MATCHER_P(IsOkAndHolds, value, "is OK and holds the value") {
  if (!arg.ok()) {
    *result_listener << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(value, *arg, result_listener);
}

}  // namespace oboro::platform

#define ASSERT_OK(expr) ASSERT_THAT(expr, ::oboro::platform::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT(expr, ::oboro::platform::IsOk())

// Declares `lhs` from the value of a StatusOr, or fails the test.
#define ASSERT_OK_AND_ASSIGN(lhs, expr) \
  ASSERT_OK_AND_ASSIGN_IMPL(OBORO_CONCAT(oboro_or_, __LINE__), lhs, expr)
#define ASSERT_OK_AND_ASSIGN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                              \
  ASSERT_TRUE(tmp.ok()) << tmp.status();          \
  lhs = std::move(tmp).value()
