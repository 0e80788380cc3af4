#include "services/aggregation/joint/participants.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/platform/base/status.h"
#include "services/platform/db/joint_tx.h"
#include "services/platform/identity/directory.h"

namespace oboro::aggregation {

using platform::TenantContext;

absl::StatusOr<std::vector<TenantContext>> FindParticipants(const Deps& deps,
                                                            const std::vector<std::string>& codes) {
  const std::set<std::string> wanted(codes.begin(), codes.end());
  return deps.db->RunDirectoryTx(
      "joint_participants", [&](pqxx::work& tx) -> absl::StatusOr<std::vector<TenantContext>> {
        ASSIGN_OR_RETURN(std::vector<TenantContext> all, platform::AllTenants(tx));
        std::vector<TenantContext> found;
        for (TenantContext& tenant : all) {
          const bool gone = tenant.state() == platform::TenantState::kShredded;
          if (wanted.count(tenant.municipality_code()) && !gone) found.push_back(std::move(tenant));
        }
        return found;
      });
}

absl::StatusOr<Answers> ReadAnswers(const Deps& deps, const std::vector<JointRow>& rows) {
  Answers answers;
  std::vector<std::string> codes, ids;
  for (const JointRow& row : rows) {
    ids.push_back(row.joint_id);
    for (const std::string& code : row.codes()) {
      codes.push_back(code);
      answers[row.joint_id][code] = "WAITING";
    }
  }
  if (rows.empty()) return answers;
  ASSIGN_OR_RETURN(const std::vector<TenantContext> tenants, FindParticipants(deps, codes));
  if (tenants.empty()) return answers;
  RETURN_IF_ERROR(platform::RunJointTx(
      *deps.db, tenants, "joint_answers", [&](platform::JointTx& tx) -> absl::Status {
        for (const TenantContext& tenant : tenants) {
          for (const auto& [id, answer] : AnswersOf(tx.As(tenant), tenant, ids)) {
            // Only of what both take part in.
            const auto entry = answers[id].find(tenant.municipality_code());
            if (entry != answers[id].end()) entry->second = answer;
          }
        }
        return absl::OkStatus();
      }));
  return answers;
}

std::string StateOf(const JointRow& row, const std::map<std::string, std::string>& answers) {
  if (row.state == "MADE") return row.state;
  const bool closed = std::any_of(answers.begin(), answers.end(), [](const auto& answer) {
    return answer.second == "DECLINED" || answer.second == "WITHDRAWN";
  });
  return closed ? "CLOSED" : "PROPOSED";
}

bool AllConsented(const std::map<std::string, std::string>& answers) {
  return std::all_of(answers.begin(), answers.end(),
                     [](const auto& answer) { return answer.second == "CONSENTED"; });
}

}  // namespace oboro::aggregation
