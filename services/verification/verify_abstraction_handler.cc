#include "services/verification/verify_abstraction_handler.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/request_params.h"
#include "services/platform/rpc/operation_rows.h"

namespace oboro::verification {
namespace {

// A name of this pattern in the caller's own tenant; anything else does not exist.
absl::Status CheckOwn(const platform::CallContext& call, const std::string& name,
                      absl::string_view pattern) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, platform::ParseName(name, pattern));
  return ids[0] == call.tenant().id() ? absl::OkStatus() : platform::NotFoundError();
}

// "The newest version" is the one that was so when the request was first sent: sent again after a
// new version, it is still the same request.
absl::Status KeepVersion(pqxx::work& tx, const platform::CallContext& call,
                         const std::string& policy, platform::NewJob* job) {
  ASSIGN_OR_RETURN(const std::optional<std::string> params,
                   platform::ParamsOfRequest(tx, call.tenant(), job->kind, job->request_id));
  if (!params.has_value()) return absl::OkStatus();
  const nlohmann::json before = nlohmann::json::parse(*params, nullptr, false);
  if (before.is_object() && before.value("policy", "") == policy) job->params = *params;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::VerifyAbstractionResponse> VerifyAbstractionHandler::Handle(
    const platform::CallContext& call, const v1::VerifyAbstractionRequest& request) {
  RETURN_IF_ERROR(CheckOwn(call, request.abstraction(), "tenants/*/abstractions/*"));
  RETURN_IF_ERROR(CheckOwn(call, request.policy(), "tenants/*/policies/*"));
  ASSIGN_OR_RETURN(const abstraction::v1::Abstraction about,
                   deps_.peers->GetAbstraction(request.abstraction()));
  ASSIGN_OR_RETURN(const tenancy::v1::Policy policy, deps_.peers->GetPolicy(request.policy(), 0));
  platform::NewJob job;
  job.kind = "verification.run";
  job.target_name = about.name();
  job.params =
      nlohmann::json{{"policy", policy.name()}, {"policy_version", policy.version()}}.dump();
  job.request_id = request.request_id();
  job.dataset = platform::DatasetOf(about.snapshot());
  return deps_.db->RunTx(call.tenant(), "verify_abstraction",
                         [&](pqxx::work& tx) -> absl::StatusOr<v1::VerifyAbstractionResponse> {
                           RETURN_IF_ERROR(KeepVersion(tx, call, policy.name(), &job));
                           v1::VerifyAbstractionResponse response;
                           ASSIGN_OR_RETURN(
                               *response.mutable_operation(),
                               platform::EnqueueOperation(tx, call, job, deps_.clock->Now()));
                           return response;
                         });
}

}  // namespace oboro::verification
