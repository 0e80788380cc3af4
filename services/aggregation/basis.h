#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/aggregation/evidence.h"
#include "services/aggregation/table_request.h"
#include "services/platform/policy/policy.h"

namespace oboro::aggregation {

// What a table rests on, fetched from the services that own it and checked (peers.h).
struct Basis {
  abstraction::v1::Abstraction abstraction;
  SignedPolicy policy;         // As the verdict's signature covers it.
  platform::TableRules rules;  // Of that policy and version.
  int64_t min_count = 0;       // Counts below are never shown, for this municipality.
};

// The table `spec` of this basis under its policy's rules, with a thread for each core.
// AMOUNTS_NOT_ALLOWED.
absl::StatusOr<TableRequest> RequestOf(const TableSpec& spec, const Basis& basis);

}  // namespace oboro::aggregation
