#include "services/platform/base/status.h"

#include <nlohmann/json.hpp>

#include "absl/strings/cord.h"

namespace oboro::platform {
namespace {

constexpr char kPayloadUrl[] = "oboro.internal/reason";

}  // namespace

absl::Status ReasonedError(absl::StatusCode code, const Reason& reason) {
  absl::Status status(code, reason.message);
  const nlohmann::json payload = {{"name", reason.name},
                                  {"message", reason.message},
                                  {"message_ja", reason.message_ja},
                                  {"metadata", reason.metadata}};
  // Messages may quote file contents: invalid UTF-8 is replaced, never thrown on.
  status.SetPayload(kPayloadUrl, absl::Cord(payload.dump(
                                     -1, ' ', false, nlohmann::json::error_handler_t::replace)));
  return status;
}

Reason ReasonOf(const absl::Status& status) {
  if (const auto payload = status.GetPayload(kPayloadUrl); payload.has_value()) {
    const auto json = nlohmann::json::parse(std::string(*payload), nullptr, false);
    if (!json.is_discarded()) {
      return {json.value("name", ""), json.value("message", ""), json.value("message_ja", ""),
              json.value("metadata", std::map<std::string, std::string>{})};
    }
  }
  return {
      std::string(absl::StatusCodeToString(status.code())), std::string(status.message()), "", {}};
}

absl::Status NotFoundError() {
  return ReasonedError(
      absl::StatusCode::kNotFound,
      {"NOT_FOUND",
       "The resource does not exist, or you may not see it. Check its name.",
       "指定されたものは存在しないか、閲覧する権限がありません。名前を確かめてください。",
       {}});
}

}  // namespace oboro::platform
