#include "services/tenancy/audit_handlers.h"

#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/audit/audit_log.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/rpc/client_call.h"
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

absl::StatusOr<int64_t> PageStart(const std::string& token) {
  int64_t after = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &after)) return InvalidPageToken();
  return after;
}

template <typename Response>
absl::StatusOr<Response> EventPage(const Deps& deps, const CallContext& call,
                                   const platform::EventFilter& filter, int64_t after, int asked) {
  const int size = PageSize(asked, 100, 1000);
  ASSIGN_OR_RETURN(const auto events,
                   deps.db->RunTx(call.tenant(), "find_events", [&](pqxx::work& tx) {
                     return platform::FindEvents(tx, call.tenant(), filter, after, size + 1);
                   }));
  Response response;
  for (const platform::ChainedEvent& event : events) {
    if (response.events_size() == size) {
      response.set_next_page_token(absl::StrCat(response.events(size - 1).sequence()));
      break;
    }
    EventToProto(event, response.add_events());
  }
  return response;
}

}  // namespace

absl::StatusOr<audit::v1::ListEventsResponse> ListEventsHandler::operator()(
    const CallContext& call, const audit::v1::ListEventsRequest& request) {
  ASSIGN_OR_RETURN(const int64_t after, PageStart(request.page_token()));
  platform::EventFilter filter;
  filter.action = request.action();
  filter.actor = request.actor();
  filter.resource = request.resource();
  if (request.has_since()) filter.since = TimeFromProto(request.since());
  if (request.has_until()) filter.until = TimeFromProto(request.until());
  filter.newest_first = request.newest_first();
  return EventPage<audit::v1::ListEventsResponse>(deps_, call, filter, after, request.page_size());
}

absl::Status ListDatasetUsesHandler::CheckSteward(const CallContext& call,
                                                  const std::string& dataset) {
  // Which department holds a dataset is upload's to know.
  const auto stub = upload::v1::DatasetService::NewStub(deps_.peers->Channel("upload"));
  upload::v1::GetDatasetRequest request;
  request.set_name(dataset);
  ASSIGN_OR_RETURN(const auto response,
                   platform::CallUnary(*stub, &upload::v1::DatasetService::Stub::GetDataset,
                                       request, call.deadline));
  // The auditor sees every event anyway.
  if (platform::Has(call.roles, platform::Role::kAuditor)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(response.dataset().department(), "tenants/*/departments/*"));
  return call.OfDepartment(ids[1]) ? absl::OkStatus() : NotYourDepartment();
}

absl::StatusOr<audit::v1::ListDatasetUsesResponse> ListDatasetUsesHandler::operator()(
    const CallContext& call, const audit::v1::ListDatasetUsesRequest& request) {
  RETURN_IF_ERROR(platform::ParseName(request.dataset(), "tenants/*/datasets/*").status());
  ASSIGN_OR_RETURN(const int64_t after, PageStart(request.page_token()));
  RETURN_IF_ERROR(CheckSteward(call, request.dataset()));
  platform::EventFilter filter;
  filter.dataset = request.dataset();
  filter.newest_first = true;
  ASSIGN_OR_RETURN(auto response, EventPage<audit::v1::ListDatasetUsesResponse>(
                                      deps_, call, filter, after, request.page_size()));
  for (audit::v1::Event& event : *response.mutable_events()) {
    event.clear_previous_hash();
    event.clear_hash();
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
