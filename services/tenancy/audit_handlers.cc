#include "services/tenancy/audit_handlers.h"

#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/platform/audit/audit_log.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/data_keys.h"
#include "services/tenancy/errors.h"
#include "services/tenancy/rows.h"

namespace oboro::tenancy {
namespace {

using platform::CallContext;
using platform::ChainHead;
using platform::TenantContext;

void EventToProto(const platform::ChainedEvent& event, audit::v1::Event* out) {
  out->set_sequence(event.sequence);
  SetTime(event.time, out->mutable_time());
  out->set_actor(event.actor);
  out->set_action(event.action);
  out->set_resource(event.resource);
  out->set_outcome(event.outcome);
  out->set_detail_json(event.detail_json);
  out->set_previous_hash(event.previous_hash);
  out->set_hash(event.hash);
}

absl::Time TimeFromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

ChainHead HeadFromProto(const audit::v1::SignedHead& head) {
  ChainHead out;
  out.sequence = head.sequence();
  out.hash = head.hash();
  out.time = TimeFromProto(head.time());
  out.signature = head.signature();
  out.key_version = head.key_version();
  return out;
}

absl::Status HeadOfAnotherTenant() {
  return InvalidField("known_head.tenant", "this tenant's name", "このテナントの名前");
}

}  // namespace

absl::StatusOr<audit::v1::ListEventsResponse> ListEventsHandler::operator()(
    const CallContext& call, const audit::v1::ListEventsRequest& request) {
  int64_t after = 0;
  if (!request.page_token().empty() && !absl::SimpleAtoi(request.page_token(), &after)) {
    return InvalidPageToken();
  }
  const TenantContext& tenant = call.tenant();
  const int size = PageSize(request.page_size(), 100, 1000);
  ASSIGN_OR_RETURN(const auto events, deps_.db->RunTx(tenant, "list_events", [&](pqxx::work& tx) {
    return platform::ReadEvents(tx, tenant, after, size + 1);
  }));
  audit::v1::ListEventsResponse response;
  for (const platform::ChainedEvent& event : events) {
    if (response.events_size() == size) {
      response.set_next_page_token(absl::StrCat(response.events(size - 1).sequence()));
      break;
    }
    EventToProto(event, response.add_events());
  }
  return response;
}

absl::StatusOr<audit::v1::VerifyEventsResponse> VerifyEventsHandler::operator()(
    const CallContext& call, const audit::v1::VerifyEventsRequest& request) {
  const TenantContext& tenant = call.tenant();
  std::optional<ChainHead> known;
  if (request.has_known_head()) {
    if (request.known_head().tenant() != tenant.name()) return HeadOfAnotherTenant();
    known = HeadFromProto(request.known_head());
  }
  ASSIGN_OR_RETURN(const platform::ChainReport report,
                   deps_.db->RunTx(tenant, "verify_events", [&](pqxx::work& tx) {
                     return platform::VerifyAuditRows(tx, tenant, known);
                   }));
  audit::v1::VerifyEventsResponse response;
  response.set_valid(report.valid());
  response.set_events(report.events);
  response.set_heads(report.heads);
  response.set_fault(report.fault);
  response.set_fault_sequence(report.fault_sequence);
  return response;
}

absl::StatusOr<audit::v1::ExportHeadResponse> ExportHeadHandler::operator()(
    const CallContext& call, const audit::v1::ExportHeadRequest&) {
  const TenantContext& tenant = call.tenant();
  audit::v1::ExportHeadResponse response;
  const absl::Status exported =
      deps_.db->RunTx(tenant, "export_head", [&](pqxx::work& tx) -> absl::Status {
        ASSIGN_OR_RETURN(const ChainHead head,
                         platform::SignHead(tx, tenant, *deps_.keys, deps_.clock->Now()));
        audit::v1::SignedHead* out = response.mutable_head();
        out->set_tenant(tenant.name());
        out->set_sequence(head.sequence);
        out->set_hash(head.hash);
        SetTime(head.time, out->mutable_time());
        out->set_signature(head.signature);
        out->set_key_version(head.key_version);
        ASSIGN_OR_RETURN(*out->mutable_public_key(),
                         platform::SigningPublicKey(tx, tenant, head.key_version));
        return absl::OkStatus();
      });
  if (exported.code() == absl::StatusCode::kNotFound) return AuditEmpty();
  RETURN_IF_ERROR(exported);
  return response;
}

}  // namespace oboro::tenancy
