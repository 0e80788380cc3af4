#pragma once

#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/detail.h"
#include "services/aggregation/statistic_rows.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::aggregation {

// True for 個人情報保護 (and services), who see primary and secondary suppressions apart; to
// everyone else that difference makes some suppressed counts computable (design.md 5.11).
bool SeesSuppressionKinds(const platform::CallContext& call);

// The row as the caller may see it; with `detail` also members, filters' values, and for those who
// see suppression kinds the evidence.
v1::Statistic ToProto(const platform::CallContext& call, const StatisticRow& row,
                      const Detail* detail);

}  // namespace oboro::aggregation
