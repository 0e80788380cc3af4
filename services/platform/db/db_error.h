#pragma once

#include <exception>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::platform::db_internal {

// What is to be done about an exception of libpqxx.
struct DbFault {
  absl::Status status;
  bool retry = false;    // The transaction certainly did not commit and may well do so again.
  bool discard = false;  // The connection is of no more use.
};

// Classifies the exception that is being handled. The server's text may quote values and goes
// nowhere; `name` and the SQLSTATE go to the log where the fault is ours.
DbFault ClassifyCurrentException(absl::string_view name);

absl::Status UnsafeError(absl::string_view what);
absl::Status UnavailableError();
absl::Status TimeoutError();

}  // namespace oboro::platform::db_internal
