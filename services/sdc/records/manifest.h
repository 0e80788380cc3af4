// The manifest of an anonymisation: what was done and proven, without any value of the data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/sdc/records/anonymized.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc {

// Raised whenever a result could differ from that of an earlier engine.
inline constexpr char kRecordsEngineVersion[] = "oboro-sdc-records/1.0.0";

struct ManifestInput {
  const SearchInput* input = nullptr;
  const SearchOptions* options = nullptr;
  const SearchResult* result = nullptr;
  const AppliedNode* applied = nullptr;
  // HMAC-SHA-256 (hex) of the input under the caller's key; absent without a key, since a plain
  // digest of a small table can be found by trying.
  std::optional<std::string> keyed_input_digest;
  std::vector<std::string> kept_columns;
  // The rule of each hierarchy that was made out of the values of the data, such as "ages"; empty
  // strings, or nothing at all, for hierarchies of their own. A rule stands in the manifest instead
  // of the digest, which would be one of the values.
  std::vector<std::string> hierarchy_rules, sensitive_hierarchy_rules;
};

// Canonical JSON (RFC 8785): keys sorted, no white space, UTF-8. Numbers are whole; fractions are
// strings of 17 significant digits, which every reader renders alike. Ready for signing as it is.
std::string MakeManifest(const ManifestInput& manifest);

}  // namespace oboro::sdc
