#include "services/aggregation/evidence.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"
#include "services/platform/keys/key_manager.h"

namespace oboro::aggregation {
namespace {

std::string TierJa(verification::v1::Tier tier) {
  switch (tier) {
    case verification::v1::TIER_INTERNAL:
      return "庁内";
    case verification::v1::TIER_JOINT:
      return "圏域";
    default:
      return "公表";
  }
}

// The entry of the tier; null when the document has none.
const nlohmann::json* FindTier(const nlohmann::json& document, const std::string& name) {
  const auto tiers = document.find("tiers");
  if (tiers == document.end() || !tiers->is_array()) return nullptr;
  for (const auto& tier : *tiers) {
    if (tier.value("tier", "") == name) return &tier;
  }
  return nullptr;
}

std::vector<std::string> RefusingRules(const nlohmann::json& tier) {
  std::vector<std::string> names;
  for (const auto& rule : tier.value("rules", nlohmann::json::array())) {
    if (rule.value("outcome", "") == "REFUSE") names.push_back(rule.value("rule", ""));
  }
  return names;
}

absl::Status CheckTier(const nlohmann::json& document, verification::v1::Tier tier) {
  const nlohmann::json* entry = FindTier(document, TierName(tier));
  if (entry == nullptr) return TierNotInPolicy(TierJa(tier));
  const std::string outcome = entry->value("outcome", "");
  if (outcome != "PASS" && outcome != "WARN") {
    return VerdictRefuses(TierJa(tier), RefusingRules(*entry));
  }
  return absl::OkStatus();
}

}  // namespace

std::string TierName(verification::v1::Tier tier) {
  switch (tier) {
    case verification::v1::TIER_INTERNAL:
      return "INTERNAL";
    case verification::v1::TIER_JOINT:
      return "JOINT";
    case verification::v1::TIER_PUBLIC:
      return "PUBLIC";
    default:
      return "";
  }
}

absl::StatusOr<SignedPolicy> CheckEvidence(const verification::v1::Verdict& verdict,
                                           const abstraction::v1::Abstraction& abstraction,
                                           verification::v1::Tier tier,
                                           absl::string_view public_key_der) {
  if (!platform::VerifySignature(public_key_der, verdict.document(), verdict.signature()).ok()) {
    return VerdictInvalid("its signature is not the tenant's", "署名が正しくありません");
  }
  const auto document = nlohmann::json::parse(verdict.document(), nullptr, false);
  if (!document.is_object()) {
    return VerdictInvalid("its document cannot be read", "内容を読めません");
  }
  if (document.value("name", "") != verdict.name() ||
      document.value("abstraction", "") != abstraction.name() ||
      document.value("object_digest", "") != absl::BytesToHexString(abstraction.object_digest())) {
    return VerdictInvalid("it is about another abstraction", "別の抽象化データの検証結果です");
  }
  RETURN_IF_ERROR(CheckTier(document, tier));
  return SignedPolicy{document.value("policy", ""), document.value("policy_version", 0),
                      absl::HexStringToBytes(document.value("policy_digest", ""))};
}

}  // namespace oboro::aggregation
