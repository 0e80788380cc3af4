#include "services/tenancy/operation_handlers.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/authority.h"
#include "services/platform/rpc/operation_rows.h"
#include "services/tenancy/errors.h"
#include "services/tenancy/rows.h"

namespace oboro::tenancy {
namespace {

using operation::v1::Operation;
using platform::CallContext;
using platform::JobRow;
using platform::TenantContext;

constexpr absl::Duration kSignOfLife = absl::Seconds(5);
// Between the first looks of a watch.
constexpr absl::Duration kFirstLook = absl::Milliseconds(20);

absl::StatusOr<std::string> OperationId(const std::string& name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/operations/*"));
  return ids[1];
}

absl::StatusOr<Operation> Read(const Deps& deps, const TenantContext& tenant,
                               const std::string& id) {
  return deps.db->RunTx(tenant, "get_operation", [&](pqxx::work& tx) -> absl::StatusOr<Operation> {
    ASSIGN_OR_RETURN(const JobRow row, platform::GetJob(tx, tenant, id));
    return platform::ToOperation(tenant, row);
  });
}

bool Ended(const Operation& operation) {
  return operation.state() == operation::v1::OPERATION_STATE_SUCCEEDED ||
         operation.state() == operation::v1::OPERATION_STATE_FAILED ||
         operation.state() == operation::v1::OPERATION_STATE_CANCELLED;
}

}  // namespace

absl::StatusOr<operation::v1::GetOperationResponse> GetOperationHandler::operator()(
    const CallContext& call, const operation::v1::GetOperationRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, OperationId(request.name()));
  operation::v1::GetOperationResponse response;
  ASSIGN_OR_RETURN(*response.mutable_operation(), Read(deps_, call.tenant(), id));
  return response;
}

absl::StatusOr<operation::v1::ListOperationsResponse> ListOperationsHandler::operator()(
    const CallContext& call, const operation::v1::ListOperationsRequest& request) {
  const TenantContext& tenant = call.tenant();
  const int size = PageSize(request.page_size(), 50, 500);
  ASSIGN_OR_RETURN(const platform::JobPage page,
                   deps_.db->RunTx(tenant, "list_operations", [&](pqxx::work& tx) {
                     return platform::ListJobs(tx, tenant, size, request.page_token());
                   }));
  operation::v1::ListOperationsResponse response;
  for (const JobRow& row : page.jobs)
    *response.add_operations() = platform::ToOperation(tenant, row);
  response.set_next_page_token(page.next_page_token);
  return response;
}

absl::StatusOr<operation::v1::CancelOperationResponse> CancelOperationHandler::operator()(
    const CallContext& call, const operation::v1::CancelOperationRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, OperationId(request.name()));
  const TenantContext& tenant = call.tenant();
  operation::v1::CancelOperationResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_operation(),
      deps_.db->RunTx(tenant, "cancel_operation", [&](pqxx::work& tx) -> absl::StatusOr<Operation> {
        ASSIGN_OR_RETURN(const JobRow before, platform::GetJob(tx, tenant, id));
        const bool own = before.actor == call.caller.actor();
        if (!own && !platform::Has(call.roles, platform::Role::kAdministrator)) {
          return OperationNotYours();
        }
        ASSIGN_OR_RETURN(
            const JobRow row,
            platform::RequestCancel(tx, tenant, id, call.Event("CANCEL_OPERATION", request.name()),
                                    deps_.clock->Now()));
        return platform::ToOperation(tenant, row);
      }));
  return response;
}

absl::Status WatchOperationHandler::operator()(const CallContext& call,
                                               const operation::v1::WatchOperationRequest& request,
                                               const Writer& writer) {
  ASSIGN_OR_RETURN(const std::string id, OperationId(request.name()));
  operation::v1::WatchOperationResponse last;
  absl::Time told = absl::InfinitePast();
  const absl::Time begun = absl::Now();
  // The machine's clock, not the injected one: this is waiting, not deciding.
  while (absl::Now() < call.deadline) {
    if (draining_) return ShuttingDown();
    operation::v1::WatchOperationResponse now;
    ASSIGN_OR_RETURN(*now.mutable_operation(), Read(deps_, call.tenant(), id));
    const bool changed = !google::protobuf::util::MessageDifferencer::Equals(now, last);
    if (changed || absl::Now() - told > kSignOfLife) {
      if (!changed) RETURN_IF_ERROR(platform::CheckStillAllowed(*deps_.db, call));
      if (!writer(now)) return absl::CancelledError("the client is gone");
      told = absl::Now();
    }
    if (Ended(now.operation())) return absl::OkStatus();
    last = std::move(now);
    // An eighth of the time it was watched: short work is seen ended soon after its end, long work
    // costs no more looks than the interval says.
    absl::SleepFor(
        std::clamp((absl::Now() - begun) / 8, std::min(kFirstLook, interval_), interval_));
  }
  return absl::DeadlineExceededError("the operation outlives the watch");
}

}  // namespace oboro::tenancy
