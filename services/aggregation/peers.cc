#include "services/aggregation/peers.h"

#include <openssl/sha.h>

#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "oboro/verification/v1/verification.grpc.pb.h"
#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/rpc/client_call.h"

namespace oboro::aggregation {
namespace {

platform::Tier ToTier(verification::v1::Tier tier) {
  switch (tier) {
    case verification::v1::TIER_JOINT:
      return platform::Tier::kJoint;
    case verification::v1::TIER_PUBLIC:
      return platform::Tier::kPublic;
    default:
      return platform::Tier::kInternal;
  }
}

// The policy whose digest was signed, read again from the service that keeps it.
absl::StatusOr<platform::Policy> FetchPolicy(const Deps& deps, const SignedPolicy& policy,
                                             absl::Time deadline) {
  const auto stub = tenancy::v1::PolicyService::NewStub(deps.peers->Channel("tenancy"));
  tenancy::v1::GetPolicyRequest request;
  request.set_name(policy.name);
  request.set_version(policy.version);
  ASSIGN_OR_RETURN(
      const auto response,
      platform::CallUnary(*stub, &tenancy::v1::PolicyService::Stub::GetPolicy, request, deadline));
  const std::string& document = response.policy().document();
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(document.data()), document.size(), digest);
  if (absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest) != policy.digest) {
    return VerdictInvalid("the policy is not the one it names", "方針が一致しません");
  }
  return platform::ParsePolicy(document);
}

absl::StatusOr<abstraction::v1::Abstraction> FetchAbstraction(const Deps& deps,
                                                              const std::string& name,
                                                              absl::Time deadline) {
  const auto stub =
      abstraction::v1::AbstractionService::NewStub(deps.peers->Channel("abstraction"));
  abstraction::v1::GetAbstractionRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      auto response,
      platform::CallUnary(*stub, &abstraction::v1::AbstractionService::Stub::GetAbstraction,
                          request, deadline));
  return std::move(*response.mutable_abstraction());
}

absl::StatusOr<verification::v1::Verdict> FetchVerdict(const Deps& deps, const std::string& name,
                                                       absl::Time deadline) {
  const auto stub =
      verification::v1::VerificationService::NewStub(deps.peers->Channel("verification"));
  verification::v1::GetVerdictRequest request;
  request.set_name(name);
  ASSIGN_OR_RETURN(
      auto response,
      platform::CallUnary(*stub, &verification::v1::VerificationService::Stub::GetVerdict, request,
                          deadline));
  return std::move(*response.mutable_verdict());
}

}  // namespace

absl::StatusOr<Basis> FetchBasis(const Deps& deps, const platform::TenantContext& tenant,
                                 const std::string& abstraction, const std::string& verdict,
                                 verification::v1::Tier tier, absl::Time deadline) {
  Basis basis;
  ASSIGN_OR_RETURN(basis.abstraction, FetchAbstraction(deps, abstraction, deadline));
  ASSIGN_OR_RETURN(const verification::v1::Verdict signed_verdict,
                   FetchVerdict(deps, verdict, deadline));
  ASSIGN_OR_RETURN(const std::string public_key,
                   deps.db->RunTx(tenant, "signing_public_key", [&](pqxx::work& tx) {
                     return platform::SigningPublicKey(tx, tenant, signed_verdict.key_version());
                   }));
  ASSIGN_OR_RETURN(basis.policy,
                   CheckEvidence(signed_verdict, basis.abstraction, tier, public_key));
  ASSIGN_OR_RETURN(const platform::Policy policy, FetchPolicy(deps, basis.policy, deadline));
  const platform::TierPolicy* tier_policy = policy.Find(ToTier(tier));
  if (tier_policy == nullptr) return TierNotInPolicy(TierName(tier));
  basis.rules = tier_policy->tables;
  const platform::PopulationClass& size = platform::ClassFor(basis.rules, tenant.population());
  if (!size.counts_allowed) return CountsNotAllowed();
  basis.min_count = size.never_shown_max + 1;
  return basis;
}

}  // namespace oboro::aggregation
