#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "oboro/aggregation/v1/joint.pb.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/joint/joint_rows.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// The caller's copy as he sees it, with what the participants answered (by code).
v1::JointStatistic ToProto(const platform::TenantContext& tenant, const JointRow& row,
                           const std::map<std::string, std::string>& answers);

// The caller's copy with the answers as they are now.
absl::StatusOr<v1::JointStatistic> SeenBy(const Deps& deps, const platform::CallContext& call,
                                          const JointRow& row);

// NOT_FOUND when the caller's tenant takes no part in it.
absl::StatusOr<JointRow> FetchJoint(const Deps& deps, const platform::CallContext& call,
                                    const std::string& name);

}  // namespace oboro::aggregation
