#pragma once

#include "absl/status/statusor.h"
#include "oboro/audit/v1/audit.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// One class for each RPC of AuditService.

class ListEventsHandler {
 public:
  explicit ListEventsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<audit::v1::ListEventsResponse> operator()(
      const platform::CallContext& call, const audit::v1::ListEventsRequest& request);

 private:
  const Deps deps_;
};

class ListDatasetUsesHandler {
 public:
  explicit ListDatasetUsesHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<audit::v1::ListDatasetUsesResponse> operator()(
      const platform::CallContext& call, const audit::v1::ListDatasetUsesRequest& request);

 private:
  absl::Status CheckSteward(const platform::CallContext& call, const std::string& dataset);
  const Deps deps_;
};

class VerifyEventsHandler {
 public:
  explicit VerifyEventsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<audit::v1::VerifyEventsResponse> operator()(
      const platform::CallContext& call, const audit::v1::VerifyEventsRequest& request);

 private:
  const Deps deps_;
};

class ExportHeadHandler {
 public:
  explicit ExportHeadHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<audit::v1::ExportHeadResponse> operator()(
      const platform::CallContext& call, const audit::v1::ExportHeadRequest& request);

 private:
  const Deps deps_;
};

}  // namespace oboro::tenancy
