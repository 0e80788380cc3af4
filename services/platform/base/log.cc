#include "services/platform/base/log.h"

#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace oboro::platform {
namespace {

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

}  // namespace

void Log(LogLevel level, absl::string_view message,
         std::initializer_list<std::pair<absl::string_view, std::string>> fields) {
  nlohmann::ordered_json line = {
      {"time", absl::FormatTime(absl::RFC3339_full, absl::Now(), absl::UTCTimeZone())},
      {"level", LevelName(level)},
      {"message", std::string(message)}};
  for (const auto& [key, value] : fields) line[std::string(key)] = value;
  const std::string text =
      line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  // One write a line, so that lines of several threads do not mix.
  (void)!write(STDERR_FILENO, text.data(), text.size());
}

void CheckFailed(const char* file, int line, const char* condition) {
  Log(LogLevel::kError, "check failed",
      {{"file", file}, {"line", std::to_string(line)}, {"condition", condition}});
  std::abort();
}

}  // namespace oboro::platform
