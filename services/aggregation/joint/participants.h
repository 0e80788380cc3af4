#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/joint/joint_rows.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::aggregation {

// The tenants behind municipality codes, by id; a code without one, or whose keys are destroyed, is
// left out.
absl::StatusOr<std::vector<platform::TenantContext>> FindParticipants(
    const Deps& deps, const std::vector<std::string>& codes);

// What every participant of one tenant's copies answered: joint id -> code -> answer. WAITING also
// for a code that nobody stands behind.
using Answers = std::map<std::string, std::map<std::string, std::string>>;
absl::StatusOr<Answers> ReadAnswers(const Deps& deps, const std::vector<JointRow>& rows);

// PROPOSED, CLOSED (somebody declined or withdrew) or MADE.
std::string StateOf(const JointRow& row, const std::map<std::string, std::string>& answers);

bool AllConsented(const std::map<std::string, std::string>& answers);

}  // namespace oboro::aggregation
