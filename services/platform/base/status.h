#pragma once

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Returns from the enclosing function when `expr` is not OK.
#define RETURN_IF_ERROR(expr)                                                        \
  do {                                                                               \
    if (absl::Status oboro_status = (expr); !oboro_status.ok()) return oboro_status; \
  } while (false)

#define OBORO_CONCAT_INNER(a, b) a##b
#define OBORO_CONCAT(a, b) OBORO_CONCAT_INNER(a, b)

// Declares `lhs` from the value of the StatusOr `expr`, or returns its error.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_IMPL(OBORO_CONCAT(oboro_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                          \
  if (!tmp.ok()) return tmp.status();         \
  lhs = std::move(tmp).value()

namespace oboro::platform {

// What a caller is told about an error, beside the canonical code. Everything in it may leave the
// service; anything internal goes to the log instead.
struct Reason {
  std::string name;                             // UPPER_SNAKE, registered in docs/errors.md.
  std::string message;                          // English: what, where, how to mend it.
  std::string message_ja;                       // The same in Japanese.
  std::map<std::string, std::string> metadata;  // For ErrorInfo; never a personal value.
};

// Makes a status that carries `reason` as a payload. rpc/ turns it into ErrorInfo and
// LocalizedMessage at the edge, once.
absl::Status ReasonedError(absl::StatusCode code, const Reason& reason);

// The reason carried by `status`, or one named INTERNAL (or the code's own name) when none is.
Reason ReasonOf(const absl::Status& status);

// The one answer for everything that does not exist or belongs to another tenant (design.md 5.10).
absl::Status NotFoundError();

}  // namespace oboro::platform
