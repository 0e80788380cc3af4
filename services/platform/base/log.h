#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace oboro::platform {

enum class LogLevel { kInfo, kWarning, kError };

// Writes one JSON line to standard error: time, level, message and `fields`. Messages are literals
// of the code; fields are names and figures. Never a value of a record, a token or a key: there is
// no overload that prints SecretBytes or a request.
void Log(LogLevel level, absl::string_view message,
         std::initializer_list<std::pair<absl::string_view, std::string>> fields = {});

// Ends the process with a message: for faults of our own code only, each with its reason.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

}  // namespace oboro::platform

// An invariant of our own code; stays on in Release.
#define OBORO_CHECK(condition) \
  ((condition) ? (void)0 : ::oboro::platform::CheckFailed(__FILE__, __LINE__, #condition))
