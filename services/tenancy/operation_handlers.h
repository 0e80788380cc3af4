#pragma once

#include <atomic>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "oboro/operation/v1/operation.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// One class for each RPC of OperationService.

class GetOperationHandler {
 public:
  explicit GetOperationHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<operation::v1::GetOperationResponse> operator()(
      const platform::CallContext& call, const operation::v1::GetOperationRequest& request);

 private:
  const Deps deps_;
};

class ListOperationsHandler {
 public:
  explicit ListOperationsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<operation::v1::ListOperationsResponse> operator()(
      const platform::CallContext& call, const operation::v1::ListOperationsRequest& request);

 private:
  const Deps deps_;
};

class CancelOperationHandler {
 public:
  explicit CancelOperationHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<operation::v1::CancelOperationResponse> operator()(
      const platform::CallContext& call, const operation::v1::CancelOperationRequest& request);

 private:
  const Deps deps_;
};

// Looks at the row every `interval` and tells every change; while nothing changes, the same again
// every few seconds, which shows whether the client is still there. Asks as often whether the
// caller may still watch.
class WatchOperationHandler {
 public:
  using Writer = std::function<bool(const operation::v1::WatchOperationResponse&)>;
  WatchOperationHandler(const Deps& deps, absl::Duration interval)
      : deps_(deps), interval_(interval) {}
  absl::Status operator()(const platform::CallContext& call,
                          const operation::v1::WatchOperationRequest& request,
                          const Writer& writer);
  // Ends every watch with UNAVAILABLE, reason SHUTTING_DOWN.
  void Drain() { draining_ = true; }

 private:
  const Deps deps_;
  const absl::Duration interval_;
  std::atomic<bool> draining_ = false;
};

}  // namespace oboro::tenancy
