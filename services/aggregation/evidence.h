#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/verification/v1/verification.pb.h"

namespace oboro::aggregation {

// What was signed about the policy: only this may be used of it.
struct SignedPolicy {
  std::string name;
  int version = 0;
  std::string digest;  // SHA-256 of the document, 32 bytes.
};

// Decides whether `verdict` lets a table of `abstraction` out to `tier`. Trusts only what was
// signed: the signature is checked over the document with the tenant's public key, then the
// document must name this verdict, this abstraction, the digest of its bytes, and a tier that does
// not refuse. Answers the policy that was signed.
// VERDICT_INVALID, TIER_NOT_IN_POLICY or VERDICT_REFUSES.
absl::StatusOr<SignedPolicy> CheckEvidence(const verification::v1::Verdict& verdict,
                                           const abstraction::v1::Abstraction& abstraction,
                                           verification::v1::Tier tier,
                                           absl::string_view public_key_der);

// "INTERNAL", "JOINT" or "PUBLIC"; empty for none.
std::string TierName(verification::v1::Tier tier);

}  // namespace oboro::aggregation
