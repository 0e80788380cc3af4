#pragma once

#include <string>

#include "oboro/aggregation/v1/aggregation.pb.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/cli/session.h"

namespace oboro::cli {

// The tier named "internal", "joint" or "public" (or 庁内, 圏域, 公表).
absl::StatusOr<verification::v1::Tier> ParseTier(const std::string& name);
std::string TierText(verification::v1::Tier tier);
std::string OutcomeText(verification::v1::Outcome outcome);

// The first `rows` members of the first dimension, with the last dimension across, as text; a
// suppressed cell says 秘匿.
absl::StatusOr<std::string> StatisticHead(Session& session,
                                          const aggregation::v1::Statistic& statistic, int rows);

// "セル 61,479（うち秘匿 12,345 = 一次 8,000 + 二次 4,345）"; without the split where the service
// keeps it from the caller.
std::string StatisticSummary(const aggregation::v1::Statistic& statistic);

// Figures and outcome of every tier.
std::string VerdictText(const verification::v1::Verdict& verdict);

}  // namespace oboro::cli
