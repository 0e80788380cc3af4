#include "services/aggregation/create_statistic_handler.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "services/aggregation/aggregation_function.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/names.h"
#include "services/aggregation/peers.h"
#include "services/aggregation/statistic_rows.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/rpc/operation_rows.h"

namespace oboro::aggregation {
namespace {

constexpr int kMaxDimensions = 3;
constexpr size_t kMaxTitle = 300;

absl::Status Validate(const platform::CallContext& call,
                      const v1::CreateStatisticRequest& request) {
  const std::string& tenant = call.tenant().id();
  RETURN_IF_ERROR(CheckOwnName(tenant, request.abstraction(), "tenants/*/abstractions/*"));
  RETURN_IF_ERROR(CheckOwnName(tenant, request.verdict(), "tenants/*/verdicts/*"));
  if (request.display_name().empty() || request.display_name().size() > kMaxTitle) {
    return InvalidField("display_name", "a title of 1 to 300 bytes", "1〜100文字の表題が必要です");
  }
  if (TierName(request.tier()).empty()) {
    return InvalidField("tier", "INTERNAL, JOINT or PUBLIC", "庁内、圏域、公表のいずれかです");
  }
  const std::set<std::string> distinct(request.dimensions().begin(), request.dimensions().end());
  if (request.dimensions().empty() || request.dimensions_size() > kMaxDimensions ||
      static_cast<int>(distinct.size()) != request.dimensions_size()) {
    return InvalidField("dimensions", "one to three different columns",
                        "異なる列を1つから3つ指定してください");
  }
  return absl::OkStatus();
}

absl::Status CheckColumns(const abstraction::v1::Abstraction& abstraction,
                          const v1::CreateStatisticRequest& request) {
  for (const std::string& name : request.dimensions()) {
    const abstraction::v1::Column* found = nullptr;
    for (const auto& column : abstraction.columns()) {
      if (column.name() == name) found = &column;
    }
    if (found == nullptr) return UnknownDimension(name, false);
    if (found->kind() == abstraction::v1::COLUMN_KIND_LINK_NUMBER) {
      return UnknownDimension(name, true);
    }
  }
  return absl::OkStatus();
}

nlohmann::json Detail(const v1::CreateStatisticRequest& request) {
  return {{"tier", TierName(request.tier())},
          {"verdict", request.verdict()},
          {"dimensions",
           std::vector<std::string>(request.dimensions().begin(), request.dimensions().end())}};
}

platform::NewJob Job(const v1::CreateStatisticRequest& request) {
  platform::NewJob job;
  job.kind = kAggregationKind;
  job.target_name = request.abstraction();
  nlohmann::json params = Detail(request);
  params["display_name"] = request.display_name();
  job.params = params.dump();
  job.request_id = request.request_id();
  return job;
}

}  // namespace

absl::Status CreateStatisticHandler::Check(const platform::CallContext& call,
                                           const v1::CreateStatisticRequest& request) {
  ASSIGN_OR_RETURN(const Basis basis, FetchBasis(deps_, call.tenant(), request.abstraction(),
                                                 request.verdict(), request.tier(), call.deadline));
  return CheckColumns(basis.abstraction, request);
}

absl::StatusOr<v1::CreateStatisticResponse> CreateStatisticHandler::Handle(
    const platform::CallContext& call, const v1::CreateStatisticRequest& request) {
  RETURN_IF_ERROR(Validate(call, request));
  const absl::Status allowed = Check(call, request);
  const absl::Time now = deps_.clock->Now();
  auto event = call.Event("CREATE_STATISTIC", request.abstraction(), Detail(request));
  if (allowed.code() == absl::StatusCode::kFailedPrecondition) {
    // Who was refused what is part of the evidence: a refusal tells something too.
    event.outcome = "REFUSED";
    event.detail["reason"] = platform::ReasonOf(allowed).name;
    RETURN_IF_ERROR(deps_.db->RunTx(call.tenant(), "refuse_statistic", [&](pqxx::work& tx) {
      return platform::AppendAudit(tx, call.tenant(), event, now);
    }));
  }
  RETURN_IF_ERROR(allowed);

  v1::CreateStatisticResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_operation(),
      deps_.db->RunTx(call.tenant(), "create_statistic",
                      [&](pqxx::work& tx) -> absl::StatusOr<operation::v1::Operation> {
                        ASSIGN_OR_RETURN(auto operation,
                                         platform::EnqueueOperation(tx, call, Job(request), now));
                        ASSIGN_OR_RETURN(const std::string table,
                                         FindTableOf(tx, call.tenant(), request.abstraction()));
                        // A repeated request finds its own table: a statistic's id is its
                        // operation's.
                        if (!table.empty() && !absl::EndsWith(operation.name(), "/" + table)) {
                          return OneTablePerAbstraction(StatisticName(call.tenant().id(), table));
                        }
                        RETURN_IF_ERROR(platform::AppendAudit(tx, call.tenant(), event, now));
                        return operation;
                      }));
  return response;
}

}  // namespace oboro::aggregation
