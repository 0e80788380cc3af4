#include "services/upload/refusal.h"

#include <map>
#include <nlohmann/json.hpp>

#include "services/platform/base/status.h"

namespace oboro::upload {

std::string EncodeRefusal(const absl::Status& status) {
  const platform::Reason reason = platform::ReasonOf(status);
  return nlohmann::json{{"code", static_cast<int>(status.code())},
                        {"reason", reason.name},
                        {"message", reason.message},
                        {"message_ja", reason.message_ja},
                        {"metadata", reason.metadata}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::Status DecodeRefusal(absl::string_view json) {
  const nlohmann::json parsed = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (!parsed.is_object()) return absl::InternalError("stored refusal is not JSON");
  platform::Reason reason;
  reason.name = parsed.value("reason", "SNAPSHOT_REFUSED");
  reason.message = parsed.value("message", "");
  reason.message_ja = parsed.value("message_ja", "");
  reason.metadata = parsed.value("metadata", std::map<std::string, std::string>{});
  const int code = parsed.value("code", 0);
  if (code <= 0 || code > 16) return absl::InternalError("stored refusal has no code");
  return platform::ReasonedError(static_cast<absl::StatusCode>(code), reason);
}

}  // namespace oboro::upload
