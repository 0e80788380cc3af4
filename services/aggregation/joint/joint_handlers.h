#pragma once

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/joint.pb.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/joint/joint_rows.h"
#include "services/platform/audit/audit.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// One class a method of JointService. Everyone works on the caller's own copy; of the others it
// reads their answers and no more.

class ProposeJointHandler {
 public:
  explicit ProposeJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ProposeJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::ProposeJointStatisticRequest& request);

 private:
  const Deps& deps_;
};

class ConsentJointHandler {
 public:
  explicit ConsentJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ConsentJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::ConsentJointStatisticRequest& request);

 private:
  const Deps& deps_;
};

class DeclineJointHandler {
 public:
  explicit DeclineJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::DeclineJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::DeclineJointStatisticRequest& request);

 private:
  const Deps& deps_;
};

class WithdrawJointHandler {
 public:
  explicit WithdrawJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::WithdrawJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::WithdrawJointStatisticRequest& request);

 private:
  const Deps& deps_;
};

class MakeJointHandler {
 public:
  explicit MakeJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::MakeJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::MakeJointStatisticRequest& request);

 private:
  absl::StatusOr<operation::v1::Operation> Enqueue(const platform::CallContext& call,
                                                   const v1::MakeJointStatisticRequest& request,
                                                   const JointRow& row,
                                                   const platform::AuditEvent& event);

  const Deps& deps_;
};

class GetJointHandler {
 public:
  explicit GetJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::GetJointStatisticRequest& request);

 private:
  const Deps& deps_;
};

class ListJointsHandler {
 public:
  explicit ListJointsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListJointStatisticsResponse> operator()(
      const platform::CallContext& call, const v1::ListJointStatisticsRequest& request);

 private:
  const Deps& deps_;
};

class ReadJointHandler {
 public:
  explicit ReadJointHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ReadJointStatisticResponse> operator()(
      const platform::CallContext& call, const v1::ReadJointStatisticRequest& request);

 private:
  const Deps& deps_;
};

}  // namespace oboro::aggregation
